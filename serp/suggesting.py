"""Asks an account's provider what engines complete names to: priced before, reserved, noted and settled like checks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from serp import breaker, money
from serp.asking import bounded_fetch, provider_of
from serp.breaker import Answered
from serp.limits import limits
from serp.models import Brand, LedgerEntry, Pause, ProviderAccount
from serp.models.secret import WRONG_KEY, Unreadable
from serp.permits import LimitsDown
from serp.providers.base import ErrorKind, ProviderError, Query
from serp.providers.registry import PROVIDERS, title_of
from serp.providers.suggestions import Completing

MOST_CALLS = 20
"""Requests of one press of the button: a person waits for them."""
SECONDS = 20.0
"""After this time no further request is begun; what came is kept."""

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Completion:
    """One phrase that an engine completed another one to, in a language."""

    phrase: str
    language: str
    of: str


@dataclass(slots=True)
class Asked:
    """What came of asking: the completions, requests made, US dollars spent, and what went wrong."""

    found: list[Completion] = field(default_factory=list)
    calls: int = 0
    cost: Decimal = Decimal(0)
    troubles: list[str] = field(default_factory=list)


def completes(account: ProviderAccount) -> type[Completing] | None:
    """The account's provider, if it can read autocomplete."""
    provider = PROVIDERS.get(account.provider)
    return provider if provider is not None and issubclass(provider, Completing) else None


def refusal(account: ProviderAccount | None, now: datetime) -> str:
    """Why this account cannot be asked for suggestions now, in words; empty when it can."""
    if account is None:
        return "No account pays yet, so nobody can be asked. Choose one, or give the brand one."
    if completes(account) is None:
        return f"{title_of(account.provider)} has no autocomplete, so “{account}” cannot be asked for it."
    if account.is_paused:
        return f"The account “{account}” is paused."
    if isinstance(account.key, Unreadable):
        return f"The account “{account}”: {WRONG_KEY}."
    if account.held_until is not None and account.held_until > now:
        return f"The account “{account}” is not asked for a while: {account.held_because}."
    pause = Pause.current()
    return f"The installation is paused: {pause.reason}." if pause else ""


def price_of(account: ProviderAccount) -> Decimal:
    """US dollars of one request for suggestions: the account's own price, or the provider's list."""
    provider = completes(account)
    if account.price is not None or provider is None:
        return account.price or Decimal(0)
    return provider.suggestion_price(account.options)


def queries_of(
    account: ProviderAccount,
    phrases: Iterable[str],
    markets: Iterable[tuple[str, str]],
    engines: Iterable[str],
) -> list[Query]:
    """One question a phrase, market (country and language) and engine that the provider completes for,
    at most MOST_CALLS."""
    provider = completes(account)
    able = [engine for engine in engines if provider and engine in provider.suggests]
    places = [(engine, *market) for market in markets for engine in able]
    found = [
        Query(phrase=phrase, engine=engine, country=country, language=language)
        for phrase in phrases
        for engine, country, language in places
    ]
    return found[:MOST_CALLS]


def ask(account: ProviderAccount, brand: Brand, queries: Sequence[Query], clock: Clock) -> Asked:
    """Ask each question once. Money is set aside for all of them before the first; what was not asked
    is given back. Never raises for what a provider does: `troubles` tells."""
    asked = Asked()
    entries = note(account, brand, queries, clock(), asked)
    until = time.monotonic() + SECONDS
    answers: list[Answered] = []
    for position, (query, entry) in enumerate(zip(queries, entries, strict=False)):
        began = clock()
        error = None
        try:
            wait_for_turn(account, until)
            got = provider_of(account, bounded_fetch()).suggest(query)  # type: ignore[attr-defined]
            entry.calls, entry.cost = 1, entry.reserved if got.cost is None else got.cost
            entry.outcome = "suggestions"
            asked.found += [
                Completion(phrase, query.language, query.phrase) for phrase in got.phrases
            ]
        except ProviderError as caught:
            error = caught
            entry.calls = error.calls
            entry.cost = cost_of_failure(error, entry)
            entry.outcome = error.kind
        if error is None or error.kind is not ErrorKind.LIMITS:
            kind = error.kind if error else None
            answers.append(Answered(kind, (error.retry_after if error else 0) or 0.0, began))
        if error is not None:
            asked.troubles.append(f"“{query.phrase}”: {error}")
            if error.is_permanent or error.kind in breaker.OUTAGES | {ErrorKind.LIMITS}:
                for rest in entries[position + 1 :]:
                    rest.calls, rest.cost, rest.outcome = 0, Decimal(0), ErrorKind.LIMITS
                break
    settle(account, brand, entries, answers, clock())
    asked.calls = sum(entry.calls or 0 for entry in entries)
    asked.cost = sum((entry.cost or Decimal(0) for entry in entries), Decimal(0))
    return asked


def cost_of_failure(error: ProviderError, entry: LedgerEntry) -> Decimal:
    """What a request that failed is taken to have cost: nothing where it was never sent or refused at
    the door, else what the provider says, else the price."""
    if not error.calls or error.kind in breaker.REFUSALS:
        return Decimal(0)
    return entry.reserved if error.cost is None else error.cost


def wait_for_turn(account: ProviderAccount, until: float) -> None:
    """Take a turn at the account's gate, as every request does. Raises ProviderError when it would
    come too late."""
    if PROVIDERS[account.provider].is_local:
        return
    try:
        seconds = limits().turn(account.pk, per_second=account.per_second)
    except LimitsDown as error:
        raise ProviderError(str(error), kind=ErrorKind.LIMITS) from error
    if time.monotonic() + seconds > until:
        raise ProviderError(
            f"Not asked: it would have taken longer than {SECONDS:.0f} s.", kind=ErrorKind.LIMITS
        )
    time.sleep(seconds)


@transaction.atomic
def note(
    account: ProviderAccount, brand: Brand, queries: Sequence[Query], now: datetime, asked: Asked
) -> list[LedgerEntry]:
    """Set the money aside and write an intent for each question that is paid for."""
    each = price_of(account)
    purses = money.purses_of(account.pk, brand.pk, money.day_of(now)) if each else []
    reserved = money.reserve(
        money.lock_uses(purses), account, brand, each=each, wanted=len(queries), now=now
    )
    if reserved.reason:
        left_out = len(queries) - reserved.number
        asked.troubles.append(f"{left_out} of {len(queries)} not asked: {reserved.reason}.")
    return LedgerEntry.objects.bulk_create(
        LedgerEntry(
            brand=brand,
            account=account,
            provider=account.provider,
            fence=0,
            at=now,
            reserved_calls=1,
            reserved=each,
        )
        for _ in queries[: reserved.number]
    )


@transaction.atomic
def settle(
    account: ProviderAccount,
    brand: Brand,
    entries: Sequence[LedgerEntry],
    answers: Sequence[Answered],
    now: datetime,
) -> None:
    """Write what the requests really cost, and let the account's breaker know how they ended."""
    difference = Decimal(0)
    for entry in entries:
        entry.state, entry.settled_at = LedgerEntry.State.SETTLED, now
        difference += (entry.cost or Decimal(0)) - entry.reserved
    LedgerEntry.objects.bulk_update(
        entries, ["state", "settled_at", "calls", "cost", "outcome"], batch_size=MOST_CALLS
    )
    if entries:
        day = money.day_of(entries[0].at)
        money.correct({(account.pk, brand.pk, day): difference})
    if answers:
        breaker.note(account.pk, answers, now)
