"""The words of each language that keywords are made of and compared by: an editable data file, checked once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("words.json")
NAME, OTHER = "{name}", "{other}"
SAME = {"nb": "no", "nn": "no"}

Pairs = tuple[tuple[str, str], ...]


class BadWords(Exception):
    """The data file cannot be used; the message says where it is wrong."""


@dataclass(frozen=True, slots=True)
class Words:
    """What one language says beside a name.

    `meanings` lists by meaning ("reviews") the words that people add, the most usual first; one with
    "{name}" in it is a whole phrase. `versus` are patterns of two names. `fill` carries no meaning.
    `plurals`, `variants` and `sounds` are pairs: an ending and what stands for it, a spelling and its
    twin, and a regular expression of letters with those that are written for them by the sound.
    """

    meanings: Mapping[str, tuple[str, ...]]
    versus: tuple[str, ...]
    fill: frozenset[str]
    plurals: Pairs
    variants: Pairs
    sounds: Pairs


NOTHING = Words({}, (), frozenset(), (), (), ())


def base_of(language: str) -> str:
    """The language of a code that the data know: "zh" for "zh-cn", "no" for "nb"."""
    code = language.split("-")[0].lower()
    return SAME.get(code, code)


def words_of(language: str) -> Words:
    """The words of a language; none for one that the data file lacks."""
    return all_words().get(base_of(language), NOTHING)


def languages() -> tuple[str, ...]:
    """The languages that the data file has, in its order."""
    return tuple(all_words())


def meanings() -> tuple[str, ...]:
    """Every meaning that some language has a word for, in the file's order."""
    return tuple(dict.fromkeys(name for words in all_words().values() for name in words.meanings))


@cache
def all_words() -> Mapping[str, Words]:
    """The data file. Raises BadWords when it was edited into something else."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Mapping[str, Words]:
    """The words by language out of the text of a data file. Raises BadWords with the place."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise BadWords(f"{FILE.name} is not JSON: {error}") from error
    found = {}
    for language, row in data.items():
        try:
            found[language] = Words(
                meanings={name: tuple(map(str, listed)) for name, listed in row["words"].items()},
                versus=tuple(map(str, row["versus"])),
                fill=frozenset(map(str, row["fill"])),
                plurals=pairs(row["plurals"]),
                variants=pairs(row["variants"]),
                sounds=pairs(row["sounds"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadWords(f"{FILE.name}, “{language}”: {error!r}") from error
        for wanted, _ in found[language].sounds:
            try:
                re.compile(wanted)
            except re.error as error:
                raise BadWords(f"{FILE.name}, “{language}”: “{wanted}”: {error}") from error
        for pattern in found[language].versus:
            if NAME not in pattern or OTHER not in pattern:
                raise BadWords(f"{FILE.name}, “{language}”: “{pattern}” names no two names.")
    return found


def pairs(rows: object) -> Pairs:
    """Rows of two texts each."""
    if not isinstance(rows, list):
        raise TypeError("a list of pairs is missing")
    return tuple((str(first), str(second)) for first, second in rows)
