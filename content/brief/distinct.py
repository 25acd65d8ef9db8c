"""Terms that tell the top ten from the rest: log-odds with an informative Dirichlet prior. Pure.

After Monroe, Colaresi and Quinn, "Fightin' Words: Lexical Feature Selection and Evaluation for
Identifying the Content of Political Conflict", Political Analysis 16 (2008), 372-403, equations 16, 20
and 22: for a word with counts y1 of n1 and y2 of n2 and prior a of a0 in total,

    delta = ln((y1 + a) / (n1 + a0 - y1 - a)) - ln((y2 + a) / (n2 + a0 - y2 - a))
    variance = 1 / (y1 + a) + 1 / (y2 + a)
    z = delta / sqrt(variance)

The prior of a word is its share of both groups together, and weighs as much as the smaller group: a
word must be seen often, and unevenly, before it tells anything. From z = 1.96 on we call it telling
(5 % of even words would reach it in either direction by chance; with some hundred words tried a few
will: it is a hint, no proof).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

TELLING = 1.96
LEAST_TEXTS = 5
"""Fewer texts in either group say nothing about what is usual there."""

Counts = Mapping[str, int]


def telling(top: Sequence[Counts], rest: Sequence[Counts]) -> dict[str, float] | None:
    """The z value of each term of the top texts; above 0: more usual there than in the rest.

    None where either group has fewer than five texts: not enough data.
    """
    if len(top) < LEAST_TEXTS or len(rest) < LEAST_TEXTS:
        return None
    ours, theirs = summed(top), summed(rest)
    n1, n2 = sum(ours.values()), sum(theirs.values())
    if not n1 or not n2:
        return None
    both, prior = n1 + n2, min(n1, n2)
    return {
        term: z_of(
            (ours[term], n1),
            (theirs[term], n2),
            prior=(prior * (ours[term] + theirs[term]) / both, prior),
        )
        for term in ours
    }


def z_of(one: tuple[int, int], other: tuple[int, int], *, prior: tuple[float, float]) -> float:
    """The z value of one word: (count, total) in each group, and the same of the prior."""
    (y1, n1), (y2, n2), (a, a0) = one, other, prior

    def odds(count: int, total: int) -> float:
        # A text of a single word would make the rest nothing: half a word stands for nothing.
        return math.log((count + a) / max(total + a0 - count - a, 0.5))

    return (odds(y1, n1) - odds(y2, n2)) / math.sqrt(1 / (y1 + a) + 1 / (y2 + a))


def summed(texts: Sequence[Counts]) -> Counter[str]:
    """The counts of a group of texts together."""
    total: Counter[str] = Counter()
    for text in texts:
        total.update(text)
    return total
