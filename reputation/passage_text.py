"""A text of an engine's own, cut into its sentences about the brand and what stands between them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reputation.evidence import Stretch, stretches
from reputation.tone.verdict import Tone

MOST_SHOWN = 600
"""Longer texts are shown in a list by their sentences about the brand only."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text. `tone` is that of a sentence about the brand, and empty for what stands
    between these."""

    tone: str
    pieces: tuple[Stretch, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def parts_of(
    text: str, sentences: Iterable[Mapping[str, Any]], evidence: Sequence[Mapping[str, Any]]
) -> list[Part]:
    """Cut `text` at its sentences about the brand, and these at the evidence in them; the parts
    joined are the text again. Offsets that do not lie in the text are cut to it or left out."""
    parts, at = [], 0
    for start, end, tone in sorted(_placed(text, sentences)):
        if start < at:
            continue
        if at < start:
            parts.append(_part(text, at, start, evidence))
        parts.append(_part(text, start, end, evidence, tone))
        at = end
    if at < len(text):
        parts.append(_part(text, at, len(text), evidence))
    return parts


def shortened(parts: Sequence[Part], most: int = MOST_SHOWN) -> list[Part]:
    """The parts where they hold at most `most` characters, and else the sentences about the brand
    that fit; what was left out is an ellipsis. A text that never speaks of the brand is cut off."""
    if sum(len(part.text) for part in parts) <= most:
        return list(parts)
    kept: list[Part] = []
    room = most
    for part in parts:
        fits = bool(part.tone) and room > 0
        if fits:
            kept.append(_cut(part, room))
            room -= len(part.text)
        elif not kept or kept[-1] != GAP:
            kept.append(GAP)
    if kept == [GAP]:
        return [_cut(parts[0], most)]
    return kept


GAP = Part("", (Stretch(" … "),))


def _placed(text: str, sentences: Iterable[Mapping[str, Any]]) -> Iterable[tuple[int, int, str]]:
    """Start, end and tone of each sentence that lies in the text."""
    for sentence in sentences:
        start, end, tone = sentence.get("start"), sentence.get("end"), sentence.get("tone")
        if type(start) is not int or type(end) is not int or tone not in Tone.values:
            continue
        start, end = max(start, 0), min(end, len(text))
        if start < end:
            yield start, end, str(tone)


def _part(
    text: str, start: int, end: int, evidence: Sequence[Mapping[str, Any]], tone: str = ""
) -> Part:
    """The part of the text from `start` to `end`, with the evidence that stands in it."""
    moved = [
        {**piece, "start": piece["start"] - start, "end": piece["end"] - start}
        for piece in evidence
        if type(piece.get("start")) is int and type(piece.get("end")) is int
    ]
    return Part(tone, tuple(stretches(text[start:end], moved, "text")))


def _cut(part: Part, most: int) -> Part:
    """The part cut to about `most` characters."""
    kept, room = [], most
    for piece in part.pieces:
        if room <= 0:
            break
        short = piece.text if len(piece.text) <= room else piece.text[:room].rstrip() + "…"
        kept.append(Stretch(short, piece.kind))
        room -= len(piece.text)
    return Part(part.tone, tuple(kept))
