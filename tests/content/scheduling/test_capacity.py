"""Hours of pieces, weeks in which they count, and who has too many of them."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User

from content.models import BriefTemplate, Piece
from content.scheduling.capacity import (
    Load,
    hours_of,
    loads_of,
    present_days,
    shipped_hours,
    usual_hours,
    work_day,
)
from serp.models import Brand

TODAY = date(2026, 11, 18)
MONDAY = date(2026, 11, 16)


def piece(due: int | None, out: int | None = None, **fields: object) -> Piece:
    def day(offset: int | None) -> date | None:
        return None if offset is None else TODAY + timedelta(offset)

    return Piece(due_on=day(due), publish_on=day(out), **fields)


def test_each_type_has_its_usual_hours() -> None:
    assert set(shipped_hours()) == set(Piece.Kind.values)
    assert all(0 < hours <= 80 for hours in shipped_hours().values())


def test_written_hours_count_and_else_those_of_the_type() -> None:
    assert hours_of(Piece(kind="faq", hours=2.5)) == 2.5
    assert hours_of(Piece(kind="faq", hours=0)) == 0
    assert hours_of(Piece(kind="faq")) == shipped_hours()["faq"]
    assert hours_of(Piece(kind="faq"), {"faq": 9}) == 9


@pytest.mark.django_db
def test_templates_say_otherwise_the_brands_own_above_all(brand: Brand, other_brand: Brand) -> None:
    BriefTemplate.objects.create(kind="faq", hours=7)
    BriefTemplate.objects.create(kind="faq", language="no", hours=70)
    BriefTemplate.objects.create(kind="news", hours=1)
    BriefTemplate.objects.create(kind="news", brand=brand, hours=3)
    BriefTemplate.objects.create(kind="video", brand=other_brand, hours=99)
    usual = usual_hours(brand)
    assert (usual["faq"], usual["news"]) == (7, 3)
    assert usual["video"] == shipped_hours()["video"]


@pytest.mark.parametrize(
    ("due", "out", "status", "day"),
    [
        (2, 9, "draft", 2),
        (None, 9, "draft", 9),
        (-9, 9, "draft", 0),  # late: its hours are still to be worked
        (-9, 9, "review", -9),  # written: they were worked then
        (-9, -2, "published", -9),
        (None, None, "idea", None),
    ],
)
def test_hours_count_in_the_week_of_the_drafts_day(
    due: int | None, out: int | None, status: str, day: int | None
) -> None:
    expected = None if day is None else TODAY + timedelta(day)
    assert work_day(piece(due, out, status=status), TODAY) == expected


@pytest.mark.parametrize(
    ("away", "days"),
    [
        ([], 5),
        ([(0, 0)], 4),
        ([(-30, 30)], 0),
        ([(4, 8)], 4),  # Friday to the next Tuesday
        ([(5, 6)], 5),  # the weekend is no working day
        ([(0, 2), (1, 3)], 1),  # what overlaps counts once
    ],
)
def test_absences_take_working_days(away: list[tuple[int, int]], days: int) -> None:
    spans = [(MONDAY + timedelta(a), MONDAY + timedelta(b)) for a, b in away]
    assert present_days(MONDAY, spans) == days


def test_loads_add_up_by_person_and_week() -> None:
    rows = [
        piece(0, owner_id=1, hours=6, pk=1, status="draft"),
        piece(1, owner_id=1, hours=5, pk=2, status="draft"),
        piece(7, owner_id=1, hours=3, pk=3, status="draft"),
        piece(0, owner_id=2, hours=30, pk=4, status="draft"),
        piece(0, owner_id=None, hours=4, pk=5, status="draft"),
        piece(None, owner_id=1, hours=99, pk=6, status="idea"),
    ]
    next_week = MONDAY + timedelta(7)
    found = loads_of(
        rows,
        capacities={1: 20},
        absences={1: [(MONDAY, MONDAY + timedelta(2))]},
        mondays=[MONDAY, next_week],
        today=TODAY,
    )
    mine = found[MONDAY, 1]
    assert (mine.planned, mine.room, mine.over, mine.away) == (11, 8, 3, 3)
    assert mine.pieces == (1, 2)
    assert (found[next_week, 1].planned, found[next_week, 1].room) == (3, 20)
    assert not found[MONDAY, 2].is_over  # nobody has said how many hours there are
    assert found[MONDAY, None].room is None


@pytest.mark.parametrize(
    ("planned", "room", "width", "is_over"),
    [
        (0, 8, 0, False),
        (4, 8, 50, False),
        (8, 8, 100, False),
        (8.25, 8, 100, True),
        (1, 0, 100, True),
        (0, 0, 0, False),
        (5, None, 0, False),
    ],
)
def test_the_bar_and_the_overload(
    planned: float, room: float | None, width: int, is_over: bool
) -> None:
    load = Load(MONDAY, 1, planned=planned, room=room)
    assert (load.width, load.is_over) == (width, is_over)


def test_a_person_without_pieces_but_with_hours_has_an_empty_week() -> None:
    user = User(pk=3)
    found = loads_of([], capacities={user.pk: 8}, absences={}, mondays=[MONDAY], today=TODAY)
    assert found[MONDAY, 3] == Load(MONDAY, 3, planned=0, room=8)
