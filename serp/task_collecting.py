"""Collects the results of posted checks: asks for each ever less often, and finds lost ones by their tag."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from serp import breaker, outcomes, raw, recording, task_queue
from serp.asking import Clock, query_of
from serp.claiming import Ticket
from serp.models import Check, LedgerEntry, Pause, ProviderAccount
from serp.models.secret import Unreadable
from serp.outcomes import Outcome, crash
from serp.permits import LimitsDown
from serp.providers.base import ErrorKind, ProviderError
from serp.providers.dataforseo import DataForSEO
from serp.providers.dataforseo_tasks import Finished, Listing, TaskError
from serp.recording import Reading
from serp.run import Tally
from serp.task_line import Line, open_line
from serp.task_looking import listed, look_for

AT_ONCE = 50
"""Results that are asked for and stored together."""
PERMITS = 20
"""Most requests at the same time."""
PASSING = frozenset(
    {
        ErrorKind.TIMEOUT,
        ErrorKind.CONNECTION,
        ErrorKind.SERVER,
        ErrorKind.RATE_LIMITED,
        ErrorKind.BAD_KEY,
        ErrorKind.PAYMENT,
        ErrorKind.FORBIDDEN,
        ErrorKind.LIMITS,
    }
)
"""Ends of a request for a result that say nothing of the result: it is paid for, and asked for again."""

LAST_CHANCE = timedelta(hours=1)
GONE = "the account that it was posted with was removed, or is one with another provider now"

State = Check.State
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Got:
    """What a request for one result brought: the result, or an error, or neither while the task is in
    the queue; and the answer as it came."""

    finished: Finished | None = None
    error: ProviderError | None = None
    kept: Sequence[raw.Packed] = ()


def collect_due(clock: Clock, until: float | None, tally: Tally) -> None:
    """Ask for the results that are due, account by account, until none is or until `until`
    (`time.monotonic`); what was made of them is added to `tally`."""
    if not task_queue.waiting().exists():
        return
    drop_orphans(clock(), tally)
    ids = set(task_queue.waiting().values_list("account", flat=True))
    for account in ProviderAccount.objects.filter(pk__in=ids).order_by("pk"):
        now = clock()
        if isinstance(account.key, Unreadable) or breaker.in_flight(account, now) == 0:
            drop_stale(account, now, tally)
            continue
        try:
            line = open_line(account, now, wanted=PERMITS)
        except LimitsDown as error:
            logger.warning("No result is asked for while the limits cannot be: %s", error)
            return
        if line is not None:
            try:
                Collector(line, clock, tally).go(until)
            finally:
                line.close()


@transaction.atomic
def drop_orphans(now: datetime, tally: Tally) -> None:
    """Close checks whose result nobody can ask for: their account was removed, or is one with another
    provider now."""
    rows = task_queue.waiting().select_for_update(of=("self",), skip_locked=True)
    gone = list(rows.filter(~Q(account__provider=DataForSEO.name) | Q(account=None)))
    task_queue.drop(gone, now, state=State.SKIPPED, message=GONE)
    tally.count(State.SKIPPED, len(gone))


@transaction.atomic
def drop_stale(account: ProviderAccount, now: datetime, tally: Tally) -> None:
    """Give up what has had its time, and one hour more, at an account that cannot be asked."""
    rows = task_queue.waiting().select_for_update(of=("self",), skip_locked=True)
    stale = list(rows.filter(account=account, sent_at__lt=now - task_queue.GIVE_UP - LAST_CHANCE))
    task_queue.drop(
        stale, now, state=State.FAILED, kind=ErrorKind.TIMEOUT, message=task_queue.GIVEN_UP
    )
    tally.count(State.FAILED, len(stale))


class Collector:
    """One worker's pass over the waiting checks of one account."""

    def __init__(self, line: Line, clock: Clock, tally: Tally) -> None:
        self.line = line
        self.clock = clock
        self.tally = tally
        self.ready: dict[str, str] = {}
        """Ids by tag of what the provider says is done, as far as it was not asked for yet."""
        self.listing: Listing | None = None

    def go(self, until: float | None) -> None:
        self.ready = self.read_ready()
        while (until is None or time.monotonic() < until) and Pause.current() is None:
            tickets = task_queue.hold(
                self.line.account, self.clock(), ready=self.ready, limit=AT_ONCE
            )
            if not tickets:
                return
            lost = [ticket for ticket in tickets if task_queue.is_unconfirmed(ticket.check)]
            if lost:
                self.listing = self.listing or listed(self.line, self.clock)
                now = self.clock()
                look_for(lost, self.listing, ready=self.ready, now=now, tally=self.tally)
            known = [ticket for ticket in tickets if ticket not in lost]
            if known:
                self.ask_for(known)

    def read_ready(self) -> dict[str, str]:
        """Our tasks that are done. When the list cannot be had, each is asked for at its own time."""
        ready = self.line.ask(self.line.queue().ready, self.clock) or {}
        return {tag: task for tag, task in ready.items() if tag.startswith(task_queue.PREFIX)}

    def ask_for(self, tickets: Sequence[Ticket]) -> None:
        """Ask for the results of these tasks and store what came. What cannot be stored together is
        stored one by one, so that a single bad answer takes no other with it."""
        for ticket in tickets:
            self.forget(ticket)
        answers = self.line.all([partial(self.get, ticket) for ticket in tickets])
        got = list(zip(tickets, answers, strict=True))
        try:
            self.store(got)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            for one in got:
                self.store_alone(*one)

    def forget(self, ticket: Ticket) -> None:
        """Ask for a task once a pass, also where the provider goes on to call it done."""
        begin = f"{task_queue.prefix_of(ticket.check)}-"
        self.ready = {tag: task for tag, task in self.ready.items() if not tag.startswith(begin)}

    def get(self, ticket: Ticket) -> Got:
        """Runs in a thread: no database here."""
        query = query_of(ticket.keyword, self.clock(), ())
        kept: list[raw.Packed] = []
        try:
            queue = self.line.queue()
            answer = queue.collect(ticket.check.task, query)
            if settings.RAW_DAYS:
                kept.append(raw.pack(1, answer, secrets=[ticket.account.key]))
            finished = queue.read(answer, tag=task_queue.prefix_of(ticket.check), query=query)
        except ProviderError as error:
            self.line.note(error)
            return Got(error=error, kept=kept)
        except Exception as error:
            logger.exception("A result could not be read")
            return Got(error=crash(error), kept=kept)
        self.line.note(None)
        return Got(finished, kept=kept)

    def store_alone(self, ticket: Ticket, got: Got) -> None:
        try:
            self.store([(ticket, got)])
        except Exception as error:
            logger.exception("A reading could not be stored")
            self.store([(ticket, Got(error=TaskError(str(crash(error)), kind=ErrorKind.CRASH)))])

    def store(self, answers: Sequence[tuple[Ticket, Got]]) -> None:
        """Close what has ended, record what was read, and leave the rest in the queue."""
        now = self.clock()
        ended: list[tuple[Outcome, Got]] = []
        left: list[Ticket] = []
        errors: dict[int, ProviderError] = {}
        for ticket, got in answers:
            outcome = outcome_of(ticket, got, now)
            if outcome is not None:
                ended.append((outcome, got))
                continue
            left.append(ticket)
            if got.error is not None:
                errors[ticket.check.pk] = got.error
        with transaction.atomic():
            counted = self.close(ended, now)
            task_queue.let_go(left, now, errors=errors)
            task_queue.end_hold([ticket for ticket, _ in answers])
            self.line.tell([errors.get(ticket.check.pk) for ticket in left], now)
        self.tally.late += len(ended) - len(counted)
        for outcome in counted:
            self.tally.count(outcome.state)

    def close(self, ended: Sequence[tuple[Outcome, Got]], now: datetime) -> list[Outcome]:
        """Write outcomes, readings and raw answers, as a run of live checks does."""
        checks = [outcome.ticket.check for outcome, _ in ended]
        entries = LedgerEntry.objects.filter(check_row__in=checks, state=LedgerEntry.State.OPEN)
        unbilled = list(entries.values_list("pk", flat=True))
        counted = outcomes.settle([outcome for outcome, _ in ended], now)
        # Where nobody told what a task cost, what was set aside stays spent, and the ledger says so.
        LedgerEntry.objects.filter(pk__in=unbilled).update(
            state=LedgerEntry.State.UNKNOWN, cost=None
        )
        by_check = {outcome.ticket.check.pk: got for outcome, got in ended}
        recording.record(
            [
                Reading.of(
                    outcome.ticket.check,
                    outcome.serp,
                    provider=outcome.ticket.account.provider,
                    taken_at=taken_at(by_check[outcome.ticket.check.pk], outcome.ticket, now),
                )
                for outcome in counted
                if outcome.serp is not None and outcome.serp.items
            ]
        )
        raw.keep(
            (
                (o.ticket.check.pk, o.ticket.check.fence, o.ticket.account.provider, got.kept)
                for o, got in ended
                if got.kept
            ),
            now,
        )
        return counted


