"""Spaces the checks of quiet keywords when a budget gets short, so that it pays the loud ones to its end.

A keyword is quiet while nothing negative stands on its page one. Loud ones keep their cadence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from serp.cadence import Cadence, jitter, next_period
from serp.models import Brand, BudgetUse, Keyword, ProviderAccount
from serp.models.keyword import KeywordQuerySet
from serp.money import account_of, day_of
from serp.spending import DAY, Group

MOST_SLOTS = 30
LONGEST = timedelta(days=30)
"""No quiet keyword goes unread longer than this, so monthly ones are never spaced."""
SPARE = Decimal("0.9")
"""Checks come closer together again only when a tenth of the money would be left over."""
ONE = Decimal(1)
SMALLEST = Decimal("0.000001")
Owner = ProviderAccount | Brand


def most_slots(cadence: Cadence) -> int:
    """The most slots that may lie between two checks of a quiet keyword."""
    return max(1, min(MOST_SLOTS, LONGEST // cadence.length))


def slots_of(keyword: Keyword) -> int:
    """Cadence slots between two checks of this keyword: 1 unless it is quiet and money is short. Reads
    `keyword.brand` and the account that pays, and asks nothing where these are loaded."""
    if not keyword.is_quiet:
        return 1
    payer = account_of(keyword)
    stretch = max(keyword.brand.stretch, payer.stretch if payer else 1)
    return max(1, min(stretch, most_slots(Cadence(keyword.cadence))))


def due_next(keyword: Keyword, now: datetime) -> datetime:
    """When the keyword is due next after `now`, aware in UTC: in its next slot, or in a later one while
    its checks are spaced. Spaced keywords take turns, so that each slot has its share of them."""
    cadence, zone, slots = Cadence(keyword.cadence), keyword.brand.zone, slots_of(keyword)
    start = next_period(cadence, zone, now)
    for _ in range(slots - 1):
        if (slot_number(cadence, start.astimezone(zone)) + keyword.pk) % slots == 0:
            break
        start = next_period(cadence, zone, start)
    return start + jitter(cadence, keyword.pk)


def slot_number(cadence: Cadence, local: datetime) -> int:
    """The number of the slot that starts at `local`, counted from a far day: one more with each slot."""
    if cadence.length >= DAY:
        return (local.date().toordinal() - 1) // cadence.length.days
    seconds = (local.replace(tzinfo=None) - datetime(2000, 1, 1)).total_seconds()
    return int(seconds // cadence.length.total_seconds())


@dataclass(frozen=True, slots=True)
class Purse:
    """A budget in US dollars and the keywords that it pays: what is left of the month (UTC), and what a
    day may take; None: no bound."""

    groups: Sequence[Group]
    month_left: Decimal | None = None
    day_budget: Decimal | None = None

    def smaller(self, share: Decimal) -> Purse:
        """The same keywords with a share of the money."""
        left, day = self.month_left, self.day_budget
        return replace(
            self,
            month_left=None if left is None else left * share,
            day_budget=None if day is None else day * share,
        )


def month_end(now: datetime) -> datetime:
    """The end of the month (UTC) that `now` falls in."""
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def slots_at(group: Group, stretch: int) -> int:
    """The slots between two checks of a group at this stretch."""
    return min(stretch, most_slots(group.cadence)) if group.is_quiet else 1


def need(groups: Sequence[Group], *, now: datetime, until: datetime, stretch: int) -> Decimal:
    """US dollars that these keywords take from `now` up to `until` at this stretch: the mean over the
    turns that spaced ones may have, and over the slot where the next check of a group is not known."""
    total = Decimal(0)
    for group in groups:
        slots = slots_at(group, stretch)
        if group.next_at is None:
            runs = Decimal((until - now) / group.cadence.length) / slots
        else:
            whole = -((max(group.next_at, now) - until) // group.cadence.length)
            runs = 1 + Decimal(whole - 1) / slots if whole > 0 else Decimal(0)
        total += group.count * runs * group.dollars
    return total


def fullest_day(groups: Sequence[Group], stretch: int) -> Decimal:
    """US dollars of a day on which all that is checked less than daily falls due."""
    shares = (
        group.count * group.dollars * max(ONE, group.runs) / slots_at(group, stretch)
        for group in groups
    )
    return sum(shares, Decimal(0))


def lasts(purse: Purse, now: datetime, stretch: int) -> bool:
    """Whether the money pays all its keywords to the end of the month and on every day."""
    if purse.day_budget is not None and fullest_day(purse.groups, stretch) > purse.day_budget:
        return False
    if purse.month_left is None:
        return True
    wanted = need(purse.groups, now=now, until=month_end(now), stretch=stretch)
    if stretch > 1:
        wanted += reserve(purse.groups, now)
    return wanted - purse.month_left < SMALLEST


def reserve(groups: Sequence[Group], now: datetime) -> Decimal:
    """US dollars that are kept back while checks are spaced: a day of the loud keywords, so that what
    people ask for by hand is not taken from them; less at the month's end."""
    loud = [group for group in groups if not group.is_quiet]
    return min(fullest_day(loud, 1), need(loud, now=now, until=month_end(now), stretch=1))


