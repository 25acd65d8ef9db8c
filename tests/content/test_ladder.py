"""The distance of a negative from page two: exact numbers on made ladders."""

import pytest

from content.ladder import Rung, Side, choose, measure, on_page_one, rows_of
from reputation.models import Mark
from serp.models import Listing, Page

Ownership = Mark.Ownership
LETTERS = {
    "n": ("negative", Ownership.THIRD_PARTY),
    "0": ("neutral", Ownership.THIRD_PARTY),
    "+": ("positive", Ownership.THIRD_PARTY),
    "o": ("neutral", Ownership.OWNED),
    "i": ("neutral", Ownership.INFLUENCED),
    "h": ("neutral", Ownership.HOSTILE),
    "x": ("negative", Ownership.OWNED),
}


def ladder(letters: str) -> list[Rung]:
    """One rung a letter; "?" is not judged, "." not reported. Page ids are 100 + position."""
    rungs = []
    for position, letter in enumerate(letters, start=1):
        listing = None if letter == "." else Listing(page_id=100 + position, title=letter)
        mark = None
        if letter in LETTERS:
            tone, ownership = LETTERS[letter]
            mark = Mark(tone=tone, ownership=ownership)
        rungs.append(Rung(position, listing, mark))
    return rungs


def at(candidates: list) -> list[int]:
    return [candidate.rung.position for candidate in candidates]


@pytest.mark.parametrize(
    ("letters", "position", "to_pass", "from_outside", "falls_too"),
    [
        ("n000000000", 1, 10, 1, 0),
        ("000n000000", 4, 7, 1, 0),
        ("000n0nn000", 4, 7, 3, 2),
        ("000n0nn000" + "0n", 4, 7, 3, 2),
        ("n00n000000", 4, 7, 1, 0),
        ("000000000n", 10, 1, 1, 0),
        ("nnnnnnnnnn", 1, 10, 10, 9),
        ("000n", 4, 7, 1, 0),
    ],
)
def test_pages_to_pass_and_where_from(
    letters: str, position: int, to_pass: int, from_outside: int, falls_too: int
) -> None:
    distance = measure(ladder(letters), position)
    assert (distance.to_pass, distance.from_outside, distance.falls_too) == (
        to_pass,
        from_outside,
        falls_too,
    )


def test_the_numbers_agree_with_moving_the_pages_one_by_one() -> None:
    """Put every page of page one that may pass on top, then add new ones until the negative is out."""
    order = list("000n0nn0n0")
    negative, moved = 3, 0
    for index in range(negative + 1, 10):
        if order[index] != "n":
            order.insert(negative, order.pop(index))
            negative += 1
            moved += 1
    added = 0
    while negative < 10:
        order.insert(negative, "0")
        negative += 1
        added += 1
    distance = measure(ladder("000n0nn0n0"), 4)
    assert (moved + added, added) == (distance.to_pass, distance.from_outside) == (7, 4)
    assert "n" not in order[:10]


def test_own_pages_come_before_influenced_friendly_and_neutral_ones() -> None:
    distance = measure(ladder("n0+io" + "0+io"), 1)
    assert [(c.side, c.distance) for c in distance.candidates] == [
        (Side.OWN, 4),
        (Side.OWN, 8),
        (Side.INFLUENCED, 3),
        (Side.INFLUENCED, 7),
        (Side.FRIENDLY, 2),
        (Side.FRIENDLY, 6),
        (Side.NEUTRAL, 1),
        (Side.NEUTRAL, 5),
    ]


def test_negative_hostile_and_unjudged_pages_are_no_candidates() -> None:
    assert measure(ladder("nnhx?.o"), 1).candidates[0].rung.position == 7
    assert len(measure(ladder("nnhx?.o"), 1).candidates) == 1


def test_pages_above_the_negative_are_no_candidates() -> None:
    assert measure(ladder("o+in"), 4).candidates == ()


def test_a_page_that_stands_above_it_already_need_not_pass_again() -> None:
    rungs = ladder("o0no")
    rungs[3] = Rung(4, rungs[0].listing, rungs[0].mark)
    assert measure(rungs, 3).candidates == ()


def test_our_pages_on_other_sites_count_as_own() -> None:
    distance = measure(ladder("n0"), 1, ours={102})
    assert distance.candidates[0].side == Side.OWN


def test_a_position_beyond_page_one_is_refused() -> None:
    with pytest.raises(ValueError, match="not on page one"):
        measure(ladder("0" * 10 + "n"), 11)


def test_at_most_a_third_are_neutral_pages_of_others() -> None:
    distance = measure(ladder("000n" + "0" * 16), 4)
    assert distance.to_pass == 7
    assert at(choose(distance)) == [5, 6]


def test_no_more_pages_are_chosen_than_must_pass() -> None:
    distance = measure(ladder("00000000n" + "oooo+"), 9)
    assert at(choose(distance)) == [10, 11]


def test_a_lift_that_was_started_stays_chosen() -> None:
    distance = measure(ladder("00000000n0" + "oo"), 9)
    assert at(choose(distance)) == [11, 12]
    assert at(choose(distance, started={110})) == [10, 11]


def test_started_neutral_pages_count_against_the_third() -> None:
    distance = measure(ladder("000n" + "0" * 16), 4)
    assert at(choose(distance, started={105, 112})) == [5, 12]


def test_planned_pieces_leave_less_to_lift() -> None:
    distance = measure(ladder("000000n" + "ooooo"), 7)
    assert at(choose(distance)) == [8, 9, 10, 11]
    assert at(choose(distance, planned=3)) == [8]
    assert at(choose(distance, planned=9, started={110})) == [10]


def domains(rungs: list[Rung], *names: str) -> list[Rung]:
    for rung, name in zip(rungs, names, strict=True):
        rung.shown.page = Page(pk=rung.page_id, domain=name)
    return rungs


def test_a_third_page_of_a_host_is_not_lifted_onto_page_one() -> None:
    rungs = domains(ladder("o0000000n0" + "oo+"), "a", *"bcdefghij", "a", "a", "k")
    distance = measure(rungs, 9)
    assert at(choose(distance)) == [11, 12]
    assert at(choose(distance, shown=on_page_one(rungs))) == [11, 13]


def test_pages_that_stand_on_page_one_already_need_no_room_there() -> None:
    rungs = domains(ladder("o0000n0o0o"), "a", *"bcdefg", "a", "h", "a")
    assert at(choose(measure(rungs, 6), shown=on_page_one(rungs)))[-2:] == [8, 10]


def test_the_ladder_says_who_falls_and_who_is_lifted() -> None:
    rungs = ladder("0n0no" + "00000" + "n")
    rows = rows_of(rungs, measure(rungs, 2), chosen={105})
    assert [row.role for row in rows[:5]] == ["", "target", "", "falls", "lift"]
    assert rows[10].role == ""
    assert rows[10].begins_page_two


def test_a_neutral_page_far_below_is_not_worth_the_work() -> None:
    assert at(choose(measure(ladder("000n" + "hhh0"), 4))) == [8]
    assert at(choose(measure(ladder("000n" + "hhhh0"), 4))) == []
    assert at(choose(measure(ladder("000n" + "hhhho"), 4))) == [9]
