"""Scores from positions, tones and the CTR curve, worked out by hand."""

from datetime import date

import pytest

from reputation.scoring import Place, mean_score, score_places
from reputation.tone.verdict import Tone
from serp.ctr import curve_from

CURVE = curve_from(
    name="Test curve",
    version="1",
    source="made for the test",
    source_url="",
    published=date(2026, 1, 1),
    shares=[0.3, 0.2, 0.1, 0.1, 0.06, 0.05, 0.05, 0.05, 0.05, 0.04, 0.005],
)
NEG, NEU = Place(Tone.NEGATIVE, False), Place(Tone.NEUTRAL, False)
POS, OWN = Place(Tone.POSITIVE, False), Place(Tone.NEUTRAL, True)


def score(*places: Place | None, depth: int | None = None, is_partial: bool = False):  # type: ignore[no-untyped-def]
    return score_places(
        places, depth=len(places) if depth is None else depth, is_partial=is_partial, curve=CURVE
    )


def test_the_score_is_positive_and_own_less_negative_by_clicks() -> None:
    found = score(OWN, NEG, POS, NEU, *[NEU] * 6)
    assert found.value == pytest.approx(100 * (0.3 + 0.1 - 0.2))
    assert found.own == pytest.approx(0.3)
    assert found.negative == pytest.approx(0.2)
    assert found.positive == pytest.approx(0.1)
    assert found.neutral == pytest.approx(0.4)
    assert (found.worst, found.rank, found.negatives) == (2, 1, 1)
    assert found.coverage == pytest.approx(1)


def test_a_negative_own_page_counts_as_negative() -> None:
    assert score(Place(Tone.NEGATIVE, True)).negative == pytest.approx(1)


def test_a_negative_on_page_two_does_not_touch_the_score() -> None:
    clean = score(*[NEU] * 10)
    below = score(*[NEU] * 10, NEG)
    assert below.value == clean.value == 0
    assert (below.negatives, below.worst) == (0, 11)


def test_a_page_one_of_nine_that_was_read_to_its_end_is_fully_covered() -> None:
    assert score(*[NEU] * 9).coverage == pytest.approx(1)


def test_unread_positions_lower_the_coverage_and_are_nobodys() -> None:
    found = score(NEG, OWN, is_partial=True)
    assert found.coverage == pytest.approx(0.5)
    assert found.negative == pytest.approx(0.6), "shares are of what was read"


def test_a_position_that_nobody_reported_counts_as_unread() -> None:
    found = score(OWN, None, *[NEU] * 8)
    assert found.coverage == pytest.approx(0.8)
    assert found.own == pytest.approx(0.3 / 0.8)


def test_nothing_read_gives_no_score_rather_than_zero() -> None:
    assert score().value is None
    assert score(*[None] * 10).value is None


def test_a_reading_that_begins_on_page_two_has_no_score_and_says_what_it_read() -> None:
    found = score(*[None] * 10, OWN, NEG, is_partial=True)
    assert (found.value, found.coverage, found.negatives) == (None, 0, 0)
    assert (found.rank, found.worst) == (11, 12)


def test_the_mean_leaves_out_what_was_not_measured_and_says_how_much() -> None:
    good, bad, none = score(OWN), score(NEG), score()
    mean = mean_score([good, bad, none], keywords=4)
    assert mean.value == pytest.approx(0)
    assert mean.coverage == pytest.approx(0.5)
    assert mean.worst == 1
    assert mean_score([none], keywords=1).value is None
