"""Reads the pages that wait to be read, each by one worker, and writes down what they look like."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db.models import F

from content.models import PageReading
from content.reading.asking import is_on
from content.reading.html import Unreadable, facts_of
from content.reading.pages import NotRead, Reader, TooSoon, reader
from serp.addresses import safe_link
from serp.models import Pause

MOST_TRIES = 3
LEASE = timedelta(minutes=5)
"""Who reads has this long before another one may: longer than any page takes."""
PAUSES = (timedelta(minutes=10), timedelta(hours=2))
"""Before the second and the third try."""
BROKE_OFF = "reading it broke off inside Pushdown"

State = PageReading.State
logger = logging.getLogger(__name__)


def read_waiting(
    now: datetime, *, limit: int = 20, seconds: float = 60.0, by: Reader | None = None
) -> int:
    """Read at most `limit` waiting pages within `seconds` of wall time; returns how many were settled:
    read, refused or failed for good. Safe to repeat and to run at once: each page goes to one worker.

    Never raises for a page: what went wrong is stored with it. `seconds` is looked at before each
    page, so that the last one may end up to a minute later. Nothing is read while the installation
    is paused.
    """
    if not is_on() or Pause.current() is not None:
        return 0
    give_up(now)
    ends, settled = time.monotonic() + seconds, 0
    for row in claimed(now, limit):
        if time.monotonic() >= ends:
            give_back(row, now)
            break
        settled += read_one(row, now, by or reader())
    return settled


def give_up(now: datetime) -> None:
    """Close pages whose reader was killed each time: a fourth would be killed, too."""
    waiting = PageReading.objects.filter(state=State.WAITING, next_try_at__lte=now)
    waiting.filter(attempts__gte=MOST_TRIES).update(
        state=State.FAILED, reason=BROKE_OFF, fetched_at=now
    )


def give_back(row: PageReading, at: datetime) -> None:
    """Let a claimed page, of which nothing was asked, wait until `at`: that was no try."""
    mine = PageReading.objects.filter(pk=row.pk, state=State.WAITING, next_try_at=row.next_try_at)
    mine.update(next_try_at=at, attempts=F("attempts") - 1)


def claimed(now: datetime, limit: int) -> Iterator[PageReading]:
    """Waiting pages, each claimed just before it is handed out. One host's pages are spread: no site
    is asked twice in a row while others wait."""
    rows = PageReading.objects.filter(state=State.WAITING, next_try_at__lte=now)
    found = list(rows.select_related("page").order_by("next_try_at", "pk")[:limit])
    turns: dict[str, int] = {}
    order = []
    for row in found:
        turns[row.page.host] = turns.get(row.page.host, 0) + 1
        order.append((turns[row.page.host], row))
    for _, row in sorted(order, key=lambda pair: pair[0]):
        lease = now + LEASE + timedelta(microseconds=secrets.randbelow(1_000_000))
        mine = PageReading.objects.filter(
            pk=row.pk, state=State.WAITING, next_try_at=row.next_try_at
        ).update(next_try_at=lease, attempts=F("attempts") + 1)
        if mine:
            row.next_try_at, row.attempts = lease, row.attempts + 1
            yield row


def read_one(row: PageReading, now: datetime, by: Reader) -> bool:
    """Read one claimed page and store the outcome. False when it will be tried again."""
    row.fetched_at = now
    url = safe_link(row.page.seen_url)
    try:
        if not url:
            raise NotRead("its address is no web address")
        page = by.read(url, now)
        facts = facts_of(page.html)
    except TooSoon as error:
        give_back(row, now + timedelta(seconds=error.seconds))
        return False
    except Unreadable as error:
        return settle(row, State.FAILED, str(error))
    except NotRead as error:
        row.status = error.status
        if error.is_passing and row.attempts < MOST_TRIES:
            row.next_try_at, row.reason = now + PAUSES[row.attempts - 1], str(error)[:300]
            keep(row)
            return False
        return settle(row, State.REFUSED if error.is_refusal else State.FAILED, str(error))
    except Exception:
        # One strange page must not keep the others waiting; the trace is for whoever mends it.
        logger.exception("A page at %s could not be read", row.page.host)
        return settle(row, State.FAILED, BROKE_OFF)
    row.status = page.status
    for name, value in asdict(facts).items():
        setattr(row, name, value)
    return settle(row, State.READ, "")


def settle(row: PageReading, state: str, reason: str) -> bool:
    """Close a reading."""
    row.state, row.reason = state, reason[:300]
    keep(row)
    return True


def keep(row: PageReading) -> None:
    """Store what was found, unless somebody asked for the page anew in the meantime."""
    fields = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in ("id", "page", "asked_at")
    }
    PageReading.objects.filter(pk=row.pk, state=State.WAITING).update(**fields)
