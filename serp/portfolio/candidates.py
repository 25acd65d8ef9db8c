"""A phrase that might be watched: what it is, in which languages it is typed, and why it was thought of."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

MOST = 1000
"""Candidates that one portfolio may have."""
LONGEST = 200
"""Characters of a phrase, as the database keeps it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One phrase. `kind` is a value of `Keyword.Kind`; `languages` are those it is typed in, none
    meaning every one; `about` is the name that it is made of, empty for what engines show; `seen`
    counts the stored result pages it stood on; `weight` sorts, the larger the sooner."""

    phrase: str
    kind: str
    reason: str
    languages: tuple[str, ...] = ()
    about: str = ""
    seen: int = 0
    weight: float = 1.0

    def fits(self, language: str) -> bool:
        """Whether people who search in this language may type it."""
        return not self.languages or language in self.languages


def tidy(text: str) -> str:
    """One line without control characters and doubled spaces, in composed letters, cut to a phrase."""
    plain = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", text))
    return " ".join(plain.split())[:LONGEST].rstrip()


def joined(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each phrase once, in its first place and with its first reason; the languages are put together.

    Case makes no other phrase: engines do not tell them apart.
    """
    found: dict[str, Candidate] = {}
    for one in candidates:
        if not one.phrase:
            continue
        key = one.phrase.casefold()
        first = found.get(key)
        if first is None:
            found[key] = one
        else:
            found[key] = replace(
                first,
                languages=_both(first.languages, one.languages),
                seen=max(first.seen, one.seen),
            )
    return list(found.values())


def _both(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(first + second)) if first and second else ()
