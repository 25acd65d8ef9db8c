"""Fits words into a drawing: how wide a text is, how it is cut, and whether two of them collide."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import east_asian_width

THIN, LEAN, MEAN, CAPITAL, BROAD = 4.0, 5.0, 7.5, 8.5, 12.0
"""Pixels of letters at 12 px in the broadest of the fonts in use."""
LEAST_TAIL = 7
"""Fewer letters of a path say nothing."""
BOLD = 1.12
"""How much broader bold letters are."""


def width_of(text: str) -> float:
    """About how many pixels a text of 12 px takes; on the generous side."""
    return sum(map(width_of_letter, text))


def width_of_letter(letter: str) -> float:
    if letter in "mwMW@%…" or east_asian_width(letter) in "WF":
        return BROAD
    if letter in "ijlI.,:;|!'":
        return THIN
    if letter in "ftr-/() ":
        return LEAN
    return CAPITAL if letter.isupper() else MEAN


def address_in(address: str, room: float) -> str:
    """An address cut to `room` pixels: the host first and whole if it can be, then the last part of
    the path, which says what the page is."""
    if width_of(address) <= room:
        return address
    host, _, path = address.partition("/")
    last = path.rstrip("/").rpartition("/")[2]
    start = f"{host}/…/" if "/" in path.rstrip("/") else f"{host}/"
    if last and width_of(start) + width_of(last[:LEAST_TAIL]) <= room:
        return start + shortened(last, room - width_of(start))
    if last and width_of(f"{host}/…") <= room:
        return f"{host}/…"
    return shortened(host, room)


def shortened(text: str, room: float) -> str:
    """The text cut at its end to `room` pixels."""
    kept = text
    while len(kept) > 1 and width_of(kept) > room:
        kept = kept[:-2].rstrip() + "…"
    return kept


def wrapped(text: str, room: float) -> list[str]:
    """The text in lines of at most `room` pixels; a single long word stays whole."""
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that a text takes up."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return not (
            self.right <= other.left
            or other.right <= self.left
            or self.bottom <= other.top
            or other.bottom <= self.top
        )
