"""Checks that wait in a provider's queue: how they are marked, held, asked for ever less often, put back.

Such a check is `sent` without a lease, so that no worker takes it for one whose worker died. Its
`task` is our tag until the provider's id is known; `not_before` is when it is next asked for.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from serp import claiming, outcomes, unmade
from serp.claiming import MAX_ATTEMPTS, Ticket
from serp.models import Check, LedgerEntry, ProviderAccount
from serp.outcomes import Outcome
from serp.providers.base import ErrorKind, ProviderError
from serp.providers.dataforseo_tasks import Found

PREFIX = "pushdown-"
FIRST_POLL = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=30)
FIRST_LOOK = timedelta(minutes=2)
"""When a post whose answer nobody has seen is first looked for: no request lasts so long."""
GRACE = timedelta(minutes=10)
"""How long a task that the provider does not list is looked for before it counts as never posted."""
GIVE_UP = timedelta(hours=24)
GIVEN_UP = "The provider had no result within 24 hours."
HELD = timedelta(minutes=5)
"""A worker that asks for results has them to itself for so long; if it dies, another may ask then."""

NEVER_CAME = ErrorKind.CONNECTION.value
NEVER_SAID = "It was posted to the provider's queue and never arrived there."

State = Check.State


@dataclass(frozen=True, slots=True)
class Billed(Outcome):
    """What a post cost: the ledger's part of an outcome, while the check is still under way."""

    billed: Decimal = Decimal(0)

    @property
    def calls(self) -> int:
        return 1

    @property
    def cost(self) -> Decimal:
        return self.billed


def prefix_of(check: Check) -> str:
    """How the tag of this check and claim begins."""
    return f"{PREFIX}{check.pk}-{check.fence}"


def is_unconfirmed(check: Check) -> bool:
    """Whether it was posted, or was about to be, and nobody has seen the provider's answer."""
    return check.task.startswith(PREFIX)


def next_poll(sent_at: datetime, now: datetime) -> datetime:
    """When to ask for a task again: 1, 3, 7, 15, 31 minutes after it was posted, then every 30."""
    return now + min(max(now - sent_at, timedelta(0)) + FIRST_POLL, LONGEST_WAIT)


def is_over_age(check: Check, now: datetime) -> bool:
    """Whether a task has had its time."""
    return check.sent_at is not None and now - check.sent_at > GIVE_UP


def waiting() -> QuerySet[Check]:
    """All checks that wait in a provider's queue."""
    return Check.objects.filter(state=State.SENT, lease_until=None).exclude(task="")


def queued_since() -> Subquery:
    """For a query of keywords: since when a check of theirs waits in a provider's queue, or null."""
    rows = waiting().filter(keyword=OuterRef("pk")).order_by("sent_at")
    return Subquery(rows.values("sent_at")[:1])


def mark(tickets: Sequence[Ticket], now: datetime) -> None:
    """Note, in the transaction that claims them, that these checks are about to be posted.

    The tag ends in a word of chance: another installation may use the same provider account.
    """
    word = uuid.uuid4().hex[:8]
    Check.objects.filter(pk__in=[ticket.check.pk for ticket in tickets]).update(
        task=Concat(
            Value(PREFIX),
            Cast("pk", CharField()),
            Value("-"),
            Cast("fence", CharField()),
            Value(f"-{word}"),
        ),
        lease_until=None,
        claim=None,
        not_before=now + FIRST_LOOK,
        error_kind="",
        message="",
    )
    for ticket in tickets:
        ticket.check.task = f"{prefix_of(ticket.check)}-{word}"
        ticket.check.sent_at = now


def confirm(found: Sequence[tuple[Ticket, Found]], now: datetime, *, next_at: datetime) -> None:
    """Store the provider's ids, and what it billed where it told. `next_at` is when to ask first.

    Runs inside the caller's transaction; what was claimed anew meanwhile is left alone.
    """
    rows = Check.objects.select_for_update(no_key=True).filter(state=State.SENT).order_by("pk")
    held = dict(
        rows.filter(pk__in=[ticket.check.pk for ticket, _ in found]).values_list("pk", "fence")
    )
    kept = [(t, task) for t, task in found if held.get(t.check.pk) == t.check.fence]
    Check.objects.bulk_update(
        [Check(pk=ticket.check.pk, task=task.task, not_before=next_at) for ticket, task in kept],
        ["task", "not_before"],
    )
    outcomes.settle_ledger(
        [
            Billed(ticket, State.SENT, billed=task.cost)
            for ticket, task in kept
            if task.cost is not None
        ],
        now,
    )


