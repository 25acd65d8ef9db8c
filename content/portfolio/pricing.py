"""What a portfolio costs before it is stored, and what asking autocomplete for it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from content.portfolio.forms import BuilderForm
from content.portfolio.plan import Wish
from serp.models import Brand, ProviderAccount
from serp.providers.base import Query
from serp.quoting import Quote, dollars, quote_lines
from serp.spending import Line
from serp.suggesting import price_of, queries_of, refusal


def quote_of(brand: Brand, wish: Wish, keywords: int, now: datetime) -> Quote:
    """The checks a day, the cost a month and what the budgets say to so many keywords more."""
    line = Line(
        count=keywords,
        cadence=wish.cadence,
        depth=wish.depth,
        account_id=wish.account.pk if wish.account else None,
    )
    subject = f"{keywords:,} keyword{'' if keywords == 1 else 's'} more"
    return quote_lines(brand, [line] if keywords else [], subject=subject, stored=None, now=now)


@dataclass(frozen=True, slots=True)
class Price:
    """What one press of the autocomplete button asks, whom, and for how much; or why it cannot."""

    account: ProviderAccount | None
    queries: tuple[Query, ...]
    dollars: Decimal
    trouble: str = ""

    @property
    def seal(self) -> str:
        """Sent back with the page, so that no other sum is spent than the one shown."""
        return f"{len(self.queries)}:{self.dollars:.5f}"

    def __str__(self) -> str:
        count = len(self.queries)
        sum_ = f"about {dollars(self.dollars)}" if self.dollars else "free of charge"
        return f"{count} request{'' if count == 1 else 's'} to “{self.account}”, {sum_}."


def autocomplete_price(brand: Brand, form: BuilderForm, now: datetime) -> Price:
    """What asking costs for the names and products in the form, as it is or as it begins."""
    data = getattr(form, "cleaned_data", None) or form.initial
    account = form.payer
    trouble = refusal(account, now)
    if trouble or account is None:
        return Price(account, (), Decimal(0), trouble)
    markets = [tuple(market.split(" ")) for market in data.get("markets") or ()]
    phrases = [*(data.get("names") or ()), *(data.get("products") or ())]
    queries = queries_of(account, phrases, markets, data.get("engines") or ())
    if not queries:
        return Price(
            account, (), Decimal(0), f"“{account}” has no autocomplete of the engines ticked."
        )
    return Price(account, tuple(queries), price_of(account) * len(queries))
