"""Gives checks their one outcome, many at a time: the fence compared, the money settled, the account noted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import F

from serp import breaker, money
from serp.breaker import Answered
from serp.claiming import Ticket, most_tries
from serp.models import Check, Keyword, LedgerEntry
from serp.providers import registry
from serp.providers.base import ErrorKind, ProviderError, Serp
from serp.unmade import point_to_last

State = Check.State
OURS = frozenset({ErrorKind.CRASH, ErrorKind.LIMITS, ErrorKind.ADDRESS, ErrorKind.UNSUPPORTED})
"""Kinds that say nothing of the provider."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one ticket: a state, with what was read or why not. DUE: put back for a second try
    after `wait` seconds."""

    ticket: Ticket
    state: str
    serp: Serp | None = None
    error: ProviderError | None = None
    wait: float = 0.0

    @property
    def calls(self) -> int:
        answer = self.serp or self.error
        return answer.calls if answer else 0

    @property
    def kind(self) -> str:
        if self.serp is not None:
            return self.serp.shortfall.kind if self.serp.shortfall else ""
        return self.error.kind if self.error else ""

    @property
    def message(self) -> str:
        return str(self.error)[:500] if self.error else ""

    @property
    def depth(self) -> int:
        return self.serp.depth if self.serp else 0

    @property
    def cost(self) -> Decimal:
        """US dollars: what the provider told, else the account's price for each call made; what was
        set aside where a defect of ours left nobody to say."""
        answer = self.serp or self.error
        if answer is not None and answer.cost is not None:
            return answer.cost
        if self.kind == ErrorKind.CRASH:
            return self.ticket.reserved
        return money.price_of(self.ticket.account) * self.calls

    @property
    def answered(self) -> Answered | None:
        """What it says about the account; None where it says nothing."""
        if self.error is not None and registry.PROVIDERS[self.ticket.account.provider].is_local:
            return None
        if self.error is None:
            shortfall = self.serp.shortfall if self.serp else None
            return Answered(None, (shortfall.retry_after or 0.0) if shortfall else 0.0)
        if self.error.kind in OURS:
            return None
        return Answered(self.error.kind, self.error.retry_after or 0.0, self.ticket.noted_at)


def of_serp(ticket: Ticket, serp: Serp) -> Outcome:
    """Measured, partial or empty: never anything else, and never merged."""
    if not serp.items:
        return Outcome(ticket, State.EMPTY, serp=serp)
    return Outcome(ticket, State.PARTIAL if serp.shortfall else State.MEASURED, serp=serp)


def of_error(ticket: Ticket, error: ProviderError) -> Outcome:
    """Failed, or put back: for a second try when one may help, or for the same one when nobody was
    asked."""
    goes_elsewhere = ticket.has_other and error.kind in breaker.OUTAGES
    is_last = ticket.check.tries >= most_tries(ticket.check)
    was_asked = error.calls > 0 or error.kind is not ErrorKind.LIMITS
    if was_asked and (is_last or (error.is_permanent and not goes_elsewhere)):
        return Outcome(ticket, State.FAILED, error=error)
    wait = 0.0 if goes_elsewhere else max(settings.RETRY_DELAY, error.retry_after or 0.0)
    return Outcome(ticket, State.DUE, error=error, wait=wait)


def crash(error: Exception) -> ProviderError:
    """A defect of ours, as the outcome of the check that met it."""
    return ProviderError(f"{type(error).__name__}: {error}", kind=ErrorKind.CRASH)


def settle(outcomes: Sequence[Outcome], now: datetime) -> list[Outcome]:
    """Write the outcomes; returns those that count: not those that another worker's claim has
    overtaken, which are late and count as money only. Runs inside the caller's transaction."""
    ids = [outcome.ticket.check.pk for outcome in outcomes]
    sent = Check.objects.filter(pk__in=ids, state=State.SENT)
    locked = sent.select_for_update(of=("self",), no_key=True).order_by("pk")
    fences = dict(locked.values_list("pk", "fence"))
    paused = paused_keywords(outcomes)
    counted: list[Outcome] = []
    late: list[Outcome] = []
    for outcome in outcomes:
        check = outcome.ticket.check
        if fences.get(check.pk) != check.fence:
            late.append(outcome)
        elif outcome.state == State.DUE and check.keyword_id in paused:
            counted.append(replace(outcome, state=State.FAILED))
        else:
            counted.append(outcome)
    close(counted, now)
    count_late(late)
    settle_ledger(outcomes, now)
    note_accounts(outcomes, now)
    return counted


