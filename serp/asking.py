"""How one check asks its provider: its question, its turns at the gate, and the answers that are kept."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from serp import outcomes, raw
from serp.claiming import Ticket
from serp.limits import limits
from serp.models import Keyword, ProviderAccount, TrackedPage
from serp.outcomes import Outcome, crash
from serp.permits import LimitsDown, Permit
from serp.providers import registry
from serp.providers.base import (
    Access,
    Answer,
    ErrorKind,
    Fetch,
    Provider,
    ProviderError,
    Query,
    Request,
    Serp,
    Watched,
)
from serp.providers.http import BoundedFetch
from serp.providers.rate_headers import pause_of

CHECK_SECONDS = 90.0
"""No further page of a check is asked for after this time."""

LATE = 0.03
"""Seconds that a start may lag behind its permit: less than what the spacing of starts leaves over."""

Clock = Callable[[], datetime]
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a thread brings back: a result page or an error, when it came, and the raw answers."""

    serp: Serp | None
    error: ProviderError | None
    at: datetime
    kept: Sequence[raw.Packed] = ()

    def outcome(self, ticket: Ticket) -> Outcome:
        if self.serp is not None:
            return outcomes.of_serp(ticket, self.serp)
        return outcomes.of_error(ticket, self.error or crash(ValueError("no answer")))


def query_of(keyword: Keyword, at: datetime, watched: Sequence[TrackedPage]) -> Query:
    """The question that a keyword asks at a moment."""
    return Query(
        phrase=keyword.phrase,
        engine=keyword.engine,
        country=keyword.country,
        language=keyword.language,
        location=keyword.location,
        device=keyword.device,
        depth=keyword.depth,
        at=at,
        brand=keyword.brand.name,
        domains=keyword.brand.hosts,
        watched=tuple(
            Watched(row.page.url, row.title, row.since) for row in watched if row.since <= at
        ),
    )


@lru_cache(maxsize=1)
def bounded_fetch() -> BoundedFetch:
    """The process's one pooled fetch for provider traffic."""
    return BoundedFetch(
        deadline=settings.PROVIDER_DEADLINE,
        allowed_hosts=frozenset(settings.ALLOWED_PROVIDER_HOSTS),
        pool_size=max(settings.CHECKS_IN_FLIGHT, 10),
    )


def provider_of(account: ProviderAccount, fetch: Fetch) -> Provider:
    """The adapter that speaks to this account."""
    return registry.make(
        account.provider,
        Access(base_url=account.base_url, key=account.key, options=account.options),
        fetch,
    )


class Conversation:
    """The requests of one check: each waits its turn at the gate, and each answer is kept. Used in a
    fetch thread: no database here."""

    def __init__(self, ticket: Ticket) -> None:
        self.account = ticket.account
        self.gate = limits()
        self.until = time.monotonic() + CHECK_SECONDS
        self.requests = 0
        self.unsent = 0
        """Requests that ended at the gate: nobody was asked, so they cost nothing."""
        self.kept: list[raw.Packed] = []

    def __call__(self, request: Request) -> Answer:
        if self.requests:
            self.unsent += 1
            self.wait_for_turn()
            self.unsent -= 1
        self.requests += 1
        answer = bounded_fetch()(request)
        if settings.RAW_DAYS:
            packed = raw.pack(self.requests, answer, secrets=[self.account.key])
            self.kept.append(packed)
        if seconds := pause_of(answer.headers):
            self.hold(seconds)
        return answer

    def wait_for_start(self, permit: Permit | None, given_at: float) -> None:
        """Begin when the permit says, or take a new turn where that moment has gone by: starts that
        bunch up would break the account's rate."""
        if permit is None:
            return
        early = given_at + permit.starts_in - time.monotonic()
        if early < -LATE:
            self.wait_for_turn()
        else:
            time.sleep(max(0.0, early))

    def wait_for_turn(self) -> None:
        """The first request has its permit; a further page takes its turn like all others."""
        try:
            seconds = self.gate.turn(self.account.pk, per_second=self.account.per_second)
        except LimitsDown as error:
            raise ProviderError(str(error), kind=ErrorKind.LIMITS) from error
        if time.monotonic() + seconds > self.until:
            if not self.requests:
                raise ProviderError(
                    "The provider asked to wait before this check was begun.",
                    kind=ErrorKind.LIMITS,
                    retry_after=seconds,
                )
            raise ProviderError(
                f"Not all pages came within {CHECK_SECONDS:.0f} s.", kind=ErrorKind.TIMEOUT
            )
        time.sleep(seconds)

    def hold(self, seconds: float) -> None:
        """Let no process begin a request before the provider wants it."""
        try:
            self.gate.hold(self.account.pk, seconds)
        except LimitsDown:
            logger.warning("Redis is away: a provider's word to wait was heard here only.")


def ask(ticket: Ticket, watched: Sequence[TrackedPage], clock: Clock, given_at: float) -> Fetched:
    """Make one check: for a fetch thread, without the database. Never raises. `given_at` is when the
    ticket was handed over (`time.monotonic`): it may have waited for its thread since."""
    conversation = Conversation(ticket)
    serp, error = None, None
    try:
        conversation.wait_for_start(ticket.permit, given_at)
        provider = provider_of(ticket.account, conversation)
        serp = provider.fetch(query_of(ticket.keyword, clock(), watched))
        serp = replace(serp, calls=max(0, serp.calls - conversation.unsent))
    except ProviderError as refused:
        error = refused
        error.calls = max(0, error.calls - conversation.unsent)
    except Exception as defect:
        logger.exception("A fetch broke off")
        error = crash(defect)
    ended = serp.shortfall if serp else error
    if ended is not None and ended.retry_after and ended.kind is not ErrorKind.LIMITS:
        conversation.hold(ended.retry_after)
    return Fetched(serp, error, clock(), conversation.kept)
