"""The SERP grid of a brand on one day: which keywords are shown, in which order, and their cells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.functional import cached_property

from reputation.daily import at_midnight
from reputation.grid_cells import Cell, Extent, Hole, Known, Tail, cells_of, tail_of
from reputation.grid_states import Gap, Outcome, Span, clicks_lost, gap_of
from reputation.markets import differing, market_fields, place_words
from reputation.models import Mark
from serp.ctr import LAST_POSITION
from serp.history import Reading, rank, readings_of
from serp.models import Brand, Check, Keyword, Page, Sighting, Snapshot
from serp.providers.base import PAGE_ONE, ResultKind

FEATURE_MARKS = {
    ResultKind.AI_OVERVIEW: ("AI", "AI overview"),
    ResultKind.PEOPLE_ALSO_ASK: ("Q", "questions people also ask"),
    ResultKind.TOP_STORIES: ("N", "top stories"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person narrowed the grid to; empty fields narrow nothing."""

    text: str = ""
    kind: str = ""
    market: str = ""
    negatives_only: bool = False

    def __bool__(self) -> bool:
        return bool(self.text or self.kind or self.market or self.negatives_only)


@dataclass(slots=True)
class Line:
    """One keyword of the grid before its cells are read: the newest reading up to the day's end, or
    why there is none that counts. `lost` orders the grid."""

    keyword: Keyword
    snapshot_id: int | None
    taken_at: datetime | None
    gap: Gap | None
    share: float = 0.0
    worst: int | None = None
    lost: float = 0.0


@dataclass(slots=True)
class Row:
    """A keyword with its cells, ready to draw. `deep` holds positions 11 to 20 when they are unfolded."""

    line: Line
    reading: Reading | None = None
    cells: list[Cell | Hole] = field(default_factory=list)
    deep: list[Cell | Hole] = field(default_factory=list)
    tail: Tail | None = None
    rank: int | None = None
    depth: int = 0
    features: list[tuple[str, str]] = field(default_factory=list)
    is_under_way: bool = False
    place: str = ""

    @property
    def keyword(self) -> Keyword:
        return self.line.keyword

    @property
    def gap(self) -> Gap | None:
        return self.line.gap


def span_of(brand: Brand, day: date, now: datetime) -> Span:
    """The time that a grid of `day` looks at, in the brand's zone; a day to come is today."""
    today = now.astimezone(brand.zone).date()
    day = min(day, today)
    end = now if day == today else at_midnight(day + timedelta(days=1), brand)
    return Span(at_midnight(day, brand), end, brand.zone, day == today)


