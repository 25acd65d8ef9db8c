"""Titles and terms: the negative's words are never repeated, counts are right, four languages are cut."""

import pytest

from content.terms import base_language, tokens, top_terms
from content.wording import is_avoided, repeats, subject_of, title_of, without

NAMES = ("Hallway Coffee", "Hallway")


@pytest.mark.parametrize(
    ("word", "avoid", "expected"),
    [
        ("recalled", ["recall"], True),
        ("recall", ["recalled"], True),
        ("scams", ["scam"], True),
        ("grinder", ["recall"], False),
        ("firm", ["fire"], False),
        ("fine", ["fines"], True),
        ("in", ["in"], True),
        ("into", ["in"], False),
        ("tilbakekalt", ["tilbakekalling"], True),
        ("召回通知", ["召回"], True),
        ("通知", ["召回"], False),
        ("recalled", ["product recall"], False),
    ],
)
def test_a_word_is_avoided_in_each_of_its_forms(
    word: str, avoid: list[str], expected: bool
) -> None:
    assert is_avoided(word, avoid) is expected


@pytest.mark.parametrize(
    ("phrase", "avoid", "expected"),
    [
        ("hallway burr 2 recall", ["recalled"], "hallway burr 2"),
        ("hallway coffee scam or legit", ["scam"], "hallway coffee or legit"),
        ("recall of hallway", ["recall"], "hallway"),
        ("走廊咖啡召回", ["召回"], "走廊咖啡"),
        ("recall", ["recall"], ""),
    ],
)
def test_the_phrase_loses_the_words_to_avoid(phrase: str, avoid: list[str], expected: str) -> None:
    assert without(phrase, avoid) == expected


def test_an_entry_of_several_words_is_met_only_as_a_whole() -> None:
    assert repeats("A refund, and how to get it", ["no refund"]) == []
    assert repeats("There is no refund here", ["no refund"]) == ["no", "refund"]
    assert without("hallway refund", ["no refund"]) == "hallway refund"


def test_a_subject_is_spelled_as_the_brand_spells_itself() -> None:
    assert subject_of("hallway coffee grinder", NAMES, []) == "Hallway Coffee grinder"
    assert subject_of("best grinder", NAMES, []) == "Best grinder"
    assert subject_of("scam", NAMES, ["scam"]) == "Hallway Coffee"


def test_a_pattern_that_would_say_a_word_to_avoid_gives_way() -> None:
    assert title_of("{subject}: shown", "It", avoid=[], plain="video") == "It: shown"
    assert title_of("{subject}: shown", "It", avoid=["shown"], plain="video") == "It: video"


def test_repeats_names_the_words() -> None:
    assert repeats("Hallway recalls its grinder", ["recall"]) == ["recalls"]


def test_terms_are_counted_over_results_and_stop_words_left_out() -> None:
    texts = [
        "A burr grinder and the kitchen. The burr grinder.",
        "Burr grinder for a quiet kitchen",
        "Only here",
    ]
    found = {term.term: term.results for term in top_terms(texts, "en")}
    assert found == {"burr grinder": 2, "kitchen": 2}


def test_words_left_out_part_their_neighbours() -> None:
    found = top_terms(["burr recall grinder"] * 2, "en", is_out=lambda word: word == "recall")
    assert {term.term for term in found} == {"burr", "grinder"}


@pytest.mark.parametrize(
    ("language", "text", "word", "stop"),
    [
        ("en", "The grinder and the kitchen", "grinder", "the"),
        ("no", "Kvernen og kjøkkenet", "kvernen", "og"),
        ("lv", "Dzirnaviņas un virtuve", "dzirnaviņas", "un"),
        ("zh", "走廊咖啡的咖啡机", "咖啡机", "的"),
        ("xx", "grinder kitchen", "grinder", ""),
    ],
)
def test_each_language_is_cut_and_its_stop_words_known(
    language: str, text: str, word: str, stop: str
) -> None:
    found = {term.term for term in top_terms([text, text], language)}
    assert any(word in term.split() for term in found)
    assert stop not in found


def test_an_unknown_language_is_still_cut() -> None:
    assert tokens("one two", "qq") == ["one", "two"]
    assert base_language("zh-cn") == "zh"
