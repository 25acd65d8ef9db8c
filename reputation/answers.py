"""What engines say about a brand, as its pages show it: which texts, in which order, and what each comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from reputation.evidence import Stretch, Why, reasons, stretches
from reputation.headlines import headline_of
from reputation.models import Passage
from reputation.passage_text import Part, parts_of, shortened
from reputation.tone.verdict import Tone
from serp.models import Brand

LATELY = timedelta(days=7)
"""A text that no reading showed for so long is not shown now, as far as we know."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which texts are asked for; empty: all."""

    tone: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many texts are stored, and how many were shown lately, by tone and by kind."""

    total: int
    lately: int
    lately_negative: int
    tones: dict[str, int]
    kinds: dict[str, int]


@dataclass(frozen=True, slots=True)
class Said:
    """One text as a page shows it."""

    passage: Passage
    headline: str
    question: list[Stretch]
    parts: list[Part]
    reasons: list[Why]


def listed(brand: Brand, asked: Asked) -> QuerySet[Passage]:
    """The texts that are asked for, negatives first, then those shown last."""
    rows = Passage.objects.filter(brand=brand)
    if asked.tone:
        rows = rows.filter(tone=asked.tone)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    first = Case(
        When(tone=Tone.NEGATIVE, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return rows.order_by(first, "-last_seen_at", "-pk")


def negatives_lately(brand: Brand, now: datetime) -> int:
    """How many negative texts engines showed lately."""
    shown = Passage.objects.filter(brand=brand, last_seen_at__gte=now - LATELY)
    return shown.filter(tone=Tone.NEGATIVE).count()


def counts_of(brand: Brand, now: datetime) -> Counts:
    """All counts of the page with one question to the database."""
    lately = Count("pk", filter=Q(last_seen_at__gte=now - LATELY))
    rows = list(
        Passage.objects.filter(brand=brand)
        .order_by()
        .values("tone", "kind")
        .annotate(number=Count("pk"), lately=lately)
    )
    tones: dict[str, int] = {}
    kinds: dict[str, int] = {}
    for row in rows:
        tones[row["tone"]] = tones.get(row["tone"], 0) + row["number"]
        kinds[row["kind"]] = kinds.get(row["kind"], 0) + row["number"]
    return Counts(
        total=sum(row["number"] for row in rows),
        lately=sum(row["lately"] for row in rows),
        lately_negative=sum(row["lately"] for row in rows if row["tone"] == Tone.NEGATIVE),
        tones=tones,
        kinds=kinds,
    )


def said(passage: Passage, *, whole: bool = False) -> Said:
    """A text with its sentences, evidence and verdict; a long one is cut unless the `whole` is
    wanted."""
    parts = parts_of(passage.text, passage.sentences, passage.evidence)
    return Said(
        passage=passage,
        headline=headline_of(passage),
        question=stretches(passage.question, passage.evidence, "question"),
        parts=parts if whole else shortened(parts),
        reasons=reasons(passage.evidence),
    )


def next_unmarked(queue: Sequence[int], pk: int, marked: set[int]) -> int | None:
    """The id after `pk` in the queue that no person has marked, from its end on from the start."""
    at = queue.index(pk) if pk in queue else -1
    order = [*queue[at + 1 :], *queue[: max(at, 0)]]
    return next((one for one in order if one not in marked), None)
