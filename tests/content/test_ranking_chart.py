"""The drawing keeps to the data: places, gaps, labels and escaped words."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from content.charts.picture import NARROW, WIDE, Event, Frame, Picture
from content.charts.ranking import TOP, RankingChart
from content.charts.words import address_in, shortened, width_of
from content.rankings import Group, Hole, Line, Named
from tests.content.test_rankings import line

SVG = "{*}"
START = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def picture(*lines: Line, **fields: object) -> Picture:
    count = len(lines[0].positions) if lines else 0
    times = tuple(START + n * WEEK for n in range(count))
    values: dict = {
        "times": times,
        "hidden": (None,) * count,
        "lines": lines,
        "holes": (),
        "events": (),
        "first": START - WEEK,
        "last": START + max(count, 1) * WEEK,
        "depth": 20,
        "zone": ZoneInfo("Europe/Oslo"),
        "title": "Positions",
        "description": "Words",
    }
    return Picture(**(values | fields))


def drawn(found: Picture, frame: Frame = WIDE) -> ElementTree.Element:
    return ElementTree.fromstring(RankingChart(found, frame).svg())


def strokes(svg: ElementTree.Element, group: str = "oth") -> list[list[tuple[float, float]]]:
    """The unbroken strokes of all lines of a group, as points."""
    paths = [p.get("d", "") for p in svg.iter("path") if p.get("class") == f"ln {group}"]
    pieces = [piece for path in paths for piece in path.split("M") if piece]
    return [
        [(float(x), float(y)) for x, y in (point.split() for point in piece.split("L"))]
        for piece in pieces
    ]


def dots(svg: ElementTree.Element) -> list[tuple[float, float]]:
    return [
        (float(dot.get("cx", "")), float(dot.get("cy", "")))
        for dot in svg.iter("circle")
        if (dot.get("class") or "").startswith("dot ")
    ]


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_a_position_lies_on_its_row_and_a_moment_on_its_column(frame: Frame) -> None:
    found = picture(line(1, 10, 20))
    (stroke,) = strokes(drawn(found, frame))
    assert [y for _, y in stroke] == [TOP + (n - 0.5) * frame.step for n in (1, 10, 20)]
    xs = [x for x, _ in stroke]
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1], abs=0.2)
    assert frame.left < xs[0] < xs[2] < frame.width - frame.right


def test_no_stroke_crosses_a_hole() -> None:
    hole = Hole(1, START + 1.25 * WEEK, START + 1.75 * WEEK, ("no reading",))
    found = picture(line(3, 3, 3, 3), holes=(hole,))
    chart = RankingChart(found, WIDE)
    for stroke in strokes(drawn(found)):
        xs = [x for x, _ in stroke]
        assert max(xs) <= chart.x(hole.start) or min(xs) >= chart.x(hole.end)
    assert len(strokes(drawn(found))) == 2


def test_without_the_hole_the_stroke_is_one() -> None:
    assert len(strokes(drawn(picture(line(3, 3, 3, 3))))) == 1


def test_a_page_that_is_not_found_is_drawn_nowhere() -> None:
    svg = drawn(picture(line(5, None, None, 5)))
    assert strokes(svg) == []
    assert len(dots(svg)) == 2
    assert all(y > TOP for _, y in dots(svg))


def test_a_single_reading_is_a_dot() -> None:
    svg = drawn(picture(line(None, 7, None)))
    assert strokes(svg) == []
    assert [y for _, y in dots(svg)] == [TOP + 6.5 * WIDE.step]


def test_a_hole_is_hatched_with_its_reason() -> None:
    hole = Hole(0, START + WEEK / 4, START + WEEK / 2, ("the provider refused the key",))
    text = str(RankingChart(picture(line(1, 1), holes=(hole,)), WIDE).svg())
    assert 'class="f-hatch"' in text
    assert "the provider refused the key. Nothing is drawn." in text


def test_what_a_partial_reading_did_not_reach_is_hatched() -> None:
    svg = drawn(picture(line(1, 1, 1), hidden=(None, 10, None)))
    (hatch,) = [r for r in svg.iter("rect") if r.get("class") == "f-hatch"]
    assert float(hatch.get("y", "")) == TOP + 10 * WIDE.step
    assert "only the first 10 were read" in "".join(hatch.itertext())


def test_labels_at_the_end_do_not_collide() -> None:
    lines = [line(n, n, page=n) for n in range(1, 21)]
    for frame in (WIDE, NARROW):
        svg = drawn(picture(*lines), frame)
        ys = sorted(
            float(text.get("y", ""))
            for text in svg.iter("text")
            if float(text.get("x", "0")) > frame.width - frame.right + 30
        )
        gaps = [b - a for a, b in pairwise(ys) if b != a]
        assert len(set(ys)) >= 20
        assert min(gaps) >= 14


def test_negatives_lie_on_top() -> None:
    svg = drawn(picture(line(1, 1, group=Group.NEGATIVE), line(2, 2, page=2)))
    kinds = [p.get("class") for p in svg.iter("path") if (p.get("class") or "").startswith("ln")]
    assert kinds == ["ln oth", "ln neg"]


def test_events_are_marked_in_their_lane() -> None:
    events = (
        Event(START + WEEK, "inc", "Recall"),
        Event(START + WEEK, "pub", "Recall page"),
        Event(START, "src", "Sample world → Serper"),
    )
    text = str(RankingChart(picture(line(1, 1, 1), events=events), WIDE).svg())
    for words in ("8 Jun: Recall", "8 Jun: Recall page", "1 Jun: Sample world → Serper"):
        assert words in text


def test_crowded_events_lose_their_words_and_that_is_counted() -> None:
    events = tuple(
        Event(START + timedelta(hours=n), "pub", f"A long title {n}" * 4) for n in range(9)
    )
    chart = RankingChart(picture(line(1, 1, 1), events=events), WIDE)
    text = str(chart.svg())
    assert chart.lanes.words_left_out > 0
    assert text.count("<title>1 Jun") == 9


def test_hostile_words_are_escaped() -> None:
    bad = Named(Group.OTHER, "<script>alert(1)</script>", '"><b', "0", "neu", "neutral")
    text = str(RankingChart(picture(Line(1, bad, (1, 1))), WIDE).svg())
    assert "<script" not in text
    assert '"><b' not in text
    assert "style=" not in text


def test_the_narrow_chart_begins_later_and_keeps_what_lies_in_it() -> None:
    hole = Hole(2, START + 2.2 * WEEK, START + 2.8 * WEEK, ("no reading",))
    found = picture(line(1, 2, 3, 4), line(5, None, None, None, page=2), holes=(hole,))
    later = found.since(START + 1.5 * WEEK)
    assert [x.positions for x in later.lines] == [(3, 4)]
    assert [x.after for x in later.holes] == [0]
    assert strokes(drawn(later, NARROW)) == []


def test_three_hundred_readings_of_sixty_pages_stay_light() -> None:
    lines = [line(*((n + day // 3) % 20 + 1 for day in range(300)), page=n) for n in range(60)]
    found = picture(*lines)
    assert len(str(RankingChart(found, WIDE).svg())) < 400_000
    flat = picture(*(line(*([n + 1] * 300), page=n) for n in range(20)))
    assert len(str(RankingChart(flat, WIDE).svg())) < 30_000


@pytest.mark.parametrize(
    ("room", "label"),
    [
        (400, "recallwatch.example/news/2026/hallway-burr-2-recalled"),
        (230, "recallwatch.example/…/hallway-b…"),
        (150, "recallwatch.example/…"),
        (60, "recallw…"),
    ],
)
def test_a_cut_address_keeps_its_host_and_says_what_the_page_is(room: float, label: str) -> None:
    text = address_in("recallwatch.example/news/2026/hallway-burr-2-recalled", room)
    assert text == label
    assert width_of(text) <= room


def test_cut_words_fit() -> None:
    assert width_of(shortened("a very long name indeed", 60)) <= 60
    assert address_in("short.example", 150) == "short.example"
    assert width_of("咖啡") > width_of("ab")


def test_many_published_pieces_do_not_rule_the_plot_with_lines() -> None:
    def tall(number: int) -> int:
        events = tuple(Event(START + n * WEEK, "pub", f"Piece {n}") for n in range(number))
        svg = drawn(picture(line(*[1] * 9), events=events))
        marks = [x for x in svg.iter("line") if x.get("class") == "mk pub"]
        assert len(marks) == number
        return sum(1 for mark in marks if mark.get("y1") == str(TOP))

    assert tall(4) == 4
    assert tall(5) == 0


def test_a_negative_that_matters_no_more_is_thin() -> None:
    svg = drawn(picture(line(8, 8, 14, group=Group.NEGATIVE)))
    assert len(strokes(svg, "neg thin")) == 1
    assert strokes(svg) == []


def test_every_number_in_the_drawing_is_finite() -> None:
    text = str(RankingChart(picture(line(1)), WIDE).svg())
    assert not re.search(r'="(nan|inf|None)', text)
