"""Judges what was read: marks for new pages and texts, and a Judgement a snapshot."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from reputation.daily import days_of, parts, score_days
from reputation.models import Judgement, Mark
from reputation.ownership import ownership_of
from reputation.scoring import Place, score_places
from reputation.tone import VERSION, BrandNames, Text, Tone, Verdict, judge_texts
from serp.curves import curve_of
from serp.history import Reading, listings_of, readings_of
from serp.models import Brand, Heartbeat, Listing, Sighting, Snapshot

BATCH = 200
GIVE_UP = 5
"""After so many snapshots of one brand that cannot be judged, its others wait for the next pass."""

OWNERSHIP = "ownership"
"""The sign that the last look for edited brands leaves."""
OVERLAP = timedelta(minutes=1)
"""An edit may be stored this much later than it says."""

logger = logging.getLogger(__name__)


def brand_names(brand: Brand) -> BrandNames:
    """The brand as the judge of tone knows it."""
    return BrandNames(names=brand.names, domains=brand.hosts)


def judge_new_snapshots(*, limit: int | None = None) -> int:
    """Judge snapshots that have no judgement yet, oldest first, and score again those whose marks
    changed; returns how many were judged. Safe to repeat.

    One that cannot be judged is logged, passed over, and tried again by the next pass.
    """
    done = 0
    failed: set[int] = set()
    given_up: set[int] = set()
    while limit is None or done + len(failed) < limit:
        waiting = (
            Snapshot.objects.exclude(pk__in=failed)
            .exclude(keyword__brand__in=given_up)
            .select_related("keyword__brand__curve")
        )
        batch = list(
            waiting.filter(judgement__isnull=True).order_by("taken_at", "pk")[:BATCH]
        ) or list(waiting.filter(judgement__is_stale=True).order_by("-taken_at")[:BATCH])
        if not batch:
            break
        for brand_id, group in by_brand(batch).items():
            bad = judge_what_can_be(group)
            failed |= bad
            done += len(group) - len(bad)
            if len(bad) >= GIVE_UP:
                given_up.add(brand_id)
    return done


def by_brand(snapshots: Iterable[Snapshot]) -> dict[int, list[Snapshot]]:
    """Snapshots by the id of their brand, in the order of these: whoever locks several brands takes
    them in one order."""
    groups: dict[int, list[Snapshot]] = defaultdict(list)
    for snapshot in snapshots:
        groups[snapshot.keyword.brand_id].append(snapshot)
    return dict(sorted(groups.items()))


def judge_what_can_be(snapshots: Sequence[Snapshot]) -> set[int]:
    """Judge these snapshots of one brand together, or one by one where that fails, so that one which
    breaks the judge holds up no other; returns the ids of those that could not be judged."""
    try:
        judge(snapshots)
    except (OperationalError, InterfaceError):
        raise  # The database is away or busy: that says nothing about a snapshot.
    except Exception:
        if len(snapshots) == 1:
            logger.exception("Snapshot %s cannot be judged", snapshots[0].pk)
            return {snapshots[0].pk}
    else:
        return set()
    bad: set[int] = set()
    for snapshot in snapshots:
        if len(bad) < GIVE_UP:
            bad |= judge_what_can_be([snapshot])
        else:
            bad.add(snapshot.pk)
    return bad


@transaction.atomic
def judge(snapshots: Sequence[Snapshot]) -> None:
    """Mark the pages of these snapshots, score each, and the days of their brands."""
    for group in by_brand(snapshots).values():
        brand = group[0].keyword.brand
        hold(brand)
        readings = readings_of(group)
        known = set(
            Judgement.objects.filter(snapshot__in=group).values_list("snapshot_id", flat=True)
        )
        turned = mark_pages(brand, [r for r in readings if r.snapshot_id not in known])
        elsewhere = [row for row in latest_with(brand, turned) if row not in group]
        write_judgements(brand, [*readings, *readings_of(elsewhere)])
        score_days(brand, days_of(brand, [*group, *elsewhere]))


def hold(brand: Brand) -> None:
    """Judging a brand and marking its pages take turns, to the end of the transaction: otherwise a
    score could be stored with a tone that a person has just changed."""
    Brand.objects.select_for_update(no_key=True).filter(pk=brand.pk).first()


def mark_pages(brand: Brand, readings: Sequence[Reading]) -> set[int]:
    """Give every page of these readings a mark for the brand; a new title or snippet is judged anew.
    Returns the ids of the pages whose tone turned.

    A person's mark keeps its tone. The newest text of a page counts: one that an import of older
    readings brings does not replace it.
    """
    listings = listings_of(readings)
    newest: dict[int, Listing] = {}
    first_seen: dict[int, datetime] = {}
    last_seen: dict[int, datetime] = {}
    for reading in sorted(readings, key=lambda r: r.taken_at):
        for listing_id in reading.listings:
            if listing_id is not None:
                listing = listings[listing_id]
                newest[listing.page_id] = listing
                first_seen.setdefault(listing.page_id, reading.taken_at)
                last_seen[listing.page_id] = reading.taken_at
    marks = {row.page_id: row for row in Mark.objects.filter(brand=brand, page__in=newest)}
    differ = [
        page
        for page, row in marks.items()
        if not row.is_by_person and row.listing_id != newest[page].pk
    ]
    judged = last_judged(brand, differ)
    anew = {page for page in differ if page not in judged or last_seen[page] >= judged[page]}
    wanted = [listing for page, listing in newest.items() if page not in marks or page in anew]
    now = timezone.now()
    new, changed = [], []
    turned: set[int] = set()
    verdicts = judge_texts((text_of(listing) for listing in wanted), brand_names(brand))
    for listing, verdict in zip(wanted, verdicts, strict=True):
        mark = marks.get(listing.page_id)
        if mark is None:
            mark = Mark(brand=brand, page=listing.page, first_seen_at=first_seen[listing.page_id])
            mark.ownership = ownership_of(brand, listing.page)
            new.append(mark)
        else:
            changed.append(mark)
            if mark.tone != verdict.tone:
                turned.add(mark.page_id)
        take(mark, verdict)
        mark.listing, mark.marked_at = listing, now
    Mark.objects.bulk_create(new, ignore_conflicts=True)
    Mark.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            "tone", "category", "score", "confidence", "language", "judge", "evidence", "listing",
            "marked_at",
        ],
    )  # fmt: skip
    earlier = [row for row in marks.values() if first_seen[row.page_id] < row.first_seen_at]
    for row in earlier:
        row.first_seen_at = first_seen[row.page_id]
    Mark.objects.bulk_update(earlier, ["first_seen_at"])
    return turned


def take(mark: Mark, verdict: Verdict) -> None:
    """Write the machine's verdict into a mark."""
    mark.tone, mark.category = verdict.tone, verdict.category
    mark.score, mark.confidence = verdict.score, verdict.confidence
    mark.language, mark.judge = verdict.language, VERSION
    mark.evidence = [asdict(piece) for piece in verdict.evidence]


