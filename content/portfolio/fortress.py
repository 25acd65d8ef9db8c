"""The brand's keywords with their hold on page one, weakest first, and their clusters. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from content.models import Cluster, Piece
from content.portfolio.coverage import Hold, Side, Weighed, hold_of, side_of, weigh
from reputation.markets import market_fields
from reputation.models import Mark
from serp.bulk import these
from serp.curves import curve_of
from serp.history import Reading, latest_readings
from serp.models import Brand, Check, Keyword
from serp.providers.base import PAGE_ONE

NONE = "none"
"""The filter's word for keywords in no cluster."""
STRONG = 0.6
"""Strength from which a page one is called held: then our pages take most of the clicks."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked at. `cluster` is an id or NONE, `market` a key of reputation.markets; empty: all."""

    cluster: str = ""
    market: str = ""
    kind: str = ""
    without_own: bool = False

    def __bool__(self) -> bool:
        return bool(self.cluster or self.market or self.kind or self.without_own)


@dataclass(frozen=True, slots=True)
class Line:
    """One keyword. `reading` is its newest; `gap` says why there is none, or why it may be old; `worst`
    is the page id of the highest negative on page one; `piece` is one in work for the keyword; `mate` is
    a keyword of its cluster on whose page one we stand."""

    keyword: Keyword
    hold: Hold
    weighed: Weighed
    clusters: tuple[Cluster, ...]
    reading: Reading | None
    gap: str
    worst: int | None
    piece: Piece | None
    mate: Keyword | None = None

    @property
    def lacks_own(self) -> bool:
        """Whether page one was read and shows no page of ours."""
        return self.hold.is_read and not self.hold.has_own

    @property
    def todo(self) -> str:
        """What to do, as a word for the template: read, plan, work, spell, lift, make, or hold.

        A wrong spelling gets no page of its own, and a keyword whose cluster has a page that ranks
        gets no second one: two pages for one intent compete with each other."""
        if not self.hold.is_read:
            return "read"
        if self.worst is not None:
            return "plan"
        if self.piece is not None:
            return "work"
        if self.hold.has_own and (self.hold.strength or 0) >= STRONG:
            return "hold"
        if self.lacks_own and self.keyword.kind == Keyword.Kind.MISSPELLING:
            return "spell"
        return "lift" if self.lacks_own and self.mate is not None else "make"


@dataclass(frozen=True, slots=True)
class ClusterLine:
    """A cluster over its keywords: how many are read, lack an own page, and their mean strength."""

    cluster: Cluster | None
    keywords: int
    read: int
    without_own: int
    negatives: int
    strength: float | None


@dataclass(frozen=True, slots=True)
class Fortress:
    """All that the page shows. `lines` pass the filters, weakest first; `clusters` are over all lines
    before the cluster's filter; `all` counts the keywords in view."""

    lines: tuple[Line, ...]
    clusters: tuple[ClusterLine, ...]
    all: int
    filters: Filters

    @property
    def read(self) -> list[Line]:
        return [line for line in self.lines if line.hold.is_read]

    @property
    def without_own(self) -> list[Line]:
        return [line for line in self.read if line.lacks_own]

    @property
    def with_negative(self) -> list[Line]:
        return [line for line in self.read if Side.NEGATIVE in line.hold.sides]

    @property
    def strength(self) -> float | None:
        """The plain mean over the keywords that were read."""
        return mean(line.hold for line in self.read)

    @property
    def guessed(self) -> int:
        """Keywords whose searches are not known."""
        return sum(line.weighed.is_guessed for line in self.lines)

    @property
    def newest(self) -> datetime | None:
        return max((line.reading.taken_at for line in self.lines if line.reading), default=None)

    @property
    def oldest(self) -> datetime | None:
        return min((line.reading.taken_at for line in self.lines if line.reading), default=None)


def mean(holds: Iterable[Hold]) -> float | None:
    """The mean strength of those that were read; None when none was."""
    found = [hold.strength for hold in holds if hold.strength is not None]
    return sum(found) / len(found) if found else None


def fortress(brand: Brand, filters: Filters) -> Fortress:
    """The brand's coverage, in a number of queries that does not depend on the number of keywords."""
    keywords = list(chosen(brand, filters))
    readings = latest_readings(brand)
    holds = holds_of(brand, keywords, readings)
    clusters = clusters_of(brand)
    pieces = in_work(brand)
    weights = weigh([(one.volume, holds[one.pk][0]) for one in keywords])
    lines = [
        Line(
            keyword=one,
            hold=holds[one.pk][0],
            weighed=weighed,
            clusters=tuple(clusters.get(one.pk, ())),
            reading=readings.get(one.pk),
            gap=gap_of(one, readings.get(one.pk)),
            worst=holds[one.pk][1],
            piece=pieces.get(one.pk),
        )
        for one, weighed in zip(keywords, weights, strict=True)
    ]
    lines = with_mates(lines)
    lines.sort(key=lambda line: (not line.hold.is_read, -line.weighed.urgency, line.keyword.phrase))
    shown = [line for line in lines if in_cluster(line, filters.cluster)]
    if filters.without_own:
        shown = [line for line in shown if line.lacks_own]
    return Fortress(tuple(shown), tuple(summed(lines)), brand.keywords.in_view().count(), filters)


