"""A keyword's newest result page with marks, questions and its age: what planning looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from content.asked import has_videos, questions, related
from content.ladder import Rung
from content.places import place_of
from content.scheduling.moments import spoken
from content.suggestions import Situation
from reputation.models import Mark
from reputation.tone.verdict import Tone
from serp.bulk import these
from serp.cadence import Cadence
from serp.history import Reading, listings_of, readings_of
from serp.models import Brand, Check, Keyword, Listing, Snapshot
from serp.providers.base import PAGE_ONE

UNREAD = (*Check.FRUITLESS, Check.State.EMPTY)
LEAST_AGE = timedelta(days=2)
"""A reading is not called old before this, however often its keyword is checked."""


@dataclass(frozen=True, slots=True)
class Board:
    """One keyword's newest result page, with what is needed to plan on it."""

    keyword: Keyword
    reading: Reading
    rungs: tuple[Rung, ...]
    questions: tuple[str, ...]
    related: tuple[str, ...]
    has_videos: bool
    features: frozenset[str] = frozenset()
    """Kinds of SERP features beside the results: see ResultKind."""

    @property
    def asked(self) -> list[str]:
        """What searchers ask: the questions that the engine shows, then related searches."""
        return list(dict.fromkeys((*self.questions, *self.related)))

    @property
    def page_one(self) -> tuple[Rung, ...]:
        return self.rungs[:PAGE_ONE]

    @property
    def negatives(self) -> list[Rung]:
        """The negatives on page one that are to fall, each page once, at its best position.

        The brand's own pages are not among them: those it can rewrite."""
        found: dict[int | None, Rung] = {}
        for rung in self.page_one:
            if rung.is_negative and not rung.is_own:
                found.setdefault(rung.page_id, rung)
        return list(found.values())

    @property
    def own_negatives(self) -> list[Rung]:
        """The brand's own pages on page one that read as negative."""
        return [rung for rung in self.page_one if rung.is_negative and rung.is_own]

    def situation(self, category: str) -> Situation:
        """This page one as the rules of suggestion see it."""
        pages = [(rung, rung.listing.page) for rung in self.page_one if rung.listing]
        return Situation(
            keyword_kind=self.keyword.kind,
            category=category,
            places=tuple(
                (rung.position, place_of(page.url, page.domain))
                for rung, page in pages
                if not rung.is_negative
            ),
            own=sum(1 for rung, _ in pages if rung.is_own),
            questions=self.questions,
            has_videos=self.has_videos,
        )


def newest(keywords: Sequence[Keyword]) -> dict[int, Reading]:
    """The newest reading of these keywords, by keyword id."""
    pointers = [keyword.latest_id for keyword in keywords if keyword.latest_id]
    rows = Snapshot.objects.filter(pk__in=these(pointers)).defer("features")
    return {reading.keyword_id: reading for reading in readings_of(rows)}


def with_negative(brand: Brand, keywords: Sequence[Keyword]) -> tuple[dict[int, Reading], int]:
    """The newest readings that have a negative on page one, by keyword id, and how many keywords were
    read at all. The others are not turned into readings: with many keywords that is most of them."""
    negative = set(
        Listing.objects.filter(
            page__marks__brand=brand, page__marks__tone=Tone.NEGATIVE
        ).values_list("pk", flat=True)
    )
    pointers = [keyword.latest_id for keyword in keywords if keyword.latest_id]
    rows = list(Snapshot.objects.filter(pk__in=these(pointers)).defer("features"))
    bad = [row for row in rows if negative.intersection(row.results[:PAGE_ONE])]
    return {reading.keyword_id: reading for reading in readings_of(bad)}, len(rows)


def boards(brand: Brand, keywords: Sequence[Keyword], readings: dict[int, Reading]) -> list[Board]:
    """The result pages of these readings, in the order of the keywords."""
    listings = listings_of(readings.values())
    pages = {listing.page_id for listing in listings.values()}
    marks = {mark.page_id: mark for mark in Mark.objects.filter(brand=brand, page__in=these(pages))}
    features = dict(
        Snapshot.objects.filter(
            pk__in=these([r.snapshot_id for r in readings.values()])
        ).values_list("keyword_id", "features")
    )
    made = []
    for keyword in keywords:
        if keyword.pk not in readings:
            continue
        reading = readings[keyword.pk]
        shown = [listings[pk] if pk is not None else None for pk in reading.listings]
        made.append(
            Board(
                keyword,
                reading,
                tuple(
                    Rung(position, listing, marks.get(listing.page_id) if listing else None)
                    for position, listing in enumerate(shown, start=1)
                ),
                tuple(questions(features[keyword.pk])),
                tuple(related(features[keyword.pk])),
                has_videos(features[keyword.pk]),
                frozenset(str(row.get("kind")) for row in features[keyword.pk]),
            )
        )
    return made


def board_of(brand: Brand, keyword: Keyword) -> Board | None:
    """The keyword's newest result page; None when it was never read."""
    return next(iter(boards(brand, [keyword], newest([keyword]))), None)


def doubt(brand: Brand, board: Board, now: datetime) -> str:
    """Why the newest reading may no longer hold, with its date; empty when it is fresh."""
    read_at = board.reading.taken_at
    read_on = spoken(read_at.astimezone(brand.zone).date())
    last = board.keyword.last_check
    if last and last.state in UNREAD and last.finished_at and last.finished_at > read_at:
        tried_on = spoken(last.finished_at.astimezone(brand.zone).date())
        reason = last.reason or last.get_state_display()
        return f"The check of {tried_on} brought nothing: {reason}. These are the positions of {read_on}."
    if now - read_at > max(2 * Cadence(board.keyword.cadence).length, LEAST_AGE):
        return f"Not read since {read_on}: the positions may have changed."
    return ""
