"""Where a text names the brand, and where the same words name somebody else."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from reputation.tone.masking import GIVEN, MASK, NAMES, Mask
from reputation.tone.reading import Reading

OTHERS_BEFORE = frozenset(NAMES["others_before"])
OTHERS_AFTER = frozenset(NAMES["others_after"])


def mentions_in(reading: Reading, text: str, mask: Mask) -> list[int]:
    """The tokens that name the brand, in order."""
    covered = {place for hit in reading.hits for place in range(hit.start, hit.end)}
    words = reading.words
    return [
        place
        for place, word in enumerate(words)
        if (MASK in word or (word in mask.partial and place not in covered))
        and not _is_namesake(reading, text, place, mask)
    ]


def _is_namesake(reading: Reading, text: str, place: int, mask: Mask) -> bool:
    """Freddie Mercury is no planet, Mercury County no maker of thermometers."""
    words = reading.words
    before = words[place - 1] if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    if MASK not in words[place] and not _is_capital(reading, text, place):
        return not mask.is_lower
    if (before in GIVEN and before[:3] not in mask.given) or before in OTHERS_BEFORE:
        short = MASK not in words[place] or len(words[place]) <= mask.longest_word
        return short and _is_capital(reading, text, place - 1)
    return after in OTHERS_AFTER and _is_capital(reading, text, place + 1)


def _is_capital(reading: Reading, text: str, place: int) -> bool:
    letter = text[reading.offsets[place]]
    return letter.isupper() or letter == MASK or not letter.isalpha()


def bystanders(places: Sequence[int], rivals: Collection[int]) -> frozenset[int]:
    """The mentions that only serve to point at somebody else: "a rival of X", "X rival Y"."""
    return frozenset(
        place
        for place in places
        if place - 1 in rivals or place - 2 in rivals or place + 1 in rivals
    )
