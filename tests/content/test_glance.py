"""The score at a glance: deltas that may be claimed, and words where none may."""

from datetime import date, timedelta
from typing import Any

import pytest

from content.glance import Glance, glance, whole_percents
from reputation.models import BrandScore

TODAY = date(2026, 11, 18)
DAY = timedelta(days=1)


def row(days_ago: int, score: float | None = 10.0, **fields: Any) -> BrandScore:
    values: dict[str, Any] = {
        "day": TODAY - days_ago * DAY,
        "score": score,
        "negative": 0.4,
        "neutral": 0.1,
        "positive": 0.2,
        "own": 0.3,
        "coverage": 1.0,
        "keywords": 10,
        "measured": 10,
        "with_negative": 6,
        "with_negative_top": 2,
        "curve": "Sistrix",
        "curve_version": "1",
    }
    return BrandScore(**(values | fields))


def seen(*rows: BrandScore, incidents: list[tuple[date, str]] | None = None) -> Glance:
    found = glance(rows, incidents or [], today=TODAY)
    assert found is not None
    return found


def test_without_a_score_there_is_nothing_to_show() -> None:
    assert glance([], [], today=TODAY) is None
    assert glance([row(0, None)], [], today=TODAY) is None


def test_the_week_s_change_is_the_difference_of_the_numbers_shown() -> None:
    found = seen(row(7, 9.6), row(0, 12.4))
    assert found.deltas[0].points == 2
    assert found.deltas[0].since == "since Wed 11 Nov"


def test_a_day_near_the_week_before_is_named_by_its_own_date() -> None:
    assert seen(row(8), row(0)).deltas[0].since == "since Tue 10 Nov"


def test_under_80_percent_no_change_is_claimed_and_it_says_why() -> None:
    found = seen(row(7), row(1, coverage=0.4), row(0, coverage=0.5, measured=5))
    assert found.before is None
    assert found.deltas == ()
    assert "Only 5 of 10 keywords were measured on Wed 18 Nov" in found.note
    assert "below 80 % no change is claimed" in found.note
    assert all(share.was is None for share in found.shares)


def test_a_thin_day_a_week_ago_is_not_compared_with() -> None:
    found = seen(row(7, coverage=0.7, measured=7), row(0))
    assert found.before is None
    assert "On Wed 11 Nov only 7 of 10 keywords were measured" in found.note


def test_no_day_a_week_ago_is_said() -> None:
    assert "Nothing was measured around Wed 11 Nov" in seen(row(20), row(0)).note


def test_another_curve_is_not_compared_with() -> None:
    found = seen(row(7, curve_version="2"), row(0))
    assert found.before is None
    assert "CTR curve has changed" in found.note


def test_while_today_is_being_measured_yesterday_is_shown() -> None:
    found = seen(row(8), row(1, 30.0), row(0, -50.0, coverage=0.1, measured=1))
    assert found.score == 30
    assert "Today 1 of 10 keywords are measured so far" in found.note
    assert found.before is not None


def test_the_crisis_is_the_largest_sudden_fall_named_by_its_incident() -> None:
    rows = [row(60, 50), row(59, 52), row(58, 20), row(57, -10), row(7, 0), row(0, 5)]
    crisis = seen(*rows, incidents=[(TODAY - 58 * DAY, "Recall announced")]).deltas[1]
    assert crisis.points == 5 - 52
    assert crisis.since == "since before “Recall announced”, 21 Sep"
    assert seen(*rows).deltas[1].since == "since before the fall of 21 Sep"


def test_without_a_fall_the_first_day_is_the_base() -> None:
    found = seen(row(90, 1), row(7, 4), row(0, 6))
    assert (found.deltas[1].points, found.deltas[1].since) == (5, "since Thu 20 Aug")


def test_a_thin_day_makes_no_crisis() -> None:
    rows = [row(60, 50), row(50, -60, coverage=0.2), row(7, 48), row(0, 50)]
    assert seen(*rows).deltas[1].since.startswith("since Sat 19 Sep")


@pytest.mark.parametrize(
    "parts",
    [
        (0.335, 0.335, 0.165, 0.165),
        (1 / 3, 1 / 3, 1 / 3, 0.0),
        (1.0, 0.0, 0.0, 0.0),
        (0.005, 0.005, 0.005, 0.985),
    ],
)
def test_the_shares_add_up_to_100(parts: tuple[float, ...]) -> None:
    names = ("negative", "neutral", "positive", "own")
    found = whole_percents(row(0, **dict(zip(names, parts, strict=True))))
    assert sum(found.values()) == 100
    assert all(abs(found[name] - 100 * part) < 1 for name, part in zip(names, parts, strict=True))


def test_the_bar_is_laid_out_end_to_end() -> None:
    found = seen(row(7), row(0))
    assert [share.start for share in found.shares] == [0, 40, 50, 70]
    assert found.formula == "20 positive + 30 own − 40 negative"


def test_a_formula_that_rounding_parts_from_the_score_says_so() -> None:
    assert seen(row(0, 11.4)).formula.endswith("the parts are rounded")


def test_less_negative_is_good_and_less_own_is_harm() -> None:
    before = row(7, negative=0.5, own=0.2)
    shares = {share.name: share for share in seen(before, row(0)).shares}
    assert shares["negative"].css.startswith("pos-ink")
    assert shares["own"].css.startswith("pos-ink")
    assert shares["neutral"].css == "muted"


def test_the_incident_is_named_with_its_own_day_and_not_that_of_the_deepest_fall() -> None:
    rows = [row(60, 50), row(59, 45), row(57, 40), row(55, -10), row(0, 5)]
    crisis = seen(*rows, incidents=[(TODAY - 59 * DAY, "Recall announced")]).deltas[-1]
    assert crisis.since == "since before “Recall announced”, 20 Sep"
