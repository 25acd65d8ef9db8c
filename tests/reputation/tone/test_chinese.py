"""Chinese is cut where the words of the lexicon begin and end."""

from __future__ import annotations

import pytest
from spacy.vocab import Vocab

from reputation.tone.chinese import ChineseTokenizer
from reputation.tone.masking import MASK, mask_of
from reputation.tone.verdict import BrandNames


def cut(text: str, *kept: str) -> list[str]:
    return [token.text for token in ChineseTokenizer(Vocab(), kept)(text)]


def test_kept_word_is_one_token_though_the_segmenter_hides_it() -> None:
    hidden = cut("违约金怎么算")

    assert "违约" not in hidden
    assert "违约" in cut("违约金怎么算", "违约")


def test_longest_kept_word_wins() -> None:
    assert "投诉热线" in cut("拨打投诉热线咨询", "投诉", "投诉热线")
    assert "投诉" in cut("拨打投诉热线咨询", "投诉")


def test_end_of_a_word_and_beginning_of_the_next_are_no_word() -> None:
    assert "气炸" not in cut("新款空气炸锅上市", "气炸")
    assert "气炸" in cut("顾客气炸了", "气炸")


def test_masked_brand_is_one_token() -> None:
    assert MASK * 4 in cut(f"投诉{MASK * 4}售后")


def test_text_is_whole_after_the_cutting() -> None:
    text = "第一次 用 ABC 洗衣机，就漏水了！ "

    assert ChineseTokenizer(Vocab(), ["漏水"])(text).text == text


@pytest.mark.parametrize(
    ("name", "text"),
    [("云图科技", "雲圖科技上半年財報"), ("雲圖科技", "云图科技上半年财报")],
)
def test_brand_is_found_in_both_scripts(name: str, text: str) -> None:
    assert mask_of(BrandNames((name,))).hide(text) == MASK * 4 + text[4:]


def test_another_name_stays_in_both_scripts() -> None:
    assert mask_of(BrandNames(("云图科技",))).hide("雲岡科技") == "雲岡科技"
