"""Learns corrections from texts that people marked: what to add to the rules, as little as explains the marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reputation.tone.corrections import TONES, Corrections, key_of, log_odds
from reputation.tone.features import Parts
from reputation.tone.verdict import Tone, Verdict

# Measured on the labelled sets, see docs/learning.md: weaker ones fell below the rules with 50 marks.
RESTRAINT = 15.0
RESTRAINT_OF_BIAS = 30.0
RESTRAINT_OF_TRUST = 10.0
BALANCE = 0.5
"""0 counts each mark alike, 1 each tone alike: neutral results are many, the others matter."""
LEAST_MARKS = 2
LEAST_TRUST = 0.2
MOST_STEPS = 200
STILL = 1e-4
TRIFLE = 1e-3
SAFETY = 1.05

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text taken apart, what the rules held of it, what a person said, and for whom (`owner`)."""

    parts: Parts
    verdict: Verdict
    tone: Tone
    owner: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """Where the search stands: offsets of each feature, bias of each tone, trust in the rules."""

    offsets: Numbers
    bias: Numbers
    trust: float


def learn(
    lessons: Sequence[Lesson], reminders: Sequence[Lesson] = (), *, least_owners: int = 1
) -> Corrections:
    """The corrections that these lessons teach; the same for the same lessons in the same order.

    The rules' log-odds stand as they are, and offsets are added to them (softmax, with a quadratic
    restraint that pulls every offset to zero and the trust in the rules to one). A feature counts
    that was seen with LEAST_MARKS marks, of `least_owners` owners.
    """
    if not lessons:
        return Corrections.none()
    table = _Table(lessons, reminders, least_owners)
    point = table.descend()
    trust = max(point.trust, LEAST_TRUST)
    # Divided by the trust, so that a text without any known feature keeps its score.
    offsets = (point.offsets / trust).astype(np.float32)
    kept = np.abs(offsets).max(axis=1, initial=0) > TRIFLE
    negative, neutral, positive = (point.bias / trust).tolist()
    return Corrections(table.keys[kept], offsets[kept], (negative, neutral, positive))


class _Table:
    """The lessons as sparse numbers: one entry for each feature of each lesson."""

    def __init__(
        self, lessons: Sequence[Lesson], reminders: Sequence[Lesson], least_owners: int
    ) -> None:
        seen: dict[int, int] = defaultdict(int)
        owners: dict[int, set[int]] = defaultdict(set)
        both = [*lessons, *reminders]
        rows = [sorted({key_of(name) for name in lesson.parts.features()}) for lesson in both]
        # What is learned is what people's marks hold; reminders only weigh on it.
        for keys, lesson in zip(rows, lessons, strict=False):
            for key in keys:
                seen[key] += 1
                owners[key].add(lesson.owner)
        known = sorted(
            key
            for key, times in seen.items()
            if times >= LEAST_MARKS and len(owners[key]) >= least_owners
        )
        place = {key: at for at, key in enumerate(known)}
        pairs = [(n, place[key]) for n, keys in enumerate(rows) for key in keys if key in place]
        entries = np.array(pairs, np.int64).reshape(-1, 2)
        self.keys: NDArray[np.uint32] = np.array(known, np.uint32)
        self.row: Places = entries[:, 0].copy()
        self.column: Places = entries[:, 1].copy()
        self.base: Numbers = np.array([log_odds(lesson.verdict) for lesson in both], np.float64)
        self.truth: Numbers = np.eye(3)[[TONES.index(lesson.tone) for lesson in both]]
        each = len(both) / (3 * np.maximum(1, self.truth.sum(axis=0)))
        weight = self.truth @ each**BALANCE
        self.weight: Numbers = weight / weight.mean()

    def descend(self) -> Point:
        """Nesterov's accelerated descent, begun anew where it overshoots; the problem is convex, and
        its start is the rules alone."""
        at = ahead = Point(np.zeros((len(self.keys), 3)), np.zeros(3), 1.0)
        length, pace = 1 / self._steepest(), 1.0
        for _ in range(MOST_STEPS):
            slope = self._slope(ahead)
            to = _sum(ahead, slope, -length)
            moved = _sum(to, at, -1.0)
            if _dot(slope, moved) > 0:
                pace = 1.0
            faster = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
            ahead, at = _sum(to, moved, (pace - 1) / faster), to
            pace = faster
            if max(np.abs(moved.offsets).max(initial=0), np.abs(moved.bias).max()) < STILL:
                break
        return at

    def _slope(self, point: Point) -> Point:
        odds = point.trust * self.base + point.bias + self._times(point.offsets)
        odds -= odds.max(axis=1, keepdims=True)
        chance = np.exp(odds)
        chance /= chance.sum(axis=1, keepdims=True)
        wrong = (chance - self.truth) * self.weight[:, None]
        return Point(
            self._gathered(wrong) + RESTRAINT * point.offsets,
            wrong.sum(axis=0) + RESTRAINT_OF_BIAS * point.bias,
            float((wrong * self.base).sum()) + RESTRAINT_OF_TRUST * (point.trust - 1),
        )

    def _times(self, offsets: Numbers) -> Numbers:
        """For each lesson the sum of its features' offsets."""
        size = len(self.base)
        sums = [np.bincount(self.row, offsets[self.column, tone], size) for tone in range(3)]
        return np.stack(sums, axis=1)

    def _gathered(self, values: Numbers) -> Numbers:
        """For each feature the sum of its lessons' values."""
        size = len(self.keys)
        sums = [np.bincount(self.column, values[self.row, tone], size) for tone in range(3)]
        return np.stack(sums, axis=1)

    def _steepest(self) -> float:
        """A bound on the curvature, by power iteration: a step of its inverse never overshoots."""
        root = np.sqrt(self.weight)
        far = np.sqrt((self.base**2).sum(axis=1))
        vector, size = np.ones(len(root)), 1.0
        for _ in range(15):
            one = root * vector / np.linalg.norm(vector)
            column = np.bincount(self.column, one[self.row], len(self.keys))
            row = np.bincount(self.row, column[self.column], len(root))
            vector = root * (row + one.sum() + far * (far @ one))
            size = float(np.linalg.norm(vector))
        return 0.5 * size * SAFETY + max(RESTRAINT, RESTRAINT_OF_BIAS, RESTRAINT_OF_TRUST)


def _sum(point: Point, other: Point, times: float) -> Point:
    return Point(
        point.offsets + times * other.offsets,
        point.bias + times * other.bias,
        point.trust + times * other.trust,
    )


def _dot(point: Point, other: Point) -> float:
    return float(
        (point.offsets * other.offsets).sum()
        + (point.bias * other.bias).sum()
        + point.trust * other.trust
    )
