"""The language of a text is the given one, or found from script and words."""

from __future__ import annotations

import pytest

from reputation.tone.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Customers complain about the new prices of the app", "en"),
        ("客户投诉新价格", "zh"),
        ("Kundene raser mot de nye prisene", "no"),
        ("Klienti sūdzas par jaunajām cenām", "lv"),
        ("Die Kunden beschweren sich über die neuen Preise des Unternehmens", "de"),
        ("お客様の声と苦情", "ja"),
        ("Клиенты жалуются на цены", "ru"),
        ("Reviews", "en"),
        ("", "en"),
        ("12345 😀", "en"),
    ],
)
def test_language_is_found(text: str, language: str) -> None:
    assert language_of("", text)[0] == language


@pytest.mark.parametrize(
    ("given", "text", "language"),
    [
        ("nb", "Reviews", "no"),
        ("nn-NO", "Reviews", "no"),
        ("zh-Hans", "投诉", "zh"),
        ("EN_us", "Kundene raser", "en"),
        ("en", "客户投诉新价格", "zh"),
        ("zh", "Customers complain about the new prices of the app", "en"),
    ],
)
def test_given_language_stands_unless_the_script_speaks_against_it(
    given: str, text: str, language: str
) -> None:
    assert language_of(given, text)[0] == language


def test_short_text_is_less_sure_than_a_long_one() -> None:
    long = language_of("", "Customers complain about the new prices of the app")[1]

    assert language_of("", "Reviews")[1] < long <= 1
