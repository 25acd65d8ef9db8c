"""Puts many phrases under watch at once: reads them from lines, skips what is watched, adds the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from serp.models import Brand, Keyword

MOST_PHRASES = 500
LONGEST_PHRASE = 200
PLACE = ("engine", "country", "language", "location", "device")
"""What tells two keywords of a brand with the same phrase apart."""


class BadPhrases(Exception):
    """Lines that cannot be watched; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Added:
    """What came of many phrases: the keywords made, and the phrases that were watched before."""

    keywords: Sequence[Keyword]
    known: Sequence[str]

    def __str__(self) -> str:
        count = len(self.keywords)
        text = f"{count} keyword{'s are' if count != 1 else ' is'} watched now."
        if self.known:
            some = ", ".join(f"“{phrase}”" for phrase in self.known[:5])
            more = f" and {len(self.known) - 5} more" if len(self.known) > 5 else ""
            verb = "was" if len(self.known) == 1 else "were"
            text += f" {len(self.known)} {verb} watched already and left as it is: {some}{more}."
        return text


def phrases_of(text: str) -> list[str]:
    """The phrases in `text`, one a line, in order, each once; spaces are evened out.

    Raises BadPhrases when there is none, a line is too long, or there are too many.
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    phrases = list(dict.fromkeys(line for line in lines if line))
    if not phrases:
        raise BadPhrases("Write at least one phrase.")
    if len(phrases) > MOST_PHRASES:
        raise BadPhrases(
            f"These are {len(phrases)} phrases; {MOST_PHRASES} can be added at once. "
            "Add the rest afterwards."
        )
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_PHRASE:
            raise BadPhrases(
                f"Line {number} has {len(line)} characters; a phrase has {LONGEST_PHRASE} at most."
            )
    return phrases


def known_phrases(brand: Brand, phrases: Iterable[str], place: Mapping[str, Any]) -> set[str]:
    """Those of the phrases that the brand watches at this place already."""
    here = {name: place[name] for name in PLACE}
    return set(
        brand.keywords.filter(phrase__in=list(phrases), **here).values_list("phrase", flat=True)
    )


@transaction.atomic
def watch_phrases(
    brand: Brand, phrases: Sequence[str], *, shared: Mapping[str, Any], now: datetime
) -> Added:
    """Add a keyword for each phrase, with the fields in `shared`; the first check is due at once.

    What is watched already at the same place is left as it is. Safe to repeat.
    """
    # Two people who add the same list at once take turns here.
    Brand.objects.select_for_update().get(pk=brand.pk)
    known = known_phrases(brand, phrases, shared)
    rows = [
        Keyword(brand=brand, phrase=phrase, next_check_at=now, **shared)
        for phrase in phrases
        if phrase not in known
    ]
    return Added(
        keywords=bulk_create_with_history(rows, Keyword) if rows else [],
        known=[phrase for phrase in phrases if phrase in known],
    )
