"""Agreement is counted once a result and week, with an interval, and without what was taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reputation.agreement import LEAST, WEEKS, Agreement, Share, Word, agreement_of, wilson
from reputation.agreement_chart import NARROW, WIDE, drawing

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
THIS_WEEK = date(2026, 11, 16)


def word(row: int, tone: str = "negative", machine: str = "negative", **more: Any) -> Word:
    fields: dict[str, Any] = {
        "at": NOW,
        "act": "marked",
        "by": 1,
        "before": "neutral",
        "judge": "rules-1",
        "language": "en",
        "category": "",
    }
    return Word(row=row, tone=tone, machine=machine, **{**fields, **more})


def counted(*words: Word) -> Agreement:
    return agreement_of(words, now=NOW, zone=OSLO)


def many(agreed: int, of: int, **more: Any) -> list[Word]:
    return [word(n, "negative" if n < agreed else "neutral", **more) for n in range(of)]


@pytest.mark.parametrize(
    ("agreed", "of", "low", "high"),
    [(41, 50, 0.692, 0.902), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (0, 0, 0.0, 1.0)],
)
def test_the_interval_is_wilsons(agreed: int, of: int, low: float, high: float) -> None:
    assert wilson(agreed, of) == (pytest.approx(low, abs=0.001), pytest.approx(high, abs=0.001))


def test_a_share_is_told_with_its_counts_and_bounds() -> None:
    assert Share(41, 50).words == "41 of 50, 82\u00a0%, between 69 and 90"
    assert Share(3, LEAST - 1).words == "3 of 9", "too few for a share"
    assert Share(9, LEAST).words.startswith("9 of 10, 90")


def test_the_latest_word_on_a_result_in_a_week_counts() -> None:
    found = counted(
        word(1, "neutral", at=NOW - timedelta(hours=2)),
        word(1, "negative"),
        word(1, "neutral", at=NOW - timedelta(days=7)),
    )
    assert found.total == Share(1, 2)
    assert [week.share for week in found.weeks[-2:]] == [Share(0, 1), Share(1, 1)]
    assert found.weeks[-1].monday == THIS_WEEK


def test_a_week_begins_on_monday_where_the_brand_is_at_home() -> None:
    sunday_night = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)
    assert counted(word(1, at=sunday_night)).weeks[-1].share == Share(1, 1), "Monday in Oslo"
    assert counted(word(1, at=sunday_night - timedelta(hours=1))).weeks[-2].share == Share(1, 1)


def test_what_was_taken_back_does_not_count() -> None:
    start = NOW - timedelta(hours=9)
    back = word(1, act="back", at=NOW)
    assert counted(word(1, at=start), back).total == Share(0, 0)
    kept = counted(
        word(1, "neutral", by=2, at=start),
        word(1, at=start + timedelta(hours=1)),
        word(1, at=start + timedelta(hours=2)),
        back,
    )
    assert kept.total == Share(0, 1), "the other person's mark before it stands again"


def test_second_looks_are_counted_by_themselves() -> None:
    found = counted(
        word(1),
        word(1, "neutral", act="second", before="negative", by=2),
        word(2, "positive", act="second", before="positive", by=2),
    )
    assert found.second == Share(1, 2)
    assert found.total == Share(1, 1)


def test_half_a_year_is_shown_and_no_more() -> None:
    found = counted(word(1, at=NOW - timedelta(weeks=WEEKS)), word(2, at=NOW - timedelta(weeks=25)))
    assert len(found.weeks) == WEEKS
    assert found.total == Share(1, 1)
    assert found.weeks[0].share == Share(1, 1)


def test_groups_stand_by_size_and_categories_only_where_there_is_one() -> None:
    found = counted(
        word(1, language="lv", category="fraud"),
        word(2, "neutral", language="en", category="recall"),
        word(3, language="en"),
    )
    assert found.languages == (("en", Share(1, 2)), ("lv", Share(1, 1)))
    assert found.categories == (("fraud", Share(1, 1)), ("recall", Share(0, 1)))


def test_the_confusion_counts_what_the_machine_and_what_people_said() -> None:
    found = counted(*many(3, 5), word(9, "positive", "neutral"))
    assert found.confusion == {
        ("negative", "negative"): 3,
        ("negative", "neutral"): 2,
        ("neutral", "positive"): 1,
    }


def test_a_version_is_told_in_the_week_of_its_first_mark() -> None:
    found = counted(
        word(1, judge="rules-1", at=NOW - timedelta(weeks=3)),
        word(2, judge="rules-2", at=NOW - timedelta(weeks=1)),
        word(3, judge="rules-2"),
    )
    assert [week.versions for week in found.weeks[-4:]] == [("rules-1",), (), ("rules-2",), ()]


def test_the_chart_draws_shares_of_full_weeks_and_counts_of_all() -> None:
    weeks = counted(
        *many(8, 10),
        *many(1, 3, at=NOW - timedelta(weeks=1)),
        *many(6, 12, at=NOW - timedelta(weeks=2)),
    ).weeks
    chart = drawing(weeks, WIDE)
    assert [point.title.split(": ")[1] for point in chart.points] == [
        "6 of 12, 50\u00a0%, between 25 and 75",
        "8 of 10, 80\u00a0%, between 49 and 94",
    ]
    assert [(bar.number, bar.is_few) for bar in chart.bars] == [(12, False), (3, True), (10, False)]
    assert chart.path.count("M") == 2, "no line over the week with too few marks"
    assert "L" not in chart.path


def test_the_line_joins_neighbouring_weeks() -> None:
    weeks = counted(*many(8, 10), *many(8, 10, at=NOW - timedelta(weeks=1))).weeks
    chart = drawing(weeks, WIDE)
    assert (chart.path.count("M"), chart.path.count("L")) == (1, 1)


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_all_that_is_drawn_lies_in_the_frame(frame: Any) -> None:
    words = [
        word(
            100 * week + n,
            judge=f"rules-{week}-with-a-very-long-name",
            at=NOW - timedelta(weeks=week),
        )
        for week in range(WEEKS)
        for n in range(week % 14)
    ]
    chart = drawing(counted(*words).weeks, frame)
    assert len(chart.bars) <= frame.weeks
    for bar in chart.bars:
        assert frame.left <= float(bar.x)
        assert float(bar.x) + float(bar.width) <= chart.edge
        assert 0 < float(bar.above) < chart.height
    for point in chart.points:
        assert chart.top <= float(point.high) <= float(point.y) <= float(point.low) <= chart.bottom
    shown = [sign for sign in chart.signs if sign.words]
    assert 1 < len(shown) < len(chart.signs), "names that would cover each other are left out"
