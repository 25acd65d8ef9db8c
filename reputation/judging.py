"""Judges what was read: marks for new pages and texts, a Judgement a snapshot, a score a brand and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from reputation.models import BrandScore, Judgement, Mark
from reputation.scoring import TOP, Place, Score, mean_score, score_places
from reputation.tone import VERSION, BrandNames, Text, Tone, judge_texts
from serp.cadence import Cadence, period_of
from serp.curves import curve_of
from serp.history import Reading, listings_of, readings_of
from serp.models import Brand, Keyword, Listing, Page, Sighting, Snapshot

BATCH = 200


def brand_names(brand: Brand) -> BrandNames:
    """The brand as the judge of tone knows it."""
    return BrandNames(names=brand.names, domains=brand.hosts)


def ownership_of(brand: Brand, page: Page) -> str:
    """Whose page it is by the brand's own lists: its hosts are owned, its profiles influenced."""
    hosts = brand.hosts
    if any(page.host == host or page.host.endswith("." + host) for host in hosts):
        return Mark.Ownership.OWNED
    for profile in brand.profiles:
        parts = urlsplit(profile if "//" in profile else f"https://{profile}")
        host = (parts.hostname or "").removeprefix("www.")
        path = parts.path.rstrip("/")
        ours = urlsplit(page.url)
        if page.host == host and (ours.path == path or ours.path.startswith(path + "/")):
            return Mark.Ownership.INFLUENCED
    return Mark.Ownership.THIRD_PARTY


def judge_new_snapshots(*, limit: int | None = None) -> int:
    """Judge snapshots that have no judgement yet, oldest first, and score again those whose marks
    changed; returns how many were judged. Safe to repeat."""
    done = 0
    while limit is None or done < limit:
        batch = list(
            Snapshot.objects.filter(judgement__isnull=True)
            .select_related("keyword__brand__curve")
            .order_by("taken_at", "pk")[:BATCH]
        ) or list(
            Snapshot.objects.filter(judgement__is_stale=True)
            .select_related("keyword__brand__curve")
            .order_by("-taken_at")[:BATCH]
        )
        if not batch:
            break
        judge(batch)
        done += len(batch)
    return done


@transaction.atomic
def judge(snapshots: Sequence[Snapshot]) -> None:
    """Mark the pages of these snapshots, score each, and the days of their brands."""
    by_brand: dict[int, list[Snapshot]] = defaultdict(list)
    for snapshot in snapshots:
        by_brand[snapshot.keyword.brand_id].append(snapshot)
    for group in by_brand.values():
        brand = group[0].keyword.brand
        readings = readings_of(group)
        known = set(
            Judgement.objects.filter(snapshot__in=group).values_list("snapshot_id", flat=True)
        )
        mark_pages(brand, [r for r in readings if r.snapshot_id not in known])
        write_judgements(brand, readings)
        days = {snapshot.taken_at.astimezone(brand.zone).date() for snapshot in group}
        score_days(brand, days)


def mark_pages(brand: Brand, readings: Sequence[Reading]) -> None:
    """Give every page of these readings a mark for the brand; a new title or snippet is judged anew.

    A person's mark keeps its tone. The newest text of a page in the batch counts.
    """
    listings = listings_of(readings)
    newest: dict[int, Listing] = {}
    first_seen: dict[int, datetime] = {}
    for reading in sorted(readings, key=lambda r: r.taken_at):
        for listing_id in reading.listings:
            if listing_id is not None:
                listing = listings[listing_id]
                newest[listing.page_id] = listing
                first_seen.setdefault(listing.page_id, reading.taken_at)
    # Held to the end of the transaction: a person who marks meanwhile must not be overwritten.
    held = Mark.objects.select_for_update().filter(brand=brand, page__in=newest)
    marks = {row.page_id: row for row in held}
    wanted = [
        listing
        for page, listing in newest.items()
        if page not in marks
        or (not marks[page].is_by_person and marks[page].listing_id != listing.pk)
    ]
    now = timezone.now()
    new, changed = [], []
    verdicts = judge_texts((text_of(listing) for listing in wanted), brand_names(brand))
    for listing, verdict in zip(wanted, verdicts, strict=True):
        mark = marks.get(listing.page_id)
        if mark is None:
            mark = Mark(brand=brand, page=listing.page, first_seen_at=first_seen[listing.page_id])
            mark.ownership = ownership_of(brand, listing.page)
            new.append(mark)
        else:
            changed.append(mark)
        mark.tone, mark.category = verdict.tone, verdict.category
        mark.score, mark.confidence = verdict.score, verdict.confidence
        mark.language, mark.judge = verdict.language, VERSION
        mark.evidence = [asdict(piece) for piece in verdict.evidence]
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


def parts(score: Score, curve: str, version: str) -> dict[str, object]:
    """The columns that every stored score has."""
    return {
        "score": score.value,
        "negative": score.negative,
        "neutral": score.neutral,
        "positive": score.positive,
        "own": score.own,
        "coverage": score.coverage,
        "curve": curve,
        "curve_version": version,
    }


