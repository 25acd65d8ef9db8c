"""Finds phrases that engines answer alike: other order, plural, punctuation, marks, spelling. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache

from serp.portfolio.candidates import Candidate
from serp.portfolio.chinese_spelling import has_han
from serp.portfolio.language_words import Words, all_words, words_of
from serp.portfolio.misspelling import without_marks

STEM = 3
"""Letters that must be left of a word when a plural's ending is taken off."""
MISSPELLING = "misspelling"


@dataclass(frozen=True, slots=True)
class Merge:
    """A phrase left out, and the one that stands for it. `is_watched`: that one is a keyword already."""

    left_out: Candidate
    into: str
    why: str
    is_watched: bool


def words(text: str) -> tuple[str, ...]:
    """The words of a phrase in small letters, without punctuation; one apostrophe makes no two words."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("'", "")
    return tuple(re.findall(r"[^\W_]+", plain))


def stem(word: str, rules: Words) -> str:
    """The word without its plural's ending, if one of the language's fits."""
    if word.isascii() and word.isdigit():
        return word
    for ending, put in rules.plurals:
        if word.endswith(ending) and len(word) - len(ending) >= STEM and not word.endswith("ss"):
            return word[: len(word) - len(ending)] + put
    return word


def variant(word: str, rules: Words) -> str:
    """The word in one of its two spellings."""
    for one, other in rules.variants:
        if one in word[1:] and len(word) > STEM + 1:
            word = word[0] + word[1:].replace(one, other)
    return word


STEPS: tuple[tuple[str, Callable[[tuple[str, ...], Words], tuple[str, ...]]], ...] = (
    ("the same without punctuation", lambda parts, rules: parts),
    ("written as one word", lambda parts, rules: ("".join(parts),)),
    ("the same without marks", lambda parts, rules: tuple(map(without_marks, parts))),
    ("another order of the words", lambda parts, rules: tuple(sorted(map(without_marks, parts)))),
    (
        "another spelling",
        lambda parts, rules: tuple(sorted(without_marks(variant(p, rules)) for p in parts)),
    ),
    (
        "singular and plural",
        lambda parts, rules: tuple(
            sorted(without_marks(stem(variant(p, rules), rules)) for p in parts)
        ),
    ),
    (
        "only filling words differ",
        lambda parts, rules: tuple(
            sorted(
                without_marks(stem(variant(p, rules), rules)) for p in parts if p not in rules.fill
            )
        ),
    ),
)
"""From the narrowest likeness to the widest: the first that holds is the reason."""
NARROW = STEPS[:1]
"""What counts for misspellings, whose whole point is the letter that differs."""


@cache
def keys_of(phrase: str, language: str, *, is_narrow: bool) -> tuple[tuple[str, ...], ...]:
    """What the phrase is compared by, step by step; an empty key is never alike."""
    parts, rules = words(phrase), words_of(language)
    return tuple(step(parts, rules) for _, step in (NARROW if is_narrow else STEPS))


def likeness(one: str, other: str, language: str, *, is_narrow: bool = False) -> str:
    """Why two phrases are nearly the same in a language, in words; empty when they are not."""
    if one.casefold() == other.casefold():
        return "the same phrase"
    pairs = zip(
        STEPS,
        keys_of(one, language, is_narrow=is_narrow),
        keys_of(other, language, is_narrow=is_narrow),
        strict=False,
    )
    return next((why for (why, _), mine, its in pairs if any(mine) and mine == its), "")


class Seen:
    """Phrases to compare with, looked up by each of their keys."""

    def __init__(self) -> None:
        self.by_key: dict[tuple[str, int, tuple[str, ...]], str] = {}

    def add(self, phrase: str, language: str, *, is_narrow: bool) -> None:
        for step, key in enumerate(keys_of(phrase, language, is_narrow=is_narrow)):
            if any(key):
                self.by_key.setdefault((language, step, key), phrase)

    def find(self, phrase: str, language: str, *, is_narrow: bool) -> tuple[str, str]:
        """The phrase that this one is like, and why; two empty texts when there is none."""
        for step, key in enumerate(keys_of(phrase, language, is_narrow=is_narrow)):
            other = self.by_key.get((language, step, key)) if any(key) else None
            if other is not None:
                same = other.casefold() == phrase.casefold()
                return other, "the same phrase" if same else STEPS[step][0]
        return "", ""


def without_near(
    candidates: Iterable[Candidate],
    *,
    languages: Collection[str],
    watched: Iterable[tuple[str, str]] = (),
    kept: Collection[str] = (),
) -> tuple[list[Candidate], list[Merge]]:
    """The candidates that say something of their own, and what was merged into what.

    `watched` are keywords with their language: they stand before any candidate. A candidate is left
    out when in each language that it is typed in something is like it. Those whose small letters are
    in `kept` stay in any case: a person put them back. Misspellings are compared by punctuation only.
    """
    old, fresh = Seen(), Seen()
    for phrase, language in watched:
        old.add(phrase, language, is_narrow=False)
    stays: list[Candidate] = []
    merges: list[Merge] = []
    back = {phrase.casefold() for phrase in kept}
    for one in candidates:
        narrow = one.kind == MISSPELLING
        typed = [name for name in languages if one.fits(name)]
        if not typed:
            continue
        hits = [(seen, *seen.find(one.phrase, name, is_narrow=narrow))
                for name in typed for seen in (old, fresh)]  # fmt: skip
        covered = all(
            old.find(one.phrase, name, is_narrow=narrow)[0]
            or fresh.find(one.phrase, name, is_narrow=narrow)[0]
            for name in typed
        )
        if covered and one.phrase.casefold() not in back:
            seen, into, why = next(hit for hit in hits if hit[1])
            merges.append(Merge(one, into, why, seen is old))
            continue
        stays.append(one)
        for name in typed:
            fresh.add(one.phrase, name, is_narrow=False)
    return stays, merges


def is_known(language: str) -> bool:
    """Whether the data know the language's plurals, spellings and filling words."""
    return words_of(language) in all_words().values()


def content_words(phrase: str, language: str) -> tuple[str, ...]:
    """The words that carry the meaning, in one form each: for grouping by intent."""
    rules = words_of(language)
    if has_han(phrase):
        return tuple(part for part in words(phrase) if part not in rules.fill)
    return tuple(
        without_marks(stem(variant(part, rules), rules))
        for part in words(phrase)
        if part not in rules.fill
    )
