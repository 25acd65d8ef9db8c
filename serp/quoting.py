"""What a change of a schedule costs, in words, told before it is stored: by the day, by 30 days, and
against what the budgets have left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac

from serp.cadence import Cadence
from serp.models import Brand, Keyword, ProviderAccount
from serp.money import left
from serp.spacing import (
    MOST_SLOTS,
    Purse,
    dry_at,
    fullest_day,
    lasts,
    month_end,
    need,
    smallest_stretch,
)
from serp.spending import Forecast, Group, Line, Schedule, forecast, line_of, schedule_of

EXACT = Decimal("0.000001")


def dollars(amount: Decimal) -> str:
    """US dollars with cents; small sums with what it takes to see them."""
    if amount and amount < Decimal("0.005"):
        return f"${amount:.4f}" if amount >= Decimal("0.00005") else "less than $0.0001"
    return f"${amount:,.2f}"


def number(amount: Decimal) -> str:
    """A count that may be a fraction, with at most one digit behind the point."""
    text = f"{amount:,.1f}"
    return text.removesuffix(".0")


def ordinal(count: int) -> str:
    """1st, 2nd, 3rd, 4th …"""
    ending = "th" if 10 <= count % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending}"


@dataclass(frozen=True, slots=True)
class BudgetWord:
    """What a budget has left and whether it lasts. `stretch` is the spacing of quiet keywords that it
    needs."""

    text: str
    stretch: int = 1
    is_short: bool = False
    is_dry: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """What a schedule costs before and after a change. `part` is the changed part alone, where it is
    one; `subject` names it, such as "These 12 keywords"."""

    subject: str
    part: Forecast
    before: Forecast
    after: Forecast
    budgets: tuple[BudgetWord, ...] = ()
    is_unpaid: bool = False

    @property
    def rises(self) -> bool:
        """Whether the change makes the schedule cost more, so that somebody must have seen it."""
        return any(
            later.quantize(EXACT) > earlier.quantize(EXACT)
            for later, earlier in (
                (self.after.dollars, self.before.dollars),
                (self.after.most, self.before.most),
            )
        )

    @property
    def headline(self) -> str:
        """What it costs, in one sentence."""
        part = self.part
        if self.is_unpaid:
            return f"{self.subject}: nothing is read, and nothing costs, until an account pays."
        if not part.most:
            return f"{self.subject}: no cost."
        runs = f"{number(part.checks)} check{'' if part.checks == 1 else 's'} a day, "
        runs += (
            f"{number(part.requests)} request{'' if part.requests == 1 else 's'} to the provider"
        )
        return (
            f"{self.subject}: {runs}, about {dollars(part.dollars)} a day and "
            f"{dollars(part.month)} in 30 days."
        )

    @property
    def whole(self) -> str:
        """What the whole schedule costs then and now; empty where the part is the whole."""
        if not self.after.most and not self.before.most:
            return ""
        if self.part == self.after and not self.before.most:
            return ""
        was, will = dollars(self.before.month), dollars(self.after.month)
        if was == will and self.part == self.after:
            return ""
        if was == will:
            return f"In 30 days all checks together cost about {will}, as now."
        return f"In 30 days all checks together cost about {will}, now {was}."

    @property
    def standby(self) -> str:
        """What second accounts may add; empty when they add nothing."""
        if self.part.most.quantize(EXACT) == self.part.dollars.quantize(EXACT):
            return ""
        return (
            "If the second account had to stand in all the time: "
            f"{dollars(self.part.month_at_most)} in 30 days."
        )

    @property
    def words(self) -> str:
        """All of it as plain text, the short budgets included."""
        short = [one.text for one in self.budgets if one.is_short]
        return " ".join(filter(None, [self.headline, self.whole, self.standby, *short]))

    @property
    def seal(self) -> str:
        """Proves that these very costs were shown: nobody but the server can make it."""
        shown = [
            str(amount.quantize(EXACT))
            for one in (self.part, self.after)
            for amount in (one.requests, one.dollars, one.most)
        ]
        shown += [f"{one.stretch}{one.is_dry}" for one in self.budgets]
        return salted_hmac("serp.quoting", "|".join(shown), algorithm="sha256").hexdigest()[:40]


def quote(
    subject: str,
    *,
    before: Schedule,
    after: Schedule,
    part: Sequence[Group] | None,
    brand: Brand | None,
    now: datetime,
    is_unpaid: bool = False,
) -> Quote:
    """Weigh a change: `before` and `after` it, and the groups that it is about (None: all). `brand`
    brings its own budgets; accounts bring theirs."""
    groups = after.groups()
    total = forecast(groups)
    mine = total if part is None else forecast(part)
    return Quote(
        subject=subject,
        part=mine,
        before=forecast(before.groups()),
        after=total,
        budgets=tuple(budget_words(groups, brand, now)) if total.most else (),
        is_unpaid=is_unpaid,
    )


def budget_words(groups: Sequence[Group], brand: Brand | None, now: datetime) -> list[BudgetWord]:
    """A word on every budget that these keywords draw on."""
    words = []
    if brand is not None and has_budget(brand):
        words.append(budget_word(f"“{brand}”", brand, groups, (), now))
    payers = {group.account.pk: group.account for group in groups if group.dollars}
    for account in payers.values():
        if has_budget(account):
            mine = [group for group in groups if group.account.pk == account.pk]
            others = others_of(account, brand) if account.brand_id is None and brand else []
            words.append(budget_word(f"the account “{account}”", account, mine, others, now))
    return words


def has_budget(owner: Brand | ProviderAccount) -> bool:
    return owner.day_budget is not None or owner.month_budget is not None


def others_of(account: ProviderAccount, brand: Brand) -> list[Group]:
    """What other brands watch at a shared account."""
    paid = Q(account=account) | Q(account__isnull=True, brand__account=account)
    rows = (
        Keyword.objects.filter(paid)
        .exclude(brand=brand)
        .watched()
        .filter(quarantined_at__isnull=True)
        .values_list("cadence", "depth", "is_quiet")
        .annotate(Count("pk"))
        .order_by()
    )
    return [
        Group(count, Cadence(cadence), depth, account, is_quiet=quiet)
        for cadence, depth, quiet, count in rows
    ]


def purse_of(owner: Brand | ProviderAccount, groups: Sequence[Group], now: datetime) -> Purse:
    """The budget as it stands now, for these keywords."""
    rest = left(owner, now) if owner.pk else {"month": owner.month_budget}
    return Purse(groups, month_left=rest["month"], day_budget=owner.day_budget)


def budget_word(
    whose: str,
    owner: Brand | ProviderAccount,
    mine: Sequence[Group],
    others: Sequence[Group],
    now: datetime,
) -> BudgetWord:
    """What a budget has left, what these keywords need of it, and what happens when it is short. Those
    of `others` count, but nothing is told of them."""
    purse = purse_of(owner, [*mine, *others], now)
    end = month_end(now)
    parts = []
    if purse.month_left is not None:
        wanted = need(mine, now=now, until=end, stretch=1)
        parts.append(
            f"{dollars(purse.month_left)} of ${owner.month_budget} is left until "
            f"{day_name(end)} (UTC); these checks need about {dollars(wanted)}"
        )
    if purse.day_budget is not None:
        parts.append(
            f"${purse.day_budget} a day is allowed; the fullest day takes "
            f"{dollars(fullest_day(mine, 1))}"
        )
    text = f"Budget of {whose}: {'; '.join(parts)}."
    stretch = smallest_stretch(purse, now)
    if lasts(purse, now, 1):
        return BudgetWord(f"{text} It lasts.")
    if lasts(purse, now, stretch):
        text += (
            f" Too little: quiet keywords, those without a negative on page one, are checked every "
            f"{ordinal(stretch)} slot; those with negatives keep their cadence."
        )
        return BudgetWord(text, stretch=stretch, is_short=True)
    return BudgetWord(f"{text} {too_little(purse, stretch, now)}", stretch, True, True)


def too_little(purse: Purse, stretch: int, now: datetime) -> str:
    """What happens where no spacing of the quiet keywords makes the money last."""
    even = f" even with quiet keywords checked every {ordinal(MOST_SLOTS)} slot"
    start = f"Too little{even if stretch > 1 else ''}:"
    dry = dry_at(purse, now, stretch)
    if dry is not None and dry - now < timedelta(hours=1):
        return (
            f"{start} the money is used up, and nothing is read until {day_name(month_end(now))}."
        )
    if dry is not None:
        return (
            f"{start} the money is used up about {day_name(dry)}, then nothing is read until "
            f"{day_name(month_end(now))}. New keywords may turn out quiet; then it lasts longer."
        )
    return f"{start} on full days the checks that come last are left out."


def day_name(moment: datetime) -> str:
    """A day in short: "Thu 26 Nov"."""
    return f"{moment:%a} {moment.day} {moment:%b}"


def installation_schedule() -> Schedule:
    """What all brands watch, for accounts that serve several."""
    accounts = {row.pk: row for row in ProviderAccount.objects.defer("key")}
    rows = (
        Keyword.objects.watched()
        .filter(quarantined_at__isnull=True)
        .annotate(payer=Coalesce("account", "brand__account"))
        .values_list("cadence", "depth", "payer", "second_account", "is_quiet")
        .annotate(Count("pk"))
        .order_by()
    )
    lines = tuple(
        Line(count, cadence, depth, account_id=payer, second_id=second, is_quiet=quiet)
        for cadence, depth, payer, second, quiet, count in rows
        if payer
    )
    return Schedule(lines, None, accounts)


def quote_lines(
    brand: Brand, lines: Sequence[Line], *, subject: str, stored: Keyword | None, now: datetime
) -> Quote:
    """What these lines cost in place of the `stored` keyword, or beside all that is watched."""
    before = schedule_of(brand)
    after = before if stored is None else before.without(stored)
    part = replace(before, lines=tuple(lines))
    after = replace(after, lines=(*after.lines, *lines))
    groups = part.groups()
    return quote(
        subject,
        before=before,
        after=after,
        part=groups,
        brand=brand,
        now=now,
        is_unpaid=bool(lines) and not groups,
    )


def raises_costs(keyword: Keyword, now: datetime) -> bool:
    """Whether watching this paused keyword again makes its brand's schedule cost more."""
    lines = [line_of(keyword)]
    return quote_lines(keyword.brand, lines, subject="It", stored=None, now=now).rises


