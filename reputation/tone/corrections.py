"""Corrections that people's marks taught, laid over the verdicts of the rules. Pure; no marks, no change."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from reputation.tone.features import WORD_SIGN, Parts, parts_of
from reputation.tone.judge import NEGATIVE_AT, POSITIVE_AT
from reputation.tone.taught import Push, like_these, reasons_for
from reputation.tone.verdict import BrandNames, Category, Evidence, Text, Tone, Verdict

TONES = (Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE)
SCALE = 6.0
"""So many log-odds is a whole point of the score worth, from the border between two tones."""
LEAST_LEAD = 1e-6
MOVED = 0.2
"""A score that moved by so much is explained even where the tone stayed."""
BORDERS = {
    Tone.NEGATIVE: (-1.0, round(NEGATIVE_AT - 0.0005, 3)),
    Tone.NEUTRAL: (round(NEGATIVE_AT + 0.0005, 3), round(POSITIVE_AT - 0.001, 3)),
    Tone.POSITIVE: (POSITIVE_AT, 1.0),
}
"""The scores, to three places, that each tone may have."""

MOST_KNOWN = 50_000

Row = tuple[float, float, float]
NOTHING: Row = (0.0, 0.0, 0.0)


def key_of(feature: str, start: int = 0) -> int:
    """A feature as a number: the same in every process, and no word can be read from it. `start` is
    the key of what stands before."""
    return crc32(feature.encode("utf-8", "surrogatepass"), start)


WORD_START = key_of(WORD_SIGN)


def log_odds(verdict: Verdict) -> Row:
    """What the rules hold for each of TONES; the largest is always the verdict's own tone.

    Neutral is the measure (0). Each other tone has SCALE times the way from its border.
    """
    odds = [SCALE * (NEGATIVE_AT - verdict.score), 0.0, SCALE * (verdict.score - POSITIVE_AT)]
    place = TONES.index(verdict.tone)
    others = max(value for at, value in enumerate(odds) if at != place)
    odds[place] = max(odds[place], others + LEAST_LEAD)
    return odds[0], odds[1], odds[2]


@dataclass(frozen=True)
class Corrections:
    """What each feature adds to the log-odds of TONES, and `bias`, what every text gets.

    `keys` are sorted; `offsets` has one row of three for each. An empty one changes nothing.
    """

    keys: NDArray[np.uint32]
    offsets: NDArray[np.float32]
    bias: Row = NOTHING

    @classmethod
    def none(cls) -> Self:
        """Corrections that nobody has taught yet."""
        return cls(np.zeros(0, np.uint32), np.zeros((0, 3), np.float32))

    @cached_property
    def rows(self) -> dict[int, Row]:
        """The offsets by key."""
        return {
            key: (negative, neutral, positive)
            for key, (negative, neutral, positive) in zip(
                self.keys.tolist(), self.offsets.tolist(), strict=True
            )
        }

    @cached_property
    def _known(self) -> dict[str, Row | None]:
        """What was found for the words read lately, so that each is looked up once."""
        return {}

    def weakened(self, share: float) -> Self:
        """The same corrections with a share of their force."""
        negative, neutral, positive = self.bias
        bias = (negative * share, neutral * share, positive * share)
        return replace(self, offsets=self.offsets * np.float32(share), bias=bias)

    def correct(self, text: Text, verdict: Verdict, names: BrandNames) -> Verdict:
        """The verdict with what people taught: a new score, and tone, confidence and evidence that
        go with it."""
        if not self.rows and self.bias == NOTHING:
            return verdict
        parts = parts_of(text, verdict, names)
        found = dict(self._found(parts))
        before = log_odds(verdict)
        sums = [*map(sum, zip(before, self.bias, *found.values(), strict=True))]
        tone = TONES[sums.index(max(sums))]
        score = score_of(sums, tone)
        if tone == verdict.tone and score == verdict.score:
            return verdict
        evidence = verdict.evidence
        if tone != verdict.tone or abs(score - verdict.score) >= MOVED:
            lines = _lines(text, verdict, names, found, after=(tone, score))
            evidence = tuple(sorted((*evidence, *lines), key=lambda piece: -abs(piece.weight)))
        return Verdict(
            tone,
            score,
            _category(verdict, tone),
            verdict.language,
            _confidence(verdict, score),
            evidence,
        )

    def _found(self, parts: Parts) -> Iterator[tuple[str, Row]]:
        """The features of a text that people taught something about."""
        rows, known, words = self.rows, self._known, set()
        if len(known) > MOST_KNOWN:
            known.clear()
        for line in parts.words:
            for word in line:
                row = known.get(word, NOTHING)
                if row is NOTHING:
                    row = known[word] = rows.get(key_of(word, WORD_START))
                if row and word not in words:
                    words.add(word)
                    yield WORD_SIGN + word, row
        for name in (*(parts.pairs(words) if len(words) > 1 else ()), *parts.traits):
            if row := rows.get(key_of(name)):
                yield name, row

    def to_bytes(self) -> bytes:
        """The corrections as they are stored; arrays only, nothing that could run."""
        file = io.BytesIO()
        np.savez_compressed(
            file, keys=self.keys, offsets=self.offsets, bias=np.array(self.bias, np.float64)
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """The corrections that `to_bytes` stored; ValueError where these bytes are no such thing."""
        try:
            with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
                keys, offsets, bias = arrays["keys"], arrays["offsets"], arrays["bias"]
        except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
            raise ValueError(f"These are no stored corrections: {error}") from error
        if keys.ndim != 1 or offsets.shape != (len(keys), 3) or bias.shape != (3,):
            raise ValueError("These are no stored corrections: their parts do not fit together.")
        if not (np.isfinite(offsets).all() and np.isfinite(bias).all()):
            raise ValueError("These are no stored corrections: a number is missing.")
        negative, neutral, positive = bias.tolist()
        return cls(
            keys.astype(np.uint32), offsets.astype(np.float32), (negative, neutral, positive)
        )


def score_of(odds: Iterable[float], tone: Tone) -> float:
    """The score that goes with these log-odds: the way back from `log_odds`, kept within the borders
    of the tone."""
    negative, neutral, positive = odds
    if tone == Tone.NEGATIVE:
        score = NEGATIVE_AT - (negative - max(neutral, positive)) / SCALE
    elif tone == Tone.POSITIVE:
        score = POSITIVE_AT + (positive - max(neutral, negative)) / SCALE
    else:
        below, above = neutral - negative, neutral - positive
        share = below / (below + above) if below + above else 0.5
        score = NEGATIVE_AT + (POSITIVE_AT - NEGATIVE_AT) * share
    lowest, highest = BORDERS[tone]
    return min(max(round(score, 3), lowest), highest) + 0.0


def _lines(
    text: Text,
    verdict: Verdict,
    names: BrandNames,
    found: dict[str, Row],
    *,
    after: tuple[Tone, float],
) -> list[Evidence]:
    """Why the verdict moved to this tone and score, in words."""
    towards, away = _way(verdict, *after)
    sign = -1 if towards < away else 1
    pushes = [
        Push(name, sign * (row[towards] - row[away]) / SCALE, TONES[row.index(max(row))])
        for name, row in found.items()
        if row[towards] > row[away]
    ]
    return reasons_for(text, verdict, names, pushes) or [like_these(verdict, *after)]


def _way(before: Verdict, tone: Tone, score: float) -> tuple[int, int]:
    """Places in TONES: towards which tone a verdict moved, and away from which."""
    place = TONES.index(tone)
    if before.tone != tone:
        return place, TONES.index(before.tone)
    step = -1 if score < before.score else 1
    return (place + step, place) if 0 <= place + step < len(TONES) else (place, 1)


def _confidence(verdict: Verdict, score: float) -> float:
    """As the rules say it: by the way from the nearest border, and how sure the language is."""
    share = verdict.confidence / _clearness(verdict.score)
    return round(min(share * _clearness(score), 1.0), 3)


def _clearness(score: float) -> float:
    return 0.5 + min(abs(score - NEGATIVE_AT), abs(score - POSITIVE_AT), 0.45)


def _category(verdict: Verdict, tone: Tone) -> Category:
    """What a negative verdict is about by its heaviest reason, as far as the rules found one."""
    if tone != Tone.NEGATIVE or verdict.tone == Tone.NEGATIVE:
        return verdict.category if tone == Tone.NEGATIVE else Category.NONE
    against = [piece for piece in verdict.evidence if piece.weight < 0 and piece.category]
    return (
        Category(min(against, key=lambda piece: piece.weight).category)
        if against
        else Category.NONE
    )
