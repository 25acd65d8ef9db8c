"""Says in words for a marketer which of people's marks turned a verdict, and where its words stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reputation.tone.features import (
    HOST_SIGN,
    KIND_SIGN,
    PAIR_SIGN,
    READ_AT_MOST,
    REASON_SIGN,
    WORD,
    WORD_SIGN,
    domain_of,
    reason_feature,
    split,
)
from reputation.tone.hosts import address_of
from reputation.tone.judge import HALF_SCORE_AT
from reputation.tone.masking import mask_of
from reputation.tone.verdict import BrandNames, Evidence, Text, Tone, Verdict

MOST = 3
LEAST = 0.02
"""What moves the score by less is no reason."""


@dataclass(frozen=True, slots=True)
class Push:
    """How far a feature moved the score (minus is towards negative), and which tone the results had
    that people marked."""

    feature: str
    by: float
    tone: Tone

    @property
    def weight(self) -> float:
        """In the measure of the rules' own evidence."""
        return round(self.by * HALF_SCORE_AT, 3) + 0.0


def reasons_for(
    text: Text, verdict: Verdict, names: BrandNames, pushes: Iterable[Push]
) -> list[Evidence]:
    """The heaviest pushes as evidence, MOST at most."""
    found: list[Evidence] = []
    for push in sorted(pushes, key=lambda push: (-abs(push.by), push.feature)):
        if len(found) == MOST or abs(push.by) < LEAST:
            break
        piece = _evidence(push, text, verdict, names)
        if piece is not None and all(piece.words.lower() not in old.words.lower() for old in found):
            found.append(piece)
    return found


def like_these(before: Verdict, tone: Tone, score: float) -> Evidence:
    """The one line for a verdict that many small things moved, none of which says much alone."""
    weight = round((score - before.score) * HALF_SCORE_AT, 3)
    reason = f"people here marked results like this {tone.label}"
    return Evidence("", "title", 0, 0, weight, "", reason)


def _evidence(push: Push, text: Text, verdict: Verdict, names: BrandNames) -> Evidence | None:
    """A push as evidence, or nothing for what a person cannot see in the result."""
    if push.feature.startswith(WORD_SIGN):
        place = _find(text, names, [push.feature.removeprefix(WORD_SIGN)])
        told = f"with this word {push.tone.label}"
    elif push.feature.startswith(PAIR_SIGN):
        place = _find(text, names, push.feature.removeprefix(PAIR_SIGN).split(" "))
        told = f"with these words {push.tone.label}"
    elif push.feature.startswith(REASON_SIGN):
        place = _cause(verdict, push.feature)
        told = f"with such words {push.tone.label}"
    elif push.feature.startswith((HOST_SIGN, KIND_SIGN)):
        place, told = _site(text, names, push)
    else:
        return None
    if place is None:
        return None
    field, start, end = place
    words: str = getattr(text, field)[start:end]
    reason = f"“{words}”: people here marked results {told}"
    return Evidence(words, field, start, end, push.weight, "", reason)


def _site(text: Text, names: BrandNames, push: Push) -> tuple[tuple[str, int, int] | None, str]:
    address = address_of(text.url, names)
    if not address.host:
        return None, ""
    start, end = address.start, address.start + len(address.host)
    tone = push.tone.label
    if push.feature.startswith(HOST_SIGN):
        domain = domain_of(text.url)
        if address.host.endswith(domain):
            start = end - len(domain)
        return ("url", start, end), f"from this site {tone}"
    what = address.kind.reason if address.kind else "the brand's own pages"
    return ("url", start, end), f"from such sites {tone} ({what})"


def _cause(verdict: Verdict, feature: str) -> tuple[str, int, int] | None:
    """Where the rules' own evidence stands that this feature names."""
    for piece in verdict.evidence:
        if reason_feature(piece) == feature:
            return piece.field, piece.start, piece.end
    return None


def _find(text: Text, names: BrandNames, wanted: Sequence[str]) -> tuple[str, int, int] | None:
    """The first place of these words, one after the other, in title or snippet."""
    for field in ("title", "snippet"):
        words, places = _words(getattr(text, field), names)
        at = -1
        for _ in range(words.count(wanted[0])):
            at = words.index(wanted[0], at + 1)
            if words[at : at + len(wanted)] == [*wanted]:
                return field, places[at][0], places[at + len(wanted) - 1][1]
    return None


@lru_cache(maxsize=4)
def _words(field: str, names: BrandNames) -> tuple[list[str], list[tuple[int, int]]]:
    """The words as features know them, and their places; kept while one text is looked at."""
    words, places = [], []
    for found in WORD.finditer(mask_of(names).hide(field[:READ_AT_MOST])):
        for at, part in enumerate(split(found[0]), start=found.start()):
            words.append(part.lower())
            places.append((at, at + len(part)))
    return words, places
