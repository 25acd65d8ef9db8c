"""Difficulty: each factor's points, what is left out, and that harder facts never count as easier."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from content.chances.courses import Course, Point
from content.chances.difficulty import Facts, difficulty_of
from content.chances.rates import Rate

NOW = datetime(2026, 11, 18, tzinfo=UTC)


def course(*positions: int | None, age: int = 90) -> Course:
    return Course(
        tuple(Point(NOW - timedelta(days=n), p, 20) for n, p in enumerate(reversed(positions)))[
            ::-1
        ],
        NOW - timedelta(days=age),
    )


EASY = Facts(
    position=10,
    host=Rate(0, 40),
    host_position=10.0,
    course=course(10, None, None, None, 10, age=2),
    read_at=NOW,
    title="A report",
    names=("Hallway Coffee", "Hallway"),
    own_near=4,
    features=(),
)
HARD = Facts(
    position=1,
    host=Rate(40, 40),
    host_position=1.0,
    course=course(1, 1, 1, 1, 1, age=400),
    read_at=NOW,
    title="Hallway coffee: a report",
    names=("Hallway Coffee", "Hallway"),
    own_near=0,
    features=("top_stories", "videos"),
)


def test_the_ends_of_the_scale() -> None:
    assert (difficulty_of(HARD).value, difficulty_of(HARD).word) == (100, "very hard")
    assert difficulty_of(EASY).value < 10
    assert difficulty_of(EASY).word == "easy"


def test_the_points_of_the_factors_add_up_to_the_value() -> None:
    hard = difficulty_of(HARD)
    assert sum(f.most for f in hard.factors) == 100
    assert sum(f.points or 0 for f in hard.factors) == pytest.approx(100)


@pytest.mark.parametrize("field", ["position", "host", "course", "title", "own_near", "features"])
def test_each_fact_taken_alone_makes_it_harder(field: str) -> None:
    change = {field: getattr(HARD, field)}
    if field == "host":
        change["host_position"] = HARD.host_position
    assert difficulty_of(replace(EASY, **change)).value > difficulty_of(EASY).value


def test_what_was_not_measured_is_left_out_and_says_so() -> None:
    facts = replace(HARD, host=Rate(1, 3), course=Course((), None))
    found = difficulty_of(facts)
    left_out = [f.name for f in found.factors if f.points is None]
    assert left_out == ["Host", "Age", "Stability"]
    assert found.measured == 50
    assert found.value == 100
