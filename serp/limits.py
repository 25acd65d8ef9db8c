"""Limits of a provider account: requests a second, requests in flight, and money a day and month."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from serp.models import Check, ProviderAccount
from serp.providers.base import Answer, Fetch, Request


class Gate:
    """Holds the requests of one account in this process to its rate and its number in flight.

    Shared by the threads of a batch. Waiting is short by design: a worker claims only as many checks
    of an account as its limits let through within half a minute (`room_of`).
    """

    def __init__(self, *, per_second: float, max_in_flight: int) -> None:
        self.gap = 1.0 / per_second
        self.room = threading.BoundedSemaphore(max_in_flight)
        self.lock = threading.Lock()
        self.next_at = 0.0

    def __call__(self, fetch: Fetch, request: Request) -> Answer:
        with self.room:
            with self.lock:
                now = time.monotonic()
                wait = max(0.0, self.next_at - now)
                self.next_at = max(now, self.next_at) + self.gap
            if wait:
                time.sleep(wait)
            return fetch(request)


PATIENCE = 30.0
"""Seconds that a claimed check may wait for its turn: well below its lease."""


def room_of(account: ProviderAccount) -> int:
    """How many checks of an account one worker may have claimed at a time."""
    return max(1, min(account.max_in_flight, int(account.per_second * PATIENCE)))


def spent(account: ProviderAccount, *, since: datetime) -> Decimal:
    """US dollars that checks sent from `since` on have cost this account."""
    total = Check.objects.filter(account=account, sent_at__gte=since).aggregate(sum=Sum("cost"))
    return total["sum"] or Decimal(0)


def over_budget(account: ProviderAccount, price: Decimal, now: datetime) -> str:
    """Why a request of this price may not be paid now, in words; empty when it may.

    Days and months are UTC, as the providers bill them.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for budget, since, name in (
        (account.day_budget, midnight, "day"),
        (account.month_budget, midnight.replace(day=1), "month"),
    ):
        if budget is None:
            continue
        used = spent(account, since=since)
        if used + price > budget:
            return f"the {name}'s budget of ${budget} is used up (${used:.2f} spent)"
    return ""