def score_days(brand: Brand, days: Iterable[date]) -> None:
    """Store the brand's score of these days of its own time zone."""
    days = sorted(set(days))
    if not days:
        return
    keywords = {k.pk: k for k in brand.keywords.watched()}
    longest = max((Cadence(k.cadence).length for k in keywords.values()), default=timedelta(1))
    earliest = at_midnight(days[0], brand) - longest - timedelta(days=2)
    latest = at_midnight(days[-1] + timedelta(days=1), brand)
    rows = list(
        Judgement.objects.filter(
            snapshot__keyword__in=keywords,
            snapshot__taken_at__gte=earliest,
            snapshot__taken_at__lt=latest,
        )
        .select_related("snapshot")
        .defer("snapshot__results", "snapshot__features")
        .order_by("snapshot__taken_at")
    )
    started = first_readings(keywords)
    curve = curve_of(brand)
    scores = []
    for day in days:
        begin, end = at_midnight(day, brand), at_midnight(day + timedelta(days=1), brand)
        newest = {
            row.snapshot.keyword_id: row
            for row in rows
            if row.snapshot.taken_at < end
            and row.snapshot.taken_at
            >= period_of(
                Cadence(keywords[row.snapshot.keyword_id].cadence),
                brand.zone,
                begin,
            )
        }
        awaited = sum(1 for pk, k in keywords.items() if started.get(pk, k.created_at) < end)
        held = [score_of(row) for row in newest.values()]
        mean = mean_score(held, keywords=awaited)
        scores.append(
            BrandScore(
                brand=brand,
                day=day,
                keywords=awaited,
                measured=sum(1 for score in held if score.value is not None),
                with_negative=sum(1 for score in held if score.negatives),
                with_negative_top=sum(1 for s in held if s.worst is not None and s.worst <= TOP),
                **parts(mean, curve.name, curve.version),
            )
        )
    BrandScore.objects.bulk_create(
        scores,
        update_conflicts=True,
        unique_fields=["brand", "day"],
        update_fields=[
            "keywords", "measured", "with_negative", "with_negative_top", "score", "negative",
            "neutral", "positive", "own", "coverage", "curve", "curve_version",
        ],
    )  # fmt: skip


def at_midnight(day: date, brand: Brand) -> datetime:
    """The moment at which a day of the brand's time zone begins, aware."""
    return datetime.combine(day, time(), tzinfo=brand.zone)


def first_readings(keywords: dict[int, Keyword]) -> dict[int, datetime]:
    """When each keyword was first read: an import can be older than the keyword itself."""
    first: dict[int, datetime] = {}
    rows = Sighting.objects.filter(keyword__in=keywords).order_by("-first_seen_at")
    for pk, at in rows.values_list("keyword_id", "first_seen_at"):
        first[pk] = at
    return first


def score_of(row: Judgement) -> Score:
    """A stored judgement as the pure score it came from."""
    return Score(
        row.score, row.negative, row.neutral, row.positive, row.own, row.coverage,
        row.negatives, row.worst, row.rank,
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
    if tone is not None:
        mark.tone = Tone(tone)
        mark.source, mark.marked_by = Mark.Source.PERSON, by
        if tone != Tone.NEGATIVE:
            mark.category = ""
    if category is not None:
        mark.category = category
    if ownership is not None:
        mark.ownership = Mark.Ownership(ownership)
        mark.is_ownership_by_person = True
    mark.marked_at = now
    mark.save()
    rescore(mark.brand, [mark.page_id])
    return mark


@transaction.atomic
def unmark(mark: Mark) -> Mark:
    """Take a person's word back: the machine judges the page's last known text anew."""
    if mark.listing is not None:
        (verdict,) = judge_texts([text_of(mark.listing)], brand_names(mark.brand))
        mark.tone, mark.category = verdict.tone, verdict.category
        mark.score, mark.confidence = verdict.score, verdict.confidence
        mark.evidence = [asdict(piece) for piece in verdict.evidence]
    mark.source, mark.marked_by = Mark.Source.MACHINE, None
    mark.save()
    rescore(mark.brand, [mark.page_id])
    return mark


def rescore(brand: Brand, pages: Iterable[int]) -> None:
    """Score the latest readings that hold these pages again, and leave the older ones for the
    next pass."""
    keywords = list(
        brand.keywords.filter(sightings__page__in=list(pages))
        .distinct()
        .values_list("pk", flat=True)
    )
    Judgement.objects.filter(snapshot__keyword__in=keywords).update(is_stale=True)
    latest = Snapshot.objects.filter(pk__in=brand.keywords.filter(pk__in=keywords).values("latest"))
    rows = list(latest.select_related("keyword__brand__curve"))
    write_judgements(brand, readings_of(rows))
    score_days(brand, {row.taken_at.astimezone(brand.zone).date() for row in rows})


def refresh_ownership(brand: Brand) -> int:
    """Decide anew whose each page is after the brand's hosts or profiles changed; returns how many
    marks changed. What a person said stands."""
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
