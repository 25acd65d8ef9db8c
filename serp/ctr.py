"""CTR curves as dated, sourced data: what share of a search's clicks a position gets."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

LAST_POSITION = 20
"""Below this nobody is counted as clicking."""
MOST_IN_TAIL = 0.01
"""After position 10 a share stays under this."""
MOST_IN_ALL = 1.5
"""People click more than one result, so shares may add up to more than 1, but not to much more."""

CURVES_FILE = Path(__file__).parent / "data" / "ctr_curves.json"


class BadCurve(ValueError):
    """Figures that cannot be a CTR curve; the message says why."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Clicks by position. `shares` are fractions (0.285 is 28.5 %) for positions 1 to 20.

    `published` is the date of the figures, `tail` tells where the shares of positions 11 to 20 come
    from: "estimated: ..." if they are ours and not the source's.
    """

    name: str
    version: str
    source: str
    source_url: str
    published: date
    shares: tuple[float, ...]
    tail: str = ""

    def share(self, position: int | None) -> float:
        """The fraction of clicks at `position`; 0.0 when it is None (not found), 0 or below 20."""
        if position is None or not 1 <= position <= len(self.shares):
            return 0.0
        return self.shares[position - 1]


def curve_from(
    *,
    name: str,
    version: str,
    source: str,
    source_url: str,
    published: date,
    shares: Sequence[float],
    tail: str = "",
) -> Curve:
    """A checked curve. `shares` are fractions from position 1 on, at most 20; missing ones are 0.

    Raises BadCurve when a share is no number between 0 and 1, when shares rise, when one after
    position 10 reaches 1 %, when there are none or more than 20, when their sum is above 1.5 or
    when name or version is empty.
    """
    if not name.strip() or not version.strip():
        raise BadCurve("A curve needs a name and a version.")
    if not 1 <= len(shares) <= LAST_POSITION:
        raise BadCurve(f"A curve has 1 to {LAST_POSITION} shares, not {len(shares)}.")
    for position, share in enumerate(shares, start=1):
        if not math.isfinite(share) or not 0 <= share <= 1:
            raise BadCurve(f"The share of position {position} must lie between 0 and 1.")
        if position > 1 and share > shares[position - 2]:
            raise BadCurve(f"The share of position {position} is above that of {position - 1}.")
        if position > 10 and share >= MOST_IN_TAIL:
            raise BadCurve(f"The share of position {position} must stay under 1 %.")
    if not shares[0]:
        raise BadCurve("Position 1 must have a share of clicks.")
    if sum(shares) > MOST_IN_ALL:
        raise BadCurve(f"The shares add up to {sum(shares):.2f}; at most {MOST_IN_ALL} is likely.")
    padded = (*map(float, shares), *[0.0] * (LAST_POSITION - len(shares)))
    return Curve(name, version, source, source_url, published, padded, tail)


@cache
def _shipped() -> tuple[tuple[Curve, ...], str]:
    """The curves of the data file, and the name of the default one."""
    data = json.loads(CURVES_FILE.read_text(encoding="utf-8"))
    curves = tuple(
        curve_from(
            name=row["name"],
            version=row["version"],
            source=row["source"],
            source_url=row["source_url"],
            published=date.fromisoformat(row["published"]),
            shares=[round(figure / 100, 6) for figure in row["percent"] + row["tail_percent"]],
            tail=row["tail"],
        )
        for row in data["curves"]
    )
    return curves, data["default"]


def shipped_curves() -> list[Curve]:
    """The curves that come with Pushdown, the default one first."""
    curves, default = _shipped()
    return sorted(curves, key=lambda curve: curve.name != default)


def default_curve() -> Curve:
    """The curve that is used until a person chooses another: Sistrix 2020."""
    return shipped_curves()[0]
