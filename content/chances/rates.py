"""Rates from few cases, pulled towards what is known in general, with how far they may be trusted. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

ASSUMPTIONS_FILE = Path(__file__).parent.parent / "data" / "chances.json"
MANY, SOME = 30, 8
"""Cases from which a rate counts as measured, and from which as measured on a few."""


class Trust(StrEnum):
    """How far a likelihood rests on what was measured here."""

    MEASURED = "measured here"
    SOME = "few cases measured here"
    ASSUMED = "not measured here: general assumption"


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `of` cases."""

    hits: int = 0
    of: int = 0

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.hits + other.hits, self.of + other.of)

    def shrunk(self, prior: float, weight: float) -> float:
        """The mean of the beta distribution that begins as `prior` on `weight` imagined cases and has
        seen these: (hits + prior × weight) ÷ (of + weight)."""
        return (self.hits + prior * weight) / (self.of + weight)


@dataclass(frozen=True, slots=True)
class Chance:
    """A likelihood from 0 to 1, the sentences that say what it rests on, and how far to trust it."""

    value: float
    grounds: tuple[str, ...]
    trust: Trust


@cache
def assumptions() -> dict[str, Any]:
    """What holds where nothing was measured, as the data file says it."""
    data: dict[str, Any] = json.loads(ASSUMPTIONS_FILE.read_text(encoding="utf-8"))
    return data


def trust_in(cases: int) -> Trust:
    """How far a rate from so many cases of this installation may be trusted."""
    if cases >= MANY:
        return Trust.MEASURED
    return Trust.SOME if cases >= SOME else Trust.ASSUMED


def with_odds(chance: float, factor: float) -> float:
    """The likelihood when its odds are multiplied by the factor: 0.5 with 3 is 0.75."""
    odds = chance / (1 - chance) * factor if chance < 1 else float("inf")
    return odds / (1 + odds) if odds != float("inf") else 1.0


def at_least(needed: int, chances: Sequence[float]) -> float:
    """How likely it is that so many of these succeed when each does so by itself (the Poisson
    binomial distribution, summed up case by case)."""
    if needed <= 0:
        return 1.0
    exactly = [1.0]
    for chance in chances:
        grown = [0.0] * (len(exactly) + 1)
        for count, likely in enumerate(exactly):
            grown[count] += likely * (1 - chance)
            grown[count + 1] += likely * chance
        exactly = grown
    return sum(exactly[needed:])
