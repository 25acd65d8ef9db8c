"""Whether keywords share one intent, and which piece or page already serves it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from content.models import Piece
from content.terms import words_of

SHARED = 4
"""Results of page one that two keywords share from which they count as one intent: the usual line of
keyword grouping tools lies between three and five of ten."""
ALIKE = 0.9


@dataclass(frozen=True, slots=True)
class Kin:
    """Another keyword with the same intent, and why it counts as one."""

    keyword: int
    phrase: str
    why: str


@dataclass(frozen=True, slots=True)
class Clash:
    """That a piece serves the intent already: which one, and what to do instead."""

    piece: Piece
    words: str


def is_near(phrase: str, other: str) -> bool:
    """Whether two phrases are one but for order, spacing or a letter."""
    ours, its = words_of(phrase), words_of(other)
    if sorted(ours) == sorted(its):
        return True
    return SequenceMatcher(None, "".join(ours), "".join(its)).ratio() >= ALIKE


def kin_of(
    phrase: str, pages: Collection[int], others: Sequence[tuple[int, str, Collection[int]]]
) -> list[Kin]:
    """Those of the others (keyword, phrase, pages on page one) that are one intent with the phrase
    whose page one shows `pages`."""
    found = []
    for keyword, other, shown in others:
        shared = len(set(pages) & set(shown))
        if shared >= SHARED:
            found.append(Kin(keyword, other, f"{shared} results in common"))
        elif is_near(phrase, other):
            found.append(Kin(keyword, other, "nearly the same words"))
    return found


def clash_of(kind: str, kin: Sequence[Kin], pieces: Sequence[Piece]) -> Clash | None:
    """The open piece of this type that serves the intent under another keyword already."""
    by_keyword = {one.keyword: one for one in kin}
    for piece in pieces:
        if piece.kind == kind and piece.keyword_id in by_keyword and piece.lifts_id is None:
            one = by_keyword[piece.keyword_id]
            return Clash(
                piece,
                f"“{piece.title}” serves this intent under “{one.phrase}” already ({one.why}): "
                "widen it instead of making a second page.",
            )
    return None
