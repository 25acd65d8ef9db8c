"""Whether the machinery lives: how long a worker may be silent, and what a brand's checks add up to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from serp.models import Brand, Check, Heartbeat
from serp.models.keyword import KeywordQuerySet

WORKER_SILENCE = timedelta(minutes=2)
"""A worker ticks every 20 seconds; after this long without one it counts as dead."""

FAILING = Q(last_check__state__in=Check.FRUITLESS, is_paused=False)
NEVER = Q(latest__isnull=True, last_check__isnull=True, is_paused=False)
PAUSED = Q(is_paused=True)
QUARANTINED = Q(quarantined_at__isnull=False, is_paused=False)
STATES = {"failing": FAILING, "never": NEVER, "paused": PAUSED, "quarantined": QUARANTINED}


@dataclass(frozen=True, slots=True)
class Pulse:
    """A brand's keywords by state, the checks that wait or run, and the worker's last sign of life."""

    all: int
    watched: int
    failing: int
    never: int
    paused: int
    quarantined: int
    open_checks: int
    beat: datetime | None
    is_silent: bool

    @property
    def well(self) -> int:
        """Watched keywords whose last check read the result page."""
        return self.watched - self.failing - self.never


def pulse_of(brand: Brand, now: datetime) -> Pulse:
    """The pulse of a brand's checks at `now`."""
    beat = Heartbeat.last("worker")
    numbers = brand.keywords.aggregate(
        all=Count("pk"),
        watched=Count("pk", filter=~PAUSED),
        failing=Count("pk", filter=FAILING),
        never=Count("pk", filter=NEVER),
        paused=Count("pk", filter=PAUSED),
        quarantined=Count("pk", filter=QUARANTINED),
    )
    waiting = Check.objects.filter(keyword__brand=brand).exclude(state__in=Check.OUTCOMES)
    return Pulse(
        **numbers,
        open_checks=waiting.count(),
        beat=beat,
        is_silent=beat is None or now - beat > WORKER_SILENCE,
    )


def in_state(keywords: KeywordQuerySet, state: str) -> KeywordQuerySet:
    """Those of the keywords that are in one of `STATES`; all of them for any other word."""
    return keywords.filter(STATES[state]) if state in STATES else keywords
