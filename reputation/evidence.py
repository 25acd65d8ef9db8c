"""Where the evidence of a verdict stands in a title or snippet, cut into pieces that a page can highlight. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a text. `kind` is neg, pos or off (words that were weighed and left out); empty
    for plain text."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """One reason of a verdict in words, and its weight (minus is negative)."""

    reason: str
    weight: float
    kind: str


def stretches(text: str, evidence: Iterable[Mapping[str, Any]], field: str) -> list[Stretch]:
    """Cut `text` where the evidence of this `field` (title or snippet) stands; the pieces joined are
    the text again.

    Offsets that do not lie in the text are cut to it or left out: the text may have changed since it
    was judged. Where two pieces overlap the heavier one is shown, and of equals the longer one.
    """
    found = []
    for piece in evidence:
        start, end = piece.get("start"), piece.get("end")
        if piece.get("field") != field or type(start) is not int or type(end) is not int:
            continue
        start, end = max(start, 0), min(end, len(text))
        if start < end:
            found.append((start, end, weight_of(piece)))
    kept: list[tuple[int, int, float]] = []
    for start, end, weight in sorted(found, key=lambda x: (-abs(x[2]), x[0] - x[1], x[0])):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end, weight))
    pieces, at = [], 0
    for start, end, weight in sorted(kept):
        if at < start:
            pieces.append(Stretch(text[at:start]))
        pieces.append(Stretch(text[start:end], kind_of(weight)))
        at = end
    if at < len(text):
        pieces.append(Stretch(text[at:]))
    return pieces


def reasons(evidence: Iterable[Mapping[str, Any]]) -> list[Why]:
    """The evidence in words, the heaviest first; what is said twice is said once, at its heaviest."""
    found: dict[str, Why] = {}
    for piece in evidence:
        reason, weight = str(piece.get("reason", "")), weight_of(piece)
        held = found.get(reason.lower())
        if held is None or abs(weight) > abs(held.weight):
            found[reason.lower()] = Why(reason, weight, kind_of(weight))
    return sorted(found.values(), key=lambda why: -abs(why.weight))


def weight_of(piece: Mapping[str, Any]) -> float:
    """The weight of a stored piece; 0 when it is no number."""
    weight = piece.get("weight")
    return float(weight) if isinstance(weight, int | float) else 0.0


def kind_of(weight: float) -> str:
    """Which way a weight pulls."""
    if weight < 0:
        return "neg"
    return "pos" if weight > 0 else "off"
