"""Cuts prose into sentences and counts words, in Chinese characters. Pure."""

from __future__ import annotations

import re

from content.drafting.wordlists import lists
from content.wording import HAN

DENSE = frozenset({"zh", "ja"})
"""Languages written without spaces: length is counted in characters."""
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
CHARACTER = re.compile(r"[\u3400-\u9fff\u3040-\u30ff]|[^\W_\u3400-\u9fff\u3040-\u30ff]+")
ENDS = re.compile(
    r"[。！？；]+[”」』）]*"  # Chinese needs no space behind
    r"|(?<=[.!?…])[\"'”»“)\]]*\s+(?=[\"'„“«¿¡(\[]?\s?[A-ZÀ-ÖØ-ÞĀ-Ž\u0400-\u042f\d])"
    r"|\n{2,}"
)
LAST_WORD = re.compile(r"([^\s(]+)\.$")
LONGEST_WORD = 40
"""Letters before a stop in which an abbreviation is looked for."""


def sentences_of(text: str, language: str = "") -> list[str]:
    """The sentences of one block, without white space around. A stop behind an abbreviation or an
    initial ends none."""
    found: list[str] = []
    start = 0
    for match in ENDS.finditer(text):
        last = LAST_WORD.search(
            text[max(start, match.start() - LONGEST_WORD) : match.end()].rstrip()
        )
        if last and is_abbreviation(last[1], language):
            continue
        found.append(" ".join(text[start : match.end()].split()))
        start = match.end()
    found.append(" ".join(text[start:].split()))
    return [sentence for sentence in found if WORD.search(sentence)]


def is_abbreviation(word: str, language: str) -> bool:
    """Whether the stop behind this word belongs to it: "Dr", "z.B", an initial, a German ordinal."""
    if language in {"de", "no", "lv"} and word.isdigit() and len(word) <= 2:
        return True
    is_initial = len(word) == 1 and word.isupper() and not HAN.match(word)
    return is_initial or word.casefold() in lists(language).get("abbreviations", ())


def count_words(text: str, language: str) -> int:
    """Words of a text; where no spaces are written, its characters (a Latin word or number is one)."""
    pattern = CHARACTER if language in DENSE else WORD
    return sum(1 for _ in pattern.finditer(text))


def unit_of(language: str) -> str:
    """What `count_words` counts: "words" or "characters"."""
    return "characters" if language in DENSE else "words"
