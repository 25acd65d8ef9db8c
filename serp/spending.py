"""What checks of a brand have cost each account this month, and what they will cost at today's cadences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Sum

from serp.cadence import Cadence
from serp.limits import likely_cost
from serp.models import Brand, Check, Keyword, ProviderAccount

MONTH = timedelta(days=30)


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
    accounts = {row.pk: row for row in ProviderAccount.objects.usable_by(brand).defer("key")}
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    spent = dict(
        Check.objects.filter(keyword__brand=brand, sent_at__gte=month, account__in=accounts)
        .values_list("account")
        .annotate(Sum("cost"))
        .order_by()
    )
    number: dict[int, int] = {}
    ahead: dict[int, Decimal] = {}
    groups = (
        brand.keywords.watched()
        .values_list("account", "cadence", "depth")
        .annotate(Count("pk"))
        .order_by()
    )
    for account_id, cadence, depth, count in groups:
        payer = accounts.get(account_id or brand.account_id or 0)
        if payer is None:
            continue
        checks = count * (MONTH / Cadence(cadence).length)
        cost = likely_cost(Keyword(depth=depth), payer) * Decimal(checks)
        number[payer.pk] = number.get(payer.pk, 0) + count
        ahead[payer.pk] = ahead.get(payer.pk, Decimal(0)) + cost
    return [
        Spending(
            account=account,
            keywords=number.get(pk, 0),
            spent=spent.get(pk) or Decimal(0),
            ahead=ahead.get(pk, Decimal(0)),
        )
        for pk, account in accounts.items()
    ]
