"""What must pass a negative to push it off page one, and who stands below it. Pure.

The arithmetic. A negative at position p leaves page one when 11 − p pages that now stand below it,
or nowhere, stand above it. Other negatives below it do not help and are not lifted: whatever is
placed above the first also stands above them, so they fall with it. Page one has ten places; without
the p − 1 above and the n negatives below, 10 − p − n pages of page one may pass it. So 11 − p − (10 −
p − n) = 1 + n of the pages have to come from beyond page one: from further down, or newly published.
Negatives above it stay where they are and have a plan of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from reputation.models import Mark
from reputation.tone.verdict import Tone
from serp.addresses import display_address
from serp.models import Listing
from serp.providers.base import PAGE_ONE

NEUTRAL_SHARE = 3
"""At most a third of the pages may be neutral ones of third parties: nobody here can edit them."""
NEUTRAL_REACH = 4
"""Of pages five or more positions below another, about one in a hundred stood above it weeks later: too
few to work on pages that nobody here can edit."""
A_HOST = 2
"""Engines seldom show more than two results of one host on a page."""


class Side(IntEnum):
    """How near a page is to the brand, nearest first: what one can do for it falls in this order."""

    OWN = 1
    INFLUENCED = 2
    FRIENDLY = 3
    NEUTRAL = 4

    @property
    def word(self) -> str:
        return {1: "own page", 2: "influenced", 3: "friendly", 4: "neutral"}[self.value]


@dataclass(frozen=True, slots=True)
class Rung:
    """One position of a reading. `listing` and `mark` are None where nothing was reported or judged."""

    position: int
    listing: Listing | None
    mark: Mark | None

    @property
    def page_id(self) -> int | None:
        return self.listing.page_id if self.listing else None

    @property
    def shown(self) -> Listing:
        """What stands here. Raises LookupError for a position that was not reported."""
        if self.listing is None:
            raise LookupError(f"Nothing was reported at position {self.position}.")
        return self.listing

    @property
    def address(self) -> str:
        """Its address for people to read."""
        return display_address(self.shown.page.url)

    @property
    def name(self) -> str:
        """Its title, or its address where the engine gave none."""
        return self.shown.title or self.address

    @property
    def judged(self) -> Mark:
        """The mark of what stands here. Raises LookupError where it was not judged."""
        if self.mark is None:
            raise LookupError(f"Position {self.position} is not judged.")
        return self.mark

    @property
    def is_negative(self) -> bool:
        return self.mark is not None and self.mark.tone == Tone.NEGATIVE

    @property
    def is_own(self) -> bool:
        return self.mark is not None and self.mark.ownership == Mark.Ownership.OWNED

    def side(self, ours: Collection[int] = ()) -> Side | None:
        """Whether the page may be lifted, and how near it is; None: negative, hostile or not judged.

        `ours` are ids of pages that the brand published elsewhere.
        """
        if self.mark is None or self.is_negative:
            return None
        if self.is_own or self.page_id in ours:
            return Side.OWN
        if self.mark.ownership == Mark.Ownership.INFLUENCED:
            return Side.INFLUENCED
        if self.mark.ownership == Mark.Ownership.HOSTILE:
            return None
        return Side.FRIENDLY if self.mark.tone == Tone.POSITIVE else Side.NEUTRAL


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page below the negative that may pass it; `distance` is in positions."""

    rung: Rung
    side: Side
    distance: int


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a negative is from leaving page one; see the module for the arithmetic.

    `to_pass` pages must stand above it, at least `from_outside` of them from beyond page one;
    `falls_too` counts the negatives that then leave page one with it.
    """

    position: int
    to_pass: int
    from_outside: int
    falls_too: int
    candidates: tuple[Candidate, ...]


def measure(rungs: Sequence[Rung], position: int, *, ours: Collection[int] = ()) -> Distance:
    """The distance of the negative at `position`, with its candidates: own pages first, then
    influenced, friendly and neutral ones, each group nearest first.

    Raises ValueError for a position beyond page one.
    """
    if not 1 <= position <= PAGE_ONE:
        raise ValueError(f"Position {position} is not on page one.")
    below = [rung for rung in rungs if rung.position > position]
    falls_too = sum(1 for rung in below if rung.is_negative and rung.position <= PAGE_ONE)
    above = {rung.page_id for rung in rungs if rung.position < position}
    candidates: dict[int | None, Candidate] = {}
    for rung in below:
        side = rung.side(ours)
        if side is not None and rung.page_id not in above:
            candidates.setdefault(
                rung.page_id, Candidate(rung, side, distance=rung.position - position)
            )
    return Distance(
        position=position,
        to_pass=PAGE_ONE + 1 - position,
        from_outside=1 + falls_too,
        falls_too=falls_too,
        candidates=tuple(sorted(candidates.values(), key=lambda c: (c.side, c.distance))),
    )


def on_page_one(rungs: Sequence[Rung]) -> Counter[str]:
    """How many results each registrable domain has on page one."""
    first = (rung for rung in rungs if rung.position <= PAGE_ONE)
    return Counter(rung.listing.page.domain for rung in first if rung.listing)


def with_room(candidates: Sequence[Candidate], shown: Mapping[str, int]) -> list[Candidate]:
    """Those that the engine would show: a page from beyond page one only while its host has fewer
    than two results there, counting those chosen before it. `shown` counts them by domain now."""
    taken = Counter(shown)
    found = []
    for candidate in candidates:
        domain = candidate.rung.shown.page.domain
        if candidate.rung.position > PAGE_ONE:
            if taken[domain] >= A_HOST:
                continue
            taken[domain] += 1
        found.append(candidate)
    return found


def choose(
    distance: Distance,
    *,
    planned: int = 0,
    started: Collection[int] = (),
    shown: Mapping[str, int] | None = None,
) -> list[Candidate]:
    """The candidates to lift: with the new pieces that are `planned` no more than must pass, of
    neutral ones at most a third, and of one host no more than the engine shows.

    Pages whose lifting was `started` (ids) stay chosen whatever their kind and number. `shown` counts
    results on page one by domain; without it no host is full.
    """
    begun = [c for c in distance.candidates if c.rung.page_id in started]
    rest = [c for c in distance.candidates if c.rung.page_id not in started]
    if shown is not None:
        rest = with_room(rest, shown)
    left = distance.to_pass // NEUTRAL_SHARE - sum(1 for c in begun if c.side == Side.NEUTRAL)
    near = [c for c in rest if c.side != Side.NEUTRAL]
    close = [c for c in rest if c.side == Side.NEUTRAL and c.distance <= NEUTRAL_REACH]
    neutral = close[: max(0, left)]
    room = max(0, distance.to_pass - planned - len(begun))
    return sorted(begun + (near + neutral)[:room], key=lambda c: c.rung.position)


@dataclass(frozen=True, slots=True)
class Row:
    """A rung as the pages draw it: `role` is target, lift, falls, or empty."""

    rung: Rung
    role: str = ""

    @property
    def begins_page_two(self) -> bool:
        return self.rung.position == PAGE_ONE + 1


def rows_of(
    rungs: Sequence[Rung], distance: Distance | None = None, *, chosen: Collection[int] = ()
) -> list[Row]:
    """The result page as a ladder. With a distance, its negative is the target, the other negatives
    below it on page one fall with it, and `chosen` pages (ids) are to be lifted."""

    def role(rung: Rung) -> str:
        if distance is None or rung.position < distance.position:
            return ""
        if rung.position == distance.position:
            return "target"
        if rung.page_id in chosen:
            return "lift"
        return "falls" if rung.is_negative and rung.position <= PAGE_ONE else ""

    return [Row(rung, role(rung)) for rung in rungs]