def quote_account(account: ProviderAccount, brand: Brand | None, now: datetime) -> Quote:
    """What the schedules cost with this account as it is in the form. Without a pk it is new, and pays
    for its brand where that has none or only made-up data."""
    before = schedule_of(brand) if brand else installation_schedule()
    if account.pk:
        after = replace(before, accounts={**before.accounts, account.pk: account})
        if before.default is not None and before.default.pk == account.pk:
            after = replace(after, default=account)
    elif brand is not None and pays_at_once(brand):
        after = replace(before, default=account)
    else:
        after = before
    mine = [group for group in after.groups() if group.account is account]
    count = sum(group.count for group in mine)
    subject = f"The {plural(count)} that it pays for" if count else "It pays for no keyword yet"
    return quote(subject, before=before, after=after, part=mine, brand=brand, now=now)


def pays_at_once(brand: Brand) -> bool:
    """Whether a new account of the brand's own takes the place of the one in use."""
    return brand.account is None or brand.account.provider == "sample"


def quote_brand(brand: Brand, account: ProviderAccount | None, now: datetime) -> Quote:
    """What a brand's schedule costs with another account and other budgets; `brand` as in the form."""
    before = schedule_of(brand)
    stored = Brand.objects.filter(pk=brand.pk).values_list("account", flat=True).first()
    before = replace(before, default=before.accounts.get(stored or 0))
    after = replace(before, default=account)
    groups = after.groups()
    subject = f"All {plural(sum(group.count for group in groups))}"
    return quote(subject, before=before, after=after, part=None, brand=brand, now=now)


def plural(count: int) -> str:
    return f"{count} keyword{'' if count == 1 else 's'}"
