"""Turns positions, tones and ownership into a score and its parts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reputation.tone.verdict import Tone
from serp.ctr import Curve
from serp.providers.base import PAGE_ONE

TOP = 3


@dataclass(frozen=True, slots=True)
class Place:
    """One read position: its tone, and whether the page is the brand's own."""

    tone: Tone
    is_own: bool


@dataclass(frozen=True, slots=True)
class Score:
    """A score with its parts; shares are fractions of the clicks at positions read on page one.

    `value` runs from −100 to 100 and is None when nothing was read. `coverage` is the share of page
    one's clicks that fell on positions read.
    """

    value: float | None
    negative: float
    neutral: float
    positive: float
    own: float
    coverage: float
    negatives: int
    worst: int | None
    rank: int | None


def score_places(
    places: Sequence[Place | None], *, depth: int, is_partial: bool, curve: Curve
) -> Score:
    """Score one result page. `places[0]` is position 1; None is a position nobody reported.

    Score = 100 × (positive + own − negative), each the share of estimated clicks on page one. An own
    page counts as own unless it is marked negative. `depth` says how far was read. A page one that
    was read to its end is fully covered even where the engine filled fewer than ten positions; of a
    partial reading the positions that were not reached count as unread.
    """
    size = PAGE_ONE if is_partial else min(depth, PAGE_ONE)
    first = list(places[:size])
    asked = first + [None] * (size - len(first))
    sums = {"negative": 0.0, "neutral": 0.0, "positive": 0.0, "own": 0.0}
    total = 0.0
    for position, place in enumerate(asked, start=1):
        share = curve.share(position)
        total += share
        if place is not None:
            sums[part_of(place)] += share
    read = sum(sums.values())
    negative_at = [n for n, p in enumerate(places, 1) if p is not None and p.tone == Tone.NEGATIVE]
    worst = negative_at[0] if negative_at else None
    rank = next((n for n, p in enumerate(places, 1) if p is not None and p.is_own), None)
    if not read:
        return Score(None, 0, 0, 0, 0, 0, 0, worst, rank)
    parts = {name: value / read for name, value in sums.items()}
    return Score(
        value=100 * (parts["positive"] + parts["own"] - parts["negative"]),
        coverage=read / total,
        negatives=sum(1 for n in negative_at if n <= PAGE_ONE),
        worst=worst,
        rank=rank,
        **parts,
    )


def part_of(place: Place) -> str:
    """Which part of the score a result counts to."""
    if place.tone == Tone.NEGATIVE:
        return "negative"
    if place.is_own:
        return "own"
    return "positive" if place.tone == Tone.POSITIVE else "neutral"


def mean_score(scores: Sequence[Score], *, keywords: int) -> Score:
    """The score of several keywords: the plain mean over those that were measured.

    `keywords` counts all that should have been; `coverage` is the measured share of them.
    """
    measured = [score for score in scores if score.value is not None]
    if not measured:
        return Score(None, 0, 0, 0, 0, 0, 0, None, None)
    count = len(measured)
    worst = [score.worst for score in measured if score.worst is not None]
    ranks = [score.rank for score in measured if score.rank is not None]
    return Score(
        value=sum(s.value for s in measured if s.value is not None) / count,
        negative=sum(s.negative for s in measured) / count,
        neutral=sum(s.neutral for s in measured) / count,
        positive=sum(s.positive for s in measured) / count,
        own=sum(s.own for s in measured) / count,
        coverage=count / keywords if keywords else 0.0,
        negatives=sum(s.negatives for s in measured),
        worst=min(worst, default=None),
        rank=min(ranks, default=None),
    )