def smallest_stretch(purse: Purse, now: datetime) -> int:
    """The least spacing of the quiet keywords, 1 to 30 slots, with which the money lasts. 30 where even
    that is too little: the loud ones then get what there is. 1 where none is quiet."""
    if not any(group.is_quiet and group.dollars for group in purse.groups):
        return 1
    return next((n for n in range(1, MOST_SLOTS) if lasts(purse, now, n)), MOST_SLOTS)


def next_stretch(purse: Purse, now: datetime, *, current: int) -> int:
    """The spacing from now on: wider as soon as the money would not last, closer only when some of it
    would be left over, so that it does not go to and fro."""
    wanted = smallest_stretch(purse, now)
    if wanted >= current:
        return wanted
    return min(current, smallest_stretch(purse.smaller(SPARE), now))


def dry_at(purse: Purse, now: datetime, stretch: int) -> datetime | None:
    """About when the month's money is used up at this stretch; None: it lasts to the month's end."""
    end = month_end(now)
    wanted = need(purse.groups, now=now, until=end, stretch=stretch)
    if purse.month_left is None or wanted - purse.month_left < SMALLEST:
        return None
    return now + (end - now) * float(purse.month_left / wanted)


def respace(now: datetime) -> int:
    """Decide the spacing of every brand and account anew by what is left of their budgets, and store
    it; returns how many changed. Run it at least hourly; safe to repeat and to run twice at once.

    Where checks come closer together, keywords that wait for a far slot are brought forward.
    """
    accounts = {row.pk: row for row in ProviderAccount.objects.defer("key")}
    brands = {row.pk: row for row in Brand.objects.all()}
    purses = purses_now(accounts, brands, now)
    changed = 0
    everyone: list[Owner] = [*accounts.values(), *brands.values()]
    for owner in everyone:
        purse = purses.get(owner)
        stretch = next_stretch(purse, now, current=owner.stretch) if purse else 1
        if stretch == owner.stretch:
            continue
        rows = type(owner)._default_manager.filter(pk=owner.pk, stretch=owner.stretch)
        if not rows.update(stretch=stretch):
            continue
        changed += 1
        if stretch < owner.stretch:
            keywords = Keyword.objects.filter(is_quiet=True)
            hurry(
                keywords.filter(brand=owner)
                if isinstance(owner, Brand)
                else keywords.filter(paid_by(owner)),
                now,
            )
    return changed


def paid_by(account: ProviderAccount) -> Q:
    """Keywords that this account pays for."""
    return Q(account=account) | Q(account__isnull=True, brand__account=account)


def purses_now(
    accounts: dict[int, ProviderAccount], brands: dict[int, Brand], now: datetime
) -> dict[Owner, Purse]:
    """Every budget with the keywords that it pays and when these are due, in two queries."""
    everyone: list[Owner] = [*accounts.values(), *brands.values()]
    owners = [
        owner
        for owner in everyone
        if owner.day_budget is not None or owner.month_budget is not None
    ]
    if not owners:
        return {}
    alike: Counter[tuple[int, int, str, int, bool, datetime | None]] = Counter()
    rows = Keyword.objects.watched().filter(quarantined_at__isnull=True)
    for brand, account, cadence, depth, is_quiet, next_at in rows.values_list(
        "brand", "account", "cadence", "depth", "is_quiet", "next_check_at"
    ):
        if brand not in brands:
            continue  # It was added a moment ago.
        payer = account or brands[brand].account_id
        hour = next_at and next_at.replace(minute=0, second=0, microsecond=0)
        if payer in accounts:
            alike[(brand, payer, cadence, depth, is_quiet, hour)] += 1
    paid: dict[Owner, list[Group]] = defaultdict(list)
    for (brand, payer, cadence, depth, is_quiet, hour), count in alike.items():
        group = Group(
            count,
            Cadence(cadence),
            depth,
            accounts[payer],
            is_quiet=is_quiet,
            next_at=hour or now,
        )
        if group.dollars:
            paid[accounts[payer]].append(group)
            paid[brands[brand]].append(group)
    used: dict[Owner, Decimal] = {}
    for row in BudgetUse.objects.filter(
        span=BudgetUse.Span.MONTH, starts_on=day_of(now).replace(day=1)
    ):
        if row.account_id in accounts:
            used[accounts[row.account_id]] = row.used
        elif row.brand_id in brands:
            used[brands[row.brand_id]] = row.used
    return {
        owner: Purse(
            groups=paid[owner],
            month_left=None
            if owner.month_budget is None
            else max(Decimal(0), owner.month_budget - used.get(owner, Decimal(0))),
            day_budget=owner.day_budget,
        )
        for owner in owners
    }


def hurry(keywords: KeywordQuerySet, now: datetime) -> int:
    """Bring forward those of the watched keywords that wait for a later slot than they have to;
    returns how many. What a worker moves meanwhile stays as it moved it."""
    waiting = (
        keywords.watched()
        .filter(next_check_at__gt=now)
        .select_related("brand__account", "account")
        .defer("account__key", "brand__account__key")
    )
    moved = 0
    for keyword in list(waiting.order_by("pk")):
        following = due_next(keyword, now)
        if keyword.next_check_at and keyword.next_check_at > following:
            moved += Keyword.objects.filter(
                pk=keyword.pk, next_check_at=keyword.next_check_at
            ).update(next_check_at=following)
    return moved
