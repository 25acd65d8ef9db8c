"""What phrases patterns make of names, products, people, problems, places and rivals."""

from __future__ import annotations

import pytest

from serp.portfolio.candidates import Candidate, joined, tidy
from serp.portfolio.combining import PATTERNS, Subject, combined, phrase_of
from serp.portfolio.language_words import BadWords, languages, meanings, read, words_of

SUBJECT = Subject(
    names=("Hallway Coffee", "Hallway"),
    products=("Grinder One", "Hallway Coffee Press"),
    people=("Ada Berg",),
    problems=("burnt",),
    meanings=("reviews", "complaints"),
    topics=("espresso",),
    places=("Oslo",),
    rivals=("Kettle Works",),
)


def phrases(*patterns: str, languages: tuple[str, ...] = ("en",), **options: int) -> list[str]:
    return [one.phrase for one in combined(SUBJECT, languages, patterns, **options)]


@pytest.mark.parametrize(
    ("pattern", "made"),
    [
        ("name", ["Hallway Coffee", "Hallway"]),
        ("product", ["Grinder One", "Hallway Coffee Press"]),
        ("person", ["Ada Berg"]),
        ("person_name", ["Ada Berg Hallway Coffee"]),
        ("name_place", ["Hallway Coffee Oslo"]),
        ("name_topic", ["Hallway Coffee espresso"]),
        ("topic", ["espresso"]),
        ("versus", ["Hallway Coffee vs Kettle Works"]),
    ],
)
def test_a_pattern_makes_its_phrases(pattern: str, made: list[str]) -> None:
    assert phrases(pattern) == made


def test_a_product_that_holds_the_name_does_not_get_it_twice() -> None:
    assert phrases("name_product") == ["Hallway Coffee Grinder One", "Hallway Coffee Press"]


def test_problems_are_in_the_language_of_the_market_and_say_so() -> None:
    found = combined(SUBJECT, ("en", "no"), ("person_problem",), per_meaning=1)
    by_phrase = {one.phrase: one for one in found}
    assert set(by_phrase) == {
        "Ada Berg reviews", "Ada Berg complaints", "Ada Berg anmeldelser", "Ada Berg klage",
        "Ada Berg burnt",
    }  # fmt: skip
    assert by_phrase["Ada Berg anmeldelser"].languages == ("no",)
    assert by_phrase["Ada Berg burnt"].languages == ()
    assert "reviews" in by_phrase["Ada Berg anmeldelser"].reason


def test_more_words_a_meaning_make_more_phrases() -> None:
    few, many = (phrases("name_problem", per_meaning=n) for n in (1, 3))
    assert set(few) < set(many)


def test_chinese_words_follow_a_chinese_name_without_a_space() -> None:
    assert phrase_of("海味馆", "投诉", "zh-cn") == "海味馆投诉"
    assert phrase_of("Hallway", "投诉", "zh") == "Hallway 投诉"


def test_every_language_has_every_meaning_so_that_no_market_is_forgotten() -> None:
    assert set(languages()) == {"en", "zh", "no", "lv", "de", "es", "fr", "ru"}
    for language in languages():
        assert set(words_of(language).meanings) == set(meanings()), language
        assert words_of(language).versus, language


def test_an_unknown_language_uses_what_the_person_wrote() -> None:
    assert phrases("name_problem", languages=("fi",)) == ["Hallway Coffee burnt", "Hallway burnt"]


def test_a_spoilt_data_file_is_refused_with_its_place() -> None:
    with pytest.raises(BadWords, match="“xx”"):
        read('{"xx": {"words": {}}}')
    with pytest.raises(BadWords, match="not JSON"):
        read("{")
    row = '"words": {}, "fill": [], "plurals": [], "variants": [], "sounds": [["(", "a"]]'
    with pytest.raises(BadWords, match=r"\("):
        read('{"xx": {' + row + ', "versus": []}}')


def test_the_same_phrase_comes_once_with_the_languages_of_both() -> None:
    first = Candidate("Café", "brand", "a", languages=("fr",))
    found = joined([first, Candidate("café", "topic", "b", languages=("en",), seen=3)])
    assert [(one.phrase, one.languages, one.reason, one.seen) for one in found] == [
        ("Café", ("fr", "en"), "a", 3)
    ]


def test_a_phrase_for_all_languages_swallows_one_for_some() -> None:
    found = joined([Candidate("a", "brand", "x"), Candidate("a", "brand", "y", languages=("en",))])
    assert found[0].languages == ()


def test_hostile_text_becomes_one_clean_line() -> None:
    assert tidy(" a\x00\n b\u202e  c ") == "a b c"
    assert len(tidy("x" * 500)) == 200


def test_every_pattern_that_can_be_ticked_is_understood() -> None:
    for pattern in PATTERNS:
        assert phrases(pattern), pattern
