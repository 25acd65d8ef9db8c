"""The evidence of a verdict as pages show it: highlighted in its text, as reasons, and as one sentence. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reputation.tone.verdict import Category, Tone

LONGEST_WORDS = 60
FEW = 2
"""So many pieces of evidence make a sentence that is read at a glance."""


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
    """Cut `text` where the evidence of this `field` (title, snippet, question or text) stands; the
    pieces joined are the text again.

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


def headline(tone: str, category: str, evidence: Iterable[Mapping[str, Any]], brand: str) -> str:
    """The machine's verdict and its heaviest reason, as one sentence."""
    pieces = sorted(evidence, key=_in_the_way)
    if tone == Tone.NEUTRAL:
        return _why_neutral(pieces, brand)
    way = kind_of(-1 if tone == Tone.NEGATIVE else 1)
    word = Tone(tone).label.capitalize()
    for piece in pieces:
        if kind_of(weight_of(piece)) == way:
            return f"{word} because: {_quoted(piece)}."
    if category:
        return f"{word} because it is about: {Category(category).label}."
    return f"{word} by the sum of all signs: no single word decides."


def persons_headline(name: str, tone: str, machine_tone: str) -> str:
    """A person's verdict as one sentence, with what the machine had said."""
    if not machine_tone:
        return f"{name} marked it {Tone(tone).label}."
    said = "agreed" if machine_tone == tone else f"had said {Tone(machine_tone).label}"
    return f"{name} marked it {Tone(tone).label}; the machine {said}."


def _in_the_way(piece: Mapping[str, Any]) -> tuple[float, bool]:
    """The heavier piece first; of about equal ones that whose meaning no other word turned."""
    return -round(abs(weight_of(piece)), 1), " – " in str(piece.get("reason", ""))


def _why_neutral(pieces: Sequence[Mapping[str, Any]], brand: str) -> str:
    """Why nothing was found, or nothing that counted."""
    if not pieces:
        return f"Neutral: no words with a tone about {brand}."
    ways = {kind_of(weight_of(piece)) for piece in pieces} - {"off"}
    told = "; ".join(dict.fromkeys(map(_quoted, pieces[:FEW])))
    if not ways:
        return f"Neutral: words were weighed and left out: {told}."
    if len(ways) > 1:
        return f"Neutral: good and bad words keep the balance: {told}."
    return f"Neutral: too little to decide: {told}."


def _quoted(piece: Mapping[str, Any]) -> str:
    """A piece in words: what stands in the text, and what it means. The reason may open with the
    words themselves, as the judge writes it."""
    words = " ".join(str(piece.get("words", "")).split())
    reason = " ".join(str(piece.get("reason", "")).split()).rstrip(".")
    reason = reason.removeprefix(f"“{words}”").removeprefix(":").strip().replace(" – ", ", ")
    if len(words) > LONGEST_WORDS:
        words = words[: LONGEST_WORDS - 1].rstrip() + "…"
    return " – ".join(filter(None, (f"“{words}”" if words else "", reason)))
