"""One worker's pass over open checks: claims in batches, fetches in threads, stores in its own."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from django.db import InterfaceError, OperationalError, connection, transaction

from serp import claiming, outcomes, raw, recording
from serp.asking import Clock, Fetched, ask
from serp.claiming import Claimed, Ticket, claim
from serp.limits import limits
from serp.models import Check, Pause, TrackedPage
from serp.outcomes import Outcome, crash
from serp.permits import LEASE, LimitsDown, Permit
from serp.recording import Reading
from serp.scheduling import offer_all

OFFER_EVERY = 10.0
"""Seconds between looks for keywords whose time has come, while a run lasts."""
IDLE = 0.25
"""Seconds before a run that found nothing more looks again, while answers are still out."""
GATHER = 0.1
"""Seconds in which further answers may join the first, to be stored together."""
AHEAD = 4
"""For so many checks in flight one more is claimed ahead: its thread need not wait for the database."""
STORE_TRIES = 15
"""How often answers are offered to a database that is away, a second apart: they are paid for."""

State = Check.State
logger = logging.getLogger(__name__)


@dataclass
class Tally:
    """What a run did: outcomes by state, checks put back for a second try, and answers that came
    too late to count."""

    outcomes: dict[str, int] = field(default_factory=dict)
    put_back: int = 0
    late: int = 0

    def count(self, state: str, number: int = 1) -> None:
        if state == State.DUE:
            self.put_back += number
        elif number:
            self.outcomes[state] = self.outcomes.get(state, 0) + number

    @property
    def finished(self) -> int:
        return sum(self.outcomes.values())

    @property
    def failed(self) -> int:
        return sum(self.outcomes.get(state, 0) for state in Check.FRUITLESS)

    def __str__(self) -> str:
        parts = [
            f"{number} {State(state).label}" for state, number in sorted(self.outcomes.items())
        ]
        return ", ".join(parts) or "nothing was due"


class Run:
    """The threads only fetch and parse: a database connection a keyword is what loses checks when
    many are in flight."""

    def __init__(
        self,
        *,
        clock: Clock,
        in_flight: int,
        only: Sequence[int] | None,
        progress: Callable[[Tally], None],
    ) -> None:
        self.clock = clock
        self.progress = progress
        self.in_flight = in_flight
        self.only = only
        self.tally = Tally()
        self.gate = limits()
        self.pending: dict[Future[Fetched], Ticket] = {}
        self.watched: dict[int, list[TrackedPage]] = {}
        self.full: dict[int, float] = {}
        """Accounts that let no more through, and when to ask again (`time.monotonic`)."""
        self.is_paused = False
        self.claim_at = self.offer_at = 0.0
        self.renew_at = time.monotonic() + LEASE / 4

    def go(self, until: float | None) -> Tally:
        """Work until nothing is open, or until `until` (seconds of `time.monotonic`); what is under way
        when the installation is paused comes to its end."""
        with ThreadPoolExecutor(self.in_flight, thread_name_prefix="fetch") as pool:
            try:
                self.work(pool, until)
            except BaseException:
                # Nobody will store their answers: what waits for a thread is not asked any more.
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return self.tally

    def work(self, pool: ThreadPoolExecutor, until: float | None) -> None:
        while True:
            found = self.begin(pool, until)
            if self.pending:
                answers = self.collect()
                if all(fetched.serp is not None for _, fetched in answers):
                    # The threads work on while these are stored; after a failure the breaker is asked first.
                    self.begin(pool, until, holds=bool(answers))
                self.finish(answers)
                self.progress(self.tally)
            elif not self.may_begin(until) or not (found or self.full):
                return
            elif self.full and not found:
                time.sleep(max(0.01, min(self.full.values()) - time.monotonic()))
            self.renew()

    def may_begin(self, until: float | None) -> bool:
        return not self.is_paused and (until is None or time.monotonic() < until)

    def begin(self, pool: ThreadPoolExecutor, until: float | None, *, holds: bool = False) -> bool:
        """Claim checks and begin them, if it is not too late; returns whether anything was found. Raises
        what the database does only when no answer is out or, as `holds` says, waits to be stored."""
        if not self.may_begin(until):
            return False
        moment = time.monotonic()
        room = self.in_flight + self.in_flight // AHEAD - len(self.pending)
        if room < max(1, self.in_flight // 8) or (self.pending and moment < self.claim_at):
            return False
        self.full = {pk: at for pk, at in self.full.items() if at > moment}
        try:
            claimed = self.claim(room, moment)
        except LimitsDown as error:
            logger.warning("Nothing is asked while the limits cannot be: %s", error)
            self.claim_at = moment + 1.0
            return False
        except (OperationalError, InterfaceError):
            if not self.pending and not holds:
                raise
            logger.exception("The database is away; what was asked is waited for")
            connection.close()
            self.claim_at = moment + 1.0
            return False
        for ticket in claimed.tickets:
            watched = self.watched[ticket.keyword.brand_id]
            future = pool.submit(ask, ticket, watched, self.clock, time.monotonic())
            self.pending[future] = ticket
        for state, number in claimed.closed.items():
            self.tally.count(state, number)
        for account, per_second in claimed.full.items():
            self.full[account] = moment + min(1.0, max(0.05, 0.25 / per_second))
        found = bool(claimed.tickets) or any(claimed.closed.values())
        self.claim_at = moment if found else moment + IDLE
        return found

    def claim(self, room: int, moment: float) -> Claimed:
        """All that the database is asked before requests begin; while it is away, answers that are
        still out must not be lost by it."""
        if Pause.current() is not None:
            self.is_paused = True
            return Claimed()
        if self.only is None and moment >= self.offer_at:
            offer_all(self.clock())
            self.offer_at = moment + OFFER_EVERY
        claimed = claim(
            self.clock(),
            room,
            gate=self.gate,
            only=self.only,
            full=self.full.keys(),
            suspects=not any(ticket.is_suspect for ticket in self.pending.values()),
        )
        for ticket in claimed.tickets:
            self.watch(ticket.keyword.brand_id)
        return claimed

    def watch(self, brand_id: int) -> None:
        """Load the brand's tracked pages once a run, in this thread."""
        if brand_id not in self.watched:
            self.watched[brand_id] = list(
                TrackedPage.objects.filter(brand_id=brand_id).select_related("page")
            )

    def collect(self) -> list[tuple[Ticket, Fetched]]:
        """Wait a moment for answers; returns those that are there, their permits given back."""
        done, waiting = wait(self.pending, timeout=IDLE, return_when=FIRST_COMPLETED)
        if not done:
            return []
        if waiting:
            done, _ = wait(self.pending, timeout=GATHER)
        answers = [(self.pending.pop(future), future.result()) for future in done]
        self.claim_at = 0.0
        self.give_back(answers)
        return answers

    def finish(self, answers: Sequence[tuple[Ticket, Fetched]]) -> None:
        """Give each answered check its outcome. What cannot be stored together is stored one by one,
        so that a single bad answer takes no other with it."""
        if not answers:
            return
        try:
            counted = self.store_in_time(answers)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            if len(answers) > 1:
                for answer in answers:
                    self.finish([answer])
                return
            logger.exception("A reading could not be stored")
            ((ticket, fetched),) = answers
            counted = self.store_in_time(
                [(ticket, replace(fetched, serp=None, error=crash(error)))]
            )
        self.tally.late += len(answers) - len(counted)
        for outcome in counted:
            self.tally.count(outcome.state)

    def store_in_time(self, answers: Sequence[tuple[Ticket, Fetched]]) -> list[Outcome]:
        """Store answers, also when the database is away for a moment: they are paid for."""
        for _ in range(STORE_TRIES):
            try:
                return self.store(answers)
            except (OperationalError, InterfaceError):
                logger.warning("The database is away: %d answers wait for it.", len(answers))
                connection.close()
                time.sleep(1.0)
        return self.store(answers)

    @transaction.atomic
    def store(self, answers: Sequence[tuple[Ticket, Fetched]]) -> list[Outcome]:
        """Close the checks and write the readings of those whose answer still counts."""
        fetched = {ticket.check.pk: answer for ticket, answer in answers}
        counted = outcomes.settle(
            [answer.outcome(ticket) for ticket, answer in answers], self.clock()
        )
        recording.record(
            [
                Reading.of(
                    outcome.ticket.check,
                    outcome.serp,
                    provider=outcome.ticket.account.provider,
                    taken_at=fetched[outcome.ticket.check.pk].at,
                )
                for outcome in counted
                if outcome.serp is not None and outcome.serp.items
            ]
        )
        raw.keep(
            (
                (ticket.check.pk, ticket.check.fence, ticket.account.provider, answer.kept)
                for ticket, answer in answers
                if answer.kept
            ),
            self.clock(),
        )
        return counted

    def give_back(self, answers: Sequence[tuple[Ticket, Fetched]]) -> None:
        """Return the permits, with how many of an account's answers were good."""
        permits: dict[int, list[Permit]] = defaultdict(list)
        good: dict[int, int] = defaultdict(int)
        for ticket, answer in answers:
            if ticket.permit is not None:
                permits[ticket.account.pk].append(ticket.permit)
                good[ticket.account.pk] += answer.serp is not None
            self.full.pop(ticket.account.pk, None)
        for account, held in permits.items():
            try:
                self.gate.release(held, good=good[account])
            except LimitsDown:
                logger.warning("Redis is away: permits run out by themselves.")

    def renew(self) -> None:
        """Tell the database and the gate that this worker lives, for all that it has in hand."""
        if not self.pending or time.monotonic() < self.renew_at:
            return
        self.renew_at = time.monotonic() + LEASE / 4
        tickets = list(self.pending.values())
        try:
            claiming.renew({t.check.claim for t in tickets if t.check.claim}, self.clock())
            self.gate.renew(t.permit for t in tickets if t.permit)
        except (LimitsDown, OperationalError, InterfaceError):
            logger.warning("A lease could not be renewed; it is tried again.", exc_info=True)
            connection.close()
