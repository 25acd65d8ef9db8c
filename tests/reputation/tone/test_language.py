"""The language of a text is the given one, or found from script and words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reputation.tone import BrandNames
from reputation.tone.language import language_of
from reputation.tone.masking import MASK, mask_of


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
        ("Los clientes denuncian los nuevos precios", "es"),
        ("Les clients se plaignent des nouveaux prix", "fr"),
        ("RÜCKRUF: DIE FIRMA WARNT VOR IHREN AKKUS", "de"),
        ("ОТЗЫВЫ", "ru"),
        ("Reviews", "en"),
        ("", "en"),
        ("12345 😀", "en"),
    ],
)
def test_language_is_found(text: str, language: str) -> None:
    assert language_of("", text)[0] == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Kunderna klagar på de nya priserna och det är inte första gången", "sv"),
        ("De klanten klagen over de nieuwe prijzen van het bedrijf", "nl"),
        ("I clienti si lamentano dei nuovi prezzi", "it"),
        ("Os clientes reclamam dos novos preços da empresa", "pt"),
        ("Klienci skarżą się na nowe ceny", "pl"),
        ("Kliendid kurdavad uute hindade üle", "et"),
        ("Klientai skundžiasi naujomis kainomis", "lt"),
        ("Asiakkaat valittavat uusista hinnoista", "fi"),
        ("Zákazníci si stěžují na nové ceny", "cs"),
        ("Клієнти скаржаться на нові ціни", "uk"),
        ("Клиентите се оплакват от новите цени", "bg"),
        ("Купци се жале на нове цене и на услугу", "sr"),
        ("日本経済新聞社 業績発表", "ja"),
        ("고객 불만", "ko"),
    ],
)
def test_neighbours_are_not_read_with_our_words(text: str, language: str) -> None:
    assert language_of("", text)[0] == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Acme Cloud Storage | Kunden warten seit Wochen auf eine Antwort der Firma", "de"),
        ("iPhone 15 Pro Max 评测：电池投诉", "zh"),
        ("The company (阿里巴巴) said on Monday that its profit has grown", "en"),
        ("Das Café in der Rue de la Paix ist wieder offen", "de"),
        ("顧客投訴新價格", "zh"),
    ],
)
def test_language_of_a_mixed_text_is_that_of_most_of_it(text: str, language: str) -> None:
    assert language_of("", text)[0] == language


ROWS = [
    json.loads(line)
    for file in sorted((Path(__file__).parent / "rows").glob("*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(("parts", "least"), [(("title", "snippet"), 0.99), (("title",), 0.97)])
def test_language_of_the_rows_is_found(parts: tuple[str, ...], least: float) -> None:
    """Beside their snippets nearly all, and of the titles alone all but a few."""
    found = []
    for row in ROWS:
        hidden = mask_of(BrandNames((row["brand"],))).hide("\n".join(row[part] for part in parts))
        found.append(language_of("", hidden.replace(MASK, ""))[0] == row["language"])

    assert sum(found) / len(found) >= least


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
