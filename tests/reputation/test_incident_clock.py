"""The clock of an incident says how long there is, and how late it is, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from reputation.incident_clock import Clock, clock
from serp.durations import in_words

OPENED = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
DUE = OPENED + timedelta(hours=2)


def at(hours: float, *, answered: float | None = None, closed: float | None = None) -> Clock:
    def moment(value: float | None) -> datetime | None:
        return None if value is None else OPENED + timedelta(hours=value)

    return clock(
        opened_at=OPENED,
        due_at=DUE,
        answered_at=moment(answered),
        closed_at=moment(closed),
        now=OPENED + timedelta(hours=hours),
    )


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=12, seconds=59), "12 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=1, minutes=20), "1 h 20 min"),
        (timedelta(days=1, hours=4, minutes=50), "1 day 4 h"),
        (timedelta(days=3), "3 days"),
        (-timedelta(minutes=5), "5 min"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(span: timedelta, words: str) -> None:
    assert plain(in_words(span)) == words


def test_a_running_clock_says_when_the_answer_is_due() -> None:
    shown = at(0.5)
    assert (plain(shown.words), shown.kind, shown.share) == (
        "First answer due in 1 h 30 min",
        "running",
        0.25,
    )


def test_the_last_hour_is_told_apart() -> None:
    assert at(1).kind == "now"
    assert at(0.9).kind == "running"


def test_lateness_is_said_in_words() -> None:
    shown = at(4.25)
    assert (plain(shown.words), shown.kind) == ("First answer late by 2 h 15 min", "late")
    assert shown.share_percent == "100.0%"


def test_an_answer_stops_the_clock_for_good() -> None:
    assert plain(at(9, answered=1).words) == "First answer in time, after 1 h"
    assert plain(at(9, answered=3).words) == "First answer came late by 1 h"
    assert at(9, answered=3).kind == at(9, answered=1).kind == "stopped"


def test_an_incident_closed_without_an_answer_says_so() -> None:
    assert plain(at(9, closed=5).words) == "Closed without a public answer, after 5 h"


def test_a_clock_that_is_due_at_once_does_not_break() -> None:
    assert (
        clock(opened_at=OPENED, due_at=OPENED, answered_at=None, closed_at=None, now=OPENED).share
        == 1.0
    )
