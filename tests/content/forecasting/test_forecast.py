"""The forecast of one negative from stored readings, and when there is none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from content.charts.forecast import NARROW, WIDE, ForecastChart
from content.forecasting.fitting import LEAST_OWN, fit_due
from content.forecasting.forecast import Forecast, forecast_of, forecasts_of
from content.forecasting.hazards import HORIZON
from content.forecasting.public import public
from content.models import ForecastModel
from content.opportunities import Opportunity, plan_of
from serp.models import Brand, Keyword, Snapshot
from serp.providers.base import Item
from serp.recording import Reading, record
from tests.cast import MakeSnapshot
from tests.content.forecasting.world import course

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PAGE_ONE = ("own", "neutral:a", "negative:bad", "neutral:b", "neutral:c", "neutral:d", "positive:e")


def read_daily(
    make_snapshot: MakeSnapshot, days: int, *, of: Keyword | None = None, tones: tuple[str, ...] = PAGE_ONE,
    until: datetime = NOW, step: int = 1,
) -> None:  # fmt: skip
    for back in range(days - 1, -1, -1):
        make_snapshot(*tones, at=until - back * step * DAY, of=of)


def only(brand: Brand, now: datetime = NOW) -> Opportunity:
    (one,) = plan_of(brand, now).opportunities
    return one


def test_a_negative_read_for_weeks_has_a_forecast_that_says_where_it_comes_from(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    read_daily(make_snapshot, 20)
    found = forecast_of(only(brand), NOW)
    assert found.is_given
    assert found.is_public
    assert found.level == 0.8
    assert found.basis.startswith("From public histories, not from yours")
    assert found.read_on.isoformat() == "2026-11-18"
    assert (found.horizon_on - found.read_on).days == HORIZON
    assert len(found.curve) == HORIZON + 1
    probabilities = [one.probability for one in found.still_there]
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(one.on == found.read_on + one.days * DAY for one in found.still_there)
    assert found.factors
    assert found.weak_points
    assert "promised" in found.tried


def test_a_page_that_came_yesterday_leaves_sooner_than_one_that_stood_for_weeks(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    without = tuple(tone for tone in PAGE_ONE if tone != "negative:bad")
    read_daily(make_snapshot, 27, tones=without, until=NOW - DAY)
    make_snapshot(*PAGE_ONE, at=NOW)
    new = forecast_of(only(brand), NOW)
    read_daily(make_snapshot, 60, until=NOW + 60 * DAY)
    old = forecast_of(only(brand, NOW + 60 * DAY), NOW + 60 * DAY)
    assert new.curve[30] < old.curve[30] - 0.2
    assert next(f for f in new.factors if f.name == "Time on page one").is_hurrying
    assert old.median_on is None or old.median_on - old.read_on > DAY * 30


@pytest.mark.parametrize(
    ("days", "step", "words"),
    [
        (3, 1, "3 readings over 3 days"),
        (6, 1, "6 readings over 6 days"),
        (3, 7, "3 readings over 15"),
    ],
)
def test_too_few_readings_are_not_enough_data_and_it_says_what_is_missing(
    brand: Brand, make_snapshot: MakeSnapshot, days: int, step: int, words: str
) -> None:
    read_daily(make_snapshot, days, step=step)
    found = forecast_of(only(brand), NOW)
    assert not found.is_given
    assert found.reason.startswith("Not enough data")
    assert words in found.reason
    assert (found.median_on, found.curve, found.leaves, found.interval_words) == (None, (), "", "")


def test_weekly_readings_are_enough(brand: Brand, make_snapshot: MakeSnapshot) -> None:
    read_daily(make_snapshot, 5, step=7)
    assert forecast_of(only(brand), NOW).is_given


def test_old_readings_are_not_enough_data(brand: Brand, make_snapshot: MakeSnapshot) -> None:
    read_daily(make_snapshot, 20)
    later = NOW + 15 * DAY
    assert "was not read in the last 14 days" in forecast_of(only(brand, later), later).reason
    assert forecast_of(only(brand, NOW + 13 * DAY), NOW + 13 * DAY).is_given


def test_another_engine_has_no_forecast_from_googles_histories(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    Keyword.objects.filter(pk=keyword.pk).update(engine="bing")
    keyword.refresh_from_db()
    read_daily(make_snapshot, 20)
    assert "the public histories are Google’s" in forecast_of(only(brand), NOW).reason
    own_model(finished=LEAST_OWN)
    assert forecast_of(only(brand), NOW).is_given


def own_model(*, finished: int) -> ForecastModel:
    return ForecastModel.objects.create(
        made_at=NOW, episodes=finished + 10, finished=finished, span_days=200,
        coefficients=public().hazard.as_data(),
    )  # fmt: skip


def test_own_history_is_named_as_such(brand: Brand, make_snapshot: MakeSnapshot) -> None:
    read_daily(make_snapshot, 20)
    own_model(finished=70)
    found = forecast_of(only(brand), NOW)
    assert not found.is_public
    assert found.basis.startswith("From your own readings: 80 stays")
    assert found.tried.startswith("Not tried on your own past yet")


def test_a_model_of_other_traits_gives_way_to_the_shipped_one(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    read_daily(make_snapshot, 20)
    row = own_model(finished=70)
    row.coefficients["names"] = ["position"]
    row.save()
    assert forecast_of(only(brand), NOW).is_public


def test_the_number_of_queries_does_not_grow_with_negatives(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    read_daily(make_snapshot, 10)
    with CaptureQueriesContext(
        connection,
    ) as few:
        forecasts_of(plan_of(brand, NOW).opportunities, NOW)
    for number in range(4):
        more = Keyword.objects.create(brand=brand, phrase=f"more {number}", country="no")
        read_daily(make_snapshot, 9, of=more)
    opportunities = plan_of(brand, NOW).opportunities
    assert len(opportunities) == 5
    with CaptureQueriesContext(connection) as many:
        found = forecasts_of(opportunities, NOW)
    assert len(found) == 5
    assert all(one.is_given for one in found)
    assert len(many) == 3
    assert len(few) >= 3
    assert forecasts_of([], NOW) == []


def drawn(brand: Brand, found: Forecast) -> str:
    told = {"forecast": found, "brand": brand, "now": NOW}
    page = render_to_string("content/_forecast.html", told)
    return page + (render_to_string("content/_forecast_trust.html", told) if found.is_given else "")


def test_the_page_shows_the_drawing_the_table_and_the_honest_words(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    read_daily(make_snapshot, 20)
    found = forecast_of(only(brand), NOW)
    page = drawn(brand, found)
    for words in (
        "if nothing changes",
        "not from yours",
        "18 Dec 2026",
        "what planned pieces change",
    ):
        assert words in page
    assert page.count("<svg") == 2
    assert "style=" not in page


def test_without_a_forecast_the_page_gives_the_reason_and_draws_nothing(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    read_daily(make_snapshot, 2)
    page = drawn(brand, forecast_of(only(brand), NOW))
    assert "Not enough data" in page
    assert "<svg" not in page


def given(low: int | None, high: int | None, median: int | None) -> Forecast:
    day = NOW.date()

    def on(days: int | None) -> date | None:
        return None if days is None else day + days * DAY

    return Forecast(
        day, day + HORIZON * DAY, "basis", True, median_on=on(median), low_on=on(low), high_on=on(high),
        curve=tuple(1 - n / 180 for n in range(HORIZON + 1)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "leaves", "interval"),
    [
        (given(10, 40, 20), "8 Dec 2026", "80 %: 28 Nov to 28 Dec 2026"),
        (given(10, None, 70), "27 Jan 2027", "80 %: not before 28 Nov 2026"),
        (
            given(None, None, None),
            "after 16 Feb 2027, more likely",
            "50 % still there on 16 Feb 2027",
        ),
    ],
)
@pytest.mark.parametrize("frame", [WIDE, NARROW], ids=["wide", "narrow"])
def test_open_and_closed_intervals_are_said_and_drawn(
    brand: Brand, found: Forecast, leaves: str, interval: str, frame: object
) -> None:
    assert found.leaves.startswith(leaves)
    assert found.interval_words.startswith(interval)
    svg = ForecastChart(found, brand.zone, frame).svg()  # type: ignore[arg-type]
    assert ("f-negsoft" in svg) == (found.low_on is not None)


def test_too_little_of_ones_own_is_counted_but_not_taught(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    read_daily(make_snapshot, 10)
    assert fit_due(NOW)
    row = ForecastModel.objects.get()
    assert (row.episodes, row.finished, row.span_days, row.coefficients) == (6, 0, 9, {})
    assert "0 ended stays were counted" in forecast_of(only(brand), NOW).basis


def test_a_fresh_fit_is_left_alone_and_an_old_one_replaced(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    read_daily(make_snapshot, 4)
    assert fit_due(NOW)
    assert not fit_due(NOW + timedelta(hours=19))
    assert fit_due(NOW + DAY)
    assert ForecastModel.objects.get().made_at == NOW + DAY


def test_a_long_own_history_is_taught_and_tried(brand: Brand, keyword: Keyword) -> None:
    record_world(brand, keywords=10, days=150)
    assert fit_due(NOW)
    row = ForecastModel.objects.get()
    assert row.finished >= LEAST_OWN
    assert row.coefficients
    assert row.span_days == 149
    assert row.backtest["forecasts"] >= 50
    assert row.backtest["horizon"] == 30
    assert fit_due(NOW + DAY)
    again = ForecastModel.objects.get()
    assert again.backtest["tried_at"] == row.backtest["tried_at"], "a trial holds for a week"
    assert fit_due(NOW + 8 * DAY)
    assert ForecastModel.objects.get().backtest["tried_at"] != row.backtest["tried_at"]


def record_world(brand: Brand, *, keywords: int, days: int) -> None:
    """Readings of the invented engine, stored as snapshots."""
    for number in range(keywords):
        keyword = Keyword.objects.create(brand=brand, phrase=f"world {number}", country="no")
        sights = course(number, days=days).sights
        record(
            [
                Reading(
                    keyword=keyword, taken_at=NOW - (days - 1 - n) * DAY,
                    items=tuple(
                        Item(at, f"https://{page}.example/news", f"T {page}", "")
                        for at, page in enumerate(sight.pages, start=1)
                    ),
                    features=(), depth=len(sight.pages), asked=10, provider="sample",
                    source=Snapshot.Source.HISTORY, is_partial=False,
                )
                for n, sight in enumerate(sights)
            ]
        )  # fmt: skip
