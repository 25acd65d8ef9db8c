"""Word lists by language that briefs go by: how questions begin, what buyers type, what claims too much. Pure."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from content.terms import words_of
from content.wording import HAN

WORDS_FILE = Path(__file__).parent.parent / "data" / "brief_words.json"
FALLBACK = "en"
SAME = {"nb": "no", "nn": "no"}


@cache
def word_list(name: str, language: str) -> tuple[str, ...]:
    """The list in a language (ISO 639-1), in small letters, with the English one behind it: people
    mix English words into searches everywhere. Raises KeyError for a list that does not exist."""
    return tuple(dict.fromkeys([*own_list(name, language), *own_list(name, FALLBACK)]))


@cache
def own_list(name: str, language: str) -> tuple[str, ...]:
    """The list of this language alone; the English one where there is none."""
    lists: dict[str, list[str]] = json.loads(WORDS_FILE.read_text(encoding="utf-8"))[name]
    return tuple(lists.get(SAME.get(language, language), lists[FALLBACK]))


def said(text: str, entries: tuple[str, ...]) -> list[str]:
    """Which entries stand in a text as whole words; Chinese ones are searched within the text."""
    small = " ".join(text.casefold().split())
    padded = f" {' '.join(words_of(text))} "
    return [
        entry
        for entry in entries
        if (entry in small if HAN.search(entry) else f" {' '.join(words_of(entry))} " in padded)
    ]


def is_question(text: str, language: str) -> bool:
    """Whether a line asks something: by its mark, or by the word it begins with."""
    small = " ".join(text.casefold().split())
    if "?" in small or "？" in small:
        return True
    entries = own_list("questions", language)
    if language == "zh":
        return any(entry in small for entry in entries)
    return len(small.split()) > 2 and any(small.startswith(f"{entry} ") for entry in entries)
