"""The model that comes with Pushdown, taught with public histories: numbers only, with source and dates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from content.forecasting.hazards import Hazard
from content.forecasting.trust import Trust

PUBLIC_FILE = Path(__file__).parent / "public.json"
ENGINES = ("google",)
"""Engines that the public histories were read from: they say nothing about others."""


@dataclass(frozen=True, slots=True)
class Public:
    """The shipped model with what it was taught: `stays` on page one, of which `ended`, of so many
    `keywords`, read on the days from `first` to `last`."""

    hazard: Hazard
    keywords: int
    stays: int
    ended: int
    first: date
    last: date
    trust: Trust


@cache
def public() -> Public:
    """The shipped model. Raises ValueError when its file does not fit this version's traits."""
    data = json.loads(PUBLIC_FILE.read_text(encoding="utf-8"))
    hazard = Hazard.from_data(data["model"])
    if hazard is None:
        raise ValueError(
            f"{PUBLIC_FILE.name} was written for other traits; run "
            "`python -m benchmarks.forecast --write`."
        )
    return Public(
        hazard=hazard,
        keywords=data["keywords"],
        stays=data["stays"],
        ended=data["ended"],
        first=date.fromisoformat(data["first"]),
        last=date.fromisoformat(data["last"]),
        trust=Trust.from_data(data["backtest"]),
    )
