"""Rows of our own making in eight languages, and what the rules say of them, judged once a run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reputation.tone import BrandNames, Text, Tone, Verdict, judge_texts

FOLDER = Path(__file__).parent
LANGUAGES = ("de", "en", "es", "fr", "lv", "no", "ru", "zh")


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A row, with what it should be judged to be."""

    id: str
    brand: str
    language: str
    url: str
    title: str
    snippet: str
    tone: str
    category: str
    trap: str = ""

    @property
    def is_held(self) -> bool:
        """Odd numbers are held back: who writes rules and lexicons never reads them."""
        return int(self.id.strip("abcdefghijklmnopqrstuvwxyz")) % 2 == 1


def rows_in(file: Path) -> tuple[OwnRow, ...]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return tuple(OwnRow(**json.loads(line)) for line in lines)


@cache
def rows_of(language: str) -> tuple[OwnRow, ...]:
    """The rows that somebody else wrote before the rules and the lexicon of the language."""
    return rows_in(FOLDER / "rows" / f"{language}.jsonl")


@cache
def first_rows() -> tuple[OwnRow, ...]:
    """The first, smaller set, whose author wrote the first rules as well."""
    return rows_in(FOLDER / "devset.jsonl")


@cache
def verdict_on(row: OwnRow, *, is_given: bool = False) -> Verdict:
    """What the rules say; the language is found by itself unless `is_given`."""
    text = Text(row.title, row.snippet, row.url, row.language if is_given else "")
    return next(judge_texts([text], BrandNames((row.brand,))))


def pairs_of(rows: Sequence[OwnRow], *, is_given: bool = False) -> list[tuple[str, str]]:
    """The truth of each row, and its verdict."""
    return [(row.tone, verdict_on(row, is_given=is_given).tone.value) for row in rows]


def category_share(rows: Sequence[OwnRow]) -> float:
    """How many of the negatives that were found are put into the right category."""
    found = [row for row in rows if row.tone == verdict_on(row).tone == Tone.NEGATIVE]
    return sum(verdict_on(row).category == row.category for row in found) / len(found)
