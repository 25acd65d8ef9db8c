"""Counts how well verdicts agree with what people said: F1 by tone, language and category."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reputation.tone.lines import Labelled
from reputation.tone.verdict import Category, Tone, Verdict

RESAMPLES = 1_000
SEED = 4
WITHIN = (2.5, 97.5)
OPPOSITE = {(Tone.NEGATIVE.value, Tone.POSITIVE.value), (Tone.POSITIVE.value, Tone.NEGATIVE.value)}

Confusion = Mapping[tuple[str, str], int]
"""How many rows have this truth and were judged so: {(truth, judged): rows}."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled row and the verdict on it."""

    labelled: Labelled
    verdict: Verdict

    @property
    def pair(self) -> tuple[str, str]:
        """The truth, and what the judge said."""
        return self.labelled.tone.value, self.verdict.tone.value


@dataclass(frozen=True, slots=True)
class Share:
    """A figure from 0 to 1, and between which two it lies in 95 of 100 resamples of the rows."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OfTone:
    """How well one tone is told: `rows` have it, `judged` were said to. None: there is none to count."""

    rows: int
    judged: int
    precision: float | None
    recall: float | None
    f1: Share | None


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of a set of rows. The macro-F1 is the mean over the tones that occur in the truth:
    a tone that no row has cannot be found, and its F1 of 0 would say nothing about the judge."""

    rows: int
    macro_f1: Share
    tones: Mapping[str, OfTone]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfCategory:
    """Of the negative `rows` of a category, how many were judged negative (`found`), and how many of
    those in this category (`right`)."""

    rows: int
    found: int
    right: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is counted. `always_neutral` is the baseline: the same rows, all judged neutral."""

    whole: Part
    always_neutral: Part
    confusion: Mapping[str, Mapping[str, int]]
    languages: Mapping[str, Part]
    categories: Mapping[str, OfCategory]
    other_categories: Mapping[str, int]


def figures_of(rows: Sequence[Judged]) -> Figures:
    """The figures of at least one row."""
    by_language: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        by_language[row.verdict.language or "?"].append(row.pair)
    pairs = [row.pair for row in rows]
    counts = Counter(pairs)
    known = {category.value for category in Category}
    named = [row.labelled.category for row in rows if row.labelled.tone == Tone.NEGATIVE]
    return Figures(
        whole=part_of(pairs),
        always_neutral=part_of((truth, Tone.NEUTRAL.value) for truth, _ in pairs),
        confusion={
            truth: {tone: counts[truth, tone] for tone in Tone.values} for truth in Tone.values
        },
        languages={name: part_of(by_language[name]) for name in sorted(by_language)},
        categories=_categories(rows),
        other_categories=Counter(sorted(name for name in named if name not in known)),
    )


def part_of(pairs: Iterable[tuple[str, str]], labels: Sequence[str] = Tone.values) -> Part:
    """The figures of these (truth, judged) pairs."""
    table = _table(Counter(pairs), labels)
    f1 = _f1(table[np.newaxis])[0]
    samples = _f1(_resampled(table))
    truth, judged, right = table.sum(axis=1), table.sum(axis=0), table.diagonal()
    occurs = truth > 0
    return Part(
        rows=int(table.sum()),
        macro_f1=_share(f1[occurs].mean(), np.nanmean(samples[:, occurs], axis=1)),
        tones={
            label: OfTone(
                rows=int(truth[at]),
                judged=int(judged[at]),
                precision=_ratio(right[at], judged[at]),
                recall=_ratio(right[at], truth[at]),
                f1=_share(f1[at], np.nan_to_num(samples[:, at])) if occurs[at] else None,
            )
            for at, label in enumerate(labels)
        },
        missing=tuple(label for at, label in enumerate(labels) if not occurs[at]),
    )


def worst(rows: Iterable[Judged], count: int) -> list[Judged]:
    """The errors that hurt most: the opposite tone first, then those the judge was surest of."""
    wrong = [row for row in rows if row.pair[0] != row.pair[1]]
    wrong.sort(key=lambda row: (row.pair not in OPPOSITE, -row.verdict.confidence))
    return wrong[:count]


def _categories(rows: Iterable[Judged]) -> dict[str, OfCategory]:
    found: dict[str, list[Judged]] = defaultdict(list)
    for row in rows:
        if row.labelled.tone == Tone.NEGATIVE and row.labelled.category:
            found[row.labelled.category].append(row)
    return {
        category.value: _of_category(found[category.value], category)
        for category in Category
        if category.value in found
    }


def _of_category(rows: Sequence[Judged], category: Category) -> OfCategory:
    hits = [row for row in rows if row.verdict.tone == Tone.NEGATIVE]
    right = sum(row.verdict.category == category for row in hits)
    return OfCategory(rows=len(rows), found=len(hits), right=right)


def _table(counts: Confusion, labels: Sequence[str]) -> NDArray[np.int64]:
    """Rows by truth, columns by verdict."""
    cells = [[counts.get((truth, judged), 0) for judged in labels] for truth in labels]
    return np.array(cells, dtype=np.int64)


def _resampled(table: NDArray[np.int64]) -> NDArray[np.int64]:
    """RESAMPLES tables of as many rows, each drawn with replacement: the same as drawing rows."""
    total = int(table.sum())
    drawn = np.random.default_rng(SEED).multinomial(total, table.ravel() / total, size=RESAMPLES)
    return drawn.reshape(RESAMPLES, *table.shape)


def _f1(tables: NDArray[np.int64]) -> NDArray[np.float64]:
    """F1 by table and label; not a number where a label neither occurs nor was judged."""
    right = tables.diagonal(axis1=1, axis2=2)
    named = tables.sum(axis=1) + tables.sum(axis=2)
    return np.divide(2 * right, named, out=np.full(right.shape, np.nan), where=named > 0)


def _share(value: float, samples: NDArray[np.float64]) -> Share:
    low, high = np.nanpercentile(samples, WITHIN)
    return Share(round(float(value), 4), round(float(low), 4), round(float(high), 4))


def _ratio(part: int, whole: int) -> float | None:
    return round(float(part) / float(whole), 4) if whole else None
