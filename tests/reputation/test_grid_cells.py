"""A cell says tone, owner and movement by signs and words; a hole says why it is empty."""

from datetime import UTC, datetime

import pytest

from reputation.grid_cells import (
    Cell,
    Extent,
    Hole,
    Known,
    cell_of,
    cells_of,
    effect_of,
    move_of,
    tail_of,
)
from reputation.models import Mark
from serp.history import Reading

AT = datetime(2026, 11, 18, tzinfo=UTC)
THIRD, OWNED = Mark.Ownership.THIRD_PARTY, Mark.Ownership.OWNED
BAD = Known("bad.example", "negative", THIRD)
OURS = Known("ours.example", "neutral", OWNED)


def reading(*pages: int | None, depth: int | None = None) -> Reading:
    return Reading(1, 1, AT, depth or len(pages), False, "sample", pages, pages)


@pytest.mark.parametrize(
    ("before", "position", "sign", "words"),
    [
        (reading(7, 8, 9), 3, "▼2", "down 2"),
        (reading(9, 8, 7), 1, "▲2", "up 2"),
        (reading(7), 1, "=", "unchanged"),
        (reading(1, 2, 3), 2, "new", "new, was not in first 3"),
        (reading(1, 2, 3), 4, "·", "the reading before reached position 3"),
        (None, 1, "·", "first reading"),
    ],
)
def test_a_move_claims_only_what_was_read(
    before: Reading | None, position: int, sign: str, words: str
) -> None:
    move = move_of(before, 7, position)
    assert (move.sign, move.words) == (sign, words)


def test_a_rising_negative_harms_and_a_rising_own_page_helps() -> None:
    up, down = move_of(reading(1, 7), 7, 1), move_of(reading(7, 1), 7, 2)
    assert [effect_of(up, BAD), effect_of(down, BAD)] == ["harm", "good"]
    assert [effect_of(up, OURS), effect_of(down, OURS)] == ["good", "harm"]
    assert effect_of(up, Known("x.example", "neutral", THIRD)) == ""


def test_a_cell_can_be_read_without_colour() -> None:
    cell = cell_of("hallway", 4, BAD, move_of(None, 7, 4))
    assert (cell.sign, cell.letter) == ("\u2212", "T")
    assert cell.label == "hallway, position 4: bad.example, negative, third party, first reading"


def test_a_page_nobody_judged_is_no_neutral_one() -> None:
    cell = cell_of("hallway", 1, Known("new.example", None, THIRD), move_of(None, 7, 1))
    assert (cell.sign, "unmarked" in cell.css, "neu" in cell.css) == ("?", True, False)


def test_own_pages_are_outlined() -> None:
    assert "mine" in cell_of("hallway", 1, OURS, move_of(None, 7, 1)).css


def drawn(pages: Reading, extent: Extent, last: int = 10) -> list[Cell | Hole]:
    known = {page: BAD for page in pages.pages if page is not None}
    return cells_of("k", pages, before=None, known=known, extent=extent, first=1, last=last)


def test_what_a_provider_did_not_send_is_one_hole_with_its_reason() -> None:
    cells = drawn(reading(1, 2, 3), Extent(asked=10, given=3, is_partial=True))
    assert cells[3:] == [Hole(4, 7, "not read: the provider sent 3 of 10")]


def test_a_short_result_page_is_the_engines_doing() -> None:
    assert drawn(reading(*range(1, 10)), Extent(asked=10, given=9))[9:] == [
        Hole(10, 1, "the engine gave 9")
    ]


def test_positions_beyond_those_asked_for_are_not_said_to_be_empty() -> None:
    cells = drawn(reading(*range(1, 11)), Extent(asked=10, given=10), last=20)
    assert cells[10:] == [Hole(11, 10, "not read: only 10 were asked for")]


def test_a_position_that_an_import_left_out_is_not_reported() -> None:
    cells = drawn(reading(1, None, 3), Extent(asked=3, given=3, is_list=True), last=3)
    assert cells[1] == Hole(2, 1, "not reported")


def test_the_tail_counts_negatives_own_and_others() -> None:
    pages = reading(*range(1, 15))
    known = {11: BAD, 12: OURS, 13: BAD, 14: Known("x.example", "positive", THIRD)}
    tail = tail_of(pages, known, Extent(asked=20, given=14), first=11, last=20)
    assert (tail.negatives, tail.own, tail.others) == (2, 1, 1)
    assert tail.words == "2 negative, 1 own, 1 other"


def test_an_empty_tail_says_whether_it_was_read() -> None:
    pages = reading(*range(1, 8))
    assert tail_of(pages, {}, Extent(20, 7), first=11, last=20).reason == "none"
    assert (
        tail_of(pages, {}, Extent(20, 7, is_partial=True), first=11, last=20).reason == "not read"
    )
    assert tail_of(pages, {}, Extent(10, 7), first=11, last=20).reason == "not read"
