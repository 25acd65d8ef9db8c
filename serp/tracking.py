"""Checks keywords: asks the provider for what was claimed, and records one outcome for each."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from serp import recording
from serp.claiming import claim
from serp.limits import (
    CHECK_SECONDS,
    account_of,
    gate_of,
    hindrance,
    likely_cost,
    price_of,
)
from serp.models import Check, Keyword, ProviderAccount, Snapshot, TrackedPage
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
from serp.recording import Reading
from serp.scheduling import OFFERED_AT_ONCE, offer_due, request_check

MAX_TRIES = 2
"""How often a provider is asked for one keyword and period; an unknown outcome counts."""
MAX_ATTEMPTS = 3
"""How often a check is claimed before it is given up as one that kills its worker."""
NO_ACCOUNT = "no provider account is set for this keyword or its brand"

Clock = Callable[[], datetime]
logger = logging.getLogger(__name__)
State = Check.State


@dataclass
class Tally:
    """What a run did: outcomes by state, checks put back for a second try, and answers that came
    too late to count."""

    outcomes: dict[str, int] = field(default_factory=dict)
    put_back: int = 0
    late: int = 0

    def count(self, state: str) -> None:
        self.outcomes[state] = self.outcomes.get(state, 0) + 1

    @property
    def finished(self) -> int:
        return sum(self.outcomes.values())

    @property
    def failed(self) -> int:
        return self.outcomes.get(State.FAILED, 0) + self.outcomes.get(State.SKIPPED, 0)

    def __str__(self) -> str:
        parts = [
            f"{number} {State(state).label}" for state, number in sorted(self.outcomes.items())
        ]
        return ", ".join(parts) or "nothing was due"


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


def crash(error: Exception) -> ProviderError:
    """A defect of ours, as the outcome of the check that met it."""
    return ProviderError(f"{type(error).__name__}: {error}", kind=ErrorKind.CRASH)


class Run:
    """One worker's pass over open checks: fetches in threads, talks to the database in its own.

    The threads only fetch and parse: a database connection a keyword is what loses checks when many
    are in flight.
    """

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
        self.watched: dict[int, list[TrackedPage]] = {}
        self.reserved: dict[tuple[int, int], Decimal] = {}
        """The money noted before each call, by check and claim."""

    def go(self, until: float | None) -> Tally:
        """Work until nothing is open, or until `until` (seconds of `time.monotonic`)."""
        pending: dict[Future[Serp], Check] = {}
        with ThreadPoolExecutor(self.in_flight, thread_name_prefix="fetch") as pool:
            while True:
                room = self.in_flight - len(pending)
                in_time = until is None or time.monotonic() < until
                claimed: list[Check] = []
                if in_time and room and (not pending or room >= max(1, self.in_flight // 8)):
                    held = Counter(check.account_id or 0 for check in pending.values())
                    claimed = claim(self.clock(), room, only=self.only, held=held)
                    for check in self.send(claimed):
                        pending[pool.submit(self.fetch, check)] = check
                if not pending and not claimed:
                    return self.tally
                done, _ = wait(pending, timeout=1.0, return_when=FIRST_COMPLETED)
                if done:
                    self.finish([(pending.pop(future), future) for future in done])
                    self.progress(self.tally)

    @transaction.atomic
    def send(self, claimed: Sequence[Check]) -> list[Check]:
        """Note each paid call before it is made; skip the checks that may not be made."""
        now = self.clock()
        payers = {account_of(check.keyword) for check in claimed}
        # Held while the money is counted: two workers must not both spend the last of a budget.
        held = ProviderAccount.objects.select_for_update(no_key=True).order_by("pk")
        accounts = {row.pk: row for row in held.filter(pk__in=[p.pk for p in payers if p])}
        sent: list[Check] = []
        for check in claimed:
            payer = account_of(check.keyword)
            account = accounts.get(payer.pk) if payer else None
            if check.attempts > MAX_ATTEMPTS or check.tries >= MAX_TRIES:
                self.close(
                    check,
                    State.FAILED,
                    kind=ErrorKind.CRASH,
                    message=f"Given up after {check.tries} tries that never came to an end.",
                )
                continue
            if account is None:
                self.close(check, State.SKIPPED, message=NO_ACCOUNT)
                continue
            check.account = account
            reserve = likely_cost(check.keyword, account)
            if reason := hindrance(account, reserve, now):
                self.close(check, State.SKIPPED, message=reason)
                continue
            moved = Check.objects.filter(
                pk=check.pk, fence=check.fence, state=State.CLAIMED
            ).update(
                state=State.SENT,
                sent_at=now,
                tries=F("tries") + 1,
                account=account,
                cost=F("cost") + reserve,
            )
            if moved:
                check.tries += 1
                self.reserved[check.pk, check.fence] = reserve
                self.watch(check.keyword.brand_id)
                sent.append(check)
        return sent

    def watch(self, brand_id: int) -> None:
        """Load the brand's tracked pages once a run, in this thread."""
        if brand_id not in self.watched:
            self.watched[brand_id] = list(
                TrackedPage.objects.filter(brand_id=brand_id).select_related("page")
            )

    def fetch(self, check: Check) -> Serp:
        """Runs in a thread: no database here."""
        account = check.account
        assert account is not None, "send() sets it"  # noqa: S101
        gate = gate_of(account.pk, account.per_second, account.max_in_flight)
        until = time.monotonic() + CHECK_SECONDS

        def ask(request: Request) -> Answer:
            if time.monotonic() > until:
                raise ProviderError(
                    f"Not all pages came within {CHECK_SECONDS:.0f} s.", kind=ErrorKind.TIMEOUT
                )
            return gate(bounded_fetch(), request)

        provider = provider_of(account, ask)
        keyword = check.keyword
        return provider.fetch(query_of(keyword, self.clock(), self.watched[keyword.brand_id]))

    def finish(self, answers: list[tuple[Check, Future[Serp]]]) -> None:
        """Give each answered check its outcome. What cannot be stored together is stored one by
        one, so that a single bad answer takes no other with it."""
        before = replace(self.tally, outcomes=dict(self.tally.outcomes))
        try:
            with transaction.atomic():
                self.store(answers)
        except Exception as error:
            self.tally = before
            if len(answers) > 1:
                for answer in answers:
                    self.finish([answer])
                return
            logger.exception("A reading could not be stored")
            self.fail(answers[0][0], crash(error), self.clock())

    def store(self, answers: list[tuple[Check, Future[Serp]]]) -> None:
        """Close the checks and write the readings of those whose answer still counts."""
        now = self.clock()
        readings: list[Reading] = []
        for check, future in answers:
            try:
                serp = future.result()
            except ProviderError as error:
                self.fail(check, error, now)
                continue
            except Exception as error:
                logger.exception("A fetch broke off")
                self.fail(check, crash(error), now)
                continue
            state = State.EMPTY
            if serp.items:
                state = State.PARTIAL if serp.shortfall else State.MEASURED
            kind = serp.shortfall.kind if serp.shortfall else ""
            if self.close(check, state, serp=serp, kind=kind) and serp.items:
                provider = check.account.provider if check.account else ""
                readings.append(Reading.of(check, serp, provider=provider, taken_at=now))
        recording.record(readings)

    def fail(self, check: Check, error: ProviderError, now: datetime) -> None:
        """Close the check as failed, or put it back for a second try when one may help. A keyword that
        was paused meanwhile gets none."""
        paused = Keyword.objects.filter(pk=check.keyword_id, is_paused=True)
        if error.is_permanent or check.tries >= MAX_TRIES or paused.exists():
            self.close(check, State.FAILED, kind=error.kind, message=str(error), error=error)
            return
        delay = timedelta(seconds=max(settings.RETRY_DELAY, error.retry_after or 0))
        moved = Check.objects.filter(pk=check.pk, fence=check.fence, state=State.SENT).update(
            state=State.DUE,
            not_before=now + delay,
            lease_until=None,
            error_kind=error.kind,
            message=str(error)[:500],
            calls=F("calls") + error.calls,
            cost=F("cost") + self.settle(check, error=error),
        )
        if moved:
            self.tally.put_back += 1
        else:
            self.came_late(check, error=error)

    def close(
        self,
        check: Check,
        state: str,
        *,
        serp: Serp | None = None,
        kind: str = "",
        message: str = "",
        error: ProviderError | None = None,
    ) -> bool:
        """Write the one outcome, unless another worker has claimed the check since: then the answer
        is late and counts for nothing but money."""
        now = self.clock()
        answer = serp or error
        moved = Check.objects.filter(
            pk=check.pk, fence=check.fence, state__in=(State.CLAIMED, State.SENT)
        ).update(
            state=state,
            finished_at=now,
            lease_until=None,
            error_kind=kind,
            message=message[:500],
            depth=serp.depth if serp else 0,
            calls=F("calls") + (answer.calls if answer else 0),
            cost=F("cost") + self.settle(check, serp=serp, error=error),
        )
        if not moved:
            self.came_late(check, serp=serp, error=error)
            return False
        Keyword.objects.filter(pk=check.keyword_id).update(last_check=check)
        self.tally.count(state)
        return True

    def came_late(
        self, check: Check, *, serp: Serp | None = None, error: ProviderError | None = None
    ) -> None:
        """Count an answer that another worker's has overtaken: it cost calls and money all the same."""
        answer = serp or error
        Check.objects.filter(pk=check.pk).update(
            calls=F("calls") + (answer.calls if answer else 0),
            cost=F("cost") + self.settle(check, serp=serp, error=error),
        )
        self.tally.late += 1

    def settle(
        self, check: Check, *, serp: Serp | None = None, error: ProviderError | None = None
    ) -> Decimal:
        """What to add to the reserved cost so that the true one stands: what the provider told, else
        the account's price for each call made. Where nobody knows, what was reserved counts as spent.
        """
        answer = serp or error
        account = check.account
        reserved = self.reserved.get((check.pk, check.fence))
        if account is None or reserved is None or answer is None:
            return Decimal(0)
        if answer.cost is not None:
            return answer.cost - reserved
        if error is not None and error.kind is ErrorKind.CRASH:
            return Decimal(0)
        return price_of(account) * answer.calls - reserved


def check_due(
    *,
    clock: Clock = timezone.now,
    in_flight: int | None = None,
    seconds: float | None = None,
    only: Sequence[int] | None = None,
    progress: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """Offer what is due and check all that is open; returns what came of it.

    `clock` gives aware times: the demo and the tests pass a simulated one. `seconds` bounds the
    time in which new checks are begun; `only` narrows the run to checks with these ids and offers
    nothing; `progress` is told after every few answers.
    """
    if only is None:
        while offer_due(clock()) == OFFERED_AT_ONCE:
            pass
    until = None if seconds is None else time.monotonic() + seconds
    run = Run(
        clock=clock,
        in_flight=in_flight or settings.CHECKS_IN_FLIGHT,
        only=only,
        progress=progress,
    )
    return run.go(until)


def check(keyword: Keyword, *, clock: Clock = timezone.now) -> Snapshot | None:
    """Check one keyword now, in this process; returns its snapshot, or None when none was written.

    Raises TooSoon as `request_check` does.
    """
    row = request_check(keyword, clock())
    check_due(clock=clock, in_flight=1, only=[row.pk])
    return Snapshot.objects.filter(check_row=row).first()
