"""Which watched keywords have a reading that still stands for now, asked of the database in one condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db.models import Case, DateTimeField, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce, Greatest

from serp.cadence import Cadence, period_of
from serp.models import Check
from serp.models.keyword import KeywordQuerySet
from serp.spacing import most_slots

LATE_AFTER = 1.5
"""Slots that a reading may be old before its number counts as old: the next slot has begun, and half
of it has passed without a new reading."""

KNOWN = Q(latest__taken_at__gte=F("floor")) | Q(
    last_check__state=Check.State.EMPTY, last_check__finished_at__gte=F("floor")
)
"""The result page is known since `floor`. An engine that has no results for it is an answer too."""


def read_in_time(
    keywords: KeywordQuerySet, now: datetime, *, stretches: Iterable[int] = ()
) -> KeywordQuerySet:
    """The keywords with `floor`: a reading from before that counts as old at `now`.

    `stretches` are those of their brands and accounts: the checks of quiet keywords may be spaced by
    as many slots, and their readings be older by them. A stretch that is not among them counts as the
    next longer one.
    """
    floors = (
        (cadence, Q(cadence=cadence), now - LATE_AFTER * cadence.length) for cadence in Cadence
    )
    return _with_floor(keywords, floors, stretches)


def read_in_slot(
    keywords: KeywordQuerySet,
    now: datetime,
    *,
    zones: Iterable[str],
    stretches: Iterable[int] = (),
) -> KeywordQuerySet:
    """The keywords with `floor`: the start of the cadence slot that `now` falls in, in their brand's
    time zone. `zones` names those of all their brands; `stretches` as in `read_in_time`."""
    floors = (
        (cadence, Q(cadence=cadence, brand__time_zone=zone), period_of(cadence, zone, now))
        for zone in sorted(set(zones))
        for cadence in Cadence
    )
    return _with_floor(keywords, floors, stretches)


def _with_floor(
    keywords: KeywordQuerySet,
    floors: Iterable[tuple[Cadence, Q, datetime]],
    stretches: Iterable[int],
) -> KeywordQuerySet:
    longer = sorted({stretch for stretch in stretches if stretch > 1})
    if longer:
        keywords = keywords.alias(slots=_slots())
    cases = [
        When(condition & spaced, then=Value(floor, output_field=DateTimeField()))
        for cadence, condition, start in floors
        for spaced, floor in _spaced(cadence, start, longer)
    ]
    return keywords.annotate(floor=Case(*cases, output_field=DateTimeField()))


def _spaced(
    cadence: Cadence, start: datetime, longer: Sequence[int]
) -> Iterator[tuple[Q, datetime]]:
    """The floor of a cadence that starts at `start`, by how far a keyword's checks are spaced."""
    yield (Q(slots=1) if longer else Q()), start
    for stretch in longer:
        slots = min(stretch, most_slots(cadence))
        yield Q(slots__lte=stretch), start - (slots - 1) * cadence.length


def _slots() -> Case:
    """The stretch that holds for a keyword, as `serp.spacing.slots_of` reads it."""
    account = Coalesce("account__stretch", "brand__account__stretch", Value(1))
    return Case(
        When(is_quiet=True, then=Greatest("brand__stretch", account)),
        default=Value(1),
        output_field=IntegerField(),
    )
