"""Moments to learn from and to be tried on: a page on page one on a day, and how long it still stood there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from content.forecasting.lives import AWAY, Sight, Stay, stays, stretches
from content.forecasting.traits import About, traits

Numbers = NDArray[np.float64]
NEVER = 10**6
"""Days for a page that was not seen to leave."""


@dataclass(frozen=True, slots=True)
class Course:
    """All readings of one keyword. Courses of one `group` (a brand, a person) share their fate: they
    are taught and tried together. `name` tells them apart."""

    name: str
    group: str
    is_person: bool
    sights: tuple[Sight, ...]
    about: Mapping[Any, About]


@dataclass(frozen=True, slots=True)
class Moment:
    """A page at a reading: `days` until it left, or `NEVER`; `watched` days after which leaving could
    no longer be told."""

    course: str
    group: str
    day: int
    position: int
    is_person: bool
    is_negative: bool
    days: int
    watched: int
    values: tuple[float, ...]


def moments(course: Course, *, every: int = 1) -> Iterator[Moment]:
    """The moments of the pages that are not the brand's own, on each `every`-th day.

    The days are the same for all courses, so that what is taught does not hang on one of them.
    """
    for stretch in stretches(course.sights):
        for stay in stays(stretch):
            if not course.about[stay.page].is_ours:
                yield from moments_of(course, stretch, stay, every=every)


def moments_of(
    course: Course, stretch: Sequence[Sight], stay: Stay, *, every: int
) -> Iterator[Moment]:
    """The moments of one stay."""
    for index, sight in enumerate(stretch):
        if sight.day < stay.since or sight.day % every or stay.page not in sight.pages:
            continue
        if (stay.left is not None and sight.day >= stay.left) or sight.day > stay.settled:
            return
        yield Moment(
            course=course.name,
            group=course.group,
            day=sight.day,
            position=sight.pages.index(stay.page) + 1,
            is_person=course.is_person,
            is_negative=course.about[stay.page].is_negative,
            days=NEVER if stay.left is None else stay.left - sight.day,
            watched=stay.settled - sight.day,
            values=traits(
                stretch,
                index,
                stay.page,
                since=stay.since,
                about=course.about,
                is_person=course.is_person,
            ),
        )


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a model is taught: a row of `values` a moment, the `days` it was followed, and whether it
    `left` then."""

    values: Numbers
    days: Numbers
    left: NDArray[np.bool_]

    @property
    def size(self) -> int:
        return len(self.days)


def lesson(taught: Iterable[Moment], *, known_on: int | None = None) -> Lesson:
    """The moments as a lesson; with `known_on` only what was known on that day: a page that left less
    than `AWAY` days before had not left yet as far as one could tell."""
    rows = [m for m in taught if known_on is None or m.day < known_on - AWAY]
    watched = [
        m.watched if known_on is None else min(m.watched, known_on - AWAY - m.day) for m in rows
    ]
    days = [min(m.days, seen) for m, seen in zip(rows, watched, strict=True)]
    left = [m.days <= seen for m, seen in zip(rows, watched, strict=True)]
    return Lesson(
        np.array([m.values for m in rows], dtype=float),
        np.array(days, dtype=float),
        np.array(left, dtype=bool),
    )
