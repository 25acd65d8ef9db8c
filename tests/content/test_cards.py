"""What a card says is due or late, and that each kind and step has its look."""

from datetime import date, timedelta

import pytest

from content.cards import ICONS, LOOKS, board_cards, day_cards, due
from content.models import Piece
from tests.conftest import REPOSITORY

TODAY = date(2026, 12, 30)


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
    assert board_cards([piece], TODAY)[0].can_move is on_board
