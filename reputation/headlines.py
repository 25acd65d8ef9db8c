"""Says the verdict on a result or on a text of an engine's in one sentence, whoever gave it."""

from __future__ import annotations

from reputation.evidence import headline, persons_headline
from reputation.models import Mark, Passage
from reputation.templatetags.pushdown import person

GONE = "Somebody who left"


def headline_of(row: Mark | Passage) -> str:
    """The verdict that stands; the row must have its brand and `marked_by` loaded."""
    if row.is_by_person:
        name = person(row.marked_by) if row.marked_by else GONE
        return persons_headline(name, row.tone, row.machine_tone)
    if isinstance(row, Passage) and not row.sentences:
        return f"Neutral: no sentence speaks of {row.brand}."
    return headline(row.tone, row.category, row.evidence, str(row.brand))
