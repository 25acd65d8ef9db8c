"""The terms of a brief: in how many of the top results, how often there, and what tells them from the rest. Pure.

A row is what a brief stores: `term`; `results` of `of` top results use it; `low` to `high` is how often
those that use it do, `base` says in what: "snippets" (times in title and snippet) or "pages" (times in
1,000 words, the middle half of the pages); `z` and `rest` of `rest_of` are there where the term was
compared with other results: see content.brief.distinct.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from content.brief.distinct import TELLING, telling
from content.terms import LEAST_RESULTS, MOST_TERMS

PER = 1000
LEAST_FOR_QUARTILES = 4
MOST_TELLING = 8
"""Places in the list kept for telling terms that are not among the commonest."""


@dataclass(frozen=True, slots=True)
class Body:
    """One text by its terms. `words` is its length; None for a title and snippet, whose length the
    engine sets."""

    counts: Mapping[str, int]
    words: int | None = None

    def rate(self, term: str) -> float:
        """How often the term stands there: in 1,000 words, or just how often."""
        count = self.counts.get(term, 0)
        return count if not self.words else PER * count / self.words


def rows_of(
    top: Sequence[Body], rest: Sequence[Body], *, usual: Sequence[str]
) -> list[dict[str, Any]]:
    """Rows of the `usual` terms, and of those that tell the top texts from the rest, in the order of
    how many of the top texts use them."""
    z = telling([body.counts for body in top], [body.counts for body in rest])
    more = [] if z is None else most_telling(z, top, usual)
    chosen = [*usual[: MOST_TERMS - len(more)], *more]
    rows = [row_of(term, top, rest, z) for term in chosen]
    return sorted(rows, key=lambda row: -row["results"])


def most_telling(z: Mapping[str, float], top: Sequence[Body], usual: Sequence[str]) -> list[str]:
    """Telling terms beyond the usual ones, the most telling first: in two texts at least, so that
    one author's pet word is none."""
    found = [
        term
        for term, value in z.items()
        if value >= TELLING
        and term not in usual
        and sum(1 for body in top if term in body.counts) >= LEAST_RESULTS
    ]
    return sorted(found, key=lambda term: (-z[term], term))[:MOST_TELLING]


def row_of(
    term: str, top: Sequence[Body], rest: Sequence[Body], z: Mapping[str, float] | None
) -> dict[str, Any]:
    """One row as the brief stores it."""
    users = [body for body in top if body.counts.get(term)]
    low, high = usual_range([body.rate(term) for body in users])
    row: dict[str, Any] = {
        "term": term,
        "results": len(users),
        "of": len(top),
        "low": low,
        "high": high,
        "base": "pages" if any(body.words for body in top) else "snippets",
    }
    if z is not None and term in z:
        row |= {
            "z": round(z[term], 2),
            "rest": sum(1 for body in rest if body.counts.get(term)),
            "rest_of": len(rest),
        }
    return row


def usual_range(rates: Sequence[float]) -> tuple[float, float]:
    """The middle half of the rates; all of them where they are fewer than four. One decimal."""
    if not rates:
        return 0.0, 0.0
    if len(rates) < LEAST_FOR_QUARTILES:
        return round(min(rates), 1), round(max(rates), 1)
    low, _, high = quantiles(rates, n=4, method="inclusive")
    return round(low, 1), round(high, 1)


def is_telling(row: Mapping[str, Any]) -> bool:
    """Whether a stored row is one of a term that the top results use clearly more than the rest."""
    return float(row.get("z") or 0) >= TELLING
