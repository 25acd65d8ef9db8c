"""What is uncertain and widely seen is looked at first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from reputation.worth import LEAST_DOUBT, Waiting, by_worth, worth

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def row(pk: int, confidence: float, days: int = 0) -> Waiting:
    return Waiting(pk, 100 + pk, confidence, NOW - timedelta(days=days))


def test_doubt_and_sight_both_count() -> None:
    rows = [row(1, 0.9), row(2, 0.5), row(3, 0.5)]
    assert by_worth(rows, {101: 0.3, 102: 0.3, 103: 0.1}) == [2, 3, 1]
    assert by_worth(rows, {101: 0.3, 102: 0.01, 103: 0.01})[0] == 1, "the control: sight counts"


def test_what_stands_on_no_page_one_follows_newest_first() -> None:
    rows = [row(1, 0.2, days=5), row(2, 0.2, days=1), row(3, 1.0, days=9)]
    assert by_worth(rows, {103: 0.2}) == [3, 2, 1]


def test_among_sure_verdicts_sight_decides() -> None:
    assert worth(1.0, 0.4) == LEAST_DOUBT * 0.4 > worth(1.0, 0.1)
