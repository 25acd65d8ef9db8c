"""Phrases with a gap: "cut … jobs" is found in "cut 1,800 jobs", "ruft … zurück" in a whole clause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reputation.tone.sentences import is_stop

GAP = " … "
WIDEST = 6

Span = tuple[int, int]


def ends_of(phrase: str) -> tuple[str, str]:
    """The words before and behind the gap."""
    head, _, tail = phrase.partition(GAP)
    return head, tail


def heads_with_tails(
    heads: Iterable[Span], tails: Iterable[Span], words: Sequence[str]
) -> list[Span]:
    """The heads that a tail follows in the same sentence, a few words on at most."""
    starts = {start for start, _ in tails}
    return [span for span in heads if _has_tail(span[1], starts, words)]


def _has_tail(place: int, starts: set[int], words: Sequence[str]) -> bool:
    for at in range(place, min(place + WIDEST + 1, len(words))):
        if at in starts:
            return True
        if is_stop(words[at]):
            return False
    return False
