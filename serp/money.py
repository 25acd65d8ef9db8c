"""What checks cost: prices, and budgets that are reserved before a call and settled after it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db.models import F, Q
from django.db.models.functions import Round

from serp.models import Brand, BudgetUse, Keyword, LedgerEntry, Notice, ProviderAccount
from serp.notices import open_notice
from serp.providers import registry

SHORT = Decimal("0.8")
"""Share of a budget after which its people are told."""

FORGOTTEN = timedelta(days=1)

DECIMALS = 5
"""Of what is kept. SQLite adds in binary fractions: each sum is rounded, or it drifts off its budget."""

Span = BudgetUse.Span
Purse = tuple[str, int, str, date]
"""What a use is of: "account" or "brand", its id, the span and its first day (UTC)."""


def account_of(keyword: Keyword) -> ProviderAccount | None:
    """The account that pays for this keyword: its own, or the brand's."""
    return keyword.account or keyword.brand.account


def price_of(account: ProviderAccount) -> Decimal:
    """US dollars a request: the account's own price, or the provider's list price."""
    if account.price is not None:
        return account.price
    return registry.PROVIDERS[account.provider].list_price(account.options)


def calls_of(keyword: Keyword, account: ProviderAccount) -> int:
    """Requests that a check takes by the list: one for every page of results."""
    return -(-keyword.depth // registry.PROVIDERS[account.provider].page_size)


def likely_cost(keyword: Keyword, account: ProviderAccount) -> Decimal:
    """US dollars that a check costs by the list. An engine that serves fewer results a page than usual takes
    a further request: then a check in flight may exceed its budget by one, and the ledger says so."""
    return price_of(account) * calls_of(keyword, account)


def day_of(now: datetime) -> date:
    """The day that money of this moment is counted in: UTC, as the providers bill."""
    return now.astimezone(UTC).date()


def purses_of(account_id: int, brand_id: int, day: date) -> list[Purse]:
    """The four uses that a call of this day draws on."""
    return [
        (owner, pk, span, start)
        for owner, pk in (("account", account_id), ("brand", brand_id))
        for span, start in ((Span.DAY.value, day), (Span.MONTH.value, day.replace(day=1)))
    ]


def budget_of(owner: ProviderAccount | Brand, span: str) -> Decimal | None:
    """The most that an account or a brand may spend in a span, in US dollars; None: no bound."""
    return owner.day_budget if span == Span.DAY else owner.month_budget


def lock_uses(purses: Iterable[Purse]) -> dict[Purse, BudgetUse]:
    """The rows of these purses, made where they are missing, and held until the transaction ends. An
    account or a brand that was deleted has none.

    They are locked in one order, so that two workers never wait for each other crosswise.
    """
    wanted = set(purses)
    if not wanted:
        return {}
    condition = Q(pk__in=[])
    for owner, pk, span, start in wanted:
        condition |= Q(**{f"{owner}_id": pk, "span": span, "starts_on": start})
    rows = BudgetUse.objects.filter(condition)
    missing = living(wanted - {purse_of(row) for row in rows})
    BudgetUse.objects.bulk_create(
        [
            BudgetUse(**{f"{owner}_id": pk, "span": span, "starts_on": start})
            for owner, pk, span, start in missing
        ],
        ignore_conflicts=True,
    )
    held = rows.all().select_for_update(of=("self",)).order_by("pk")
    return {purse_of(row): row for row in held}


def living(purses: Collection[Purse]) -> list[Purse]:
    """Those of these purses whose account or brand was not deleted meanwhile, in their order."""
    if not purses:
        return []
    there = {
        (owner, pk)
        for owner, model in (("account", ProviderAccount), ("brand", Brand))
        for pk in model._default_manager.filter(
            pk__in=[purse[1] for purse in purses if purse[0] == owner]
        ).values_list("pk", flat=True)
    }
    return sorted(purse for purse in purses if purse[:2] in there)


def purse_of(row: BudgetUse) -> Purse:
    owner = "account" if row.account_id is not None else "brand"
    return owner, row.account_id or row.brand_id or 0, row.span, row.starts_on


@dataclass(frozen=True, slots=True)
class Reserved:
    """How many of the wanted calls may be paid, and why not more; the reason is empty when all may."""

    number: int
    reason: str = ""


def reserve(
    uses: Mapping[Purse, BudgetUse],
    account: ProviderAccount,
    brand: Brand,
    *,
    each: Decimal,
    wanted: int,
    now: datetime,
) -> Reserved:
    """Set money aside for up to `wanted` checks that cost `each` US dollars, by one conditional update
    of the account's and the brand's day and month. `uses` comes from `lock_uses`, in the same
    transaction. Opens the notices of a budget that gets short or is used up.
    """
    if not each:
        return Reserved(wanted)
    bounds = [
        (uses[purse], owner, budget_of(owner, purse[2]))
        for purse in purses_of(account.pk, brand.pk, day_of(now))
        for owner in ((account if purse[0] == "account" else brand),)
    ]
    number, reason = wanted, ""
    for row, owner, budget in bounds:
        if budget is None:
            continue
        fits = int(max(Decimal(0), budget - row.used) / each)
        if fits < number:
            number, reason = fits, used_up(owner, row, budget)
            tell_out(owner, row, budget, now)
    amount = each * number
    within = Q(pk__in=[])
    for row, _, budget in bounds:
        within |= Q(pk=row.pk) if budget is None else Q(pk=row.pk, used__lte=budget - amount)
    spent = Round(F("used") + amount, DECIMALS)
    moved = BudgetUse.objects.filter(within).update(used=spent) if number else 0
    if number and moved != len(bounds):
        # The rows are locked, so this cannot be; if it is, nothing may be paid on a guess.
        raise RuntimeError("A budget moved while it was held.")
    for row, owner, budget in bounds:
        row.used += amount
        if budget and number and row.used >= SHORT * budget:
            tell_short(owner, row, budget, now)
    return Reserved(number, reason)


def used_up(owner: ProviderAccount | Brand, row: BudgetUse, budget: Decimal) -> str:
    whose = f"of “{owner}” " if isinstance(owner, Brand) else ""
    return f"the {row.span}'s budget {whose}of ${budget} is used up (${row.used:.2f} spent)"


def tell_out(
    owner: ProviderAccount | Brand, row: BudgetUse, budget: Decimal, now: datetime
) -> None:
    tell(
        Notice.Kind.BUDGET_OUT,
        owner,
        row,
        f"The {row.span}'s budget of “{owner}”, ${budget}, is used up: ${row.used:.2f} are spent. "
        f"Checks that it pays are left out until the next {row.span} (UTC). Raise the budget, or "
        "check less often, to go on before.",
        now,
    )


def tell_short(
    owner: ProviderAccount | Brand, row: BudgetUse, budget: Decimal, now: datetime
) -> None:
    tell(
        Notice.Kind.BUDGET_SHORT,
        owner,
        row,
        f"“{owner}” has used ${row.used:.2f} of the ${budget} that it may spend this {row.span}: "
        f"{row.used / budget:.0%}. Keywords without negatives on page one are checked less often "
        "from now on, so that the rest lasts.",
        now,
    )


def tell(
    kind: str, owner: ProviderAccount | Brand, row: BudgetUse, text: str, now: datetime
) -> None:
    is_account = isinstance(owner, ProviderAccount)
    open_notice(
        kind,
        f"{kind}:{'account' if is_account else 'brand'}:{owner.pk}:{row.span}:{row.starts_on}",
        text,
        now,
        brand=owner.brand if isinstance(owner, ProviderAccount) else owner,
        account=owner if isinstance(owner, ProviderAccount) else None,
    )


def correct(differences: Mapping[tuple[int, int, date], Decimal]) -> None:
    """Move the uses by what calls really cost, less what was reserved: US dollars by account, brand
    and the day (UTC) on which the call was noted. What was deleted meanwhile is left out."""
    moved: dict[Purse, Decimal] = {}
    for (account_id, brand_id, day), amount in differences.items():
        for purse in purses_of(account_id, brand_id, day) if amount else ():
            moved[purse] = moved.get(purse, Decimal(0)) + amount
    uses = lock_uses(moved)
    for purse, row in uses.items():
        BudgetUse.objects.filter(pk=row.pk).update(used=Round(F("used") + moved[purse], DECIMALS))


def left(owner: ProviderAccount | Brand, now: datetime) -> dict[str, Decimal | None]:
    """US dollars that an account or a brand may still spend today and this month (UTC), by span; None
    where no budget is set. Never below 0."""
    name = "account" if isinstance(owner, ProviderAccount) else "brand"
    day = day_of(now)
    used = dict(
        BudgetUse.objects.filter(
            Q(span=Span.DAY, starts_on=day) | Q(span=Span.MONTH, starts_on=day.replace(day=1)),
            **{name: owner},
        ).values_list("span", "used")
    )
    return {
        span: None if budget is None else max(Decimal(0), budget - used.get(span, Decimal(0)))
        for span in (Span.DAY.value, Span.MONTH.value)
        for budget in (budget_of(owner, span),)
    }


def broke(accounts: Iterable[ProviderAccount], now: datetime) -> set[int]:
    """The ids of those accounts whose budget of the day or month (UTC) pays for no further request."""
    bound = {row.pk: row for row in accounts if (row.day_budget, row.month_budget) != (None, None)}
    day = day_of(now)
    uses = BudgetUse.objects.filter(
        Q(span=Span.DAY, starts_on=day) | Q(span=Span.MONTH, starts_on=day.replace(day=1)),
        account__in=bound,
    )
    found = uses.values_list("account", "span", "used") if bound else ()
    return {
        pk
        for pk, span, used in found
        if (budget := budget_of(bound[pk], span)) is not None
        and budget - used < price_of(bound[pk])
    }


def close_forgotten(now: datetime) -> None:
    """Take the intents of long ago as spent whose check, with its keyword, was deleted under way."""
    LedgerEntry.objects.filter(
        state=LedgerEntry.State.OPEN, check_row__isnull=True, at__lt=now - FORGOTTEN
    ).update(state=LedgerEntry.State.UNKNOWN, settled_at=now, outcome="lost")


def close_past_notices(now: datetime) -> None:
    """Close what was said about budgets of spans that are over: a new one begins."""
    day = day_of(now)
    open_rows = Notice.objects.open().filter(
        kind__in=(Notice.Kind.BUDGET_OUT, Notice.Kind.BUDGET_SHORT)
    )
    over = [
        row.pk
        for row in open_rows
        if row.key.rpartition(":")[2]
        < (day if f":{Span.DAY}:" in row.key else day.replace(day=1)).isoformat()
    ]
    Notice.objects.filter(pk__in=over).update(closed_at=now)
