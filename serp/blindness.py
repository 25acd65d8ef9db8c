"""Finds out whether nothing is measured though it should be, since when, and why."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import redis
from django.conf import settings
from django.db.models import Count, Max, Min, Q
from redis.exceptions import RedisError

from serp.cadence import Cadence, jitter, next_period, period_of
from serp.models import Check, Heartbeat, Keyword, ProviderAccount, Snapshot
from serp.providers.base import ERROR_TEXT, ErrorKind

SILENCE = timedelta(minutes=10)
"""No worker for so long is told; it ticks every 20 seconds, but a restart or a busy machine may take
some minutes."""
OVERDUE = timedelta(minutes=30)
"""Checks that wait for so long, while none comes to an end, are told."""
MANY = 5
"""So many failed checks in a row, over all accounts, are told at once; fewer after `LONG`."""
LONG = timedelta(hours=6)
REDIS_SECONDS = 2.0

WORKER = "worker"
AWAKE = "awake"
"""The sign that a worker leaves when it begins to look after a silence."""

State = Check.State


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing is measured, in words for people; since when (aware, UTC); and the accounts that it
    lies with, empty where it lies with none."""

    text: str
    since: datetime
    accounts: frozenset[int] = frozenset()


def trouble(
    now: datetime, *, is_worker: bool, known_since: datetime | None = None
) -> Trouble | None:
    """What keeps the installation from measuring at `now`; None: nothing does, or nothing is watched.

    `is_worker`: whether a worker asks, which is alive then. `known_since`: when the alarm was raised;
    since then it lasts until an engine has answered, however few failures there are to see.
    """
    if not Keyword.objects.watched().exists():
        return None
    return (
        redis_away(now)
        or (None if is_worker else worker_silent(now))
        or checks_overdue(now)
        or all_failing(now, known_since=known_since)
    )


