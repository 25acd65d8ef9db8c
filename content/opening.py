"""Chooses the keyword whose history opens when none is asked for: where negatives take the most clicks."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from django.db.models import F

from serp.models import Brand


class Candidate(NamedTuple):
    """A keyword: searches a month (None: not known), the share of the clicks on page one that go to
    negatives in its latest reading (None: not judged), and the position of the highest one."""

    pk: int
    volume: int | None
    negative: float | None
    worst: int | None


def worst_keyword(brand: Brand) -> int | None:
    """The keyword to open; None: the brand has none. Paused ones only count where all are paused."""
    rows = (
        brand.keywords.in_view()
        .order_by(F("latest").asc(nulls_last=True), "phrase", "pk")
        .values_list("pk", "volume", "latest__judgement__negative", "latest__judgement__worst")
    )
    found = most_clicks([Candidate(*row) for row in rows])
    return found or brand.keywords.order_by("phrase").values_list("pk", flat=True).first()


def most_clicks(rows: Sequence[Candidate]) -> int | None:
    """The candidate whose negatives take the most clicks a month: its volume times their share. Where
    a volume is not known the median of the known ones stands in. Without negatives on any page one:
    the highest negative below it, and else the first of the rows."""
    known = [row.volume for row in rows if row.volume is not None]
    usual = median(known) if known else 1

    def weight(row: Candidate) -> tuple[float, float]:
        volume = usual if row.volume is None else row.volume
        return volume * (row.negative or 0), -(row.worst or 1000)

    return max(rows, key=weight).pk if rows else None