def paused_keywords(outcomes: Sequence[Outcome]) -> set[int]:
    """Keywords that are paused meanwhile: their checks get no second try."""
    again = [o.ticket.check.keyword_id for o in outcomes if o.state == State.DUE]
    if not again:
        return set()
    rows = Keyword.objects.filter(pk__in=again, is_paused=True)
    return set(rows.values_list("pk", flat=True))


def close(outcomes: Sequence[Outcome], now: datetime) -> None:
    """Move the checks on: one update for all that ended alike."""
    alike: dict[tuple[object, ...], list[Outcome]] = defaultdict(list)
    for o in outcomes:
        alike[o.state, o.kind, o.message, o.depth, o.wait, o.calls, o.cost].append(o)
    for rows in alike.values():
        one = rows[0]
        is_over = one.state != State.DUE
        was_made = int(is_over or one.calls > 0 or one.kind != ErrorKind.LIMITS)
        Check.objects.filter(pk__in=[o.ticket.check.pk for o in rows]).update(
            state=one.state,
            error_kind=one.kind,
            message=one.message,
            depth=one.depth,
            calls=F("calls") + one.calls,
            cost=F("cost") + one.cost,
            # What ended at our own gate took no try of the provider, nor of a worker's life.
            tries=F("tries") + was_made - 1,
            attempts=F("attempts") + was_made - 1,
            lease_until=None,
            task="",
            **(
                {"finished_at": now}
                if is_over
                else {"not_before": now + timedelta(seconds=one.wait)}
            ),
        )
    point_to_last([o.ticket.check.pk for o in outcomes if o.state != State.DUE])


def count_late(outcomes: Sequence[Outcome]) -> None:
    """Count answers that came too late: their tries were taken as spent, and cost this instead."""
    for o in outcomes:
        Check.objects.filter(pk=o.ticket.check.pk).update(
            calls=F("calls") + o.calls, cost=F("cost") + o.cost - o.ticket.reserved
        )


def settle_ledger(outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write what the tries really cost into the ledger and the budgets."""
    alike: dict[tuple[int, Decimal, str], list[int]] = defaultdict(list)
    differences: dict[tuple[int, int, date], Decimal] = defaultdict(Decimal)
    for o in outcomes:
        ticket = o.ticket
        alike[o.calls, o.cost, o.kind or o.state].append(ticket.entry)
        key = (ticket.account.pk, ticket.keyword.brand_id, money.day_of(ticket.noted_at))
        differences[key] += o.cost - ticket.reserved
    for (calls, cost, said), entries in alike.items():
        # After a defect of ours nobody knows what was asked: what was set aside stays spent.
        is_known = said != ErrorKind.CRASH
        LedgerEntry.objects.filter(pk__in=entries).update(
            state=LedgerEntry.State.SETTLED if is_known else LedgerEntry.State.UNKNOWN,
            calls=calls if is_known else None,
            cost=cost if is_known else None,
            outcome=said,
            settled_at=now,
        )
    money.correct(differences)


def note_accounts(outcomes: Sequence[Outcome], now: datetime) -> None:
    """Let each account's breaker know how its requests ended."""
    answers: dict[int, list[Answered]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.answered is not None:
            answers[outcome.ticket.account.pk].append(outcome.answered)
    for account_id in sorted(answers):
        breaker.note(account_id, answers[account_id], now)
