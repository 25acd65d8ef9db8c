"""How hard it is to push a negative off page one, from 0 to 100, with the points of each factor. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import pstdev

from content.chances.courses import Course
from content.chances.rates import Rate
from content.terms import words_of
from content.wording import is_same_word
from serp.providers.base import PAGE_ONE

LEVELS = ((25, "easy"), (50, "moderate"), (70, "hard"), (101, "very hard"))
OLD = 180
"""Days after which age adds nothing more."""
NEAR = 3
"""Own pages below it from which more make it no easier."""
RESTLESS = 3.0
"""Standard deviation in positions at which a place counts as not held at all."""
LEAST_READINGS = 4
NEWS_FEATURES = {"top_stories": "top stories", "videos": "videos", "answer_box": "an answer box"}


@dataclass(frozen=True, slots=True)
class Factor:
    """One reason: its points of at most `most`; `points` None: not measured, so left out."""

    name: str
    points: float | None
    most: int
    words: str


@dataclass(frozen=True, slots=True)
class Difficulty:
    """Points measured as a share of the points that could be measured, times 100."""

    factors: tuple[Factor, ...]

    @property
    def value(self) -> int:
        known = [f for f in self.factors if f.points is not None]
        return round(100 * sum(f.points or 0 for f in known) / sum(f.most for f in known))

    @property
    def word(self) -> str:
        return next(word for below, word in LEVELS if self.value < below)

    @property
    def measured(self) -> int:
        """Of 100 points, those that could be measured."""
        return sum(f.most for f in self.factors if f.points is not None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the difficulty is counted from. `host` counts the brand's keywords with its host on page
    one, `host_position` is its mean best position there; `own_near` own and influenced pages below
    it; `features` the kinds that the engine shows."""

    position: int
    host: Rate
    host_position: float | None
    course: Course
    read_at: datetime
    title: str
    names: Sequence[str]
    own_near: int
    features: Collection[str]


def difficulty_of(facts: Facts) -> Difficulty:
    """Add up the factors; see docs/planning.md for why each counts as it does."""
    return Difficulty(
        (
            position_factor(facts),
            host_factor(facts),
            age_factor(facts),
            stability_factor(facts),
            title_factor(facts),
            own_factor(facts),
            features_factor(facts),
        )
    )


def position_factor(facts: Facts) -> Factor:
    must = PAGE_ONE + 1 - facts.position
    words = f"at {facts.position}: {must} page{'s' if must > 1 else ''} must pass it"
    return Factor("Position", 30 * must / PAGE_ONE, 30, words)


def host_factor(facts: Facts) -> Factor:
    """Up to 15 points for the share of keywords (half of them: all), up to 5 for how high."""
    if facts.host.of < LEAST_READINGS or facts.host_position is None:
        return Factor("Host", None, 20, f"only {facts.host.of} keywords read: not measured")
    share = min(1.0, 2 * facts.host.hits / facts.host.of)
    high = (PAGE_ONE - facts.host_position) / (PAGE_ONE - 1)
    words = (
        f"on page one of {facts.host.hits} of {facts.host.of} keywords, on average at "
        f"{facts.host_position:.1f}"
    )
    return Factor("Host", 15 * share + 5 * share * max(0.0, high), 20, words)


def age_factor(facts: Facts) -> Factor:
    if facts.course.first_seen_at is None:
        return Factor("Age", None, 10, "not measured")
    days = max(0, (facts.read_at - facts.course.first_seen_at).days)
    words = f"first seen {days} day{'' if days == 1 else 's'} before the newest reading"
    return Factor("Age", 10 * min(1.0, days / OLD), 10, words)


def stability_factor(facts: Facts) -> Factor:
    past = facts.course.lately
    if len(past) < LEAST_READINGS:
        return Factor("Stability", None, 20, f"only {len(past)} readings: not measured")
    there = sum(1 for p in past if p.is_page_one)
    spread = pstdev([p.level for p in past])
    points = 20 * (there / len(past)) * max(0.0, 1 - spread / RESTLESS / 2)
    words = (
        f"on page one in {there} of {len(past)} readings of four weeks, positions spread by "
        f"{spread:.1f}"
    )
    return Factor("Stability", points, 20, words)


def title_factor(facts: Facts) -> Factor:
    words = words_of(facts.title)
    is_named = any(
        (parts := words_of(name)) and all(any(is_same_word(w, p) for w in words) for p in parts)
        for name in facts.names
    )
    said = "the brand stands in its title" if is_named else "the brand is not in its title"
    return Factor("Title", 5.0 if is_named else 0.0, 5, said)


def own_factor(facts: Facts) -> Factor:
    count = facts.own_near
    words = (
        f"{count or 'no'} page{'' if count == 1 else 's'} of yours or under your influence below it"
    )
    return Factor("Own pages near", 10 * (1 - min(NEAR, count) / NEAR), 10, words)


def features_factor(facts: Facts) -> Factor:
    found = [label for kind, label in NEWS_FEATURES.items() if kind in facts.features]
    words = (
        f"the engine also shows {' and '.join(found)}"
        if found
        else "no features that keep it alive"
    )
    return Factor("Features", 5 * min(1.0, len(found) / 2), 5, words)
