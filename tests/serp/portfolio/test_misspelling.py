"""Which wrong spellings a name gets, on which keyboard, and in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serp.portfolio.keyboards import layout_of, layouts, neighbours
from serp.portfolio.language_words import languages
from serp.portfolio.misspelling import misspellings, without_marks


def slips(name: str, language: str = "en", most: int = 50) -> dict[str, str]:
    return {one.text: one.slip for one in misspellings(name, language, most=most)}


@pytest.mark.parametrize(
    ("name", "language", "wrong", "slip"),
    [
        ("Hallway", "en", "halway", "single letter: l"),
        ("Hallway", "en", "haklway", "neighbouring key: k for l"),
        ("Hallway", "en", "hallawy", "swapped letters: wa"),
        ("Hallway Coffee", "en", "hallwaycoffee", "written as one word"),
        ("Phonix", "en", "fonix", "sounds alike: f for ph"),
        ("Tukan", "en", "tukkan", "doubled letter: k"),
        ("Hallway", "en", "hallwy", "dropped letter: a"),
        ("Schäfer", "de", "schafer", "missing marks"),
        ("Škoda", "lv", "skoda", "missing marks"),
        ("Ящерица", "ru", "ящкрица", "neighbouring key: к for е"),
    ],
)
def test_a_slip_is_found_and_named(name: str, language: str, wrong: str, slip: str) -> None:
    assert slips(name, language, most=500)[wrong] == slip


def test_a_lone_first_letter_is_known_and_stays() -> None:
    assert not any(text[0] == "b" for text in slips("Vinos", "es", most=500))
    assert "vibo" in slips("Vivo", "es", most=500)


def test_keyboards_differ_by_language() -> None:
    assert "z" in neighbours(layout_of("de"))["t"]
    assert "z" not in neighbours(layout_of("en"))["t"]
    assert "q" in neighbours(layout_of("fr"))["a"]
    assert "æ" in neighbours(layout_of("no"))["ø"]
    assert "ц" in neighbours(layout_of("ru"))["й"]


@pytest.mark.parametrize("layout", [name for name in layouts() if name != "of"])
def test_neighbours_go_both_ways(layout: str) -> None:
    near = neighbours(layout)
    assert all(key in near[other] for key in near for other in near[key])
    assert all(1 <= len(near[key]) <= 6 for key in near)


def test_few_misspellings_are_of_several_kinds() -> None:
    kinds = [one.slip.partition(":")[0] for one in misspellings("Hallway Coffee", "en", most=5)]
    assert len(set(kinds)) == 5


def test_the_likeliest_comes_first_and_no_more_than_asked() -> None:
    found = misspellings("Māras Piens", "lv", most=3)
    assert len(found) == 3
    assert found[0].text == "maras piens"
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)


def test_short_names_are_left_alone() -> None:
    assert slips("IBM") == {}


def test_chinese_names_get_pinyin_and_signs_of_the_same_sound() -> None:
    found = slips("海底捞", "zh", most=40)
    assert found["haidilao"] == "pinyin: as one word"
    assert found["hai di lao"] == "pinyin: by syllables"
    assert found["海地捞"] == "same sound: 地 for 底"


def test_fuzzy_pinyin_is_among_the_slips() -> None:
    assert slips("上海", "zh", most=40)["sanghai"] == "sounds alike: sang for shang"


def test_marks_go_but_letters_of_their_own_stay() -> None:
    assert without_marks("ærø šķūnis österreich йод ёлка") == "aero skunis osterreich йод елка"


@given(st.text(max_size=40), st.sampled_from(languages()), st.integers(0, 8))
def test_whatever_the_name_each_spelling_is_new_wrong_and_single(
    name: str, language: str, most: int
) -> None:
    found = [one.text for one in misspellings(name, language, most=most)]
    assert len(found) == len(set(found)) <= most
    assert " ".join(name.casefold().split()) not in found
    assert all(0 < one.weight <= 1 for one in misspellings(name, language, most=most))
