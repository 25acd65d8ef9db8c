"""Looks for tasks whose post nobody saw answered, by their tags, before anything is paid a second time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from serp import task_queue
from serp.asking import Clock
from serp.claiming import Ticket
from serp.models import Check
from serp.providers.base import ErrorKind
from serp.providers.dataforseo_tasks import Found, Listing
from serp.run import Tally
from serp.task_line import Line

SKEW = timedelta(minutes=5)
"""How far the provider's clock may be behind ours."""
SETTLED = timedelta(minutes=1)
"""The newest part of the provider's list, which is left out: it must end in the past."""

State = Check.State


def listed(line: Line, clock: Clock) -> Listing:
    """What the provider lists of all the account's tasks that nobody saw answered; nothing, and not
    all of it, when it does not answer. Asked once a pass, since it allows few requests a minute."""
    now = clock()
    rows = task_queue.waiting().filter(account=line.account, task__startswith=task_queue.PREFIX)
    posted = [(tag, sent_at) for tag, sent_at in rows.values_list("task", "sent_at") if sent_at]
    since = min((sent_at for _, sent_at in posted), default=now) - SKEW
    tags = [tag for tag, _ in posted]
    queue = line.queue()
    found = line.ask(lambda: queue.listed(tags, since=since, until=now - SETTLED), clock)
    return found or Listing({}, is_whole=False)


def look_for(
    tickets: Sequence[Ticket],
    listing: Listing,
    *,
    ready: Mapping[str, str],
    now: datetime,
    tally: Tally,
) -> None:
    """Find these tasks among those that the account has and those that are done (`ready`: ids by tag).

    What the provider surely does not have is put back; where it does not say, nothing is paid again,
    and after 24 hours the check fails.
    """
    found: list[tuple[Ticket, Found]] = []
    gone: list[Check] = []
    over: list[Check] = []
    left: list[Ticket] = []
    for ticket in tickets:
        check = ticket.check
        if task := listing.found.get(check.task):
            found.append((ticket, task))
        elif check.task in ready:
            found.append((ticket, Found(ready[check.task])))
        elif listing.is_whole and now - (check.sent_at or now) >= task_queue.GRACE:
            gone.append(check)
        elif task_queue.is_over_age(check, now):
            over.append(check)
        else:
            left.append(ticket)
    with transaction.atomic():
        task_queue.let_go(left, now)
        task_queue.confirm(found, now, next_at=now)
        again, failed = task_queue.put_back(gone, now)
        task_queue.drop(
            over, now, state=State.FAILED, kind=ErrorKind.TIMEOUT, message=task_queue.GIVEN_UP
        )
        task_queue.end_hold(tickets)
    tally.count(State.DUE, again)
    tally.count(State.FAILED, failed + len(over))
