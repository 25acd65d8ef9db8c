"""Writes the history of tones: who gave which, when and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.contrib.auth.models import AbstractBaseUser

from reputation.evidence import reasons
from reputation.models import Mark, Passage, ToneEntry

LONGEST_WHY = 300
LINES = 20


@dataclass(frozen=True, slots=True)
class Before:
    """What stood in a mark or passage before it was changed."""

    tone: str
    machine_tone: str
    score: float
    confidence: float
    judge: str
    category: str

    @classmethod
    def of(cls, row: Mark | Passage) -> Self:
        """The state of a row now."""
        return cls(
            tone=row.tone,
            machine_tone=row.machine_tone or row.tone,
            score=row.score,
            confidence=row.confidence,
            judge=row.judge,
            category=row.category,
        )


def entry(
    row: Mark | Passage,
    before: Before,
    act: str,
    now: datetime,
    *,
    by: AbstractBaseUser | None = None,
    why: str = "",
) -> ToneEntry:
    """The line for one change, not yet stored. `machine_*` are what the machine held before the
    change where a person speaks, and the new verdict where the machine does. Where a person says that
    it is not negative, the category stays that of the verdict which the person turned down."""
    machine = before if by is not None else Before.of(row)
    return ToneEntry(
        brand_id=row.brand_id,
        mark=row if isinstance(row, Mark) else None,
        passage=row if isinstance(row, Passage) else None,
        act=act,
        at=now,
        by=by,  # type: ignore[misc]
        before=before.tone,
        tone=row.tone,
        shade=row.shade,
        category=row.category or (before.category if by is not None else ""),
        why=(why or _first_reason(row, by))[:LONGEST_WHY],
        machine_tone=machine.machine_tone,
        machine_score=machine.score,
        machine_confidence=machine.confidence,
        judge=machine.judge,
    )


def note(
    rows: Iterable[Mark | Passage], befores: Mapping[int, Before], act: str, now: datetime
) -> None:
    """Store a line for each of these whose tone the machine turned; `befores` is by primary key."""
    ToneEntry.objects.bulk_create(
        entry(row, befores[row.pk], act, now) for row in rows if row.tone != befores[row.pk].tone
    )


def lines_of(row: Mark | Passage) -> list[tuple[ToneEntry, str]]:
    """The last lines of the history of a mark or passage, newest first, each with its words."""
    return [(line, in_words(line)) for line in row.entries.select_related("by")[:LINES]]


def in_words(line: ToneEntry) -> str:
    """What happened, without who and when: "marked it neutral; the machine had said negative"."""
    act = ToneEntry.Act(line.act)
    shade = line.get_shade_display()
    if act == ToneEntry.Act.TAKEN_BACK:
        return f"took a mark back: it is {shade} again"
    if act in (ToneEntry.Act.MARKED, ToneEntry.Act.SECOND):
        second = " after a second look" if act == ToneEntry.Act.SECOND else ""
        machine = "agreed" if line.machine_tone == line.tone else f"said {line.machine_tone}"
        return f"marked it {shade}{second}; the machine {machine}"
    cause = {
        ToneEntry.Act.NEW_TEXT: "its text changed",
        ToneEntry.Act.NEW_JUDGE: f"a new version of the judge, {line.judge}",
        ToneEntry.Act.NEW_OPINION: "the model was asked",
    }[act]
    return f"judged it {shade} instead of {line.before}: {cause}"


def _first_reason(row: Mark | Passage, by: AbstractBaseUser | None) -> str:
    """The machine's heaviest reason; a person's reason is what the person wrote."""
    if by is not None:
        return ""
    return next((why.reason for why in reasons(row.evidence)), "no words with a tone were found")
