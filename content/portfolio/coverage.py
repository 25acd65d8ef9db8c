"""How strongly the brand holds page one of a keyword: what stands there, and what to do first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from serp.ctr import Curve
from serp.providers.base import PAGE_ONE

FRIENDLY_WEIGHT = 0.5
"""What a friendly page of others counts: it helps, but can change its mind without us."""


class Side(StrEnum):
    """Whose side a result is on."""

    OWN = "own"
    INFLUENCED = "influenced"
    FRIENDLY = "friendly"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    UNREAD = "not read"


WEIGHTS = {Side.OWN: 1.0, Side.INFLUENCED: 1.0, Side.FRIENDLY: FRIENDLY_WEIGHT}


def side_of(tone: str, ownership: str) -> Side:
    """The side of a result by its mark. A negative is one on whatever page it stands."""
    if tone == "negative":
        return Side.NEGATIVE
    if ownership == "owned":
        return Side.OWN
    if ownership == "influenced":
        return Side.INFLUENCED
    return Side.FRIENDLY if tone == "positive" and ownership != "hostile" else Side.NEUTRAL


@dataclass(frozen=True, slots=True)
class Hold:
    """What page one of a reading consists of.

    `strength` is the share of page one's estimated clicks (0 to 1, over the positions read) on pages
    that the brand owns or can edit, friendly pages counted half; None when nothing was read.
    """

    sides: tuple[Side, ...]
    strength: float | None

    def count(self, side: Side) -> int:
        return self.sides.count(side)

    @property
    def tally(self) -> list[tuple[Side, int]]:
        """How many results are on each side, those without any left out."""
        return [(side, self.count(side)) for side in Side if side in self.sides]

    @property
    def exposure(self) -> float:
        """The share of the clicks that nobody on our side holds; all where nothing was read."""
        return 1.0 if self.strength is None else 1.0 - self.strength

    @property
    def has_own(self) -> bool:
        return Side.OWN in self.sides

    @property
    def is_read(self) -> bool:
        return self.strength is not None


def hold_of(sides: Sequence[Side], *, depth: int, is_partial: bool, curve: Curve) -> Hold:
    """Weigh page one, `sides` in the engine's order. A partial reading's missing positions count as
    unread; an engine that serves fewer than ten results has a shorter page one."""
    size = PAGE_ONE if is_partial else min(depth, PAGE_ONE)
    first = [*sides[:size], *[Side.UNREAD] * (size - len(sides[:size]))]
    read = held = 0.0
    for position, side in enumerate(first, start=1):
        if side is not Side.UNREAD:
            read += curve.share(position)
            held += curve.share(position) * WEIGHTS.get(side, 0.0)
    return Hold(tuple(first), held / read if read else None)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A keyword's urgency: searches a month × exposure. `is_guessed`: the searches are not known, and
    the brand's middle number stands in for them."""

    searches: float
    is_guessed: bool
    urgency: float


def weigh(rows: Sequence[tuple[int | None, Hold]]) -> list[Weighed]:
    """The urgency of keywords from their searches a month and their holds, in their order."""
    known = [searches for searches, _ in rows if searches is not None]
    middle = median(known) if known else 1.0
    return [
        Weighed(
            middle if searches is None else searches,
            searches is None,
            (middle if searches is None else searches) * hold.exposure,
        )
        for searches, hold in rows
    ]