def with_mates(lines: Sequence[Line]) -> list[Line]:
    """The lines, each with the strongest keyword of one of its clusters on whose page one we stand."""
    best: dict[int, Line] = {}
    for line in sorted(lines, key=lambda line: line.hold.strength or 0.0):
        if line.hold.has_own:
            best.update({one.pk: line for one in line.clusters})
    return [
        replace(line, mate=next((best[c.pk].keyword for c in line.clusters if c.pk in best), None))
        for line in lines
    ]


def chosen(brand: Brand, filters: Filters) -> Iterable[Keyword]:
    """The keywords in view of the market and kind."""
    rows = brand.keywords.in_view().select_related("last_check")
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.market:
        rows = rows.filter(**market_fields(filters.market))
    return rows.order_by("phrase", "pk")


def holds_of(
    brand: Brand, keywords: Sequence[Keyword], readings: dict[int, Reading]
) -> dict[int, tuple[Hold, int | None]]:
    """By keyword id its hold, and the page of the highest negative on page one that is not ours."""
    curve = curve_of(brand)
    first = {page for r in readings.values() for page in r.pages[:PAGE_ONE] if page is not None}
    marks = {
        page: (tone, ownership)
        for page, tone, ownership in Mark.objects.filter(
            brand=brand, page__in=these(first)
        ).values_list("page_id", "tone", "ownership")
    }
    found: dict[int, tuple[Hold, int | None]] = {}
    for one in keywords:
        reading = readings.get(one.pk)
        if reading is None:
            found[one.pk] = Hold((), None), None
            continue
        pages = reading.pages[:PAGE_ONE]
        sides = [
            Side.UNREAD if page is None else side_of(*marks.get(page, ("neutral", "third")))
            for page in pages
        ]
        hold = hold_of(sides, depth=reading.depth, is_partial=reading.is_partial, curve=curve)
        worst = next(
            (
                page
                for page, side in zip(pages, sides, strict=True)
                if page is not None
                and side is Side.NEGATIVE
                and marks[page][1] != Mark.Ownership.OWNED
            ),
            None,
        )
        found[one.pk] = hold, worst
    return found


def clusters_of(brand: Brand) -> dict[int, list[Cluster]]:
    """The clusters of each keyword, by name."""
    rows = {cluster.pk: cluster for cluster in Cluster.objects.filter(brand=brand)}
    links = Cluster.keywords.through.objects.filter(cluster__brand=brand)
    found: dict[int, list[Cluster]] = defaultdict(list)
    for keyword, cluster in links.values_list("keyword_id", "cluster_id"):
        found[keyword].append(rows[cluster])
    return {pk: sorted(mine, key=lambda one: one.name) for pk, mine in found.items()}


def in_work(brand: Brand) -> dict[int, Piece]:
    """The piece in work for each keyword that has one, the first of several."""
    rows = Piece.objects.filter(brand=brand, keyword__isnull=False).in_work().order_by("-pk")
    return {piece.keyword_id: piece for piece in rows if piece.keyword_id}


def gap_of(keyword: Keyword, reading: Reading | None) -> str:
    """Why there is no reading, or why it is not whole or not of the last check; empty when all is well."""
    last = keyword.last_check
    missed = (*Check.FRUITLESS, Check.State.EMPTY)
    failed = last is not None and last.state in missed
    reason = (last.reason or last.get_state_display()) if last is not None and failed else ""
    if reading is None:
        return f"not read yet: {reason}" if reason else "not read yet"
    if failed and last is not None and last.finished_at and last.finished_at > reading.taken_at:
        return f"the last check brought nothing: {reason}"
    if reading.is_partial:
        return f"only {reading.depth} position{'s' if reading.depth != 1 else ''} read"
    return ""


def in_cluster(line: Line, wanted: str) -> bool:
    if wanted == NONE:
        return not line.clusters
    return not wanted or any(str(one.pk) == wanted for one in line.clusters)


def summed(lines: Sequence[Line]) -> list[ClusterLine]:
    """The clusters of these lines, the most exposed first; those in none last."""
    members: dict[int, list[Line]] = defaultdict(list)
    names: dict[int, Cluster] = {}
    for line in lines:
        for one in line.clusters:
            members[one.pk].append(line)
            names[one.pk] = one
    ranked = sorted(
        members,
        key=lambda pk: (-sum(line.weighed.urgency for line in members[pk]), names[pk].name),
    )
    found = [cluster_line(names[pk], members[pk]) for pk in ranked]
    alone = [line for line in lines if not line.clusters]
    return [*found, cluster_line(None, alone)] if alone else found


def cluster_line(cluster: Cluster | None, lines: Sequence[Line]) -> ClusterLine:
    read = [line for line in lines if line.hold.is_read]
    return ClusterLine(
        cluster=cluster,
        keywords=len(lines),
        read=len(read),
        without_own=sum(line.lacks_own for line in read),
        negatives=sum(line.hold.count(Side.NEGATIVE) for line in read),
        strength=mean(line.hold for line in read),
    )
