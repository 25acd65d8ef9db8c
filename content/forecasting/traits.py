"""What is known of a page on page one on a day, in numbers: position, time there, trend, neighbours. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, log1p
from statistics import fmean, pstdev
from typing import Any

from content.forecasting.lives import Sight
from content.places import Place

WINDOW = 28
"""Days that steadiness and churn look back."""
LATELY, EARLIER = 7, 21
"""The trend compares the last 7 days with the 14 before them."""
OLDEST = 42
"""Days from which a page is simply old: counting on would ascribe to age what is the calm of a season."""
NEAR = 3
"""Places right below in which the brand's own pages count."""
NEW = 3
"""Days in which a page counts as new."""
ROOMIEST = 5.0

PLACES = (
    Place.NEWS,
    Place.ENCYCLOPAEDIA,
    Place.PROFILE,
    Place.VIDEO,
    Place.FORUM,
    Place.REVIEW,
)
NAMES = (
    "position", "below", "room", "is_last", "size", "age", "is_new", "presence", "flapping", "unrest",
    "trend", "churn", "ours_below", "is_person", "is_negative", "is_root", "host_twice",
    *(place.value for place in PLACES),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class About:
    """What does not change from day to day. `is_negative` is False also where the tone is unknown;
    `is_root`: the page is its host's front page."""

    host: str
    place: Place
    is_negative: bool = False
    is_ours: bool = False
    is_root: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """The days that count for a page: its positions (None: not there) in whole readings."""

    days: tuple[int, ...]
    positions: tuple[int | None, ...]

    def between(self, first: int, last: int) -> list[int]:
        """Its positions on the days after `first` and up to `last`."""
        found = zip(self.days, self.positions, strict=True)
        return [position for day, position in found if position and first < day <= last]


def past_of(page: Hashable, recent: Sequence[Sight], since: int) -> Past:
    """The page in the recent readings of its present stay; those that cannot tell are left out."""
    days: list[int] = []
    positions: list[int | None] = []
    for sight in recent:
        if sight.day < since:
            continue
        position = sight.pages.index(page) + 1 if page in sight.pages else None
        if position is not None or sight.is_whole:
            days.append(sight.day)
            positions.append(position)
    return Past(tuple(days), tuple(positions))


def losses(page: Hashable, recent: Sequence[Sight]) -> Iterator[float]:
    """From reading to reading, the share of the other pages that page one lost."""
    for before, after in pairwise(recent):
        if after.is_whole:
            lost = set(before.pages) - set(after.pages) - {page, None}
            yield len(lost) / len(before.pages)


def traits(
    stretch: Sequence[Sight],
    index: int,
    page: Hashable,
    *,
    since: int,
    about: Mapping[Any, About],
    is_person: bool,
) -> tuple[float, ...]:
    """The page's numbers at the reading `index`, where it stands, in the order of `NAMES`.

    Looks at that reading and those before it only. `since` is the day its stay began.
    """
    now = stretch[index]
    recent = [s for s in stretch[max(0, index - WINDOW) : index + 1] if s.day > now.day - WINDOW]
    past = past_of(page, recent, since)
    stood = [position for position in past.positions if position]
    position = now.pages.index(page) + 1
    size = fmean(len(sight.pages) for sight in recent)
    turns = sum((a is None) != (b is None) for a, b in pairwise(past.positions))
    earlier = past.between(now.day - EARLIER, now.day - LATELY)
    trend = fmean(past.between(now.day - LATELY, now.day)) - fmean(earlier) if earlier else 0.0
    mine = about[page]
    others = [about[p] for p in now.pages if p in about and p != page]
    near = now.pages[position : position + NEAR]
    return (
        log(position),
        float(len(now.pages) - position),
        min(size - fmean(stood), ROOMIEST),
        float(position == len(now.pages)),
        len(now.pages) / 10,
        log1p(min(now.day - since, OLDEST)),
        float(now.day - since < NEW),
        len(stood) / len(past.positions),
        turns / len(past.positions),
        pstdev(stood),
        trend,
        fmean(losses(page, recent)) if len(recent) > 1 else 0.0,
        float(sum(1 for p in near if p in about and about[p].is_ours)),
        float(is_person),
        float(mine.is_negative),
        float(mine.is_root),
        float(any(other.host == mine.host for other in others)),
        *(float(mine.place == place) for place in PLACES),
    )
