"""The score's drawing: places, gaps and marks."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from content.charts.picture import Event
from content.charts.score import NARROW, TOP, WIDE, ScoreChart, ScoreFrame, ScorePicture, bounds
from content.rankings import Hole

START = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def picture(
    *scores: int, holes: tuple[Hole, ...] = (), events: tuple[Event, ...] = ()
) -> ScorePicture:
    times = tuple(START + n * DAY for n in range(len(scores)))
    last = START + max(len(scores), 1) * DAY
    return ScorePicture(
        times, scores, holes, events, START - DAY, last, ZoneInfo("Europe/Oslo"), "In words"
    )


def paths(found: ScorePicture, frame: ScoreFrame = WIDE) -> list[str]:
    svg = ElementTree.fromstring(ScoreChart(found, frame).svg())
    lines = [p.get("d", "") for p in svg.iter("path") if p.get("class") == "ln score"]
    return [piece for line in lines for piece in line.split("M") if piece]


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_a_score_lies_at_its_height(frame: ScoreFrame) -> None:
    chart = ScoreChart(picture(50, 0), frame)
    assert chart.y(chart.high) == TOP
    assert chart.y(chart.low) == TOP + frame.plot
    assert chart.y(50) < chart.y(0)


def test_no_line_crosses_a_day_that_was_not_measured() -> None:
    hole = Hole(1, START + 1.2 * DAY, START + 1.8 * DAY, ("only 3 of 10 keywords measured",))
    found = picture(10, 12, 14, 16, holes=(hole,))
    assert len(paths(found)) == 2
    assert len(paths(picture(10, 12, 14, 16))) == 1
    assert "only 3 of 10 keywords measured. Nothing is drawn." in ScoreChart(found, WIDE).svg()


def test_a_single_day_is_a_dot() -> None:
    assert paths(picture(10)) == []
    assert 'class="dot score"' in ScoreChart(picture(10), WIDE).svg()


def test_no_day_draws_nothing() -> None:
    assert "dot score" not in ScoreChart(picture(), WIDE).svg()


def test_marks_and_numbers_are_named() -> None:
    events = (Event(START + DAY, "inc", "Recall"), Event(START + DAY, "pub", "Recall page"))
    text = ScoreChart(picture(30, -21, 5, 6, 7, 8, events=events), WIDE).svg()
    for words in ("2 Jun: Recall", "2 Jun: Recall page", "−21", "+8"):
        assert words in text


@pytest.mark.parametrize("scores", [(0,), (-100, 100), (99,), (-99,), (12, 14), (-3, 3), ()])
def test_the_axis_holds_every_score_and_stays_on_the_scale(scores: tuple[int, ...]) -> None:
    low, high = bounds(scores)
    assert -100 <= low < high <= 100
    assert high - low >= 50
    assert all(low <= score <= high for score in scores)
