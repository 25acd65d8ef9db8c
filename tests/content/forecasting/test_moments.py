"""What is taught: only what was known on the day, and never the brand's own pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from content.forecasting.lives import AWAY, Sight
from content.forecasting.moments import NEVER, Course, Moment, lesson, moments
from content.forecasting.traits import NAMES, About, traits
from content.places import Place

PAGE = About("a.example", Place.NEWS)


def readings(count: int, *, gone_from: int) -> Course:
    """Pages a to d; a is replaced by e from a day on."""
    sights = tuple(
        Sight(day, ("b", "a" if day < gone_from else "e", "c", "d")) for day in range(count)
    )
    about = {name: About(f"{name}.example", Place.OTHER) for name in "abcde"}
    return Course("k", "g", False, sights, about)


def of(page_position: int, course: Course) -> list[Moment]:
    return [m for m in moments(course) if m.position == page_position]


def test_a_moment_counts_the_days_until_the_page_left() -> None:
    found = of(2, readings(40, gone_from=20))
    assert [m.days for m in found if m.day < 20] == list(range(20, 0, -1))
    assert all(m.days == NEVER for m in found if m.day >= 20)
    assert all(m.watched == 39 - AWAY - m.day for m in found)


def test_own_pages_are_no_such_results() -> None:
    course = readings(30, gone_from=99)
    own = replace(course.about["a"], is_ours=True)
    assert not of(2, replace(course, about={**course.about, "a": own}))
    assert of(2, course), "control"


def test_a_lesson_knows_nothing_that_came_to_light_after_its_day() -> None:
    rows = of(2, readings(60, gone_from=20))
    early = [m for m in rows if m.day < 10]
    on = 20 + AWAY - 1
    assert not lesson(early, known_on=on).left.any(), "it left, but not yet for long enough"
    assert lesson(early, known_on=on + 1).left.all()
    assert lesson(rows, known_on=15).size == len([m for m in rows if m.day < 15 - AWAY])


def numbers(course: Course, index: int, page: str, since: int = 0) -> dict[str, float]:
    values = traits(
        course.sights, index, page, since=since, about=course.about, is_person=course.is_person
    )
    return dict(zip(NAMES, values, strict=True))


def test_traits_do_not_change_with_what_comes_later() -> None:
    long, short = readings(60, gone_from=20), readings(16, gone_from=20)
    assert numbers(long, 15, "a") == numbers(short, 15, "a")


def test_a_page_that_falls_has_a_positive_trend_and_one_that_rises_a_negative_one() -> None:
    sights = tuple(
        Sight(day, ("a", "b", "c", "d") if day < 21 else ("b", "c", "a", "d")) for day in range(28)
    )
    course = replace(readings(1, gone_from=9), sights=sights)
    assert numbers(course, 27, "a")["trend"] == pytest.approx(2)
    assert numbers(course, 27, "b")["trend"] == pytest.approx(-1)
    assert numbers(course, 27, "d")["trend"] == 0


def test_neighbours_that_come_and_go_are_churn_and_the_page_itself_is_not() -> None:
    calm = readings(28, gone_from=99)
    wild = replace(
        calm,
        sights=tuple(Sight(day, ("a", f"n{day}", "c", "d")) for day in range(28)),
    )
    assert numbers(calm, 27, "a")["churn"] == 0
    assert numbers(wild, 27, "a")["churn"] == pytest.approx(0.25)


def test_own_pages_right_below_are_counted_and_those_above_are_not() -> None:
    course = readings(10, gone_from=99)
    own = {page: replace(course.about[page], is_ours=True) for page in ("b", "c")}
    assert numbers(replace(course, about={**course.about, **own}), 9, "a")["ours_below"] == 1
