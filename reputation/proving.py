"""Decides whether newly learned corrections may judge, by what they show on marks that were kept out. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reputation.tone.verdict import Tone

FEWEST_HELD = 10
FEWEST_NEGATIVE = 3
RESAMPLES = 2_000
SURE = 0.95
MOST_RECALL_LOST = 2.0
MOST_GATE_LOST = 1.0
SEED = 20_261_122

TONES = tuple(Tone)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured: macro-F1 and negative recall in points on the marks kept out, before (the
    judge that lives) and after (the candidate); how often it was better; macro-F1 on the gate set."""

    held: int
    held_negative: int
    before: float
    after: float
    better: float
    recall_before: float
    recall_after: float
    gate: int
    gate_before: float
    gate_after: float


def measure(
    truth: Sequence[Tone],
    before: Sequence[Tone],
    after: Sequence[Tone],
    groups: Sequence[str],
    *,
    gate: tuple[Sequence[Tone], Sequence[Tone], Sequence[Tone]],
) -> Figures:
    """Compare two judges on the same marks; `gate` is truth, rules and candidate on the gate set."""
    gate_truth, gate_before, gate_after = gate
    return Figures(
        held=len(truth),
        held_negative=list(truth).count(Tone.NEGATIVE),
        before=macro_f1(truth, before),
        after=macro_f1(truth, after),
        better=better_share(truth, before, after, groups),
        recall_before=recall(truth, before, Tone.NEGATIVE),
        recall_after=recall(truth, after, Tone.NEGATIVE),
        gate=len(gate_truth),
        gate_before=macro_f1(gate_truth, gate_before),
        gate_after=macro_f1(gate_truth, gate_after),
    )


def macro_f1(truth: Sequence[Tone], judged: Sequence[Tone]) -> float:
    """The mean F1 in points over the tones that occur among the true ones."""
    if not truth:
        return 0.0
    tones = [tone for tone in TONES if tone in truth]
    return float(_macro_f1s(_counts(truth, judged).sum(axis=0)[None], tones)[0])


def recall(truth: Sequence[Tone], judged: Sequence[Tone], tone: Tone) -> float:
    """How many in a hundred of the results that truly have this tone were found; 0 without any."""
    found = [got == tone for true, got in zip(truth, judged, strict=True) if true == tone]
    return 100 * sum(found) / len(found) if found else 0.0


def better_share(
    truth: Sequence[Tone], before: Sequence[Tone], after: Sequence[Tone], groups: Iterable[str]
) -> float:
    """In which share of RESAMPLES drawn with replacement the second judge has the higher macro-F1.

    Whole groups are drawn: marks of one domain resemble each other, and each alone would make the
    sample look larger than it is. Both judges see the same draws, and every run draws the same.
    """
    if not truth:
        return 0.0
    members: dict[str, list[int]] = defaultdict(list)
    for at, group in enumerate(groups):
        members[group].append(at)
    places = [members[group] for group in sorted(members)]
    tones = [tone for tone in TONES if tone in truth]
    draws = np.random.default_rng(SEED).multinomial(
        len(places), np.full(len(places), 1 / len(places)), size=RESAMPLES
    )
    scores = [
        _macro_f1s(np.tensordot(draws, _by_group(_counts(truth, judged), places), axes=1), tones)
        for judged in (before, after)
    ]
    return float((scores[1] > scores[0] + 1e-9).mean())


def _counts(truth: Sequence[Tone], judged: Sequence[Tone]) -> NDArray[np.float64]:
    """For each mark and tone: is it truly so, was it judged so, and both."""
    table = [
        [(true == tone, got == tone, true == got == tone) for tone in TONES]
        for true, got in zip(truth, judged, strict=True)
    ]
    return np.array(table, np.float64).reshape(len(truth), len(TONES), 3)


def _by_group(counts: NDArray[np.float64], places: Sequence[list[int]]) -> NDArray[np.float64]:
    return np.stack([counts[members].sum(axis=0) for members in places])


def _macro_f1s(sums: NDArray[np.float64], tones: Sequence[Tone]) -> NDArray[np.float64]:
    """Macro-F1 in points for each row of sums; a tone that is neither there nor found counts 0."""
    true, judged, both = sums[..., 0], sums[..., 1], sums[..., 2]
    each = 200 * both / np.maximum(true + judged, 1)
    wanted: NDArray[np.float64] = each[:, [TONES.index(tone) for tone in tones]]
    return wanted.mean(axis=1)


def objections(figures: Figures) -> list[str]:
    """What speaks against letting the candidate judge, in words; nothing if it may."""
    found = []
    if figures.held < FEWEST_HELD:
        found.append(f"only {marks(figures.held)} could be kept out, {FEWEST_HELD} are needed")
    if figures.held_negative < FEWEST_NEGATIVE:
        found.append(
            f"only {figures.held_negative} of the marks kept out are negative, "
            f"{FEWEST_NEGATIVE} are needed"
        )
    if figures.better < SURE:
        found.append(f"it is better in {figures.better:.1%} of resamples, {SURE:.0%} are needed")
    if figures.recall_after < figures.recall_before - MOST_RECALL_LOST:
        found.append(
            f"of the negative ones it finds {figures.recall_after:.0f} in a hundred, not "
            f"{figures.recall_before:.0f}"
        )
    if figures.gate_after < figures.gate_before - MOST_GATE_LOST:
        found.append(
            f"the gate set falls from {figures.gate_before:.1f} to {figures.gate_after:.1f}"
        )
    return found


def verdict_on(figures: Figures) -> tuple[bool, str]:
    """Whether the candidate may judge, and why, in a sentence for the admin."""
    measured = (
        f"macro-F1 on {marks(figures.held)} kept out {figures.before:.0f} → {figures.after:.0f}"
    )
    against = objections(figures)
    if against:
        return False, f"Not promoted: {measured}; {'; '.join(against)}."
    return True, f"Promoted: {measured}, better in {figures.better:.0%} of resamples."


def marks(number: int) -> str:
    return "1 mark" if number == 1 else f"{number:,} marks"
