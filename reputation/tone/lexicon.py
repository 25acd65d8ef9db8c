"""The words that speak for or against a brand, read from one data file per language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
# Two letters name the data file of a language; the other files name what they hold.
LANGUAGES = tuple(sorted(file.stem for file in DATA.glob("??.json")))


@dataclass(frozen=True, slots=True)
class Entry:
    """A word form: how much it weighs (minus is negative), in which way, and why, in plain words.

    A weight of 0 marks a harmless phrase ("fraud department") that hides the words within it.
    Words of mood ("great", "awful") tell of liking or blame in general, not of a trouble.
    """

    words: str
    weight: float
    category: str
    reason: str
    is_mood: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The data file of one language. All words are in lower case."""

    language: str
    entries: tuple[Entry, ...]
    negators: frozenset[str]
    deniers: frozenset[str]
    undone: frozenset[str]
    breakers: frozenset[str]
    active: frozenset[str]
    either: frozenset[str]
    passive_before: frozenset[str]
    passive_next: frozenset[str]
    by: frozenset[str]
    against_nouns: frozenset[str]
    against: frozenset[str]
    speech: frozenset[str]
    impostors: frozenset[str]
    question_openers: frozenset[str]
    question_subjects: frozenset[str]
    presuming: frozenset[str]
    selftalk: frozenset[str]
    helpers: frozenset[str]
    # A language may do without these.
    negators_after: frozenset[str] = frozenset()
    turns: frozenset[str] = frozenset()
    rivals: frozenset[str] = frozenset()
    victims: frozenset[str] = frozenset()
    answers_no: frozenset[str] = frozenset()
    answers_yes: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    job_ads: frozenset[str] = frozenset()
    past: frozenset[str] = frozenset()
    unreal: frozenset[str] = frozenset()
    intensifiers: frozenset[str] = frozenset()
    softeners: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    perfect: frozenset[str] = frozenset()
    duels: frozenset[str] = frozenset()
    than: frozenset[str] = frozenset()
    doubles: frozenset[str] = frozenset()
    namesakes: frozenset[str] = frozenset()
    enough: frozenset[str] = frozenset()
    according: frozenset[str] = frozenset()
    thanks: frozenset[str] = frozenset()
    fronting: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    comparing: frozenset[str] = frozenset()
    merits: frozenset[str] = frozenset()
    intruders: frozenset[str] = frozenset()

    def cues(self) -> dict[str, frozenset[str]]:
        """The phrases that change what other words mean, by the part they play."""
        return {
            name: getattr(self, name)
            for name in (
                "negators",
                "deniers",
                "undone",
                "speech",
                "impostors",
                "selftalk",
                "helpers",
                "negators_after",
                "rivals",
                "victims",
                "sections",
                "job_ads",
                "past",
                "unreal",
                "intensifiers",
                "softeners",
                "sources",
                "targets",
                "doubles",
                "namesakes",
                "according",
                "merits",
                "intruders",
            )
        }


def read_data(name: str) -> Any:
    """The parsed data file `name`.json that ships with the judge."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of one of LANGUAGES."""
    data = read_data(language)
    entries = [
        Entry(words, group["weight"], group["category"], group["reason"], group.get("mood", False))
        for group in data["groups"]
        for words in group["words"]
    ]
    harmless = [Entry(words, 0.0, "", "") for words in data["neutral"]]
    lists = {
        name: frozenset(words)
        for name, words in data.items()
        if name not in ("language", "name", "groups", "neutral")
    }
    return Lexicon(language=language, entries=(*entries, *harmless), **lists)
