"""Severity counts what a negative is about, where it stands, and how far its host reaches."""

from __future__ import annotations

import pytest

from reputation.severity import GRAVITY, LEVELS, severity_of
from reputation.tone.verdict import Category


@pytest.mark.parametrize(
    ("category", "position", "level"),
    [
        ("recall", 1, "high"),
        ("recall", 8, "high"),
        ("recall", 11, "medium"),
        ("price", 2, "medium"),
        ("price", 9, "medium"),
        ("price", 15, "low"),
        ("", 15, "low"),
        ("fraud", None, "low"),
    ],
)
def test_category_and_position_make_the_level(
    category: str, position: int | None, level: str
) -> None:
    assert severity_of(category, position=position, host_keywords=1, keywords=20).level == level


def test_a_host_on_many_keywords_makes_it_graver() -> None:
    narrow = severity_of("recall", position=2, host_keywords=1, keywords=20)
    many = severity_of("recall", position=2, host_keywords=3, keywords=20)
    wide = severity_of("recall", position=2, host_keywords=5, keywords=20)
    assert (narrow.points, many.points, wide.points) == (6, 7, 8)
    assert (narrow.level, wide.level) == ("high", "critical")
    assert "its host is on page one of 5 of 20 keywords" in wide.reasons


def test_a_single_keyword_is_no_reach() -> None:
    assert severity_of("price", position=1, host_keywords=1, keywords=1).points == 4


def test_every_category_has_a_gravity_and_every_level_can_be_reached() -> None:
    assert set(GRAVITY) == set(Category)
    levels = {
        severity_of(category, position=position, host_keywords=reach, keywords=8).level
        for category in Category
        for position in (1, 7, 12)
        for reach in (1, 8)
    }
    assert levels == set(LEVELS)