def said(at: datetime) -> str:
    """A moment in words, in UTC: an installation has no time zone of its own."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %H:%M} UTC"


def redis_away(now: datetime) -> Trouble | None:
    """Where Redis holds the limits, nobody may be paid without it."""
    if settings.IS_EMBEDDED:
        return None
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
    )
    try:
        client.ping()
    except RedisError as error:
        return Trouble(
            f"Nothing is measured: Redis does not answer ({type(error).__name__}). Checks wait until "
            "it does; none is lost. Start Redis again, or look at REDIS_URL.",
            last_answer() or now,
        )
    finally:
        client.close()
    return None


def worker_silent(now: datetime) -> Trouble | None:
    """No worker has given a sign of life for too long, or none ever did though checks are due."""
    beat = Heartbeat.last(WORKER)
    late = Keyword.objects.due(now - SILENCE).exists()
    if (beat is None and not late) or (beat is not None and now - beat <= SILENCE):
        return None
    seen = f"since {said(beat)}" if beat else "so far"
    return Trouble(
        f"Nothing is measured: no worker has given a sign of life {seen}. Start it again; "
        "`manage.py doctor` says what is wrong.",
        beat or now,
    )


def checks_overdue(now: datetime) -> Trouble | None:
    """Checks wait, made or not yet made, and none has come to an end for too long."""
    before = now - OVERDUE
    awake = Heartbeat.last(AWAKE)
    if awake is not None and awake > before:
        return None
    waiting = Check.objects.filter(
        state__in=Check.OPEN, task="", not_before__lte=before, keyword__is_paused=False
    )
    unmade = Keyword.objects.due(before)
    found = waiting.aggregate(number=Count("pk"), first=Min("not_before"))
    due = unmade.aggregate(number=Count("pk"), first=Min("next_check_at"))
    number = found["number"] + due["number"]
    ended = Keyword.objects.watched().aggregate(at=Max("last_check__finished_at"))["at"]
    if not number or (ended is not None and ended > before):
        return None
    first = min(at for at in (found["first"], due["first"]) if at is not None)
    payers = {
        own or brands
        for own, brands in [
            *waiting.values_list("keyword__account", "keyword__brand__account").distinct(),
            *unmade.order_by().values_list("account", "brand__account").distinct(),
        ]
    }
    held = ProviderAccount.objects.filter(pk__in=payers - {None}, held_until__gt=now).defer("key")
    reasons = " ".join(f"The account “{row}” is held: {row.held_because}." for row in held)
    return Trouble(
        f"Nothing is measured: {number} check{'s' if number > 1 else ''} wait{'' if number > 1 else 's'}, "
        f"the oldest since {said(first)}, and none has come to an end for "
        f"{OVERDUE.seconds // 60} minutes. "
        + (reasons or "Look at the worker's log; `manage.py doctor` says what is wrong."),
        last_answer() or first,
        frozenset(pk for pk in payers if pk is not None),
    )


def all_failing(now: datetime, *, known_since: datetime | None) -> Trouble | None:
    """Every check that has ended since the last answer of an engine failed."""
    answered = last_answer()
    failing = Keyword.objects.watched().filter(
        last_check__state__in=(State.FAILED, State.QUARANTINED)
    )
    if answered is not None:
        failing = failing.filter(last_check__finished_at__gt=answered)
    rows = list(failing.values_list("last_check__account", "last_check__error_kind"))
    if not rows:
        return None
    failed = Check.objects.filter(
        keyword__in=failing.values("pk"), state__in=(State.FAILED, State.QUARANTINED)
    )
    if answered is not None:
        failed = failed.filter(finished_at__gt=answered)
    found = failed.aggregate(number=Count("pk"), first=Min("finished_at"))
    first = found["first"] or now
    is_known = known_since is not None and (answered is None or answered <= known_since)
    if not is_known and found["number"] < MANY and now - first < LONG:
        return None
    kinds = Counter(kind for _, kind in rows)
    reasons = ", ".join(
        f"{ERROR_TEXT[ErrorKind(kind)]} ({count})" if kind in set(ErrorKind) else f"other ({count})"
        for kind, count in kinds.most_common(3)
    )
    number = found["number"]
    return Trouble(
        f"Nothing has been measured since {said(answered or first)}: "
        + (
            f"all {number} checks that ended since then"
            if number > 1
            else "the one check since then"
        )
        + f" failed. The last ones say: {reasons}. Scores, positions and charts stay as they were. "
        "Look at the provider accounts.",
        answered or first,
        frozenset(account for account, _ in rows if account is not None),
    )


def last_answer() -> datetime | None:
    """When an engine last answered a check of a watched keyword, were it that it has nothing."""
    rows = Keyword.objects.watched()
    return max(
        filter(
            None,
            (
                rows.filter(latest__source=Snapshot.Source.CHECK).aggregate(
                    at=Max("latest__taken_at")
                )["at"],
                rows.filter(last_check__state=State.EMPTY).aggregate(
                    at=Max("last_check__finished_at")
                )["at"],
            ),
        ),
        default=None,
    )


def fell_due(since: datetime, until: datetime) -> int:
    """How many checks of the watched keywords fell due after `since` and up to `until`. Quiet keywords
    that are spaced to save money are left out: their slots are not all used."""
    rows = (
        Keyword.objects.watched()
        .exclude(Q(brand__stretch__gt=1) | Q(brand__account__stretch__gt=1), is_quiet=True)
        .filter(created_at__lte=until)
        .values_list("pk", "cadence", "brand__time_zone")
    )
    starts: dict[tuple[str, str], list[datetime]] = {}
    number = 0
    for pk, cadence, zone in rows:
        if (cadence, zone) not in starts:
            starts[cadence, zone] = list(slots(cadence, zone, since, until))
        moments = starts[cadence, zone]
        shift = jitter(cadence, pk)
        number += bisect_right(moments, until - shift) - bisect_right(moments, since - shift)
    return number


def slots(cadence: str, zone: str, since: datetime, until: datetime) -> Iterable[datetime]:
    """The starts of the slots whose checks may fall due between two moments, oldest first."""
    start = period_of(cadence, zone, since - Cadence(cadence).length)
    while start <= until:
        yield start
        start = next_period(cadence, zone, start)
