"""In which order results wait for a person: the uncertain ones that many people see come first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

LEAST_DOUBT = 0.05
"""A verdict of full confidence still has this much doubt, so that among the sure ones sight decides."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mark that waits: the machine's `confidence` is from 0 to 1."""

    pk: int
    page: int
    confidence: float
    first_seen_at: datetime


def worth(confidence: float, seen: float) -> float:
    """What a look at it is worth: the machine's doubt times `seen`, the page's share of the
    estimated clicks on page one over the brand's keywords (0 to 1; 0: on no page one)."""
    return max(1 - confidence, LEAST_DOUBT) * seen


def by_worth(rows: Iterable[Waiting], seen: Mapping[int, float]) -> list[int]:
    """The ids in the order of their worth; what stands on no page one follows, newest first. `seen`
    is by page id."""
    ordered = sorted(
        rows,
        key=lambda row: (
            -worth(row.confidence, seen.get(row.page, 0.0)),
            -row.first_seen_at.timestamp(),
            -row.pk,
        ),
    )
    return [row.pk for row in ordered]