def outcome_of(ticket: Ticket, got: Got, now: datetime) -> Outcome | None:
    """What came of a task; None while it is worth asking again.

    A result that cannot be read is asked for once more. The money is what was booked at the post.
    """
    check, error = ticket.check, got.error
    if got.finished is not None:
        serp = replace(got.finished.serp, calls=1, cost=ticket.reserved)
        return outcomes.of_serp(ticket, serp)
    is_over_age = task_queue.is_over_age(check, now)
    if error is None and is_over_age:
        error = ProviderError(task_queue.GIVEN_UP, kind=ErrorKind.TIMEOUT)
    if error is None:
        return None
    error.calls, error.cost = 1, ticket.reserved
    if isinstance(error, TaskError):
        return outcomes.of_error(ticket, error)
    if is_over_age:
        return Outcome(ticket, State.FAILED, error=error)
    was_unreadable = bool(check.error_kind) and ErrorKind(check.error_kind) not in PASSING
    if error.kind not in PASSING and was_unreadable:
        return outcomes.of_error(ticket, error)
    return None


def taken_at(got: Got, ticket: Ticket, now: datetime) -> datetime:
    """When the engine was read: as the result says, where that lies between the post and now."""
    said = got.finished.taken_at if got.finished else None
    posted = (ticket.check.sent_at or now).replace(microsecond=0)
    return said if said is not None and posted <= said <= now else now
