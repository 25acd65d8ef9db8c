"""Pixel widths of titles and descriptions: Arial's own figures, wide signs, and where engines cut."""

import pytest

from content.brief.widths import (
    TITLE_LIMIT,
    TITLE_SIZE,
    advances,
    cut,
    description_fit,
    pixel_width,
    title_fit,
)


@pytest.mark.parametrize(
    ("text", "width"),
    [("W", 18.877), ("i", 4.443), ("0", 11.123), (" ", 5.557), ("", 0.0)],
)
def test_letters_are_as_wide_as_in_arial(text: str, width: float) -> None:
    # Arial's advance widths over 2048 units: W 1933, i 455, digits 1139, space 569.
    assert pixel_width(text, 20) == pytest.approx(width, abs=0.001)


def test_chinese_signs_are_one_em_wide_and_accents_add_nothing() -> None:
    assert pixel_width("公司", 20) == 40
    assert pixel_width("e\u0301", 20) == pixel_width("é", 20) == pixel_width("e", 20)
    assert pixel_width("q\u0301", 20) == pixel_width("q", 20)
    assert pixel_width("a\u200bb", 20) == pixel_width("ab", 20)


def test_the_table_covers_the_letters_of_our_languages() -> None:
    letters = "æøåÆØÅāčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽäöüßñáéíóúçœабвгґіїєαβγ“”–…€"
    assert [letter for letter in letters if letter not in advances()] == []


def test_a_fit_says_how_much_of_the_room_is_used() -> None:
    assert title_fit("i" * 130).words == "578 of 580 px"
    assert title_fit("i" * 130).is_fine
    assert not title_fit("W" * 31).is_fine
    long = "a" * 100
    assert description_fit(long).is_fine
    assert not description_fit(long, is_mobile=True).is_fine


def test_a_long_title_is_cut_at_a_word_and_still_fits() -> None:
    text = cut("Hallway Coffee " * 10, size=TITLE_SIZE, limit=TITLE_LIMIT)
    assert text.endswith(("Hallway…", "Coffee…"))
    assert TITLE_LIMIT - 100 < pixel_width(text, TITLE_SIZE) <= TITLE_LIMIT


def test_text_without_spaces_is_cut_at_a_sign() -> None:
    text = cut("走廊咖啡" * 20, size=TITLE_SIZE, limit=TITLE_LIMIT)
    assert text.endswith("…")
    assert len(text) == 29
    assert cut("short", size=20, limit=580) == "short"
