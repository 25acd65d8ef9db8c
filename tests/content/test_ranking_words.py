"""The heading of a history says what happened, and nothing about what was not read."""

from datetime import date, timedelta

import pytest

from content.ranking_words import description, headline
from content.rankings import Group, Line
from tests.content.test_rankings import line, reading

MONDAY = date(2026, 10, 5)


def said(*lines: Line, depth: int = 20) -> str:
    count = len(lines[0].positions)
    readings = [reading(*range(1, depth + 1), day=7 * n) for n in range(count)]
    days = [MONDAY + timedelta(weeks=n) for n in range(count)]
    return headline(readings, days, lines, depth=20)


def bad(*positions: int | None, page: int = 1) -> Line:
    return line(*positions, page=page, group=Group.NEGATIVE)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([bad(2, 1, 4)], "The highest negative stands at 4; it stood at 1 on 12 Oct"),
        (
            [bad(2, 1, None), bad(None, None, 4, page=2)],
            "The highest negative stands at 4; one stood at 1 on 12 Oct",
        ),
        ([bad(9, 6, 3)], "The highest negative stands at 3; it stood at 6 on 12 Oct"),
        ([bad(None, 3, 3)], "The highest negative stands at 3; none was found before 12 Oct"),
        (
            [bad(3, 3, 3)],
            "The highest negative stands at 3, as in every reading since 5 Oct that found one",
        ),
        (
            [bad(5, 8, None)],
            "No negative in the first 20 on 19 Oct; the last one stood at 8 on 12 Oct",
        ),
        (
            [line(1, 1, 1)],
            "No negative in the first 20 on 19 Oct, nor in any reading since 5 Oct",
        ),
    ],
)
def test_the_heading_says_what_happened(lines: list[Line], words: str) -> None:
    assert said(*lines) == words


def test_the_heading_claims_no_more_than_the_depth_read() -> None:
    assert said(bad(5, None), depth=10).startswith("No negative in the first 10 on")


def test_another_year_is_named() -> None:
    readings = [reading(1), reading(1, day=7)]
    days = [date(2025, 12, 29), date(2026, 1, 5)]
    assert headline(readings, days, [bad(1, 4)], depth=20).endswith("on 29 Dec 2025")


def test_no_reading_is_said() -> None:
    assert headline([], [], [], depth=10) == "Nothing was read in this time"


def test_the_description_counts_the_lines() -> None:
    words = description([bad(1), line(2), line(3)], "Heading")
    assert words == "Heading. Lines: 1 negative, 2 others. The table below holds the numbers."
