"""What a published piece has done: its positions, the negative's and the score, before and now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from content.models import Piece
from content.workflow import NotAllowed, move
from reputation.models import Judgement
from serp.history import Reading, readings_of
from serp.models import Keyword, Snapshot

FOLLOWED = timedelta(days=28)
"""A page that does not rank after four weeks seldom does later without more work."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a page stood in one reading; `position` None: not among the `depth` positions read."""

    position: int | None
    depth: int
    taken_at: datetime

    @property
    def words(self) -> str:
        if self.position is not None:
            return str(self.position)
        return f"not in the first {self.depth}"


@dataclass(frozen=True, slots=True)
class Movement:
    """One page on one keyword. `before` is the last reading up to publication, `now` the newest
    one after it; None: there is no such reading."""

    keyword: Keyword
    before: Standing | None
    now: Standing | None

    @property
    def gained(self) -> int | None:
        """Positions risen (minus: fallen); None where one of the two is not a position."""
        if not self.before or not self.now:
            return None
        if self.before.position is None or self.now.position is None:
            return None
        return self.before.position - self.now.position

    @property
    def size(self) -> int:
        """Positions moved, either way."""
        return abs(self.gained or 0)

    @property
    def words(self) -> str:
        """The change in words; empty where nothing can be said or the numbers say it."""
        if self.now is None:
            return "not measured since"
        if self.before is None:
            return "not measured before"
        if self.before.position is None and self.now.position is not None:
            return "entered"
        if self.before.position is not None and self.now.position is None:
            return "left"
        if self.before.position == self.now.position:
            return "unchanged" if self.now.position is not None else ""
        return ""


@dataclass(frozen=True, slots=True)
class ScoreAt:
    """The keyword's reputation score at one reading, and the share of page one that it rests on."""

    value: float | None
    coverage: float
    taken_at: datetime
    curve: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What was measured around the publication of a piece.

    `target` is its own keyword and None when it has none; `others` the further keywords where its
    page was seen; `negative` the page that it is to displace, on the target keyword.
    """

    piece: Piece
    days: int
    target: Movement | None
    others: tuple[Movement, ...]
    negative: Movement | None
    score_before: ScoreAt | None
    score_now: ScoreAt | None

    @property
    def score_change(self) -> int | None:
        """Whole points gained on the target keyword, as the two are shown; None where either score is
        missing or the two rest on different curves."""
        before, now = self.score_before, self.score_now
        if before is None or now is None or before.value is None or now.value is None:
            return None
        return round(now.value) - round(before.value) if before.curve == now.curve else None

    @property
    def has_curve_changed(self) -> bool:
        before, now = self.score_before, self.score_now
        return before is not None and now is not None and before.curve != now.curve


def effect(piece: Piece, now: datetime) -> Effect | None:
    """The effect of a published piece up to `now`; None when it is not published.

    A constant number of queries, however many keywords show the page.
    """
    if not piece.is_live or piece.published_at is None:
        return None
    keywords = {row.pk: row for row in keywords_of(piece)}
    before = at(keywords.values(), "before_id")
    since = at(keywords.values(), "now_id")

    def movement(keyword: Keyword, page: int | None) -> Movement:
        return Movement(
            keyword,
            standing(before.get(keyword.pk), page),
            standing(since.get(keyword.pk), page),
        )

    target = keywords.pop(piece.keyword_id, None) if piece.keyword_id else None
    seen = sorted(
        (movement(keyword, piece.page_id) for keyword in keywords.values()), key=best_first
    )
    readings = [r.get(target.pk) if target else None for r in (before, since)]
    scores = scores_of([reading for reading in readings if reading])
    return Effect(
        piece=piece,
        days=(now - piece.published_at).days,
        target=movement(target, piece.page_id) if target else None,
        others=tuple(seen),
        negative=movement(target, piece.displaces_id) if target and piece.displaces_id else None,
        score_before=scores.get(readings[0].snapshot_id) if readings[0] else None,
        score_now=scores.get(readings[1].snapshot_id) if readings[1] else None,
    )


def keywords_of(piece: Piece) -> QuerySet[Keyword]:
    """The piece's keyword and those where its page was seen, each with the ids of the last snapshot
    up to publication (`before_id`) and of the newest after it (`now_id`)."""
    rows = Snapshot.objects.filter(keyword=OuterRef("pk")).order_by("-taken_at").values("pk")
    return piece.brand.keywords.filter(
        Q(pk=piece.keyword_id)
        | Q(pk__in=Keyword.objects.filter(sightings__page=piece.page_id).values("pk"))
    ).annotate(
        before_id=Subquery(rows.filter(taken_at__lte=piece.published_at)[:1]),
        now_id=Subquery(rows.filter(taken_at__gt=piece.published_at)[:1]),
    )


def at(keywords: Iterable[Keyword], name: str) -> dict[int, Reading]:
    """By keyword id, the readings whose snapshot ids stand in that annotation."""
    ids = [pk for keyword in keywords if (pk := getattr(keyword, name))]
    found = readings_of(Snapshot.objects.filter(pk__in=ids).defer("features"))
    return {reading.keyword_id: reading for reading in found}


def standing(reading: Reading | None, page: int | None) -> Standing | None:
    """Where the page stood in the reading."""
    if reading is None or page is None:
        return None
    return Standing(reading.position(page), reading.depth, reading.taken_at)


def scores_of(readings: Iterable[Reading]) -> dict[int, ScoreAt]:
    """The stored scores of these readings, by snapshot id."""
    rows = Judgement.objects.filter(snapshot__in=[r.snapshot_id for r in readings])
    return {
        row.snapshot_id: ScoreAt(
            row.score, row.coverage, row.snapshot.taken_at, f"{row.curve} {row.curve_version}"
        )
        for row in rows.select_related("snapshot").defer("snapshot__features", "snapshot__results")
    }


def best_first(movement: Movement) -> tuple[bool, int, str]:
    """Sorts by the position now; keywords without one come last."""
    position = movement.now.position if movement.now else None
    return (position is None, position or 0, movement.keyword.phrase)


def follow(now: datetime) -> list[Piece]:
    """Move to “measured” what was published 28 days ago and has been read since; returns those.

    A piece counts as read when its keyword, or for one without keyword any keyword of the brand,
    has a reading from after the 28 days: a gap in the readings only delays it. Safe to repeat.
    """
    done = []
    for piece in due(now):
        try:
            done.append(move(piece, Piece.Status.MEASURED, by=None, now=now))
        except NotAllowed:
            # Another worker moved it between our question and our act: it is measured.
            continue
    return done


def due(now: datetime) -> list[Piece]:
    """Published pieces whose 28 days are over and that were read since."""
    waiting = Piece.objects.filter(
        status=Piece.Status.PUBLISHED, published_at__lte=now - FOLLOWED
    ).select_related("brand")
    return [piece for piece in waiting if is_read(piece, now)]


def is_read(piece: Piece, now: datetime) -> bool:
    """Whether there is a reading from after the piece's 28 days, up to `now`."""
    if piece.published_at is None:
        return False
    read = Snapshot.objects.filter(
        keyword__brand=piece.brand_id,
        taken_at__gte=piece.published_at + FOLLOWED,
        taken_at__lte=now,
    )
    if piece.keyword_id:
        read = read.filter(keyword=piece.keyword_id)
    return read.exists()
