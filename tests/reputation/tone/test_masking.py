"""A brand's name is hidden in every form, and nothing else is."""

from __future__ import annotations

import pytest

from reputation.tone import BrandNames, Text, judge_texts
from reputation.tone.masking import MASK, mask_of


@pytest.mark.parametrize(
    ("name", "text", "hidden"),
    [
        ("Bad Robot", "BAD ROBOT's new film", "BAD ROBOT's"),
        ("Bad Robot", "the bad-robot studio", "bad-robot"),
        ("Bad Robot", "BadRobot wins", "BadRobot"),
        ("Bad Robot", "Bad Robot’s film", "Bad Robot’s"),
        ("McDonald's", "McDonalds menu", "McDonalds"),
        ("McDonalds", "McDonald’s menu", "McDonald’s"),
        ("Fennel & Co", "Fennel and Co jackets", "Fennel and Co"),
        ("Tyrell Foods, Inc.", "Tyrell Foods recalls", "Tyrell Foods"),
        ("Polarmat", "Polarmats pizza", "Polarmats"),
        ("Jūras Banka", "Jūras Bankā", "Jūras Bankā"),
        ("Mežaplūdi", "Mežaplūdiem paldies", "Mežaplūdiem"),
        ("Café Noir", "Cafe Noir closes", "Cafe Noir"),
        ("晨光电器有限公司", "投诉晨光电器售后", "晨光电器"),
        ("C++ (beta)", "I like C++ (beta) more", "C++ (beta)"),
        ("a.*b[", "so a.*b[ it is", "a.*b["),
    ],
)
def test_each_form_of_the_name_is_hidden(name: str, text: str, hidden: str) -> None:
    masked = mask_of(BrandNames((name,))).hide(text)

    assert masked == text.replace("’", "'").replace(hidden.replace("’", "'"), MASK * len(hidden))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Apple", "a pineapple"),
        ("Bad Robot", "a bad day for a robot"),
        ("a.*b", "axxxb"),
        ("CTA", "octal"),
        ("", "anything"),
        ("   ", "any thing"),
    ],
)
def test_other_words_stay(name: str, text: str) -> None:
    assert mask_of(BrandNames((name,))).hide(text) == text


@pytest.mark.parametrize("name", ["Killer Burger", "Bad Robot", "Scam Likely", "垃圾快餐"])
def test_name_with_a_bad_word_is_never_evidence(name: str) -> None:
    texts = [Text(f"{name} opens in town", f"{name}'s menu"), Text("Killer opens a bad scam 垃圾")]
    named, other = judge_texts(texts, BrandNames((name,)))

    assert named.tone == "neutral"
    assert named.evidence == ()
    assert other.evidence != ()


@pytest.mark.parametrize(
    ("name", "text", "hidden"),
    [
        ("Северный Банк", "вкладчики Северного Банка", "Северного Банка"),
        ("Павел Маркин", "подарок Павлу Маркину", "Павлу Маркину"),
        ("Павел Маркин", "обвинили Маркина", "Маркина"),
        ("ООО «Лента»", "скандал в «Ленте»", "Ленте"),
        ("Квас Туесок", "завод «Туесок» растёт", "Туесок"),
        ("Кафе Провал", "Кафе «Провал», меню", "Кафе «Провал"),
        ("Randall Oakes", "Randall J. Oakes resigns", "Randall J. Oakes"),
        ("Randall Oakes", "governor Oakes resigns", "Oakes"),
        ("Spirit Airlines", "when Spirit cancels", "Spirit"),
        ("Müller Reisen", "Mueller Reisens Angebot", "Mueller Reisens"),
        ("Varde Bank", "Varde Banken", "Varde Banken"),
        ("Zaļais Mežs", "Zaļā Mežā", "Zaļā Mežā"),
        ("Laboratorios Nivaria", "¿Nivaria", "Nivaria"),
        ("Fraud Shield", "Fraud Shield's app", "Fraud Shield's"),
    ],
)
def test_inflected_and_short_forms_are_hidden(name: str, text: str, hidden: str) -> None:
    assert mask_of(BrandNames((name,))).hide(text) == text.replace(hidden, MASK * len(hidden))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Spirit Airlines", "team spirit"),
        ("Randall Oakes", "under old oakes, says Randall"),
        ("American Bank", "the American people"),
    ],
)
def test_everyday_words_of_a_name_stay(name: str, text: str) -> None:
    assert mask_of(BrandNames((name,))).hide(text) == text
