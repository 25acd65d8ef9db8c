"""Checks keywords: offers what is due, claims it with a lease, asks the provider, records one outcome."""

from __future__ import annotations

import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from serp import recording
from serp.cadence import Cadence, next_check_at, period_of
from serp.limits import PATIENCE, Gate, over_budget, room_of
from serp.models import Check, Keyword, ProviderAccount, Snapshot, TrackedPage
from serp.models.secret import WRONG_KEY, Unreadable
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

CHECK_SECONDS = 90.0
"""No further page of a check is asked for after this time."""
LEASE = timedelta(seconds=CHECK_SECONDS + 2 * PATIENCE + settings.PROVIDER_DEADLINE)
"""Longer than any check takes, with its waiting and its last page, so that only the dead lose a claim."""
MAX_TRIES = 2
"""How often a provider is asked for one keyword and period; an unknown outcome counts."""
MAX_ATTEMPTS = 3
"""How often a check is claimed before it is given up as one that kills its worker."""
MANUAL_INTERVAL = timedelta(minutes=5)
"""The least time between a reading and a check by hand of the same keyword."""
OFFERED_AT_ONCE = 500
OVERTAKEN = "the next check came before this one could be made"
PAUSED = "the keyword was paused"
NO_ACCOUNT = "no provider account is set for this keyword or its brand"

Clock = Callable[[], datetime]
logger = logging.getLogger(__name__)
State = Check.State


class TooSoon(Exception):
    """A check by hand within `MANUAL_INTERVAL` of the last reading, or while one is under way."""


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


def offer_due(now: datetime) -> int:
    """Make the Check row of each keyword whose time has come; returns how many were made.

    Safe to repeat and to run twice at once: a period has one row, and `next_check_at` is moved on
    only from the value that was read. A check of an earlier period that nobody has in hand is
    skipped: after an outage a keyword is read once and not once for every period missed.
    """
    due = list(Keyword.objects.due(now).select_related("brand")[:OFFERED_AT_ONCE])
    due.sort(key=lambda keyword: keyword.pk)  # two workers lock rows in one order
    rows = [
        Check(
            keyword=keyword,
            period=period_of(Cadence(keyword.cadence), keyword.brand.zone, now),
            not_before=now,
        )
        for keyword in due
    ]
    with transaction.atomic():
        before = Check.objects.filter(keyword__in=due).count()
        Check.objects.bulk_create(rows, ignore_conflicts=True)
        idle = Check.objects.filter(
            Q(state=State.DUE) | Q(state__in=(State.CLAIMED, State.SENT), lease_until__lt=now)
        )
        current = {row.keyword_id: row.period for row in rows}
        overtaken = [
            pk
            for pk, keyword, period in idle.filter(keyword__in=due).values_list(
                "pk", "keyword", "period"
            )
            if period < current[keyword]
        ]
        idle.filter(pk__in=overtaken).update(
            state=State.SKIPPED, message=OVERTAKEN, finished_at=now, lease_until=None
        )
        for keyword in due:
            following = next_check_at(
                Cadence(keyword.cadence), keyword.brand.zone, now, key=keyword.pk
            )
            Keyword.objects.filter(pk=keyword.pk, next_check_at=keyword.next_check_at).update(
                next_check_at=following
            )
        return Check.objects.filter(keyword__in=due).count() - before


def resume(keyword: Keyword, now: datetime) -> None:
    """Watch a keyword: its next check is due now, also when this period's was skipped before."""
    Keyword.objects.filter(pk=keyword.pk).update(is_paused=False, next_check_at=now)
    keyword.refresh_from_db(fields=["is_paused", "next_check_at"])
    period = period_of(Cadence(keyword.cadence), keyword.brand.zone, now)
    last = keyword.checks.filter(period=period).order_by("-sequence").first()
    if last is not None and last.state == State.SKIPPED:
        with suppress(TooSoon):
            request_check(keyword, now)


def pause(keyword: Keyword) -> None:
    """Stop watching a keyword; a check that waits is skipped, what is under way comes to its end."""
    Keyword.objects.filter(pk=keyword.pk).update(is_paused=True, next_check_at=None)
    Check.objects.filter(keyword=keyword, state=State.DUE).update(
        state=State.SKIPPED, message=PAUSED, finished_at=timezone.now()
    )
    keyword.refresh_from_db(fields=["is_paused", "next_check_at"])


