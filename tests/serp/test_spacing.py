"""When money gets short quiet keywords wait and loud ones do not: over a simulated month, and in the database."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from serp.cadence import Cadence, next_check_at, period_of
from serp.models import Brand, BudgetUse, Keyword, ProviderAccount
from serp.scheduling import offer_due
from serp.spacing import (
    Purse,
    due_next,
    hurry,
    month_end,
    most_slots,
    need,
    next_stretch,
    respace,
    slots_of,
    smallest_stretch,
)
from serp.spacing_words import spacing_words
from serp.spending import Group

PRICE = Decimal("0.01")
START = datetime(2026, 11, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def account() -> ProviderAccount:
    return ProviderAccount(name="Paid", provider="serper", price=PRICE)


def group(count: int, *, quiet: bool = False, cadence: str = "1d", next_at=None) -> Group:
    return Group(count, Cadence(cadence), 10, account(), is_quiet=quiet, next_at=next_at)


class Month:
    """A month of checks, hour by hour: each costs a cent while there is money."""

    def __init__(self, *, loud: int, quiet: int, budget: str, is_spaced: bool) -> None:
        self.brand = Brand(pk=1, time_zone="Europe/Oslo")
        self.keywords = [
            Keyword(pk=number, brand=self.brand, cadence="1d", depth=10, is_quiet=number > loud)
            for number in range(1, loud + quiet + 1)
        ]
        self.left = Decimal(budget)
        self.is_spaced = is_spaced
        self.payer = account()
        self.read: dict[int, list[datetime]] = {keyword.pk: [] for keyword in self.keywords}
        self.refused: list[datetime] = []
        self.stretches: list[int] = []

    def live(self) -> "Month":
        for keyword in self.keywords:
            keyword.next_check_at = START
        now, end = START, month_end(START)
        while now < end:
            if self.is_spaced:
                self.respace(now)
            for keyword in self.keywords:
                if keyword.next_check_at <= now:
                    self.check(keyword, now)
            now += HOUR
        return self

    def respace(self, now: datetime) -> None:
        alike = Counter(
            (k.is_quiet, k.next_check_at.replace(minute=0, second=0)) for k in self.keywords
        )
        groups = [
            Group(count, Cadence.DAILY, 10, self.payer, is_quiet=quiet, next_at=next_at)
            for (quiet, next_at), count in alike.items()
        ]
        purse = Purse(groups, month_left=self.left)
        stretch = next_stretch(purse, now, current=self.brand.stretch)
        is_closer = stretch < self.brand.stretch
        self.brand.stretch = stretch
        self.stretches.append(stretch)
        for keyword in self.keywords if is_closer else []:
            keyword.next_check_at = min(keyword.next_check_at, due_next(keyword, now))

    def check(self, keyword: Keyword, now: datetime) -> None:
        if self.left >= PRICE:
            self.left -= PRICE
            self.read[keyword.pk].append(now)
        else:
            self.refused.append(now)
        keyword.next_check_at = due_next(keyword, now)

    def days_of(self, keyword: Keyword) -> list[int]:
        return [at.astimezone(self.brand.zone).toordinal() for at in self.read[keyword.pk]]


def test_the_control_without_spacing_the_month_runs_dry_before_its_end() -> None:
    month = Month(loud=5, quiet=20, budget="4", is_spaced=False).live()
    assert min(month.refused) < START + timedelta(days=18)
    loud = [keyword for keyword in month.keywords if not keyword.is_quiet]
    assert any(len(month.read[keyword.pk]) < 20 for keyword in loud)


def test_with_spacing_the_money_lasts_and_loud_keywords_are_never_stretched() -> None:
    month = Month(loud=5, quiet=20, budget="4", is_spaced=True).live()
    assert month.refused == []
    for keyword in month.keywords:
        days = month.days_of(keyword)
        gaps = {later - earlier for earlier, later in pairwise(days)}
        if keyword.is_quiet:
            assert 3 <= len(days) <= 30
        else:
            assert gaps == {1}, "a loud keyword is read every day"
            assert len(days) >= 30
    assert month.left < Decimal("0.80"), "the money is used, not saved up"


def test_the_spacing_does_not_flap() -> None:
    month = Month(loud=5, quiet=20, budget="4", is_spaced=True).live()
    turns = sum(1 for earlier, later in pairwise(month.stretches) if earlier != later)
    assert turns <= 10, f"of {len(month.stretches)} hours"


def test_spaced_keywords_take_turns_so_that_no_day_has_them_all() -> None:
    month = Month(loud=0, quiet=30, budget="3.30", is_spaced=True).live()
    days: dict[int, int] = {}
    for keyword in month.keywords:
        for day in month.days_of(keyword):
            days[day] = days.get(day, 0) + 1
    later = [number for day, number in days.items() if day > START.toordinal() + 8]
    assert max(later) <= 20, "of 30 keywords at every third slot or so"


@pytest.mark.parametrize(
    ("left", "stretch"),
    [("10", 1), ("4", 1), ("3.99", 2), ("2.6", 2), ("2.1", 3), ("2", 4), ("1", 30), ("0", 30)],
)
def test_the_smallest_spacing_that_fits_is_taken(left, stretch) -> None:
    groups = [group(10), group(30, quiet=True)]
    now = month_end(NOON) - timedelta(days=10)
    assert smallest_stretch(Purse(groups, month_left=Decimal(left)), now) == stretch


def test_without_quiet_keywords_nothing_is_spaced() -> None:
    assert smallest_stretch(Purse([group(10)], month_left=Decimal(0)), NOON) == 1
    assert smallest_stretch(Purse([], month_left=Decimal(0)), NOON) == 1


def test_a_days_budget_is_held_on_the_fullest_day() -> None:
    groups = [group(4), group(12, quiet=True)]
    assert smallest_stretch(Purse(groups, day_budget=Decimal("0.16")), NOON) == 1
    assert smallest_stretch(Purse(groups, day_budget=Decimal("0.08")), NOON) == 3
    weekly = [group(12, quiet=True, cadence="1w")]
    assert smallest_stretch(Purse(weekly, day_budget=Decimal("0.06")), NOON) == 2


def test_known_times_count_exactly_and_those_after_the_month_not_at_all() -> None:
    end = month_end(NOON)
    later = [group(7, next_at=end + HOUR), group(2, next_at=end - timedelta(days=2))]
    assert need(later, now=NOON, until=end, stretch=1) == 4 * PRICE


def test_closer_needs_some_money_to_spare_and_wider_comes_at_once() -> None:
    groups = [group(40, quiet=True)]
    now = month_end(NOON) - timedelta(days=10)

    def stretched(left: str, current: int) -> int:
        return next_stretch(Purse(groups, month_left=Decimal(left)), now, current=current)

    assert stretched("2", 1) == 2
    assert stretched("4.1", 2) == 2, "it would just last: wait"
    assert stretched("4.5", 2) == 1


@pytest.mark.parametrize(
    ("cadence", "most"), [("30m", 30), ("1d", 30), ("3d", 10), ("1w", 4), ("2w", 2), ("1m", 1)]
)
def test_no_keyword_goes_unread_longer_than_a_month(cadence, most) -> None:
    assert most_slots(Cadence(cadence)) == most


@pytest.mark.parametrize("cadence", list(Cadence))
@pytest.mark.parametrize("zone", ["Europe/Oslo", "Pacific/Auckland", "UTC"])
def test_a_spaced_keyword_is_due_within_its_slots_and_settles_at_exactly_them(
    cadence, zone
) -> None:
    keyword = Keyword(pk=7, brand=Brand(time_zone=zone, stretch=3), cadence=cadence, is_quiet=True)
    slots = slots_of(keyword)
    moments = [datetime(2026, 10, 20, tzinfo=UTC)]
    for _ in range(12):
        moments.append(due_next(keyword, moments[-1]))
    gaps = [later - earlier for earlier, later in pairwise(moments[1:])]
    slack = timedelta(hours=slots + 1) if cadence != Cadence.MONTHLY else timedelta(days=2)
    assert all(gap <= cadence.length * slots + slack for gap in gaps)
    exact = sum(1 for gap in gaps if abs(gap - cadence.length * slots) <= HOUR)
    assert exact >= len(gaps) - 2 or cadence == Cadence.MONTHLY


def test_a_loud_keyword_is_due_as_its_cadence_says() -> None:
    brand = Brand(time_zone="Europe/Oslo", stretch=30)
    keyword = Keyword(pk=7, brand=brand, cadence="1d")
    assert slots_of(keyword) == 1
    assert due_next(keyword, NOON) == next_check_at("1d", brand.zone, NOON, key=7)


@pytest.fixture
def paid(brand: Brand) -> ProviderAccount:
    row = ProviderAccount.objects.create(
        name="Paid", provider="serper", key="k", brand=brand, price=PRICE, month_budget=Decimal(3)
    )
    Brand.objects.filter(pk=brand.pk).update(account=row)
    brand.refresh_from_db()
    return row


def watch(brand: Brand, count: int, *, quiet: bool) -> None:
    Keyword.objects.bulk_create(
        Keyword(
            brand=brand, phrase=f"{'quiet' if quiet else 'loud'} {number}", depth=10,
            is_quiet=quiet, next_check_at=NOON,
        )
        for number in range(count)
    )  # fmt: skip


def stretch_of(row: Brand | ProviderAccount) -> int:
    row.refresh_from_db(fields=["stretch"])
    return row.stretch


def test_the_spacing_is_stored_and_followed_by_the_planner(brand, paid) -> None:
    ProviderAccount.objects.filter(pk=paid.pk).update(month_budget=Decimal("3.50"))
    watch(brand, 10, quiet=False)
    watch(brand, 40, quiet=True)
    assert respace(NOON) == 1
    assert stretch_of(paid) == 2
    assert stretch_of(brand) == 1, "it has no budget of its own"
    assert respace(NOON) == 0
    offer_due(NOON)
    for keyword in brand.keywords.all():
        own = next_check_at(keyword.cadence, brand.zone, NOON, key=keyword.pk)
        if keyword.is_quiet:
            assert own <= keyword.next_check_at <= own + timedelta(days=1)
        else:
            assert keyword.next_check_at == own
    waiting = brand.keywords.filter(is_quiet=True, next_check_at__gt=NOON + timedelta(days=1.25))
    assert waiting.count() == 20, "every second one waits a slot"


def test_a_new_month_brings_quiet_keywords_back_to_their_cadence(brand, paid) -> None:
    watch(brand, 40, quiet=True)
    BudgetUse.objects.create(account=paid, span="month", starts_on="2026-11-01", used=3)
    respace(NOON)
    assert stretch_of(paid) == 30
    offer_due(NOON)
    new_month = datetime(2026, 12, 1, 1, tzinfo=UTC)
    ProviderAccount.objects.update(month_budget=100)
    respace(new_month)
    assert stretch_of(paid) == 1
    latest = max(brand.keywords.values_list("next_check_at", flat=True))
    assert latest < new_month + timedelta(days=1.3)


def test_a_brands_own_budget_spaces_only_its_own_keywords(brand, other_brand, paid) -> None:
    paid.brand, paid.month_budget = None, None
    paid.save()
    Brand.objects.update(account=paid)
    Brand.objects.filter(pk=brand.pk).update(month_budget=1)
    watch(brand, 20, quiet=True)
    watch(other_brand, 20, quiet=True)
    assert respace(NOON) == 1
    assert stretch_of(brand) > 1
    assert stretch_of(other_brand) == stretch_of(paid) == 1


def test_without_a_budget_what_was_spaced_is_no_more(brand, paid) -> None:
    ProviderAccount.objects.filter(pk=paid.pk).update(month_budget=None, stretch=5)
    Brand.objects.update(stretch=3)
    assert respace(NOON) == 2
    assert (stretch_of(brand), stretch_of(paid)) == (1, 1)


def test_hurry_leaves_alone_what_is_due_soon_enough_paused_or_not_planned(brand, paid) -> None:
    watch(brand, 3, quiet=False)
    soon, later, paused = brand.keywords.order_by("pk")
    far = NOON + timedelta(days=20)
    Keyword.objects.filter(pk=soon.pk).update(next_check_at=NOON + HOUR)
    Keyword.objects.filter(pk=later.pk).update(next_check_at=far)
    Keyword.objects.filter(pk=paused.pk).update(next_check_at=None, is_paused=True)
    assert hurry(Keyword.objects.all(), NOON) == 1
    times = dict(Keyword.objects.values_list("pk", "next_check_at"))
    assert times[soon.pk] == NOON + HOUR
    assert times[paused.pk] is None
    assert period_of("1d", brand.zone, times[later.pk]) > NOON


def test_people_are_told_why_quiet_keywords_wait(
    brand, paid, django_assert_max_num_queries
) -> None:
    watch(brand, 40, quiet=True)
    assert spacing_words(brand, NOON) == []
    BudgetUse.objects.create(
        account=paid, span="month", starts_on="2026-11-01", used=Decimal("1.50")
    )
    respace(NOON)
    brand.refresh_from_db()
    with django_assert_max_num_queries(5):
        (words,) = spacing_words(brand, NOON)
    assert words == (
        "Quiet keywords are checked every 4th slot since the month’s budget of the account “Paid” is "
        "short: $1.50 left for 10 days, until Tue 1 Dec (UTC); at their own cadence this brand’s "
        "keywords would cost $3.80."
    )


def test_the_number_of_queries_to_space_does_not_grow(
    brand, paid, django_assert_max_num_queries
) -> None:
    watch(brand, 300, quiet=True)
    with django_assert_max_num_queries(6):
        respace(NOON)
