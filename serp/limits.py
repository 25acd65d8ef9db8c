"""Limits of a provider account: requests a second, requests in flight, and money a day and month."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from django.db.models import Sum

from serp.models import Check, Keyword, ProviderAccount
from serp.models.secret import WRONG_KEY, Unreadable
from serp.providers import registry
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


CHECK_SECONDS = 90.0
"""No further page of a check is asked for after this time."""
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


def account_of(keyword: Keyword) -> ProviderAccount | None:
    """The account that pays for this keyword: its own, or the brand's."""
    return keyword.account or keyword.brand.account


def price_of(account: ProviderAccount) -> Decimal:
    """US dollars a request: the account's own price, or the provider's list price."""
    return registry.PROVIDERS[account.provider].price if account.price is None else account.price


def likely_cost(keyword: Keyword, account: ProviderAccount) -> Decimal:
    """US dollars that a check will cost at most by the list: a request for every ten results."""
    pages = -(-keyword.depth // registry.PROVIDERS[account.provider].page_size)
    return price_of(account) * pages


def hindrance(account: ProviderAccount, cost: Decimal, now: datetime) -> str:
    """Why this account may not pay `cost` now, in words; empty when it may."""
    if account.is_paused:
        return f"the account “{account}” is paused"
    if isinstance(account.key, Unreadable):
        return WRONG_KEY
    return over_budget(account, cost, now) if cost else ""


@lru_cache(maxsize=256)
def gate_of(account_id: int, per_second: float, max_in_flight: int) -> Gate:
    """The process's one gate for an account with these limits; changed limits make a new one."""
    return Gate(per_second=per_second, max_in_flight=max_in_flight)
