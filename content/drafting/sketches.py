"""Sketches of texts: a sample of the word runs that they hold, for finding copies among many. Pure.

A run is five words, or eight characters where no spaces are written. Of all runs those are kept whose
checksum is divisible by four (Manber, "Finding similar files in a large file system", 1994): two texts
keep the same ones, so that shares of sketches estimate shares of texts.
"""

from __future__ import annotations

from zlib import crc32

from content.drafting.sentences import DENSE
from content.terms import words_of

RUN = 5
RUN_OF_CHARACTERS = 8
EACH = 4
LEAST = 8
"""A sketch of fewer runs says nothing."""


def sketch(text: str, language: str) -> frozenset[int]:
    """The sketch of a text without Markdown's signs."""
    if language in DENSE:
        letters = "".join(words_of(text))
        runs = (
            letters[i : i + RUN_OF_CHARACTERS] for i in range(len(letters) - RUN_OF_CHARACTERS + 1)
        )
    else:
        words = words_of(text)
        runs = (" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1))
    return frozenset(sum_ for run in runs if (sum_ := crc32(run.encode())) % EACH == 0)


def share_of(ours: frozenset[int], theirs: frozenset[int]) -> float:
    """Which share of our text stands in theirs, about; 0 for texts too short to tell."""
    if len(ours) < LEAST or len(theirs) < LEAST:
        return 0.0
    return len(ours & theirs) / len(ours)
