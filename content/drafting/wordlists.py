"""Words that rules look for, by language: data files, made into one pattern a list."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "data"
LANGUAGES = frozenset(file.stem for file in FOLDER.glob("*.json"))
READ_AS = {"nb": "no", "nn": "no"}
WITHOUT_SPACES = frozenset({"zh"})
NOTHING = re.compile(r"(?!)")


def plain(language: str) -> str:
    """The code under which a language's words are kept: Norwegian has one for both its norms."""
    return READ_AS.get(language, language)


def is_known(language: str) -> bool:
    """Whether there are words for this language at all."""
    return language in LANGUAGES


@cache
def lists(language: str) -> dict[str, list[str]]:
    """All lists of a language; empty for one that has none."""
    if not is_known(language):
        return {}
    data: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return {name: words.split(" | ") for name, words in data.items()}


@cache
def pattern(language: str, name: str) -> re.Pattern[str]:
    """One pattern for a list: whole words, in any case; "*" at an end of a word stands for any
    ending. It matches nothing for a language or list that is not there."""
    words = lists(language).get(name)
    if not words:
        return NOTHING
    parts = "|".join(map(as_pattern, sorted(words, key=len, reverse=True)))
    if language in WITHOUT_SPACES:
        return re.compile(parts, re.IGNORECASE)
    return re.compile(rf"(?<!\w)(?:{parts})(?!\w)", re.IGNORECASE)


def as_pattern(words: str) -> str:
    """The pattern of one entry."""
    escaped = (re.escape(word).replace(r"\*", r"\w*") for word in words.split())
    return r"\s+".join(escaped)
