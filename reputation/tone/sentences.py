"""Cuts the words of a text into sentences and clauses."""

from __future__ import annotations

from collections.abc import Sequence

HARD_STOPS = frozenset(".;!?|\n。！？；…•·¿¡") | {"...", ".."}
SOFT_STOPS = frozenset(",，、:：–—") | {"-"}
ENDS = HARD_STOPS | SOFT_STOPS


def is_stop(word: str) -> bool:
    """Whether a sentence ends here."""
    return word in HARD_STOPS or word.startswith("\n")


def stops_in(words: Sequence[str]) -> list[int]:
    """The places at which sentences end."""
    return [place for place, word in enumerate(words) if is_stop(word)]


def sentences_of(words: Sequence[str], stops: Sequence[int]) -> list[range]:
    """The sentences, each without the stop behind it; empty ones are left out."""
    found, start = [], 0
    for place in (*stops, len(words)):
        if place > start:
            found.append(range(start, place))
        start = place + 1
    return found
