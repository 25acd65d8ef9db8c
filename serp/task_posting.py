"""Posts due checks of accounts in task mode to their provider's queue, up to 100 in a request."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from serp import outcomes, task_queue
from serp.asking import Clock, query_of
from serp.breaker import Answered
from serp.claiming import TASK, Claimed, Ticket, claim, mode_of
from serp.limits import limits
from serp.models import Pause, ProviderAccount
from serp.outcomes import Outcome
from serp.permits import LimitsDown
from serp.providers.base import ErrorKind, ProviderError
from serp.providers.dataforseo_tasks import MOST_A_POST, Found, Order, Posted, was_refused
from serp.run import Tally
from serp.task_line import Line, OnePermit

WAIT = 0.1
"""Seconds before an account at its rate is tried again."""
PATIENCE = 5.0
"""Seconds of such waiting after which the account is left to the next run."""
NOT_SENT = frozenset({ErrorKind.LIMITS, ErrorKind.UNSUPPORTED})
"""Ends of a post that never left."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refused(Outcome):
    """One of many checks whose common request was refused: the account is told once, not for each."""

    @property
    def answered(self) -> Answered | None:
        return None


def post_due(clock: Clock, until: float | None, tally: Tally) -> None:
    """Post what is due, account by account, until nothing is or until `until` (`time.monotonic`).

    What was made of it is added to `tally`. Without the shared limits nothing is posted.
    """
    accounts = [row for row in ProviderAccount.objects.order_by("pk") if mode_of(row) == TASK]
    ids = {account.pk for account in accounts}
    for account in accounts:
        try:
            post_all(clock, until, tally, others=ids - {account.pk})
        except LimitsDown as error:
            logger.warning("Nothing is posted while the limits cannot be asked: %s", error)
            return


def post_all(clock: Clock, until: float | None, tally: Tally, *, others: set[int]) -> None:
    """Post the due checks of one account: of those in task mode, all but `others`."""
    waited = 0.0
    while (until is None or time.monotonic() < until) and Pause.current() is None:
        gate = OnePermit(limits())
        claimed = take(clock(), gate, others)
        for state, number in claimed.closed.items():
            tally.count(state, number)
        if claimed.tickets:
            waited = 0.0
            send(claimed.tickets, gate, clock, tally)
        elif not any(claimed.closed.values()):
            if not claimed.full or waited >= PATIENCE:
                return
            time.sleep(WAIT)
            waited += WAIT


@transaction.atomic
def take(now: datetime, gate: OnePermit, others: set[int]) -> Claimed:
    """Claim a post's worth of checks and mark them with their tags, before anything is sent."""
    claimed = claim(now, MOST_A_POST, gate=gate, mode=TASK, full=others)
    task_queue.mark(claimed.tickets, now)
    return claimed


def send(tickets: Sequence[Ticket], gate: OnePermit, clock: Clock, tally: Tally) -> None:
    """Make the posts for claimed checks: one for each account and engine."""
    groups: dict[int, dict[str, list[Ticket]]] = defaultdict(lambda: defaultdict(list))
    for ticket in tickets:
        groups[ticket.account.pk][ticket.keyword.engine].append(ticket)
    for engines in groups.values():
        first = next(iter(engines.values()))[0]
        assert first.permit is not None, "a claim hands them out"  # noqa: S101
        line = Line(first.account, gate, [first.permit])
        try:
            for group in engines.values():
                post(group, line, clock, tally)
        finally:
            line.close()


def post(tickets: Sequence[Ticket], line: Line, clock: Clock, tally: Tally) -> None:
    """Put these checks into the queue. When the provider's answer is lost they stay marked, and are
    looked for by their tags before anything is posted again."""
    orders = [Order(ticket.check.task, query_of(ticket.keyword, clock(), ())) for ticket in tickets]
    posted, error = line.all([lambda: attempt(line, orders)])[0]
    line.note(error)
    with transaction.atomic():
        if error is None:
            accept(tickets, posted, clock(), tally)
        elif was_refused(error) or error.kind in NOT_SENT:
            refuse(tickets, error, clock(), tally)
        line.tell([error], clock())


def attempt(line: Line, orders: Sequence[Order]) -> tuple[list[Posted], ProviderError | None]:
    """Runs in a thread: what the post came to, or why nobody knows."""
    try:
        return line.queue().post(orders), None
    except ProviderError as error:
        return [], error
    except Exception as error:
        logger.exception("A post broke off")
        return [], outcomes.crash(error)


def accept(
    tickets: Sequence[Ticket], posted: Sequence[Posted], now: datetime, tally: Tally
) -> None:
    """Store the ids of the tasks that were made; what was not taken has its outcome at once."""
    by_tag = {ticket.check.task: ticket for ticket in tickets}
    made = [(by_tag[one.tag], Found(one.task, one.cost)) for one in posted if one.task]
    task_queue.confirm(made, now, next_at=now + task_queue.FIRST_POLL)
    settle(
        [outcomes.of_error(by_tag[one.tag], one.error) for one in posted if one.error], now, tally
    )


def refuse(tickets: Sequence[Ticket], error: ProviderError, now: datetime, tally: Tally) -> None:
    """Give the checks of a post that surely made no task their outcome: it cost nothing."""
    error.cost = Decimal(0)
    found = [outcomes.of_error(ticket, error) for ticket in tickets]
    settle(
        [Refused(one.ticket, one.state, error=one.error, wait=one.wait) for one in found],
        now,
        tally,
    )


def settle(found: Sequence[Outcome], now: datetime, tally: Tally) -> None:
    counted = outcomes.settle(found, now)
    tally.late += len(found) - len(counted)
    for outcome in counted:
        tally.count(outcome.state)
