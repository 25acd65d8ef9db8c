"""Notes pages to be read: a waiting row is the request, and whoever reads pages finds it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from content.models import PageReading

MOST_PAGES = 10
FRESH = timedelta(days=30)
"""A page read within this time is not read again."""
SECOND_TRY = timedelta(days=7)
"""One that was refused or failed is asked again after this time: owners change robots.txt."""


def is_on() -> bool:
    """Whether this installation reads the pages that rank."""
    return bool(settings.READ_PAGES)


def ask_for(pages: Sequence[int], now: datetime) -> bool:
    """Note these pages (ids), at most ten, unless they were read lately. False when reading is off.

    Safe to repeat: a page waits once, whoever asks for it.
    """
    if not is_on():
        return False
    wanted = list(pages)[:MOST_PAGES]
    PageReading.objects.bulk_create(
        [PageReading(page_id=pk, asked_at=now, next_try_at=now) for pk in wanted],
        ignore_conflicts=True,
    )
    done = (PageReading.State.REFUSED, PageReading.State.FAILED)
    stale = Q(state=PageReading.State.READ, fetched_at__lt=now - FRESH)
    stale |= Q(state__in=done, fetched_at__lt=now - SECOND_TRY)
    PageReading.objects.filter(stale, page__in=wanted).update(
        state=PageReading.State.WAITING, asked_at=now, next_try_at=now, attempts=0, reason=""
    )
    return True
