"""Says how far a brand's quiet keywords are spaced and why, with the money that is left and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from serp.models import Brand, ProviderAccount
from serp.quoting import day_name, dollars, ordinal, purse_of
from serp.spacing import fullest_day, month_end, need
from serp.spending import Group, schedule_of


def spacing_words(brand: Brand, now: datetime) -> list[str]:
    """A sentence for each budget that makes this brand's quiet keywords wait; none: all keep their
    cadence. Of a shared account only this brand's keywords are told."""
    if (
        brand.stretch == 1
        and not ProviderAccount.objects.usable_by(brand).filter(stretch__gt=1).exists()
    ):
        return []
    groups = schedule_of(brand).groups()
    words = []
    if brand.stretch > 1:
        words.append(sentence(f"“{brand}”", brand, groups, now))
    payers = {group.account.pk: group.account for group in groups}
    for account in payers.values():
        mine = [group for group in groups if group.account.pk == account.pk]
        if account.stretch > 1:
            words.append(sentence(f"the account “{account}”", account, mine, now))
    return words


def sentence(
    whose: str, owner: Brand | ProviderAccount, groups: Sequence[Group], now: datetime
) -> str:
    """Why the quiet ones of these keywords wait, in words."""
    start = f"Quiet keywords are checked every {ordinal(owner.stretch)} slot since"
    purse = purse_of(owner, groups, now)
    end = month_end(now)
    days = -((now - end) // timedelta(days=1))
    if owner.day_budget is not None and fullest_day(groups, 1) > owner.day_budget:
        return (
            f"{start} the day’s budget of {whose}, ${owner.day_budget}, is short: at their own "
            f"cadence this brand’s keywords cost up to {dollars(fullest_day(groups, 1))} a day."
        )
    if purse.month_left is None:
        return f"{start} the day’s budget of {whose} is short."
    wanted = need(groups, now=now, until=end, stretch=1)
    return (
        f"{start} the month’s budget of {whose} is short: {dollars(purse.month_left)} left for "
        f"{days} day{'' if days == 1 else 's'}, until {day_name(end)} (UTC); at their own cadence this "
        f"brand’s keywords would cost {dollars(wanted)}."
    )