def last_judged(brand: Brand, pages: Sequence[int]) -> dict[int, datetime]:
    """When the keywords on which each of these pages was seen were last read and judged."""
    if not pages:
        return {}
    pairs = list(
        Sighting.objects.filter(keyword__brand=brand, page__in=pages).values_list("page", "keyword")
    )
    judged = Snapshot.objects.filter(keyword=OuterRef("pk"), judgement__isnull=False)
    newest = dict(
        brand.keywords.filter(pk__in={keyword for _, keyword in pairs})
        .annotate(judged_at=Subquery(judged.order_by("-taken_at").values("taken_at")[:1]))
        .filter(judged_at__isnull=False)
        .values_list("pk", "judged_at")
    )
    last: dict[int, datetime] = {}
    for page, keyword in pairs:
        if keyword in newest:
            last[page] = max(newest[keyword], last.get(page, newest[keyword]))
    return last


def text_of(listing: Listing) -> Text:
    """A listing as the judge of tone reads it."""
    return Text(title=listing.title, snippet=listing.snippet, url=listing.page.url)


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


@transaction.atomic
def mark(
    mark: Mark,
    *,
    by: AbstractBaseUser,
    now: datetime,
    tone: str | None = None,
    ownership: str | None = None,
    category: str | None = None,
) -> Mark:
    """Let a person's word on a page stand, on every keyword where the page appears.

    The latest readings are scored again at once, older ones by the next pass of
    `judge_new_snapshots`. Giving the tone that the machine gave confirms it.
    """
    hold(mark.brand)
    before = Mark.objects.filter(pk=mark.pk).values_list("tone", "ownership").first()
    if tone is not None:
        mark.tone = Tone(tone)
        mark.source, mark.marked_by = Mark.Source.PERSON, by  # type: ignore[assignment]
        if tone != Tone.NEGATIVE:
            mark.category = ""
    if category is not None:
        mark.category = category
    if ownership is not None:
        mark.ownership = Mark.Ownership(ownership)
        mark.is_ownership_by_person = True
    mark.marked_at = now
    # Only what the person said: the machine may have read a new text meanwhile.
    mark.save(
        update_fields=[
            "tone", "source", "marked_by", "category", "ownership", "is_ownership_by_person",
            "marked_at",
        ]
    )  # fmt: skip
    if before != (mark.tone, mark.ownership):
        rescore(mark.brand, [mark.page_id])
    return mark


@transaction.atomic
def unmark(mark: Mark) -> Mark:
    """Take a person's word back: the machine judges the page's last known text anew."""
    hold(mark.brand)
    if mark.listing is not None:
        (verdict,) = judge_texts([text_of(mark.listing)], brand_names(mark.brand))
        take(mark, verdict)
    mark.source, mark.marked_by = Mark.Source.MACHINE, None
    mark.save()
    rescore(mark.brand, [mark.page_id])
    return mark


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