class Grid:
    """The grid's lines in order: most negative clicks first. The number of queries is the same for
    any number of keywords."""

    def __init__(self, brand: Brand, *, span: Span, filters: Filters) -> None:
        self.brand = brand
        self.span = span
        self.filters = filters

    @cached_property
    def lines(self) -> list[Line]:
        """The lines that the filters leave, ordered."""
        keywords = list(self.keywords())
        snapshots = {
            row[0]: row[1:]
            for row in Snapshot.objects.filter(
                pk__in=[k.newest for k in keywords if k.newest]
            ).values_list("pk", "taken_at", "judgement__negative", "judgement__worst")
        }
        checks = Check.objects.in_bulk([k.ended for k in keywords if k.ended])
        lines = []
        for keyword in keywords:
            taken_at, share, worst = snapshots.get(keyword.newest, (None, 0.0, None))
            last = outcome_of(checks.get(keyword.ended))
            gap = gap_of(self.span, keyword.cadence, taken_at=taken_at, last=last)
            lines.append(Line(keyword, keyword.newest, taken_at, gap, share or 0.0, worst))
        lost = clicks_lost(
            {line.keyword.pk: line.share for line in lines},
            {line.keyword.pk: line.keyword.volume for line in lines},
        )
        for line in lines:
            line.lost = lost[line.keyword.pk]
        if self.filters.negatives_only:
            lines = [line for line in lines if line.worst is not None]
        return sorted(
            lines, key=lambda x: (-x.lost, x.snapshot_id is None, x.worst or 99, x.keyword.phrase)
        )

    def keywords(self) -> QuerySet[Any]:
        """The keywords in view that the filters leave, with the ids of the newest snapshot and the
        last finished check up to the day's end."""
        rows: QuerySet[Any] = self.brand.keywords.in_view()
        if self.filters.kind:
            rows = rows.filter(kind=self.filters.kind)
        if self.filters.market:
            rows = rows.filter(**market_fields(self.filters.market))
        if self.filters.text:
            seen = Sighting.objects.filter(
                keyword__brand=self.brand, page__host__icontains=self.filters.text
            )
            rows = rows.filter(
                Q(phrase__icontains=self.filters.text) | Q(pk__in=seen.values("keyword"))
            )
        end = self.span.end
        newest = Snapshot.objects.filter(keyword=OuterRef("pk"), taken_at__lt=end)
        ended = Check.objects.filter(keyword=OuterRef("pk"), finished_at__lt=end)
        return rows.annotate(
            newest=Subquery(newest.order_by("-taken_at").values("pk")[:1]),
            ended=Subquery(ended.order_by("-finished_at").values("pk")[:1]),
        )

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many lines are measured, failed, skipped, empty, and not measured."""
        found = {"measured": 0, "failed": 0, "skipped": 0, "empty": 0, "missing": 0, "waiting": 0}
        for line in self.lines:
            found[line.gap.kind if line.gap else "measured"] += 1
        return found

    def rows(self, lines: Sequence[Line], *, unfold: Collection[int] = ()) -> list[Row]:
        """The rows of these lines with their cells; positions 11 to 20 of the keywords in `unfold`."""
        material = Material(self.brand, lines)
        fields = differing([line.keyword for line in self.lines])
        rows = []
        for line in lines:
            row = material.row(line, is_unfolded=line.keyword.pk in unfold)
            row.place = " ".join(place_words(line.keyword, field) for field in fields)
            row.is_under_way = self.span.is_today and line.keyword.pk in material.under_way
            rows.append(row)
        return rows


class Material:
    """What the cells of some lines are made of, read at once for all of them."""

    def __init__(self, brand: Brand, lines: Sequence[Line]) -> None:
        before = Snapshot.objects.filter(
            keyword=OuterRef("keyword"), taken_at__lt=OuterRef("taken_at")
        ).order_by("-taken_at")
        shown = [line.snapshot_id for line in lines if line.snapshot_id and not line.gap]
        rows = Snapshot.objects.annotate(before=Subquery(before.values("pk")[:1]))
        self.snapshots: dict[int, Any] = {row.pk: row for row in rows.filter(pk__in=shown)}
        earlier = Snapshot.objects.filter(
            pk__in=[row.before for row in self.snapshots.values() if row.before]
        )
        self.readings = {
            reading.snapshot_id: reading
            for reading in readings_of([*self.snapshots.values(), *earlier.defer("features")])
        }
        self.known = known_pages(brand, [self.readings[pk] for pk in self.snapshots])
        self.own = {pk for pk, page in self.known.items() if page.ownership == Mark.Ownership.OWNED}
        self.under_way = set(
            Check.objects.filter(keyword__in=[line.keyword for line in lines])
            .exclude(state__in=Check.OUTCOMES)
            .values_list("keyword_id", flat=True)
        )

    def row(self, line: Line, *, is_unfolded: bool) -> Row:
        """The row of one line; without cells when its reading may not stand."""
        if line.gap is not None or line.snapshot_id is None:
            return Row(line)
        snapshot = self.snapshots[line.snapshot_id]
        reading = self.readings[snapshot.pk]
        extent = extent_of(snapshot)
        tail = tail_of(reading, self.known, extent, first=PAGE_ONE + 1, last=LAST_POSITION)

        def cells(first: int, last: int) -> list[Cell | Hole]:
            return cells_of(
                line.keyword.phrase,
                reading,
                before=self.readings.get(snapshot.before),
                known=self.known,
                extent=extent,
                first=first,
                last=last,
            )

        return Row(
            line,
            reading=reading,
            cells=cells(1, PAGE_ONE),
            deep=cells(PAGE_ONE + 1, LAST_POSITION) if is_unfolded else [],
            tail=tail,
            rank=rank(reading, self.own),
            depth=snapshot.depth,
            features=feature_marks(snapshot.features),
        )


def outcome_of(check: Check | None) -> Outcome | None:
    """A finished check as the pure rules know it."""
    if check is None or check.finished_at is None:
        return None
    return Outcome(check.state, check.finished_at, check.reason or check.get_state_display())


def extent_of(snapshot: Snapshot) -> Extent:
    """How far a stored result page was read."""
    return Extent(
        asked=snapshot.asked,
        given=len(snapshot.results),
        is_partial=snapshot.is_partial,
        is_list=snapshot.source == Snapshot.Source.HISTORY,
    )


def reading_before(snapshot: Snapshot) -> Reading | None:
    """The same keyword's reading before this one."""
    earlier = Snapshot.objects.filter(
        keyword=snapshot.keyword_id, taken_at__lt=snapshot.taken_at
    ).order_by("-taken_at")
    return next(iter(readings_of(earlier.defer("features")[:1])), None)


def known_pages(brand: Brand, readings: Iterable[Reading]) -> dict[int, Known]:
    """What is known of the pages of these readings for the brand."""
    ids = {page for reading in readings for page in reading.pages if page is not None}
    marks = {
        page: (tone, ownership)
        for page, tone, ownership in Mark.objects.filter(brand=brand, page__in=ids).values_list(
            "page_id", "tone", "ownership"
        )
    }
    unjudged = (None, Mark.Ownership.THIRD_PARTY)
    return {
        page: Known(host, *marks.get(page, unjudged))
        for page, host in Page.objects.filter(pk__in=ids).values_list("pk", "host")
    }


def feature_marks(features: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """The letters and titles of the SERP features that the grid shows in small, each once."""
    kinds = {feature.get("kind") for feature in features}
    return [mark for kind, mark in FEATURE_MARKS.items() if kind in kinds]
