"""A run of which a third fails or comes back empty at once is flagged; what was always so is not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from reputation.models import BrandScore, Judgement
from serp import drift
from serp.drift import FLAGGED, flagged_accounts, holds, is_flagged, watch
from serp.models import Brand, Check, Keyword, Notice, ProviderAccount, Snapshot
from tests.cast import NOW, MakeSnapshot

pytestmark = pytest.mark.django_db
State = Check.State
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def keywords(brand: Brand, count: int) -> list[Keyword]:
    return [Keyword.objects.create(brand=brand, phrase=f"hallway {n}") for n in range(count)]


def ended(
    rows: list[Keyword],
    state: str,
    *,
    at: datetime = NOW,
    kind: str = "",
    account: ProviderAccount | None = None,
) -> list[Check]:
    """One check of each keyword came to this end."""
    return [
        Check.objects.create(
            keyword=row,
            period=at,
            not_before=at,
            sent_at=at,
            finished_at=at,
            state=state,
            error_kind=kind,
            account=account or row.brand.account,
        )
        for row in rows
    ]


def flags() -> list[str]:
    return list(Notice.objects.open().filter(kind=Notice.Kind.DRIFT).values_list("text", flat=True))


def test_a_run_of_which_a_third_cannot_be_read_is_flagged_with_its_figures(brand: Brand) -> None:
    rows = keywords(brand, 20)
    ended(rows[:6], State.FAILED, kind="malformed")
    ended(rows[6:], State.MEASURED)
    watch(NOW + MINUTE)
    (text,) = flags()
    assert "6 of the last 20 checks with the account “Sample world” (Sample world) brought nothing: 30 %." in text  # fmt: skip
    assert "6 answers were not in the form that Sample world documents" in text
    assert "can be read again at no cost" in text
    assert "The engine had nothing" not in text
    assert "Alerts about results are held" in text


def test_a_run_just_below_is_not_flagged_and_neither_is_a_handful(brand: Brand) -> None:
    rows = keywords(brand, 20)
    ended(rows[:5], State.FAILED, kind="malformed")
    ended(rows[5:], State.MEASURED)
    watch(NOW + MINUTE)
    assert FLAGGED > 5 / 20
    assert not flags()
    Check.objects.all().delete()
    ended(rows[:9], State.FAILED, kind="malformed")
    watch(NOW + MINUTE)
    assert not flags(), "nine say nothing"
    ended(rows[9:10], State.FAILED, kind="malformed")
    watch(NOW + MINUTE)
    assert flags(), "the control: ten do"


def test_an_empty_page_is_suspicious_only_where_the_engine_had_something_before(
    brand: Brand,
) -> None:
    rows = keywords(brand, 20)
    ended(rows, State.EMPTY, at=NOW - DAY)
    ended(rows, State.EMPTY)
    watch(NOW + MINUTE)
    assert not flags(), "they were always empty"
    Check.objects.all().delete()
    ended(rows, State.MEASURED, at=NOW - 2 * DAY)
    ended(rows[:14], State.EMPTY)
    ended(rows[14:], State.MEASURED)
    watch(NOW + MINUTE)
    (text,) = flags()
    assert "The engine had nothing for 14 of 20 keywords that had results before." in text


def test_an_outage_is_told_from_a_changed_form(brand: Brand) -> None:
    rows = keywords(brand, 12)
    ended(rows[:9], State.FAILED, kind="timeout")
    ended(rows[9:], State.FAILED, kind="server")
    watch(NOW + MINUTE)
    (text,) = flags()
    assert "12 failed: the provider did not answer in time (9), the provider had an error of its own (3)." in text  # fmt: skip
    assert "not in the form" not in text


def test_what_was_left_out_for_lack_of_money_or_set_up_wrong_is_no_drift(brand: Brand) -> None:
    rows = keywords(brand, 30)
    ended(rows[:10], State.SKIPPED)
    ended(rows[10:20], State.FAILED, kind="unsupported")
    ended(rows[20:], State.MEASURED)
    watch(NOW + MINUTE)
    assert not flags()


def test_a_few_checks_spread_over_a_morning_are_a_run_too(brand: Brand) -> None:
    for hour, row in enumerate(keywords(brand, 12)):
        ended([row], State.FAILED, at=NOW - timedelta(hours=hour / 2), kind="malformed")
    assert brand.account is not None
    assert drift.run_of(brand.account, NOW + MINUTE).finished == 10
    watch(NOW + MINUTE)
    assert flags()


def test_one_notice_goes_out_however_often_and_by_however_many_it_is_seen(brand: Brand) -> None:
    ended(keywords(brand, 12), State.FAILED, kind="malformed")
    for minute in range(1, 5):
        watch(NOW + minute * MINUTE)
        watch(NOW + minute * MINUTE)
    assert Notice.objects.count() == 1


def test_the_flag_comes_down_under_the_lower_bound_and_not_before(brand: Brand) -> None:
    rows = keywords(brand, 20)
    ended(rows, State.FAILED, kind="malformed")
    watch(NOW + MINUTE)
    later = NOW + timedelta(hours=2)
    ended(rows[:4], State.FAILED, at=later, kind="malformed")
    ended(rows[4:], State.MEASURED, at=later)
    watch(later + MINUTE)
    assert flags(), "20 % is not whole"
    again = NOW + timedelta(hours=4)
    ended(rows[:2], State.FAILED, at=again, kind="malformed")
    ended(rows[2:], State.MEASURED, at=again)
    watch(again + MINUTE)
    assert not flags()
    ending = Notice.objects.get().ending
    assert "of the last 20 checks 18 brought what they should" in ending


def test_a_fault_of_several_days_does_not_become_the_rule(brand: Brand) -> None:
    rows = keywords(brand, 20)
    ended(rows, State.MEASURED, at=NOW - 2 * DAY)
    for day in range(4):
        ended(rows, State.EMPTY, at=NOW + day * DAY)
        watch(NOW + day * DAY + MINUTE)
        assert len(flags()) == 1, f"day {day}"
    Notice.objects.update(closed_at=NOW + 3 * DAY + 2 * MINUTE)
    ended(rows, State.EMPTY, at=NOW + 4 * DAY)
    watch(NOW + 4 * DAY + MINUTE)
    assert not flags(), "a person who closes it has accepted that there is nothing"


def test_each_account_has_its_own_runs_and_holds_the_alerts_of_those_who_use_it(
    brand: Brand, other_brand: Brand
) -> None:
    own = ProviderAccount.objects.create(name="Own", provider="sample")
    other_brand.account = own
    other_brand.save()
    ended(keywords(brand, 12), State.FAILED, kind="malformed")
    ended(keywords(other_brand, 12), State.MEASURED)
    watch(NOW + MINUTE)
    assert flagged_accounts() == {brand.account_id}
    assert holds(brand, NOW + 2 * MINUTE)
    assert not holds(other_brand, NOW + 2 * MINUTE)
    assert not holds(brand, NOW), "not before it was seen"
    Keyword.objects.filter(brand=other_brand, phrase="hallway 1").update(
        second_account=brand.account
    )
    assert holds(other_brand, NOW + 2 * MINUTE), "the second account counts too"


def test_the_checks_and_readings_of_a_flagged_run_are_known(brand: Brand) -> None:
    rows = keywords(brand, 20)
    (old,) = ended(rows[:1], State.MEASURED, at=NOW - timedelta(hours=3))
    bad = ended(rows[:10], State.FAILED, kind="malformed")
    (good,) = ended(rows[10:11], State.MEASURED)
    reading = Snapshot(check_row=good)
    assert not is_flagged(good)
    watch(NOW + MINUTE)
    assert is_flagged(bad[0])
    assert is_flagged(good), "what was read in the run is doubted with it"
    assert is_flagged(reading)
    assert not is_flagged(old)
    assert not is_flagged(Snapshot()), "an import belongs to no run"
    Notice.objects.update(closed_at=NOW + timedelta(hours=1))
    (after,) = ended(rows[11:12], State.MEASURED, at=NOW + timedelta(hours=2))
    assert not is_flagged(after)
    assert is_flagged(good)


def test_empty_pages_of_a_flagged_run_change_no_score_and_no_reading(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    rows = keywords(brand, 12)
    for row in rows:
        snapshot = make_snapshot("negative", "own", "neutral", of=row, at=NOW - DAY)
        Snapshot.objects.filter(pk=snapshot.pk).update(
            check_row=ended([row], State.MEASURED, at=NOW - DAY)[0]
        )

    def numbers() -> tuple[list[object], ...]:
        return (
            list(Judgement.objects.order_by("pk").values()),
            list(BrandScore.objects.order_by("pk").values()),
            list(Snapshot.objects.order_by("pk").values()),
            list(Keyword.objects.order_by("pk").values_list("latest", flat=True)),
        )

    before = numbers()
    ended(rows, State.EMPTY)
    watch(NOW + MINUTE)
    assert flags()
    assert numbers() == before
    make_snapshot("positive", "own", "neutral", of=rows[0], at=NOW)
    assert numbers() != before, "the control: a reading does"
