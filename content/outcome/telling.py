"""What a published piece did, in plain sentences, what did not work said as plainly. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from content.outcome.contrast import LEAST_CONTROLS, LEAST_READINGS, Contrast
from content.outcome.passes import Encounter
from serp.providers.base import PAGE_ONE

EARLY = timedelta(days=28)
MINUS = "\u2212"


class Verdict(StrEnum):
    """How it went, as a word and a look."""

    EARLY = "too early to tell"
    UNREAD = "not measured"
    WORKED = "worked"
    PARTLY = "partly"
    FAILED = "did not work"

    @property
    def look(self) -> str:
        return {"worked": "done", "partly": "review", "did not work": "bad"}.get(self.value, "idea")


@dataclass(frozen=True, slots=True)
class Way:
    """The piece's own way on its keyword: its best position and when, its newest, and the readings
    since publication."""

    best: int | None
    best_at: datetime | None
    first_on_page_one: datetime | None
    now: int | None
    depth: int
    readings: int


def verdict(
    way: Way, met: Sequence[Encounter], compared: Contrast | None, *, age: timedelta
) -> Verdict:
    """How a piece of this age did. It worked when it stands on page one and stays above a negative
    that stood there, or when the score rose by more than on any keyword nobody worked on; partly when
    it reached page one and no more."""
    if not way.readings:
        return Verdict.UNREAD
    reached = way.first_on_page_one is not None
    rose = (
        compared is not None
        and compared.difference is not None
        and compared.change > 0
        and compared.difference > 0
        and not compared.as_much
    )
    if reached and (any(one.holds for one in met) or rose):
        return Verdict.WORKED
    if age < EARLY:
        return Verdict.EARLY
    return Verdict.PARTLY if reached else Verdict.FAILED


def way_words(way: Way, *, out: datetime, day: Callable[[datetime], str]) -> str:
    """Where the piece itself stands; `day` writes a moment as a day of the brand."""
    if not way.readings:
        return "Its keyword was not read since it was published."
    read = "the one reading" if way.readings == 1 else f"{way.readings} readings"
    if way.best is None:
        return f"It was not among the first {way.depth} in {read} since."
    here = f"at {way.now}" if way.now else f"not in the first {way.depth}"
    best = f"best {way.best} on {day(way.best_at)}" if way.best_at else f"best {way.best}"
    if way.first_on_page_one is None:
        return f"It never reached page one in {read}: {best}, now {here}."
    after = (way.first_on_page_one - out).days
    return f"It reached page one after {after} day{'s' if after != 1 else ''}, {best}, now {here}."


def encounter_words(one: Encounter, *, day: Callable[[datetime], str]) -> str:
    """What became of one negative beside the piece, in the order in which it happened."""
    gone = f"left page one on {day(one.gone_at)}" if one.gone_at else ""
    if one.passed_at is None:
        if gone:
            return f"{gone}; this piece never stood above it"
        return f"never passed{still_words(one)}"
    share = f"above it in {one.above} of {one.compared} readings"
    if one.gone_at is not None and one.gone_at < one.passed_at:
        return f"{gone}, before this piece passed it on {day(one.passed_at)}; {share}"
    passed = f"passed on {day(one.passed_at)}, {share}"
    return f"{passed}; {gone}" if gone else f"{passed}{still_words(one)}"


def still_words(one: Encounter) -> str:
    """Where a negative stands that is still on page one."""
    return f"; still at {one.now}" if one.now is not None and one.now <= PAGE_ONE else ""


def met_words(met: Sequence[Encounter]) -> str:
    """All negatives beside the piece in one sentence."""
    if not met:
        return "No negative stood on page one of its keyword when it came out or since."
    passed = sum(one.passed_at is not None for one in met)
    gone = sum(one.gone_at is not None for one in met)
    if len(met) == 1:
        left = "has left page one" if gone else "has not left page one"
        return f"It {'passed' if passed else 'did not pass'} the one negative there, which {left}."
    return (
        f"It passed {passed or 'none'} of {len(met)} negatives on page one; "
        f"{gone or 'none'} of them left page one."
    )


def contrast_words(found: Contrast | None) -> str:
    """The change of score beside the keywords that nobody worked on."""
    if found is None:
        return (
            f"The score cannot be compared: fewer than {LEAST_READINGS} whole readings in the four "
            "weeks before or since."
        )
    own = (
        f"Score {points(found.before.value)} before, {points(found.after.value)} since: "
        f"{points(found.change)}."
    )
    if found.control is None:
        count = len(found.others)
        return (
            f"{own} No comparison: {count} keyword{'s' if count != 1 else ''} that nobody worked on "
            f"could be read in both spans, {LEAST_CONTROLS} are needed."
        )
    some = f"{found.as_much} of them" if found.as_much else "none of them"
    return (
        f"{own} On {len(found.others)} keywords that nobody worked on it changed by "
        f"{points(found.control)} on average ({points(min(found.others))} to "
        f"{points(max(found.others))}); {some} changed as much."
    )


def points(value: float) -> str:
    """Whole points with a sign: "+7", "−12", "0"."""
    whole = round(value)
    return f"+{whole}" if whole > 0 else f"{MINUS}{-whole}" if whole < 0 else "0"
