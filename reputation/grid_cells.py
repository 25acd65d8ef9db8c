"""The cells of the SERP grid: what each position shows, what moved, and why a place is empty. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reputation.models import Mark
from reputation.templatetags.pushdown import OWNERSHIPS, TONES
from reputation.tone.verdict import Tone
from serp.history import Reading

OWNERSHIP_CSS = {
    Mark.Ownership.OWNED: "o-own",
    Mark.Ownership.INFLUENCED: "o-inf",
    Mark.Ownership.THIRD_PARTY: "o-third",
    Mark.Ownership.HOSTILE: "o-hos",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a page for the brand; a tone of None: nobody has judged it yet."""

    host: str
    tone: str | None
    ownership: str


@dataclass(frozen=True, slots=True)
class Move:
    """How a result moved since the reading before. `kind` is up, down, same, new or unknown."""

    kind: str
    sign: str
    words: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One result in the grid: signs for each of the three views, classes, and the words for readers."""

    position: int
    host: str
    sign: str
    letter: str
    move: Move
    css: str
    label: str


@dataclass(frozen=True, slots=True)
class Hole:
    """`width` positions from `position` on that hold no result, and why."""

    position: int
    width: int
    reason: str


@dataclass(frozen=True, slots=True)
class Tail:
    """Positions 11 to 20 in short. `reason` says why there is nothing to count; empty when there is."""

    negatives: int
    own: int
    others: int
    reason: str = ""

    @property
    def words(self) -> str:
        parts = ((self.negatives, "negative"), (self.own, "own"), (self.others, "other"))
        return ", ".join(f"{number} {word}" for number, word in parts if number)


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a result page was read: positions asked for, results that came, whether it broke off,
    and whether it was imported from a list that may leave positions out."""

    asked: int
    given: int
    is_partial: bool = False
    is_list: bool = False

    def is_read(self, position: int) -> bool:
        """Whether an empty place behind the last result is the engine's own doing."""
        return position <= self.asked and not self.is_partial and not self.is_list

    def missing(self, position: int) -> str:
        """Why nothing is known of a position behind the last result."""
        if self.is_partial:
            return f"not read: the provider sent {self.given} of {self.asked}"
        if position > self.asked:
            return f"not read: only {self.asked} were asked for"
        return "not reported" if self.is_list else f"the engine gave {self.given}"


def move_of(before: Reading | None, page: int, position: int) -> Move:
    """How a page at `position` moved since the reading before.

    Where that one did not reach as deep as this position, nothing is claimed.
    """
    if before is None:
        return Move("unknown", "·", "first reading")
    was = before.position(page)
    if was is None:
        if position > before.depth:
            return Move("unknown", "·", f"the reading before reached position {before.depth}")
        return Move("new", "new", f"new, was not in first {before.depth}")
    if was == position:
        return Move("same", "=", "unchanged")
    steps = abs(was - position)
    if was > position:
        return Move("up", f"▲{steps}", f"up {steps}")
    return Move("down", f"▼{steps}", f"down {steps}")


def effect_of(move: Move, known: Known) -> str:
    """Whether a move helps the brand (good), harms it (harm) or neither (empty)."""
    rises, falls = move.kind in ("up", "new"), move.kind == "down"
    if known.tone == Tone.NEGATIVE or known.ownership == Mark.Ownership.HOSTILE:
        return "harm" if rises else "good" * falls
    if known.tone == Tone.POSITIVE or known.ownership == Mark.Ownership.OWNED:
        return "good" if rises else "harm" * falls
    return ""


def cell_of(phrase: str, position: int, known: Known, move: Move) -> Cell:
    """The cell of one result."""
    tone_css, sign, word = (
        TONES[Tone(known.tone)] if known.tone else ("unmarked", "?", "not judged")
    )
    letter, ownership = OWNERSHIPS[Mark.Ownership(known.ownership)]
    is_own = known.ownership == Mark.Ownership.OWNED
    css = [
        tone_css,
        OWNERSHIP_CSS[Mark.Ownership(known.ownership)],
        move.kind,
        effect_of(move, known),
        "mine" if is_own else "",
    ]
    return Cell(
        position=position,
        host=known.host,
        sign=sign,
        letter=letter,
        move=move,
        css=" ".join(filter(None, css)),
        label=f"{phrase}, position {position}: {known.host}, {word}, {ownership}, {move.words}",
    )


def cells_of(
    phrase: str,
    reading: Reading,
    *,
    before: Reading | None,
    known: Mapping[int, Known],
    extent: Extent,
    first: int,
    last: int,
) -> list[Cell | Hole]:
    """The cells of positions `first` to `last`; neighbouring empty places with one reason are one hole."""
    cells: list[Cell | Hole] = []
    for position in range(first, last + 1):
        page = reading.pages[position - 1] if position <= len(reading.pages) else None
        if page is not None and page in known:
            cells.append(cell_of(phrase, position, known[page], move_of(before, page, position)))
            continue
        inside = position <= len(reading.pages)
        reason = "not reported" if inside else extent.missing(position)
        held = cells[-1] if cells else None
        if isinstance(held, Hole) and held.reason == reason:
            cells[-1] = Hole(held.position, held.width + 1, reason)
        else:
            cells.append(Hole(position, 1, reason))
    return cells


def tail_of(
    reading: Reading, known: Mapping[int, Known], extent: Extent, *, first: int, last: int
) -> Tail:
    """Positions `first` to `last` counted: negatives, own pages, others."""
    pages = reading.pages[first - 1 : last]
    found = [known[page] for page in pages if page is not None and page in known]
    if not found:
        return Tail(0, 0, 0, "none" if extent.is_read(first) else "not read")
    negatives = sum(1 for page in found if page.tone == Tone.NEGATIVE)
    own = sum(
        1 for page in found if page.ownership == Mark.Ownership.OWNED and page.tone != Tone.NEGATIVE
    )
    return Tail(negatives, own, len(found) - negatives - own)
