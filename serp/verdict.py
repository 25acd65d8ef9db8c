"""Answers whether the numbers of today can be trusted, from the state of the machinery and its open notices."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from serp.models import Notice
from serp.soundness import MOSTLY
from serp.status import Load, Status

Kind = Notice.Kind


@dataclass(frozen=True, slots=True)
class Verdict:
    """`level` is good, some or bad; `answer` says it in one sentence, `because` why, clause by clause."""

    level: str
    answer: str
    because: tuple[str, ...] = ()


def verdict(state: Status, notices: Collection[str]) -> Verdict:
    """Whether the numbers may be relied on at `state.now`; `notices` are the kinds of the open ones."""
    load = state.load
    if not load.watched:
        return Verdict("some", "No keyword is watched: there are no numbers of today.")
    stopped = stops(state, notices)
    doubts = (*stopped, *spoils(load, notices))
    if load.never == load.watched:
        return Verdict("bad" if stopped else "some", "There are no numbers yet.", doubts)
    if stopped:
        return Verdict("bad", f"Do not take these numbers for today’s: {stopped[0]}.", doubts[1:])
    if load.late + load.never >= MOSTLY * load.watched or load.failing >= MOSTLY * load.watched:
        return Verdict("bad", "Do not rely on these numbers today.", doubts)
    if doubts:
        return Verdict("some", "Most of today’s numbers can be relied on, not all.", doubts)
    return Verdict("good", "Today’s numbers can be relied on.")


def stops(state: Status, notices: Collection[str]) -> tuple[str, ...]:
    """What keeps every check from being made."""
    found = []
    if state.pause is not None:
        found.append("Pushdown is paused")
    if state.beat is None:
        found.append("no worker was ever seen")
    elif state.is_silent:
        found.append(f"the worker has been silent for {state.silent_for}")
    if Kind.MONITORING in notices:
        found.append("monitoring is broken")
    return tuple(found)


def spoils(load: Load, notices: Collection[str]) -> tuple[str, ...]:
    """What makes some of the numbers older than they should be, or doubtful."""
    found = []
    if Kind.DRIFT in notices:
        found.append("a run of checks is to be doubted, so alerts about results are held")
    if load.late:
        found.append(
            f"{of_all(load.late, load)} last read too long ago for {its(load.late)} cadence"
        )
    if load.never:
        found.append(f"{of_all(load.never, load)} not read yet")
    if load.failing:
        found.append(f"the last check of {load.failing} of {load.watched} brought nothing")
    return tuple(found)


def of_all(count: int, load: Load) -> str:
    return f"{count} of {load.watched} {'was' if count == 1 else 'were'}"


def its(count: int) -> str:
    return "its" if count == 1 else "their"
