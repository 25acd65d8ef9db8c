"""Scores readings with the marks as they stand, and again when marks or the brand's lists change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from reputation.daily import days_of, parts, score_days
from reputation.models import Judgement, Mark
from reputation.ownership import ownership_of
from reputation.scoring import Place, score_places
from reputation.tone import Tone
from serp.curves import curve_of
from serp.history import Reading, readings_of
from serp.models import Brand, Heartbeat, Snapshot

OWNERSHIP = "ownership"
"""The sign that the last look for edited brands leaves."""
OVERLAP = timedelta(minutes=1)
"""An edit may be stored this much later than it says."""


def hold(brand: Brand) -> None:
    """Judging a brand and marking its pages take turns, to the end of the transaction: otherwise a
    score could be stored with a tone that a person has just changed."""
    Brand.objects.select_for_update(no_key=True).filter(pk=brand.pk).first()


def write_judgements(brand: Brand, readings: Sequence[Reading]) -> None:
    """Score these readings with the marks as they stand, and store the result."""
    curve = curve_of(brand)
    pages = {page for reading in readings for page in reading.pages if page is not None}
    places = {
        page: Place(Tone(tone), ownership == Mark.Ownership.OWNED)
        for page, tone, ownership in Mark.objects.filter(brand=brand, page__in=pages).values_list(
            "page_id", "tone", "ownership"
        )
    }
    rows = []
    for reading in readings:
        score = score_places(
            [places.get(page) if page is not None else None for page in reading.pages],
            depth=reading.depth,
            is_partial=reading.is_partial,
            curve=curve,
        )
        rows.append(
            Judgement(
                snapshot_id=reading.snapshot_id,
                negatives=score.negatives,
                worst=score.worst,
                rank=score.rank,
                is_stale=False,
                **parts(score, curve.name, curve.version),
            )
        )
    Judgement.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["snapshot"],
        update_fields=[
            "negatives", "worst", "rank", "is_stale", "score", "negative", "neutral", "positive",
            "own", "coverage", "curve", "curve_version",
        ],
    )  # fmt: skip


def rescore(brand: Brand, pages: Collection[int]) -> None:
    """Score the latest readings that hold these pages again, and leave the older ones for the
    next pass."""
    keywords = list(
        brand.keywords.filter(sightings__page__in=pages).distinct().values_list("pk", flat=True)
    )
    Judgement.objects.filter(snapshot__keyword__in=keywords).update(is_stale=True)
    rows = latest_with(brand, pages)
    write_judgements(brand, readings_of(rows))
    score_days(brand, days_of(brand, rows))


def latest_with(brand: Brand, pages: Collection[int]) -> list[Snapshot]:
    """The judged latest readings of the keywords on which these pages were seen."""
    if not pages:
        return []
    keywords = brand.keywords.filter(sightings__page__in=pages)
    return list(
        Snapshot.objects.filter(pk__in=keywords.values("latest"), judgement__isnull=False)
        .select_related("keyword")
        .defer("features")
    )


def refresh_edited_brands(now: datetime) -> int:
    """Decide the ownership of pages anew for the brands that were edited since the last look, so that
    new domains and profiles count; returns how many marks changed. Safe to repeat."""
    edits = Brand.history.all()
    if last := Heartbeat.last(OWNERSHIP):
        edits = edits.filter(history_date__gt=last - OVERLAP)
    changed = sum(
        refresh_ownership(brand) for brand in Brand.objects.filter(pk__in=edits.values("id"))
    )
    Heartbeat.beat(OWNERSHIP, now)
    return changed


@transaction.atomic
def refresh_ownership(brand: Brand) -> int:
    """Decide anew whose each page is after the brand's hosts or profiles changed; returns how many
    marks changed. What a person said stands."""
    hold(brand)
    changed = []
    for row in brand.marks.filter(is_ownership_by_person=False).select_related("page"):
        ownership = ownership_of(brand, row.page)
        if ownership != row.ownership:
            row.ownership = ownership
            changed.append(row)
    Mark.objects.bulk_update(changed, ["ownership"])
    if changed:
        rescore(brand, [row.page_id for row in changed])
    return len(changed)
