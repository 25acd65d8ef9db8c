"""What a card says is due or late, and that each kind and step has its look."""

from datetime import date, time, timedelta

import pytest

from content.cards import ICONS, LOOKS, cards_of, day_cards, due
from content.models import Freeze, Piece
from content.scheduling.conflicts import Conflict, Rule
from content.scheduling.outlook import Outlook
from serp.models import Brand
from tests.conftest import REPOSITORY

TODAY = date(2026, 12, 30)
OSLO = Brand(name="Hallway", time_zone="Europe/Oslo")


def ahead(conflict: Conflict | None = None, freeze: Freeze | None = None) -> Outlook:
    return Outlook(
        today=TODAY,
        freezes=[freeze] if freeze else [],
        conflicts=[conflict] if conflict else [],
        by_piece={conflict.pieces[0]: [conflict]} if conflict else {},
        loads={},
        people=[],
        names={},
        usual={},
    )


def day(offset: int | None) -> date | None:
    return None if offset is None else TODAY + timedelta(offset)


@pytest.mark.parametrize(
    ("status", "due_in", "publish_in", "words", "days_late"),
    [
        ("idea", None, None, "no day yet", 0),
        ("draft", 1, 5, "draft due Thu 31 Dec", 0),
        ("draft", 2, 5, "draft due Fri 1 Jan 2027", 0),
        ("draft", 0, 5, "draft due today", 0),
        ("draft", -1, 5, "1 day late", 1),
        ("draft", 5, -3, "3 days late", 3),
        ("draft", None, 0, "publish today", 0),
        ("review", -4, 1, "publish Thu 31 Dec", 0),
        ("approved", None, -2, "2 days late", 2),
        ("scheduled", -9, 0, "publish today", 0),
        ("published", -9, -9, "out since Mon 21 Dec", 0),
        ("measured", None, None, "out", 0),
    ],
)
def test_a_piece_says_what_it_waits_for(
    status: str, due_in: int | None, publish_in: int | None, words: str, days_late: int
) -> None:
    piece = Piece(status=status, due_on=day(due_in), publish_on=day(publish_in))
    found = due(piece, TODAY)
    assert (found.words, found.days_late) == (words, days_late)
    assert found.is_today == words.endswith("today")


def test_each_kind_has_an_icon_of_the_sprite_and_each_step_a_look() -> None:
    sprite = (REPOSITORY / "reputation" / "templates" / "_icons.svg").read_text()
    assert set(ICONS) == set(Piece.Kind)
    assert all(f'id="i-{icon}"' in sprite for icon in ICONS.values())
    assert set(LOOKS) == set(Piece.Status)


@pytest.mark.parametrize(
    ("status", "on_calendar", "on_board"),
    [
        ("idea", True, True),
        ("scheduled", True, True),
        ("published", False, True),
        ("measured", False, False),
    ],
)
def test_what_can_move_where(status: str, on_calendar: bool, on_board: bool) -> None:
    piece = Piece(status=status, publish_on=TODAY)
    assert day_cards([piece], TODAY)[0].can_move is on_calendar
    assert cards_of([piece], ahead(), OSLO, on_board=True)[0].can_move is on_board


def test_a_card_carries_its_conflicts_its_freeze_and_the_clocks_note() -> None:
    spring = date(2027, 3, 28)
    rows = [
        Piece(pk=1, status="scheduled", publish_on=spring, publish_time=time(2, 30)),
        Piece(pk=2, status="approved", publish_on=spring, publish_time=time(3, 30)),
        Piece(pk=3, status="scheduled", publish_on=spring + timedelta(1), publish_time=time(2, 30)),
    ]
    clash = Conflict(Rule.WEEKEND, "It is to go out on a weekend.", "Move it.", (2,), spring)
    freeze = Freeze(starts_on=spring, ends_on=spring, reason="A recall.")
    held, free, after = cards_of(rows, ahead(clash, freeze), OSLO)
    assert (held.held, free.held, after.held) == (freeze, None, None)
    assert (held.conflicts, free.conflicts) == ((), (clash,))
    assert "skip 02:30 on Sun 28 Mar 2027" in held.clock_note
    assert (free.clock_note, after.clock_note) == ("", "")
