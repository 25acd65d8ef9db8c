"""The score at a glance: what it is, what it was, and when no change may be claimed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from content.charts.drawing import spoken_day
from reputation.models import BrandScore

ENOUGH = 0.8
"""Below this share of measured keywords a score is shown, but no change is claimed."""
WEEK = timedelta(days=7)
SLACK = timedelta(days=2)
SUDDEN = timedelta(days=14)
"""A fall within this time counts as one."""
LEAST_FALL = 10
"""Points; a smaller fall is no crisis."""
PARTS = ("negative", "neutral", "positive", "own")
LOOKS = {
    "negative": ("−", "neg", "f-neg", "t-onneg"),
    "neutral": ("0", "neu", "f-neu2", "t-onneu"),
    "positive": ("+", "pos", "f-pos", "t-onpos"),
    "own": ("O", "own", "f-own", "t-onown"),
}
"""Sign, and the classes of sign, bar and the words on the bar."""


@dataclass(frozen=True, slots=True)
class Delta:
    """A change of the score in whole points, as the shown scores differ, and since when in words."""

    points: int
    since: str


@dataclass(frozen=True, slots=True)
class Share:
    """One part of the clicks on page one in whole percent; `was` a week ago, None where nothing may
    be compared. `start` is where the part begins on the bar."""

    name: str
    percent: int
    start: int
    was: int | None
    was_start: int = 0

    @property
    def title(self) -> str:
        return "Own pages" if self.name == "own" else self.name.capitalize()

    @property
    def sign(self) -> str:
        return LOOKS[self.name][0]

    @property
    def tone(self) -> str:
        return LOOKS[self.name][1]

    @property
    def fill(self) -> str:
        return LOOKS[self.name][2]

    @property
    def ink(self) -> str:
        return LOOKS[self.name][3]

    @property
    def middle(self) -> float:
        return self.start + self.percent / 2

    @property
    def css(self) -> str:
        """Whether the change does good or harm; neutral results do neither."""
        if not self.change or self.name == "neutral":
            return "muted"
        is_good = (self.change > 0) != (self.name == "negative")
        return "pos-ink strong" if is_good else "neg-ink strong"

    @property
    def change(self) -> int:
        return 0 if self.was is None else self.percent - self.was


@dataclass(frozen=True, slots=True)
class Glance:
    """What the first card shows. `row` is the day shown, `before` the one a week earlier if it may be
    compared; `note` says why a change is not claimed or why the shown day is not today."""

    row: BrandScore
    score: int
    before: BrandScore | None
    deltas: tuple[Delta, ...]
    shares: tuple[Share, ...]
    note: str

    @property
    def was(self) -> int:
        return whole(self.before) if self.before is not None else 0

    @property
    def place(self) -> float:
        """Where the score lies on the scale, in percent of its length."""
        return (self.score + 100) / 2

    @property
    def was_place(self) -> float:
        return (self.was + 100) / 2

    @property
    def formula(self) -> str:
        """The sum in the parts as they are shown; says so where rounding parts it from the score."""
        parts = {share.name: share.percent for share in self.shares}
        rounded = parts["positive"] + parts["own"] - parts["negative"]
        words = f"{parts['positive']} positive + {parts['own']} own − {parts['negative']} negative"
        return words if rounded == self.score else f"{words}; the parts are rounded"


def glance(
    rows: Sequence[BrandScore], incidents: Sequence[tuple[date, str]], *, today: date
) -> Glance | None:
    """What to show of these days, oldest first; None where no day has a score. `incidents` are their
    days in the brand's zone and titles, oldest first."""
    scored = [row for row in rows if row.score is not None]
    if not scored:
        return None
    row, notes = shown(scored, today)
    before, why = week_before(scored, row)
    notes += [why] if why else []
    deltas = []
    if before is not None:
        deltas.append(Delta(whole(row) - whole(before), f"since {weekday(before.day, row.day)}"))
    if row.coverage >= ENOUGH:
        deltas += crisis(scored, row, incidents)
    return Glance(
        row, whole(row), before, tuple(deltas), tuple(shares(row, before)), " ".join(notes)
    )


def whole(row: BrandScore) -> int:
    """The score as it is shown."""
    return round(row.score or 0)


