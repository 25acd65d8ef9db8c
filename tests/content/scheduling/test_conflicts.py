"""What collides in a plan, what does not, and what is said about it."""

from datetime import date, timedelta
from typing import Any

import pytest

from content.models import Piece, Placement
from content.scheduling.capacity import Load
from content.scheduling.conflicts import Conflict, Rule, by_piece, conflicts
from serp.models import Keyword, Page

TODAY = date(2026, 11, 18)  # a Wednesday
GRINDER, KETTLE = Keyword(pk=1, phrase="grinder"), Keyword(pk=2, phrase="kettle")
HELP = Placement(pk=1, name="Help centre")


def piece(pk: int = 1, out: int | None = 20, **fields: Any) -> Piece:
    """A piece with an owner that goes out in so many days, on a working day unless asked."""
    day = None if out is None else TODAY + timedelta(out)
    return Piece(pk=pk, publish_on=day, **{"owner_id": 7, "status": "draft"} | fields)


def found(
    *pieces: Piece,
    absences: dict[int, list[tuple[date, date]]] | None = None,
    loads: list[Load] | None = None,
) -> list[Conflict]:
    return conflicts(
        pieces,
        today=TODAY,
        absences=absences or {},
        loads={(load.monday, load.owner): load for load in loads or []},
        names={7: "Mara"},
    )


def rules(*pieces: Piece, **given: Any) -> list[Rule]:
    return [one.rule for one in found(*pieces, **given)]


def test_a_sound_piece_has_no_conflict() -> None:
    assert found(piece(due_on=TODAY + timedelta(12))) == []


@pytest.mark.parametrize(
    ("status", "due", "out", "clashes"),
    [
        ("draft", 21, 20, True),
        ("draft", 20, 20, False),
        ("review", 21, 20, False),  # it is written
        ("draft", 1, -1, False),  # late, not in conflict
    ],
)
def test_a_draft_due_after_its_publication(status: str, due: int, out: int, clashes: bool) -> None:
    one = piece(out=out, status=status, due_on=TODAY + timedelta(due))
    assert (Rule.ORDER in rules(one)) is clashes


@pytest.mark.parametrize(
    ("status", "out", "clashes"),
    [
        ("draft", 2, True),
        ("review", 0, True),
        ("draft", 3, False),
        ("draft", -1, False),
        ("approved", 0, False),
        ("scheduled", 1, False),
        ("published", 0, False),
    ],
)
def test_a_publication_before_its_approval(status: str, out: int, clashes: bool) -> None:
    assert (Rule.UNAPPROVED in rules(piece(out=out, status=status))) is clashes


def test_the_sentence_names_day_and_step() -> None:
    (one,) = found(piece(out=1, status="review"))
    assert one.words == "It is to go out tomorrow and is still “in review”."
    assert one.todo == "Get it approved, or publish later."


@pytest.mark.parametrize(
    ("due", "out", "clashes"),
    [(None, 14, True), (None, 15, False), (7, 40, True), (-3, 40, False), (None, None, False)],
)
def test_nobody_assigned_within_a_fortnight(
    due: int | None, out: int | None, clashes: bool
) -> None:
    day = None if due is None else TODAY + timedelta(due)
    assert (Rule.NOBODY in rules(piece(out=out, due_on=day, owner_id=None))) is clashes


def test_two_pieces_for_one_keyword_on_a_day() -> None:
    rows = [piece(1, keyword=GRINDER), piece(2, keyword=GRINDER), piece(3, keyword=KETTLE)]
    (one,) = found(*rows)
    assert one.rule == Rule.KEYWORD
    assert one.pieces == (1, 2)
    assert one.words == "Two pieces for “grinder” go out on Tue 8 Dec."
    rows[1].publish_on += timedelta(1)
    assert found(*rows) == []


def test_pieces_without_keyword_or_place_do_not_collide() -> None:
    assert found(piece(1), piece(2)) == []


def test_one_place_twice_on_a_day() -> None:
    page = Page(pk=4, host="mapnook.example")
    assert rules(piece(1, placement=HELP), piece(2, placement=HELP)) == [Rule.PLACE]
    (one,) = found(piece(1, lifts=page), piece(2, lifts=page))
    assert "mapnook.example" in one.words
    assert found(piece(1, placement=HELP), piece(2, lifts=page)) == []


def test_the_owner_is_away_on_a_day_of_the_piece() -> None:
    away = {7: [(TODAY + timedelta(19), TODAY + timedelta(21))]}
    (one,) = found(piece(out=20), absences=away)
    assert one.rule == Rule.ABSENT
    assert one.words.endswith("when its owner is away until Wed 9 Dec.")
    assert found(piece(out=20, owner_id=8), absences=away) == []
    assert found(piece(out=22), absences=away) == []
    assert rules(piece(out=40, due_on=TODAY + timedelta(20)), absences=away) == [Rule.ABSENT]


@pytest.mark.parametrize(("out", "clashes"), [(16, False), (17, True), (18, True), (19, False)])
def test_a_day_on_a_weekend(out: int, clashes: bool) -> None:
    assert (rules(piece(out=out)) == [Rule.WEEKEND]) is clashes


def test_an_overload_is_told_in_hours_and_on_all_its_pieces() -> None:
    monday = TODAY - timedelta(2)
    over = Load(monday, 7, planned=11, room=8, pieces=(1, 2))
    (one,) = found(loads=[over])
    assert one.words == "Mara has 11\u00a0h of work for 8\u00a0h in the week of Mon 16 Nov."
    assert one.todo == "Move or hand over 3\u00a0h of it."
    assert set(by_piece([one])) == {1, 2}
    past = Load(monday - timedelta(7), 7, planned=11, room=8, pieces=(1,))
    unsaid = Load(monday, 8, planned=99, room=None, pieces=(1,))
    assert found(loads=[past, unsaid]) == []


def test_what_is_out_collides_with_nothing() -> None:
    rows = [piece(1, keyword=GRINDER, status="published"), piece(2, keyword=GRINDER)]
    assert found(*rows) == []


def test_the_list_is_ordered_by_rule_and_day() -> None:
    rows = [piece(1, out=17), piece(2, out=10), piece(3, out=1), piece(4, out=2, owner_id=None)]
    assert [(one.rule, one.pieces) for one in found(*rows)] == [
        (Rule.UNAPPROVED, (3,)),
        (Rule.UNAPPROVED, (4,)),
        (Rule.NOBODY, (4,)),
        (Rule.WEEKEND, (2,)),
        (Rule.WEEKEND, (1,)),
    ]