def hold(
    account: ProviderAccount, now: datetime, *, ready: Mapping[str, str], limit: int
) -> list[Ticket]:
    """Take up to `limit` checks of this account that are due to be asked for, or that the provider
    says are done (`ready`: ids by tag), for this worker alone.

    One whose result was asked for before without an end is taken alone: it may be what ended its
    worker. After three such ends its keyword goes into quarantine.
    """
    done = Q(claim=None, task__in=[*ready, *ready.values()])
    token = uuid.uuid4()
    with transaction.atomic():
        rows = (
            waiting()
            .filter(Q(not_before__lte=now) | done, account=account)
            .select_related("keyword__brand")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("attempts", "not_before", "pk")
        )
        found = list(rows[:limit])
        broken = [check for check in found if check.attempts > MAX_ATTEMPTS]
        unmade.close_lost_tries(broken, now)
        unmade.quarantine(broken, now)
        Check.objects.filter(pk__in=[check.pk for check in broken]).update(task="")
        sound = [check for check in found if check.attempts <= check.tries]
        taken = sound or [check for check in found if check not in broken][:1]
        Check.objects.filter(pk__in=[check.pk for check in taken]).update(
            claim=token, not_before=now + HELD, attempts=F("attempts") + 1
        )
    for check in taken:
        check.claim = token
    return tickets_of(taken, account)


def tickets_of(checks: Sequence[Check], account: ProviderAccount) -> list[Ticket]:
    """The tickets that these checks were posted under, with what is booked for each by now."""
    entries = {
        (entry.check_row_id, entry.fence): entry
        for entry in LedgerEntry.objects.filter(check_row__in=checks)
    }
    made: list[Ticket] = []
    for check in checks:
        entry = entries.get((check.pk, check.fence))
        has_other = check.keyword.second_account_id not in (None, account.pk)
        if entry is None:
            noted_at = check.sent_at or check.created_at
            made.append(Ticket(check, account, None, Decimal(0), noted_at, has_other=has_other))
            continue
        booked = entry.reserved if entry.cost is None else entry.cost
        made.append(Ticket(check, account, None, booked, entry.at, entry.pk, has_other))
    return made


def let_go(
    tickets: Sequence[Ticket],
    now: datetime,
    *,
    errors: Mapping[int, ProviderError] | None = None,
) -> None:
    """Leave checks in the queue until their next turn; `errors` tells, by check, why asking failed.

    Runs inside the caller's transaction, before `end_hold`.
    """
    alike: dict[tuple[datetime, str, str], list[int]] = defaultdict(list)
    for ticket in tickets:
        check = ticket.check
        error = (errors or {}).get(check.pk)
        if error is None or error.kind is ErrorKind.LIMITS:
            kind, said = "", ""  # nothing was asked
        else:
            kind, said = error.kind.value, str(error)[:500]
        alike[next_poll(check.sent_at or now, now), kind, said].append(check.pk)
    token = tickets[0].check.claim if tickets else None
    for (next_at, kind, said), ids in alike.items():
        Check.objects.filter(pk__in=ids, claim=token, state=State.SENT).update(
            not_before=next_at, error_kind=kind, message=said
        )


def end_hold(tickets: Sequence[Ticket]) -> None:
    """Give checks back that were asked for and came to an end of some kind."""
    if tickets:
        Check.objects.filter(claim=tickets[0].check.claim, attempts__gt=0).update(
            claim=None, attempts=F("attempts") - 1
        )


def put_back(checks: Collection[Check], now: datetime) -> tuple[int, int]:
    """Put checks back that the provider surely has no task for: they are posted again if they were
    posted once, and fail otherwise. The lost post counts as spent.

    Runs inside the caller's transaction. Returns how many will be posted again and how many failed;
    what was claimed anew meanwhile is neither.
    """
    rows = Check.objects.select_for_update(no_key=True).filter(state=State.SENT).order_by("pk")
    held = dict(rows.filter(pk__in=[c.pk for c in checks]).values_list("pk", "fence"))
    lost = [check for check in checks if held.get(check.pk) == check.fence]
    unmade.close_lost_tries(lost, now)
    again = [check for check in lost if check.tries < claiming.most_tries(check)]
    Check.objects.filter(pk__in=[check.pk for check in again]).update(
        state=State.DUE, task="", not_before=now, error_kind=NEVER_CAME, message=NEVER_SAID
    )
    over = [check for check in lost if check not in again]
    drop(over, now, state=State.FAILED, kind=NEVER_CAME, message=NEVER_SAID)
    return len(again), len(over)


def drop(
    checks: Collection[Check], now: datetime, *, state: str, kind: str = "", message: str
) -> None:
    """Close checks whose result will not be asked for; an unknown cost counts as spent."""
    unmade.close_lost_tries(checks, now)
    unmade.close_unmade(checks, now, state=state, kind=kind, message=message)
    Check.objects.filter(pk__in=[check.pk for check in checks]).update(task="")
