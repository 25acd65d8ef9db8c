"""Judges what was read: marks for new pages and texts, and a Judgement a snapshot."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from reputation.daily import days_of, score_days
from reputation.judges import judge_for
from reputation.models import Judgement, Mark, TextOpinion, ToneEntry
from reputation.ownership import ownership_of
from reputation.passages import judge_passages
from reputation.rescoring import hold, latest_with, write_judgements
from reputation.tone import Text, Verdict
from reputation.tone.model import is_on
from reputation.tone.verdict import shade_of
from reputation.tone_history import Before, note
from serp.history import Reading, listings_of, readings_of
from serp.models import Brand, Listing, Sighting, Snapshot

BATCH = 200
GIVE_UP = 5
"""After so many snapshots of one brand that cannot be judged, its others wait for the next pass."""

logger = logging.getLogger(__name__)


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
        judge_passages(brand, [row for row in group if row.pk not in known])
        turned = mark_pages(brand, [r for r in readings if r.snapshot_id not in known])
        elsewhere = [row for row in latest_with(brand, turned) if row not in group]
        write_judgements(brand, [*readings, *readings_of(elsewhere)])
        score_days(brand, days_of(brand, [*group, *elsewhere]))


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
    judge = judge_for(brand)
    new, changed = [], []
    befores: dict[int, Before] = {}
    verdicts = judge.verdicts(text_of(listing) for listing in wanted)
    for listing, verdict in zip(wanted, verdicts, strict=True):
        mark = marks.get(listing.page_id)
        if mark is None:
            mark = Mark(brand=brand, page=listing.page, first_seen_at=first_seen[listing.page_id])
            mark.ownership = ownership_of(brand, listing.page)
            new.append(mark)
        else:
            changed.append(mark)
            befores[mark.pk] = Before.of(mark)
        take(mark, verdict, judge.version)
        mark.listing, mark.marked_at = listing, now
    Mark.objects.bulk_create(new, ignore_conflicts=True)
    store(changed)
    note(changed, befores, ToneEntry.Act.NEW_TEXT, now)
    earlier = [row for row in marks.values() if first_seen[row.page_id] < row.first_seen_at]
    for row in earlier:
        row.first_seen_at = first_seen[row.page_id]
    Mark.objects.bulk_update(earlier, ["first_seen_at"])
    return {row.page_id for row in changed if row.tone != befores[row.pk].tone}


def take(mark: Mark, verdict: Verdict, version: str, *, opinion: TextOpinion | None = None) -> None:
    """Write the machine's verdict into a mark; `version` names the judge, `opinion` is the model's that
    was taken into it."""
    mark.tone, mark.category = verdict.tone, verdict.category
    mark.machine_tone, mark.shade = verdict.tone, shade_of(verdict.tone, verdict.score)
    mark.score, mark.confidence = verdict.score, verdict.confidence
    mark.language, mark.judge = verdict.language, version
    mark.evidence = [asdict(piece) for piece in verdict.evidence]
    mark.opinion = opinion


def heard(mark: Mark) -> TextOpinion | None:
    """What the model said of the text of a mark, as far as it counts."""
    return mark.opinion if is_on() else None


def store(marks: Sequence[Mark]) -> None:
    """Write marks that the machine judged anew, all with one statement."""
    Mark.objects.bulk_create(
        marks,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            "tone", "shade", "category", "score", "confidence", "machine_tone", "language", "judge",
            "evidence", "listing", "opinion", "marked_at",
        ],
    )  # fmt: skip


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
