"""Rates from few cases: how they are pulled, how far they are trusted, and how slots add up."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from content.chances.rates import Rate, Trust, assumptions, at_least, trust_in, with_odds
from content.models import Piece

chances = some.lists(some.floats(0, 1), max_size=7)


def test_a_rate_is_the_assumption_without_cases_and_the_measured_one_with_many() -> None:
    assert Rate().shrunk(0.3, 8) == pytest.approx(0.3)
    assert Rate(2, 2).shrunk(0.3, 8) == pytest.approx(0.44)
    assert Rate(600, 1000).shrunk(0.3, 8) == pytest.approx(0.6, abs=0.01)


@pytest.mark.parametrize(
    ("cases", "trust"),
    [
        (0, Trust.ASSUMED),
        (7, Trust.ASSUMED),
        (8, Trust.SOME),
        (29, Trust.SOME),
        (30, Trust.MEASURED),
    ],
)
def test_trust_grows_with_the_cases(cases: int, trust: Trust) -> None:
    assert trust_in(cases) == trust


@given(chances)
def test_the_sum_over_slots_agrees_with_going_through_every_outcome(each: list[float]) -> None:
    for needed in range(len(each) + 2):
        total = 0.0
        for outcome in product((0, 1), repeat=len(each)):
            if sum(outcome) >= needed:
                likely = 1.0
                for chance, happens in zip(each, outcome, strict=True):
                    likely *= chance if happens else 1 - chance
                total += likely
        assert at_least(needed, each) == pytest.approx(total)


def test_odds_are_multiplied_not_chances() -> None:
    assert with_odds(0.5, 3) == pytest.approx(0.75)
    assert with_odds(0.9, 3) == pytest.approx(27 / 28)
    assert with_odds(1.0, 0.5) == 1.0
    assert with_odds(0.0, 5) == 0.0


def test_every_type_of_piece_has_an_assumption() -> None:
    assert set(Piece.Kind.values) <= set(assumptions()["publishing"])