def request_check(keyword: Keyword, now: datetime) -> Check:
    """Ask for a check of one keyword now, outside its cadence: the same period, next sequence.

    Raises TooSoon while one is open or the last reading is younger than `MANUAL_INTERVAL`.
    """
    period = period_of(Cadence(keyword.cadence), keyword.brand.zone, now)
    with transaction.atomic():
        Keyword.objects.select_for_update().get(pk=keyword.pk)
        rows = Check.objects.filter(keyword=keyword)
        if rows.exclude(state__in=Check.OUTCOMES).exists():
            raise TooSoon("A check of this keyword is under way already.")
        read = (State.MEASURED, State.PARTIAL, State.EMPTY)
        if rows.filter(state__in=read, finished_at__gt=now - MANUAL_INTERVAL).exists():
            raise TooSoon(
                f"This keyword was read less than {MANUAL_INTERVAL.seconds // 60} minutes ago."
            )
        last = rows.filter(period=period).aggregate(last=Max("sequence"))["last"]
        return Check.objects.create(
            keyword=keyword,
            period=period,
            sequence=0 if last is None else last + 1,
            not_before=now,
        )


def claim(
    now: datetime,
    limit: int,
    *,
    only: Sequence[int] | None = None,
    held: Mapping[int, int] | None = None,
) -> list[Check]:
    """Claim up to `limit` open checks with a lease; `only` narrows them to these ids.

    Of several workers each check goes to one. `held` counts, by account, the checks that this worker
    has in hand: no account gets more than its limits let through in time.
    """
    held = Counter(held or {})
    rows = Check.objects.open_at(now)
    if only is not None:
        rows = rows.filter(pk__in=only)
    with transaction.atomic():
        rooms = {
            account.pk: room_of(account) - held[account.pk]
            for account in ProviderAccount.objects.defer("key")
        }
        full = [pk for pk, room in rooms.items() if room <= 0]
        # What another worker is claiming at this moment is passed over, not waited for.
        found = (
            rows.annotate(payer=Coalesce("keyword__account", "keyword__brand__account"))
            .filter(Q(payer=None) | ~Q(payer__in=full))
            .select_for_update(of=("self",), skip_locked=True)
            .only("pk")
            .order_by("not_before", "pk")
        )
        ids = []
        for row in found[:limit]:
            payer: int | None = row.payer
            if payer is None or rooms[payer] > 0:
                ids.append(row.pk)
            if payer is not None:
                rooms[payer] -= 1
        token = uuid.uuid4()
        Check.objects.open_at(now).filter(pk__in=ids).update(
            state=State.CLAIMED,
            claim=token,
            lease_until=now + LEASE,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
        )
    return list(
        Check.objects.filter(claim=token, state=State.CLAIMED).select_related(
            "keyword__brand__account", "keyword__account"
        )
    )


def account_of(keyword: Keyword) -> ProviderAccount | None:
    """The account that pays for this keyword: its own, or the brand's."""
    return keyword.account or keyword.brand.account


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


def price_of(account: ProviderAccount) -> Decimal:
    """US dollars a request: the account's own price, or the provider's list price."""
    return registry.PROVIDERS[account.provider].price if account.price is None else account.price


def likely_cost(keyword: Keyword, account: ProviderAccount) -> Decimal:
    """US dollars that a check will cost at most by the list: a request for every ten results."""
    pages = -(-keyword.depth // registry.PROVIDERS[account.provider].page_size)
    return price_of(account) * pages


def hindrance(account: ProviderAccount, cost: Decimal, now: datetime) -> str:
    """Why this account may not pay `cost` now, in words; empty when it may."""
    if account.is_paused:
        return f"the account “{account}” is paused"
    if isinstance(account.key, Unreadable):
        return WRONG_KEY
    return over_budget(account, cost, now) if cost else ""


def crash(error: Exception) -> ProviderError:
    """A defect of ours, as the outcome of the check that met it."""
    return ProviderError(f"{type(error).__name__}: {error}", kind=ErrorKind.CRASH)


@lru_cache(maxsize=256)
def gate_of(account_id: int, per_second: float, max_in_flight: int) -> Gate:
    """The process's one gate for an account with these limits; changed limits make a new one."""
    return Gate(per_second=per_second, max_in_flight=max_in_flight)


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
