"""What a back-test came to, kept beside a model: how often the interval held, and by how much the median missed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

from content.forecasting.backtest import Score


@dataclass(frozen=True, slots=True)
class Trust:
    """`held` and `claimed` are shares from 0 to 1, errors are days up to `horizon` days."""

    forecasts: int
    horizon: int
    held: float
    claimed: float
    missed: float
    missed_by_staying: float
    missed_by_mean: float

    @classmethod
    def of(cls, score: Score, *, horizon: int) -> Self:
        return cls(
            score.trials,
            horizon,
            round(score.held, 3),
            round(score.claimed, 3),
            round(score.missed, 1),
            round(score.missed_by_staying, 1),
            round(score.missed_by_mean, 1),
        )

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        return cls(**{name: data[name] for name in cls.__dataclass_fields__})

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def is_better(self) -> bool:
        """Whether the median missed by less than both simple answers did."""
        return self.missed < min(self.missed_by_staying, self.missed_by_mean)

    @property
    def is_right(self) -> bool:
        """Whether the interval held within 5 points as often as it said."""
        return abs(self.held - self.claimed) <= 0.05