def shown(rows: Sequence[BrandScore], today: date) -> tuple[BrandScore, list[str]]:
    """The day to show: the newest one, or while today is still being measured the one before."""
    newest = rows[-1]
    if newest.coverage >= ENOUGH:
        return newest, []
    if newest.day == today and len(rows) > 1:
        before = rows[-2]
        if before.coverage >= ENOUGH and today - before.day <= WEEK:
            words = (
                f"Today {newest.measured} of {newest.keywords} keywords are measured so far: "
                f"this is the score of {weekday(before.day, today)}."
            )
            return before, [words]
    return newest, []


def week_before(rows: Sequence[BrandScore], row: BrandScore) -> tuple[BrandScore | None, str]:
    """The day about a week before `row` that it may be compared with, or why there is none."""
    if row.coverage < ENOUGH:
        return None, (
            f"Only {row.measured} of {row.keywords} keywords were measured on "
            f"{weekday(row.day, row.day)}: below 80 % no change is claimed."
        )
    target = row.day - WEEK
    near = [other for other in rows if abs(other.day - target) <= SLACK]
    if not near:
        return (
            None,
            f"Nothing was measured around {weekday(target, row.day)}: no change is claimed.",
        )
    best = min(near, key=lambda other: (other.coverage < ENOUGH, abs(other.day - target)))
    day = weekday(best.day, row.day)
    if best.coverage < ENOUGH:
        return None, (
            f"On {day} only {best.measured} of {best.keywords} keywords were measured: "
            "no change is claimed."
        )
    if not same_curve(best, row):
        return None, f"The CTR curve has changed since {day}: the scores cannot be compared."
    return best, ""


def same_curve(one: BrandScore, two: BrandScore) -> bool:
    return (one.curve, one.curve_version) == (two.curve, two.curve_version)


def crisis(
    rows: Sequence[BrandScore], row: BrandScore, incidents: Sequence[tuple[date, str]]
) -> list[Delta]:
    """The change since the largest sudden fall, named by the incident opened about then; without a
    fall the change since the first day of the range. Empty where that is the day itself."""
    sure = [x for x in rows if x.coverage >= ENOUGH and same_curve(x, row) and x.day <= row.day]
    falls = [
        (whole(high) - whole(low), high, low)
        for number, high in enumerate(sure)
        for low in sure[number + 1 :]
        if low.day - high.day <= SUDDEN
    ]
    fall = max(falls, key=lambda item: (item[0], item[1].day), default=None)
    if fall is None or fall[0] < LEAST_FALL:
        first = sure[0] if sure else row
        if row.day - first.day <= WEEK + SLACK:
            return []
        return [Delta(whole(row) - whole(first), f"since {weekday(first.day, row.day)}")]
    _, high, low = fall
    between = [x for x in sure if high.day <= x.day <= low.day]
    steps = pairwise(between)
    day = max(steps, key=lambda pair: whole(pair[0]) - whole(pair[1]))[1].day
    since = f"since before the fall of {spoken_day(day, year_of=row.day)}"
    near = [one for one in incidents if high.day <= one[0] <= low.day + SLACK]
    if near:
        opened, title = near[0]
        since = f"since before “{title}”, {spoken_day(opened, year_of=row.day)}"
    return [Delta(whole(row) - whole(high), since)]


def whole_percents(row: BrandScore) -> dict[str, int]:
    """The four parts in whole percent that add up to 100: the largest remainders are rounded up."""
    exact = {name: 100 * getattr(row, name) for name in PARTS}
    floors = {name: int(value) for name, value in exact.items()}
    missing = round(sum(exact.values())) - sum(floors.values())
    by_rest = sorted(PARTS, key=lambda name: floors[name] - exact[name])
    return floors | {name: floors[name] + 1 for name in by_rest[:missing]}


def shares(row: BrandScore, before: BrandScore | None) -> list[Share]:
    """The parts in the order of the bar."""
    now = whole_percents(row)
    was = whole_percents(before) if before is not None else None
    found, start, was_start = [], 0, 0
    for name in PARTS:
        found.append(Share(name, now[name], start, was[name] if was else None, was_start))
        start += now[name]
        was_start += was[name] if was else 0
    return found


def weekday(day: date, year_of: date) -> str:
    """A day with its weekday: "Wed 11 Nov"."""
    return f"{day:%a} {spoken_day(day, year_of=year_of)}"
