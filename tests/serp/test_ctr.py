"""CTR curves: sourced figures, falling, and nothing after position 20."""

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serp.ctr import BadCurve, curve_from, default_curve, shipped_curves

ABOUT: dict[str, Any] = {
    "name": "Ours",
    "version": "1",
    "source": "Search Console",
    "source_url": "https://a.example/",
    "published": date(2026, 1, 1),
}


def test_default_curve_is_sistrix_2020_with_its_published_figures() -> None:
    curve = default_curve()
    assert (curve.name, curve.version) == ("Sistrix", "2020")
    figures = [28.5, 15.7, 11.0, 8.0, 7.2, 5.1, 4.0, 3.2, 2.8, 2.5]
    assert [round(curve.share(n) * 100, 3) for n in range(1, 11)] == figures


@pytest.mark.parametrize("curve", shipped_curves(), ids=lambda curve: curve.name)
def test_shipped_curve_names_its_source_and_falls(curve: Any) -> None:
    assert curve.source
    assert curve.source_url.startswith("https://")
    assert date(2020, 1, 1) <= curve.published < date(2026, 1, 1)
    assert curve.tail.startswith("estimated: ")
    assert len(curve.shares) == 20
    assert list(curve.shares) == sorted(curve.shares, reverse=True)
    assert 0 < curve.share(20) < curve.share(11) < 0.01
    assert sum(curve.shares[:10]) <= 1


def test_shipped_curves_are_four_and_have_different_names() -> None:
    assert {curve.name for curve in shipped_curves()} == {
        "Sistrix",
        "Advanced Web Ranking",
        "Backlinko",
        "First Page Sage",
    }
    assert shipped_curves()[0] == default_curve()


@pytest.mark.parametrize("position", [None, 0, -1, 21, 100])
def test_position_outside_the_curve_gets_no_clicks(position: int | None) -> None:
    assert default_curve().share(position) == 0.0


def test_short_curve_is_filled_with_nothing() -> None:
    curve = curve_from(**ABOUT, shares=[0.5, 0.2])
    assert curve.share(2) == 0.2
    assert curve.share(3) == 0.0
    assert len(curve.shares) == 20


@pytest.mark.parametrize(
    ("shares", "says"),
    [
        ([], "1 to 20"),
        ([0.1] * 21, "1 to 20"),
        ([0.2, 0.3], "position 2 is above"),
        ([1.1], "between 0 and 1"),
        ([0.2, -0.1], "between 0 and 1"),
        ([math.nan], "between 0 and 1"),
        ([0.5] * 4, "add up to 2.00"),
        ([0.02] * 11, "position 11 must stay under 1 %"),
        ([0.0], "must have a share"),
    ],
)
def test_impossible_figures_are_refused_with_the_reason(shares: list[float], says: str) -> None:
    with pytest.raises(BadCurve, match=says):
        curve_from(**ABOUT, shares=shares)


def test_curve_without_a_name_is_refused() -> None:
    with pytest.raises(BadCurve, match="name"):
        curve_from(**{**ABOUT, "name": " "}, shares=[0.3])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=25))
def test_whatever_is_accepted_falls_and_stays_between_0_and_1(shares: list[float]) -> None:
    try:
        curve = curve_from(**ABOUT, shares=shares)
    except BadCurve:
        return
    got = [curve.share(n) for n in range(1, 21)]
    assert got == sorted(got, reverse=True)
    assert 0 < sum(got) <= 1.5
