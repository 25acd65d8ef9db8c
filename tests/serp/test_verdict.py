"""The answer of the status page: whether today's numbers can be trusted, and why not."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest

from serp.models import Brand, Notice, Pause
from serp.status import BrandState, Load, Money, Purse, Status
from serp.verdict import Verdict, verdict
from tests.cast import NOW

Kind = Notice.Kind
FREE = Money(used=0, budget=None)  # type: ignore[arg-type]
WELL = {"watched": 10, "covered": 10, "timely": 10}


def told(
    load: dict[str, Any],
    notices: Collection[str] = (),
    *,
    silent: timedelta | None = timedelta(seconds=5),
    pause: Pause | None = None,
) -> Verdict:
    one = BrandState(Brand(name="Hallway"), Load(**load), Purse(FREE, FREE))
    beat = None if silent is None else NOW - silent
    return verdict(Status(now=NOW, beat=beat, pause=pause, brands=(one,), accounts=()), notices)


def test_numbers_that_are_all_new_can_be_relied_on() -> None:
    assert told(WELL) == Verdict("good", "Today’s numbers can be relied on.")


@pytest.mark.parametrize("kind", [Kind.ACCOUNT, Kind.BUDGET_SHORT, Kind.QUARANTINE])
def test_notices_that_touch_no_number_change_nothing(kind: str) -> None:
    assert told(WELL, {kind}).level == "good"


@pytest.mark.parametrize(
    ("load", "notices", "level", "reason"),
    [
        (
            {"timely": 9, "late": 1},
            (),
            "some",
            "1 of 10 was last read too long ago for its cadence",
        ),
        ({"timely": 8, "late": 2}, (), "some", "2 of 10 were last read too long ago for their"),
        ({"timely": 9}, (), "some", "1 of 10 was not read yet"),
        ({"failing": 2}, (), "some", "the last check of 2 of 10 brought nothing"),
        ({}, {Kind.DRIFT}, "some", "a run of checks is to be doubted"),
        ({"timely": 7, "late": 3}, (), "bad", "3 of 10 were last read too long ago"),
        ({"failing": 3}, (), "bad", "the last check of 3 of 10 brought nothing"),
    ],
)
def test_what_spoils_a_part_is_told_and_from_three_tenths_on_spoils_the_whole(
    load: dict[str, int], notices: Collection[str], level: str, reason: str
) -> None:
    found = told(WELL | load, notices)
    assert found.level == level
    assert found.because[0].startswith(reason)


@pytest.mark.parametrize(
    ("case", "answer"),
    [
        ({"pause": Pause(reason="restored", since=NOW)}, "for today’s: Pushdown is paused."),
        ({"silent": timedelta(minutes=5)}, "the worker has been silent for 5\u00a0min."),
        ({"silent": None}, "no worker was ever seen."),
        ({"notices": {Kind.MONITORING}}, "monitoring is broken."),
    ],
)
def test_where_nothing_is_checked_new_numbers_are_none_of_today(
    case: dict[str, Any], answer: str
) -> None:
    found = told(WELL, **case)
    assert found.level == "bad"
    assert found.answer.startswith("Do not take these numbers for today’s")
    assert found.answer.endswith(answer)


def test_without_keywords_or_readings_there_are_no_numbers() -> None:
    assert "No keyword is watched" in told({}).answer
    unread = told({"watched": 3})
    assert unread.answer == "There are no numbers yet."
    assert unread.because == ("3 of 3 were not read yet",)
