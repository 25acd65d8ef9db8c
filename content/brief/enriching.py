"""Puts into briefs what the pages that rank look like and say, once they are read; parts that a person changed stay."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from content.brief.drawing import Wanted
from content.brief.questions import unique
from content.brief.structure import Shape, of_pages
from content.brief.term_rows import Body, rows_of
from content.models import Brief, PageReading, Piece
from content.terms import LEAST_RESULTS, MOST_TERMS, base_language

PATIENCE = timedelta(days=2)
"""After this the brief takes what there is: a page that cannot be had does not hold up the others."""
MOST_AT_ONCE = 50
MOST_OTHERS = 60
"""Other pages that the terms are compared with."""
MOST_QUESTIONS = 30
FROM_PAGES = 5
logger = logging.getLogger(__name__)
DONE = (PageReading.State.READ, PageReading.State.REFUSED, PageReading.State.FAILED)


def enrich_waiting(now: datetime) -> int:
    """Enrich the briefs whose pages are all read, or have waited two days; returns how many. Safe to
    repeat and to run at once."""
    rows = Brief.objects.filter(
        enriched_at=None, drawn_from__isnull=False, piece__status__in=OPEN
    ).exclude(sources=[])
    done = 0
    for brief in rows.select_related("piece__brand", "piece__keyword").order_by("pk")[
        :MOST_AT_ONCE
    ]:
        try:
            readings = readings_of(brief)
            if is_ready(readings, now):
                done += enrich(brief.pk, readings, now)
        except Exception:
            # One strange page must not keep the other briefs waiting.
            logger.exception("Brief %s could not be filled in; it is left as it is", brief.pk)
            Brief.objects.filter(pk=brief.pk, enriched_at=None).update(enriched_at=now)
    return done


OPEN = [status for status in Piece.Status.values if status not in Piece.LIVE]


def readings_of(brief: Brief) -> dict[int, PageReading]:
    """The readings of a brief's pages, by page id."""
    pages = [row.get("page") for row in brief.sources]
    return {row.page_id: row for row in PageReading.objects.filter(page__in=pages)}


def is_ready(readings: dict[int, PageReading], now: datetime) -> bool:
    """Whether nothing is to be waited for any more."""
    waiting = [row for row in readings.values() if row.state == PageReading.State.WAITING]
    return all(now - row.asked_at > PATIENCE for row in waiting)


@transaction.atomic
def enrich(pk: int, readings: dict[int, PageReading], now: datetime) -> bool:
    """Write what the pages tell into one brief. False when somebody was faster."""
    brief = (
        Brief.objects.select_for_update(of=("self",))
        .filter(pk=pk, enriched_at=None)
        .select_related("piece__brand", "piece__keyword")
        .first()
    )
    if brief is None:
        return False
    read = [
        (row, readings[row["page"]])
        for row in brief.sources
        if row.get("page") in readings and readings[row["page"]].state == PageReading.State.READ
    ]
    for name, value in parts(brief, read).items():
        if name not in brief.edited:
            setattr(brief, name, value)
    brief.sources = [with_outcome(row, readings.get(row.get("page"))) for row in brief.sources]
    brief.enriched_at = now
    brief._change_reason = "filled in from the pages that rank"  # type: ignore[attr-defined]
    brief.save()
    return True


def parts(brief: Brief, read: Sequence[tuple[dict[str, Any], PageReading]]) -> dict[str, Any]:
    """The new parts of a brief; without a page that was read there are none."""
    if not read:
        return {}
    structure = {**brief.structure, **of_pages([shape_of(row) for _, row in read])}
    neutral = [row for source, row in read if not source.get("is_negative")]
    asked = [text for row in neutral for text in row.questions[:FROM_PAGES]]
    found = {
        "structure": structure,
        "questions": unique([*brief.questions, *asked])[:MOST_QUESTIONS],
    }
    if len(neutral) >= LEAST_RESULTS:
        found["terms"] = terms_of(brief, neutral)
    return found


def terms_of(brief: Brief, rows: Sequence[PageReading]) -> list[dict[str, Any]]:
    """The terms of the pages with their usual ranges, compared with pages that rank for other
    searches; where too few of those were read, the comparison of titles and snippets stays."""
    piece = brief.piece
    language = base_language(piece.keyword.language) if piece.keyword else "en"
    wanted = Wanted(piece.brand, language, brief.avoid)
    top = [body_of(row, wanted) for row in rows]
    others = PageReading.objects.filter(
        Q(language=language) | Q(language=""), state=PageReading.State.READ
    ).exclude(page__in=[row.get("page") for row in brief.sources])
    rest = [body_of(row, wanted) for row in others.order_by("-fetched_at")[:MOST_OTHERS]]
    before = {row["term"]: row for row in brief.terms}
    return [
        row | compared(before.get(row["term"], {})) if "z" not in row else row
        for row in rows_of(top, rest, usual=usual_terms(top))
    ]


def compared(row: dict[str, Any]) -> dict[str, Any]:
    """What a stored row says about the comparison with other results."""
    return {name: row[name] for name in ("z", "rest", "rest_of") if name in row}


def body_of(row: PageReading, wanted: Wanted) -> Body:
    """A page by those of its terms that count for the brief."""
    counts = {
        term: n
        for term, n in row.terms.items()
        if not any(wanted.is_out(word) for word in term.split())
    }
    return Body(counts, row.words or 1)


def usual_terms(top: Sequence[Body]) -> list[str]:
    """The terms that most of the pages use, in two at least; of equal ones those used more often."""
    pages: dict[str, list[float]] = {}
    for body in top:
        for term in body.counts:
            pages.setdefault(term, []).append(body.rate(term))
    common = [(len(rates), sum(rates), term) for term, rates in pages.items()]
    best = sorted(common, key=lambda row: (-row[0], -row[1], row[2]))
    return [term for n, _, term in best if n >= LEAST_RESULTS][:MOST_TERMS]


def shape_of(row: PageReading) -> Shape:
    """A page by its structure."""
    return Shape(
        words=row.words or 0,
        headings=sum(1 for level, _ in row.headings if level > 1),
        images=row.images,
        lists=row.lists,
        tables=row.tables,
        has_faq=row.has_faq,
        has_video=row.has_video,
        schema_types=tuple(row.schema_types),
    )


def with_outcome(source: dict[str, Any], row: PageReading | None) -> dict[str, Any]:
    """A page of the brief with what became of it, in words."""
    return {**source, "outcome": outcome_of(row)}


def outcome_of(row: PageReading | None) -> str:
    """What became of a page."""
    if row is None:
        return "not asked for"
    if row.state == PageReading.State.READ:
        return "read"
    return row.reason or row.get_state_display()
