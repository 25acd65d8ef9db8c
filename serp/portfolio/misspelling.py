"""How people get a name wrong: keys, sounds, doubled, dropped and swapped letters, missing marks. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from serp.portfolio.chinese_spelling import chinese_misspellings, has_han
from serp.portfolio.keyboards import layout_of, neighbours
from serp.portfolio.language_words import words_of

SHORTEST = 4
"""Letters of a word that is worth misspelling: shorter ones turn into other words."""
WEIGHTS = {
    "marks": 0.95,
    "sound": 0.8,
    "single": 0.75,
    "double": 0.6,
    "swap": 0.55,
    "join": 0.5,
    "drop": 0.45,
    "key": 0.35,
}
"""How usual each slip is, 1 at most: our own order by reason. Letters that are not heard or not on the
keyboard come first, slips of a finger last. See docs/keywords.md."""
VOWELS = frozenset("aeiouyåäæøöüāēīūаеёиоуыэюя")
DOUBLES = frozenset("bcdfgklmnprstzбвклмнпрстф")
MARKLESS = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "œ": "oe", "đ": "d", "ł": "l", "ё": "е"})


@dataclass(frozen=True, slots=True)
class Misspelling:
    """A wrong spelling of a name, which slip it is in words, and how usual that is (0 to 1)."""

    text: str
    slip: str
    weight: float


def misspellings(name: str, language: str, *, most: int = 5) -> list[Misspelling]:
    """The likeliest wrong spellings of a name as typed in a language, the likeliest first.

    The best of each kind of slip comes before the second of any, so that a few keywords watch
    several kinds.
    """
    clean = " ".join(name.casefold().split())
    source = chinese_misspellings(clean) if has_han(clean) else spelling_slips(clean, language)
    best: dict[str, Misspelling] = {}
    for slip in source:
        one = Misspelling(*slip)
        if one.text != clean and (one.text not in best or best[one.text].weight < one.weight):
            best[one.text] = one
    ranked = sorted(best.values(), key=lambda one: (-one.weight, len(one.text), one.text))
    turns: Counter[str] = Counter()
    turn = {}
    for one in ranked:
        kind = one.slip.partition(":")[0]
        turn[one.text] = turns[kind]
        turns[kind] += 1
    chosen = sorted(ranked, key=lambda one: turn[one.text])[:most]
    return sorted(chosen, key=lambda one: -one.weight)


def spelling_slips(name: str, language: str) -> Iterator[tuple[str, str, float]]:
    """Every slip in a name, one at a time."""
    bare = without_marks(name)
    if bare != name:
        yield bare, "missing marks", WEIGHTS["marks"]
    words = name.split(" ")
    if len(words) > 1:
        yield "".join(words), "written as one word", WEIGHTS["join"]
    for place, word in enumerate(words):
        if len(word) < SHORTEST or not word.isalpha():
            continue
        for text, slip, weight in word_slips(word, language):
            # A slip in the first word is the likelier one to be searched: the rest is completed.
            yield " ".join([*words[:place], text, *words[place + 1 :]]), slip, weight - 0.02 * place


def word_slips(word: str, language: str) -> Iterator[tuple[str, str, float]]:
    yield from sound_slips(word, language)
    yield from length_slips(word)
    for place in range(1, len(word) - 1):
        first, second = word[place], word[place + 1]
        if first != second:
            text = word[:place] + second + first + word[place + 2 :]
            yield text, f"swapped letters: {first}{second}", WEIGHTS["swap"] * edge(place, word)
    layout = neighbours(layout_of(language))
    for place in range(1, len(word)):
        for rank, key in enumerate(layout.get(word[place], "")[:2]):
            text = word[:place] + key + word[place + 1 :]
            weight = WEIGHTS["key"] * edge(place, word) - 0.03 * rank
            yield text, f"neighbouring key: {key} for {word[place]}", weight


def sound_slips(word: str, language: str) -> Iterator[tuple[str, str, float]]:
    """Letters put for others that sound alike."""
    for rank, (wanted, put) in enumerate(words_of(language).sounds):
        for found in re.finditer(wanted, word):
            text = word[: found.start()] + put + word[found.end() :]
            # The first letter is the one that people know, so a lone one stays.
            if found.end() == 1 or len(text) < SHORTEST - 1:
                continue
            slip = f"sounds alike: {put} for {found[0]}" if put else f"sounds alike: no {found[0]}"
            yield text, slip, WEIGHTS["sound"] - 0.01 * rank


def length_slips(word: str) -> Iterator[tuple[str, str, float]]:
    """A doubled letter written once, a single one doubled, and a letter left out."""
    for place in range(1, len(word)):
        letter, before = word[place], word[place - 1]
        after = word[place + 1] if place + 1 < len(word) else ""
        if letter == before:
            yield word[:place] + word[place + 1 :], f"single letter: {letter}", WEIGHTS["single"]
            continue
        if letter in DOUBLES and after and before in VOWELS and after in VOWELS:
            text = word[:place] + letter + word[place:]
            yield text, f"doubled letter: {letter}", WEIGHTS["double"]
        if letter in VOWELS and after and letter != after:
            yield word[:place] + word[place + 1 :], f"dropped letter: {letter}", WEIGHTS["drop"]


def edge(place: int, word: str) -> float:
    """Slips in the middle of a word are seen least: 1 there, less towards its end."""
    return 1.0 if place < len(word) - 1 else 0.8


def without_marks(text: str) -> str:
    """The text without the marks over and under its letters: "ø" is "o", "š" is "s"; й stays."""
    kept = []
    for letter in text.translate(MARKLESS):
        parts = unicodedata.normalize("NFD", letter)
        kept.append(letter if letter in "йЙ" else parts[0] if len(parts) > 1 else letter)
    return "".join(kept)
