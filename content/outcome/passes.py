"""Which negatives a published page passed, when, whether it stayed above them, and when they left. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from content.page_one import is_known
from serp.history import Reading
from serp.providers.base import PAGE_ONE


@dataclass(frozen=True, slots=True)
class Encounter:
    """One negative on one keyword, from publication on.

    `before` is its position in the last reading up to publication (None: it came later or stood
    deeper than was read). `passed_at` is the first reading that shows the page above it; `above` of
    `compared` readings from then on do (none before: both are 0 for a page that never passed it). `gone_at` is the first of the unbroken run of newest
    readings without it on page one; None: it is there, or nobody can be sure.
    """

    page_id: int
    before: int | None
    now: int | None
    passed_at: datetime | None
    above: int
    compared: int
    gone_at: datetime | None

    @property
    def holds(self) -> bool:
        """Whether the page stayed above it in most readings once it had passed."""
        return self.passed_at is not None and self.above * 2 > self.compared


def encounters(
    readings: Sequence[Reading], *, page: int | None, negatives: Collection[int], out: datetime
) -> list[Encounter]:
    """The negatives that stood on page one when the page came `out` or came there since, the highest
    first. `readings` are of one keyword, oldest first; `page` None: it was never seen."""
    before = next((r for r in reversed(readings) if r.taken_at <= out), None)
    since = [reading for reading in readings if reading.taken_at > out]
    shown: set[int | None] = set()
    for reading in (*([before] if before else []), *since):
        shown.update(reading.pages[:PAGE_ONE])
    found = [
        encounter(since, before, page=page, negative=pk)
        for pk in shown.intersection(negatives)
        if pk
    ]
    return sorted(found, key=lambda one: (one.before or 1000, one.now or 1000, one.page_id))


def encounter(
    since: Sequence[Reading], before: Reading | None, *, page: int | None, negative: int
) -> Encounter:
    """How the page and one negative stood to each other."""
    above = compared = 0
    passed_at = None
    for reading in since:
        is_above = stands_above(reading, page, negative)
        if is_above is None:
            continue
        if is_above:
            above += 1
            passed_at = passed_at or reading.taken_at
        compared += passed_at is not None
    return Encounter(
        page_id=negative,
        before=before.position(negative) if before else None,
        now=since[-1].position(negative) if since else None,
        passed_at=passed_at,
        above=above,
        compared=compared,
        gone_at=gone_at(since, negative),
    )


def stands_above(reading: Reading, page: int | None, negative: int) -> bool | None:
    """Whether the page stands above the negative; None where neither was seen, or where an incomplete
    reading leaves it open."""
    ours = reading.position(page) if page is not None else None
    its = reading.position(negative)
    if ours is None and its is None:
        return None
    if ours is None:
        return False if is_known(reading) else None
    if its is None:
        return True if is_known(reading) else None
    return ours < its


def on_page_one(reading: Reading, page: int) -> bool:
    position = reading.position(page)
    return position is not None and position <= PAGE_ONE


def gone_at(since: Sequence[Reading], negative: int) -> datetime | None:
    """When the newest unbroken run of readings without the negative on page one began."""
    began = None
    for reading in reversed(since):
        if on_page_one(reading, negative):
            break
        if is_known(reading):
            began = reading.taken_at
    return began
