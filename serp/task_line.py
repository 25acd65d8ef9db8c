"""An account's line to its provider for a while: each request has a permit, and waits its turn."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from queue import SimpleQueue
from typing import TypeVar

from django.db import transaction

from serp import breaker
from serp.asking import Clock, bounded_fetch, provider_of
from serp.breaker import Answered
from serp.limits import limits
from serp.models import ProviderAccount
from serp.outcomes import OURS
from serp.permits import LEASE, Limits, LimitsDown, Permit
from serp.providers.base import Answer, ErrorKind, ProviderError, Request
from serp.providers.dataforseo import DataForSEO
from serp.providers.dataforseo_tasks import TaskQueue
from serp.providers.rate_headers import pause_of

PATIENCE = 10.0
"""Seconds that a request may wait for its turn; after that it is left for another time."""

T = TypeVar("T")
logger = logging.getLogger(__name__)


class Line:
    """Lets the threads of one worker ask one account, as many at a time as it has permits."""

    def __init__(self, account: ProviderAccount, gate: Limits, permits: Sequence[Permit]) -> None:
        self.account = account
        self.gate = gate
        self.permits = permits
        self.good = 0
        self.failures = min(account.failures, breaker.TRIP - 1)
        """Outage-like ends in a row, before and on this line: after a few the rest is not asked."""
        self.free: SimpleQueue[tuple[Permit, bool]] = SimpleQueue()
        for permit in permits:
            self.free.put((permit, True))

    def __call__(self, request: Request) -> Answer:
        permit, is_fresh = self.free.get()
        try:
            if self.failures >= breaker.TRIP:
                raise ProviderError("The account fails at the moment.", kind=ErrorKind.LIMITS)
            time.sleep(permit.starts_in if is_fresh else self.turn())
            answer = bounded_fetch()(request)
        finally:
            self.free.put((permit, False))
        if seconds := pause_of(answer.headers):
            self.hold(seconds)
        return answer

    def turn(self) -> float:
        """Seconds until the next request may start."""
        try:
            seconds = self.gate.turn(self.account.pk, per_second=self.account.per_second)
        except LimitsDown as error:
            raise ProviderError(str(error), kind=ErrorKind.LIMITS) from error
        if seconds > PATIENCE:
            raise ProviderError("The account rests at the moment.", kind=ErrorKind.LIMITS)
        return seconds

    def hold(self, seconds: float) -> None:
        """Let no process begin a request before the provider wants it."""
        try:
            self.gate.hold(self.account.pk, seconds)
        except LimitsDown:
            logger.warning("Redis is away: a provider's word to wait was heard here only.")

    def note(self, error: ProviderError | None) -> None:
        """Take down how a request ended; one that was not made says nothing."""
        if error is not None and error.kind in OURS:
            return
        is_outage = error is not None and error.kind in breaker.OUTAGES
        self.failures = self.failures + 1 if is_outage else 0
        self.good += error is None
        if error is not None and error.retry_after:
            self.hold(error.retry_after)

    def tell(self, ends: Sequence[ProviderError | None], now: datetime) -> None:
        """Let the account's breaker know how requests ended that gave no check its outcome."""
        answered = [
            Answered(error.kind if error else None, (error.retry_after or 0.0) if error else 0.0)
            for error in ends
            if error is None or error.kind not in OURS
        ]
        if answered:
            breaker.note(self.account.pk, answered, now)

    def ask(self, job: Callable[[], T], clock: Clock) -> T | None:
        """Do one job that asks over this line; None when it fails, which the account's breaker hears."""
        try:
            found = self.all([job])[0]
        except ProviderError as error:
            self.note(error)
            with transaction.atomic():
                self.tell([error], clock())
            return None
        self.note(None)
        return found

    def queue(self) -> TaskQueue:
        """The account's queue, asked over this line."""
        provider = provider_of(self.account, self)
        if not isinstance(provider, DataForSEO):
            raise ValueError(f"{provider.title} has no queue of tasks.")
        return TaskQueue(provider)

    def all(self, jobs: Iterable[Callable[[], T]]) -> list[T]:
        """Do jobs that ask over this line in threads, and keep its permits meanwhile. No database."""
        with ThreadPoolExecutor(len(self.permits), thread_name_prefix="tasks") as pool:
            futures = [pool.submit(job) for job in jobs]
            while wait(futures, timeout=LEASE / 4).not_done:
                try:
                    self.gate.renew(self.permits)
                except LimitsDown:
                    logger.warning("A permit could not be renewed; it is tried again.")
        return [future.result() for future in futures]

    def close(self) -> None:
        """Give the permits back."""
        try:
            self.gate.release(self.permits, good=self.good)
        except LimitsDown:
            logger.warning("Redis is away: permits run out by themselves.")


def open_line(account: ProviderAccount, now: datetime, *, wanted: int) -> Line | None:
    """A line to this account, or None while it rests or is at its limits. Raises LimitsDown."""
    gate = limits()
    in_flight = breaker.in_flight(account, now)
    if not in_flight:
        return None
    permits = gate.acquire(
        account.pk, wanted=wanted, per_second=account.per_second, in_flight=in_flight
    )
    return Line(account, gate, permits) if permits else None


@dataclass
class OnePermit:
    """The gate as a claim of many checks sees it that are posted together: one permit lets all of them
    through, since one request carries them."""

    gate: Limits
    unused_of: dict[str, int] = field(default_factory=dict)

    def acquire(
        self, account: int, *, wanted: int, per_second: float, in_flight: int
    ) -> list[Permit]:
        given = self.gate.acquire(account, wanted=1, per_second=per_second, in_flight=in_flight)
        for permit in given:
            self.unused_of[permit.token] = wanted
        return given * wanted

    def unused(self, permits: Iterable[Permit]) -> None:
        for permit in permits:
            self.unused_of[permit.token] -= 1
            if not self.unused_of[permit.token]:
                self.gate.unused([permit])

    def turn(self, account: int, *, per_second: float) -> float:
        return self.gate.turn(account, per_second=per_second)

    def hold(self, account: int, seconds: float) -> None:
        self.gate.hold(account, seconds)

    def renew(self, permits: Iterable[Permit]) -> None:
        self.gate.renew(permits)

    def release(self, permits: Iterable[Permit], *, good: int) -> None:
        self.gate.release(permits, good=good)
