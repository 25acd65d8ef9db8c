"""What a schedule costs: keywords x pages x runs, by the account that pays, and what was spent so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Sum

from serp.cadence import Cadence
from serp.models import Brand, Check, Keyword, ProviderAccount
from serp.money import calls_of, likely_cost

DAY = timedelta(days=1)
MONTH_DAYS = 30
"""A forecast of a month is one of 30 days."""


@dataclass(frozen=True, slots=True)
class Group:
    """Keywords that are read alike and paid by one account. `next_at` is when they are due next, where
    that is known; `second` stands in for `account` when that one cannot be asked."""

    count: int
    cadence: Cadence
    depth: int
    account: ProviderAccount
    second: ProviderAccount | None = None
    is_quiet: bool = False
    next_at: datetime | None = None

    @property
    def runs(self) -> Decimal:
        """Checks of one of the keywords in a day, at their own cadence."""
        return Decimal(DAY / self.cadence.length)

    @property
    def requests(self) -> int:
        """Requests that one check takes by the provider's list."""
        return calls_of(Keyword(depth=self.depth), self.account)

    @property
    def dollars(self) -> Decimal:
        """What one check costs by the price list; nothing while its account is paused."""
        return paid_at(self.account, self.depth)

    @property
    def dollars_at_most(self) -> Decimal:
        """The same where the second account, if there is one, may have to stand in."""
        other = paid_at(self.second, self.depth) if self.second else Decimal(0)
        return max(self.dollars, other)


def paid_at(account: ProviderAccount, depth: int) -> Decimal:
    """US dollars of one check of this depth; nothing is paid to a paused account."""
    return Decimal(0) if account.is_paused else likely_cost(Keyword(depth=depth), account)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What keywords take in a day at their own cadences: checks, requests and US dollars. `most` counts
    each check at the dearer of its two accounts."""

    keywords: int = 0
    checks: Decimal = Decimal(0)
    requests: Decimal = Decimal(0)
    dollars: Decimal = Decimal(0)
    most: Decimal = Decimal(0)

    @property
    def month(self) -> Decimal:
        """US dollars in 30 days."""
        return self.dollars * MONTH_DAYS

    @property
    def month_at_most(self) -> Decimal:
        """US dollars in 30 days if second accounts stood in throughout."""
        return self.most * MONTH_DAYS


def forecast(groups: Iterable[Group]) -> Forecast:
    """Add up what these keywords take in a day."""
    total = Forecast()
    for group in groups:
        checks = group.count * group.runs
        total = Forecast(
            keywords=total.keywords + group.count,
            checks=total.checks + checks,
            requests=total.requests + checks * group.requests,
            dollars=total.dollars + checks * group.dollars,
            most=total.most + checks * group.dollars_at_most,
        )
    return total


@dataclass(frozen=True, slots=True)
class Line:
    """Keywords of a brand that are set alike; without an account the brand's pays."""

    count: int
    cadence: str
    depth: int
    account_id: int | None = None
    second_id: int | None = None
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a brand watches, and the accounts that may pay for it: enough to ask what a change costs."""

    lines: tuple[Line, ...]
    default: ProviderAccount | None
    accounts: Mapping[int, ProviderAccount]

    def groups(self) -> list[Group]:
        """The lines with their accounts; those that nobody pays for are left out: they are not read."""
        found = []
        for line in self.lines:
            account = self.accounts.get(line.account_id) if line.account_id else self.default
            if account is not None and line.count:
                found.append(
                    Group(
                        count=line.count,
                        cadence=Cadence(line.cadence),
                        depth=line.depth,
                        account=account,
                        second=self.accounts.get(line.second_id or 0),
                        is_quiet=line.is_quiet,
                    )
                )
        return found

    def with_line(self, line: Line) -> Schedule:
        return replace(self, lines=(*self.lines, line))

    def without(self, keyword: Keyword) -> Schedule:
        """The schedule as if this keyword were not in it; `keyword` is as stored."""
        return self.with_line(replace(line_of(keyword), count=-1)) if watched(keyword) else self


def watched(keyword: Keyword) -> bool:
    return not keyword.is_paused and keyword.quarantined_at is None


def line_of(keyword: Keyword) -> Line:
    """One keyword as a line of a schedule."""
    return Line(
        count=1,
        cadence=keyword.cadence,
        depth=keyword.depth,
        account_id=keyword.account_id,
        second_id=keyword.second_account_id,
        is_quiet=keyword.is_quiet,
    )


def schedule_of(brand: Brand) -> Schedule:
    """The schedule of a brand as stored, in two queries however many keywords it has."""
    accounts = {row.pk: row for row in ProviderAccount.objects.usable_by(brand).defer("key")}
    rows = (
        brand.keywords.watched()
        .filter(quarantined_at__isnull=True)
        .values_list("cadence", "depth", "account", "second_account", "is_quiet")
        .annotate(Count("pk"))
        .order_by()
    )
    lines = tuple(
        Line(count, cadence, depth, account_id=account, second_id=second, is_quiet=quiet)
        for cadence, depth, account, second, quiet, count in rows
    )
    return Schedule(lines, accounts.get(brand.account_id or 0), accounts)


@dataclass(frozen=True, slots=True)
class Spending:
    """An account and its money in US dollars: spent since the first of the month (UTC), and what 30
    days cost with the keywords watched now. `keywords` are those that it pays for."""

    account: ProviderAccount
    keywords: int
    spent: Decimal
    ahead: Decimal


def spendings(brand: Brand, now: datetime) -> Sequence[Spending]:
    """Every account that this brand may use, with what the brand's checks cost there. The number of
    queries does not depend on the number of keywords."""
    schedule = schedule_of(brand)
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    spent = dict(
        Check.objects.filter(
            keyword__brand=brand, sent_at__gte=month, account__in=schedule.accounts
        )
        .values_list("account")
        .annotate(Sum("cost"))
        .order_by()
    )
    groups = schedule.groups()
    ahead = {
        pk: forecast(group for group in groups if group.account.pk == pk)
        for pk in schedule.accounts
    }
    return [
        Spending(
            account=account,
            keywords=ahead[pk].keywords,
            spent=spent.get(pk) or Decimal(0),
            ahead=ahead[pk].month,
        )
        for pk, account in schedule.accounts.items()
    ]
