"""The state of the machinery in numbers, for the installation or some brands: beat, queue, coverage, accounts, money."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q

from serp.durations import in_words
from serp.models import Brand, BudgetUse, Check, Heartbeat, Keyword, Pause, ProviderAccount
from serp.models.brand import BrandQuerySet
from serp.models.keyword import KeywordQuerySet
from serp.models.provider import ProviderAccountQuerySet
from serp.models.secret import Unreadable
from serp.pulse import FAILING, QUARANTINED, WORKER_SILENCE
from serp.timeliness import KNOWN, read_in_slot, read_in_time

OVERDUE = timedelta(minutes=10)
"""A check that was due longer ago than this and has brought nothing yet counts as overdue."""
WATCHED = Q(is_paused=False)
DUE = WATCHED & Q(quarantined_at__isnull=True)
Use = tuple[int | None, int | None, str]
"""Brand id or None, account id or None, and the span that a budget is for."""


@dataclass(frozen=True, slots=True)
class Money:
    """US dollars of one budget: `used` counts what is settled and what is reserved for calls under way;
    `budget` None means that nobody set one."""

    used: Decimal
    budget: Decimal | None

    @property
    def left(self) -> Decimal | None:
        return None if self.budget is None else max(Decimal(0), self.budget - self.used)


@dataclass(frozen=True, slots=True)
class Purse:
    """Money of an account or a brand today and this month, both UTC."""

    day: Money
    month: Money


@dataclass(frozen=True, slots=True)
class AccountState:
    """One account: `state` is held, unreadable, paused, failing, never or answers."""

    account: ProviderAccount
    state: str
    purse: Purse

    @property
    def words(self) -> str:
        return STATE_WORDS[self.state]

    @property
    def css(self) -> str:
        return STATE_CSS[self.state]


STATE_WORDS = {
    "unreadable": "key cannot be read",
    "paused": "paused",
    "held": "held",
    "failing": "fails",
    "never": "never asked",
    "answers": "answers",
}
STATE_CSS = {
    "unreadable": "bad",
    "paused": "draft",
    "held": "bad",
    "failing": "draft",
    "never": "idea",
    "answers": "done",
}


@dataclass(frozen=True, slots=True)
class Load:
    """Keywords and checks of one brand or of several.

    `covered`: watched keywords whose result page was read in the cadence slot that runs now.
    `timely`: those whose reading is as new as their cadence asks; `late`: those that have an older one.
    `open`: checks that wait or are under way. `overdue`: checks, made or not yet made, that have been
    due for longer than OVERDUE; a task that a provider works on is none. `waiting_since`: since when
    the oldest of those waits that nobody has taken up.
    """

    watched: int = 0
    covered: int = 0
    timely: int = 0
    late: int = 0
    failing: int = 0
    quarantined: int = 0
    open: int = 0
    overdue: int = 0
    waiting_since: datetime | None = None

    @property
    def coverage(self) -> float | None:
        """`covered` as a fraction of `watched`; None where nothing is watched."""
        return self.covered / self.watched if self.watched else None

    @property
    def punctual(self) -> float | None:
        """`timely` as a fraction of `watched`; None where nothing is watched."""
        return self.timely / self.watched if self.watched else None

    @property
    def never(self) -> int:
        """Watched keywords of which nothing was ever read."""
        return self.watched - self.timely - self.late

    def __add__(self, other: Load) -> Load:
        return Load(
            watched=self.watched + other.watched,
            covered=self.covered + other.covered,
            timely=self.timely + other.timely,
            late=self.late + other.late,
            failing=self.failing + other.failing,
            quarantined=self.quarantined + other.quarantined,
            open=self.open + other.open,
            overdue=self.overdue + other.overdue,
            waiting_since=earliest(self.waiting_since, other.waiting_since),
        )


def earliest(*moments: datetime | None) -> datetime | None:
    """The earliest of the moments that are there."""
    return min(filter(None, moments), default=None)


@dataclass(frozen=True, slots=True)
class BrandState:
    """One brand with its load and its budgets."""

    brand: Brand
    load: Load
    purse: Purse


@dataclass(frozen=True, slots=True)
class Status:
    """All of it at one moment, `now` (UTC)."""

    now: datetime
    beat: datetime | None
    pause: Pause | None
    brands: tuple[BrandState, ...]
    accounts: tuple[AccountState, ...]

    @property
    def load(self) -> Load:
        return sum((state.load for state in self.brands), Load())

    @property
    def silence(self) -> timedelta | None:
        """How long no worker has given a sign of life; None: none was ever seen."""
        return None if self.beat is None else max(timedelta(0), self.now - self.beat)

    @property
    def is_silent(self) -> bool:
        return self.silence is None or self.silence > WORKER_SILENCE

    @property
    def queue_age(self) -> timedelta:
        """How long the oldest check that nobody has taken up has been due; zero when none waits."""
        since = self.load.waiting_since
        return timedelta(0) if since is None else max(timedelta(0), self.now - since)

    @property
    def waits(self) -> str:
        """`queue_age` in words."""
        return in_words(self.queue_age, with_seconds=True)

    @property
    def silent_for(self) -> str:
        """`silence` in words; empty when none was ever seen."""
        return "" if self.silence is None else in_words(self.silence, with_seconds=True)

    @property
    def held(self) -> int:
        """Accounts that are not asked for a reason of theirs, or cannot be."""
        return sum(one.state in ("held", "unreadable") for one in self.accounts)


def status(brands: BrandQuerySet, accounts: ProviderAccountQuerySet, now: datetime) -> Status:
    """The state of these brands and accounts, in a number of queries that rows do not raise."""
    rows = list(brands)
    payers = list(accounts.select_related("brand"))
    stretches = {row.stretch for row in rows} | {row.stretch for row in payers}
    loads = loads_of(brands, now, zones={row.time_zone for row in rows}, stretches=stretches)
    used = used_of(brands, accounts, now)
    return Status(
        now=now,
        beat=Heartbeat.last("worker"),
        pause=Pause.current(),
        brands=tuple(
            BrandState(row, loads.get(row.pk, Load()), purse_of(row, used, (row.pk, None)))
            for row in rows
        ),
        accounts=tuple(
            AccountState(row, state_of(row, now), purse_of(row, used, (None, row.pk)))
            for row in payers
        ),
    )


def state_of(account: ProviderAccount, now: datetime) -> str:
    """The one word for how an account stands: what keeps it from being asked comes first."""
    if isinstance(account.key, Unreadable):
        return "unreadable"
    if account.is_paused:
        return "paused"
    if account.held_until is not None and account.held_until > now:
        return "held"
    if account.failures:
        return "failing"
    return "never" if account.answered_at is None else "answers"


def loads_of(
    brands: BrandQuerySet, now: datetime, *, zones: set[str], stretches: set[int]
) -> dict[int, Load]:
    """The load of each brand by its id; `zones` and `stretches` as in `read_in_slot`."""
    keywords = Keyword.objects.filter(brand__in=brands)
    counted = (
        read_in_slot(keywords, now, zones=zones, stretches=stretches)
        .order_by()
        .values("brand")
        .annotate(
            watched=Count("pk", filter=WATCHED),
            covered=Count("pk", filter=WATCHED & KNOWN),
            failing=Count("pk", filter=FAILING),
            quarantined=Count("pk", filter=QUARANTINED),
            unmade=Count("pk", filter=DUE & Q(next_check_at__lt=now - OVERDUE)),
            due_since=Min("next_check_at", filter=DUE & Q(next_check_at__lte=now)),
        )
    )
    queue = {row["keyword__brand"]: row for row in queue_of(brands, now)}
    ages = ages_of(keywords, now, stretches=stretches)
    loads = {}
    for row in counted:
        checks = queue.get(row["brand"], {"open": 0, "overdue": 0, "waits": None})
        loads[row["brand"]] = Load(
            watched=row["watched"],
            covered=row["covered"],
            timely=ages[row["brand"]][0],
            late=ages[row["brand"]][1],
            failing=row["failing"],
            quarantined=row["quarantined"],
            open=checks["open"],
            overdue=checks["overdue"] + row["unmade"],
            waiting_since=earliest(checks["waits"], row["due_since"]),
        )
    return loads


def ages_of(
    keywords: KeywordQuerySet, now: datetime, *, stretches: set[int]
) -> dict[int, tuple[int, int]]:
    """By brand, how many watched keywords have a reading as new as their cadence asks, and how many
    an older one."""
    rows = (
        read_in_time(keywords, now, stretches=stretches)
        .order_by()
        .values("brand")
        .annotate(
            timely=Count("pk", filter=WATCHED & KNOWN),
            late=Count("pk", filter=WATCHED & Q(latest__isnull=False) & ~KNOWN),
        )
    )
    return {row["brand"]: (row["timely"], row["late"]) for row in rows}


def queue_of(brands: BrandQuerySet, now: datetime) -> Iterable[Any]:
    """Open checks by brand: their number, the overdue ones, and since when the oldest one waits."""
    waits = Q(state=Check.State.DUE, not_before__lte=now)
    return (
        Check.objects.filter(state__in=Check.OPEN, keyword__brand__in=brands)
        .order_by()
        .values("keyword__brand")
        .annotate(
            open=Count("pk"),
            overdue=Count("pk", filter=Q(not_before__lt=now - OVERDUE, task="")),
            waits=Min("not_before", filter=waits),
        )
    )


def used_of(
    brands: BrandQuerySet, accounts: ProviderAccountQuerySet, now: datetime
) -> dict[Use, Decimal]:
    """US dollars used of each budget today and this month (UTC)."""
    today = now.astimezone(UTC).date()
    spans = Q(span=BudgetUse.Span.DAY, starts_on=today) | Q(
        span=BudgetUse.Span.MONTH, starts_on=today.replace(day=1)
    )
    uses = BudgetUse.objects.filter(spans, Q(brand__in=brands) | Q(account__in=accounts))
    return {(use.brand_id, use.account_id, use.span): use.used for use in uses}


def purse_of(
    row: Brand | ProviderAccount, used: dict[Use, Decimal], key: tuple[int | None, int | None]
) -> Purse:
    """The purse of a brand or account; `key` is its place in `used`."""
    none = Decimal(0)
    return Purse(
        Money(used.get((*key, "day"), none), row.day_budget),
        Money(used.get((*key, "month"), none), row.month_budget),
    )


def outcomes_today(brands: BrandQuerySet, now: datetime) -> dict[str, int]:
    """Checks that ended since midnight UTC, by outcome; every outcome is there, if only with 0."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    # By way of the keywords: their index finds a day's checks among millions.
    rows = (
        Check.objects.filter(
            keyword__in=Keyword.objects.filter(brand__in=brands), finished_at__gte=midnight
        )
        .order_by()
        .values_list("state")
        .annotate(Count("pk"))
    )
    return {str(outcome): 0 for outcome in Check.OUTCOMES} | dict(rows)
