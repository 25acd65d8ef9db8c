"""Asks the database for the story of a keyword: readings, gaps, lines and events of a stretch of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from content.charts.picture import Picture
from content.happenings import changes_of_provider, incidents_of, publications, published
from content.ranking_words import description, headline
from content.rankings import (
    Group,
    Line,
    Named,
    axis_depth,
    hides_deeper,
    holes_of,
    lines_of,
)
from content.spans import Stretch
from content.telling import FEWER, all_of, chosen, drawn_at, only_at
from reputation.models import Mark
from reputation.tone.verdict import Tone
from serp.addresses import display_address, safe_link
from serp.cadence import Cadence
from serp.history import Gap, Reading, gaps, pages_of, readings_of
from serp.models import Brand, Keyword, Page, Sighting

MOST_READINGS = 400
"""More points than these cannot be told apart: then the last reading of each day, week or month."""
SIGNS = {
    Tone.NEGATIVE: ("−", "neg", "negative"),
    Tone.NEUTRAL: ("0", "neu", "neutral"),
    Tone.POSITIVE: ("+", "pos", "positive"),
}


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to a keyword in a stretch of time.

    `rows` are all pages, `lines` those chosen to be drawn, both at all `readings`; `picture` holds the
    drawn lines at the readings `drawn` (indexes), and `is_weekly` says that these are fewer. `every` is
    "day", "week" or "month" where only the last reading of each is kept, and empty otherwise; `read`
    counts the readings there were.
    """

    keyword: Keyword
    readings: list[Reading]
    days: list[date]
    gaps: list[Gap]
    rows: list[Line]
    lines: list[Line]
    drawn: list[int]
    is_weekly: bool
    depth: int
    every: str
    read: int
    heading: str
    picture: Picture
    first_seen: dict[int, datetime]

    @property
    def left_out(self) -> int:
        return len(self.rows) - len(self.lines)

    def on_a_phone(self, first: datetime, *, everything: bool = False) -> Picture:
        """The drawing for a narrow screen: from `first` on and, unless everything is asked for, with
        fewer lines."""
        later = self.picture.since(first)
        lines = later.lines if everything else chosen(later.lines, most=FEWER)
        return self.with_lines(later, lines)

    def with_lines(self, picture: Picture, lines: Sequence[Line]) -> Picture:
        """A picture that draws these lines, and says so."""
        count = f"{len(lines)} page{'s' if len(lines) != 1 else ''}"
        return replace(
            picture,
            lines=tuple(lines),
            title=f"Positions of {count} for “{self.keyword.phrase}”",
            description=description(lines, self.heading),
        )


def story_of(
    brand: Brand, keyword: Keyword, stretch: Stretch, *, everything: bool = False
) -> Story:
    """The story of one keyword."""
    readings, every, read = sparse_readings(brand, keyword, stretch)
    times = [reading.taken_at for reading in readings]
    missed = gaps(keyword, since=stretch.first, until=stretch.last)
    depth = axis_depth(readings)
    pieces = published(brand)
    names = names_of(brand, readings, {piece.page_id for piece in pieces})
    rows = lines_of(readings, names, depth)
    lines = all_of(rows) if everything else chosen(rows)
    days = [at.astimezone(brand.zone).date() for at in times]
    holes = holes_of(times, missed, until=stretch.last, usual=Cadence(keyword.cadence).length)
    drawn, is_weekly = drawn_at(times, lines, holes, zone=brand.zone)
    drawn_lines, drawn_holes = only_at(lines, holes, drawn)
    shown = [readings[index] for index in drawn]
    events = [
        *incidents_of(brand, keyword, stretch, names),
        *publications(keyword, stretch, names, pieces),
        *changes_of_provider(readings),
    ]
    picture = Picture(
        times=tuple(reading.taken_at for reading in shown),
        hidden=tuple(
            reading.depth if hides_deeper(reading, depth) and reading.depth < depth else None
            for reading in shown
        ),
        lines=(),
        holes=tuple(drawn_holes),
        events=tuple(events),
        first=stretch.first,
        last=stretch.last,
        depth=depth,
        zone=brand.zone,
        title="",
        description="",
    )
    seen = Sighting.objects.filter(keyword=keyword, page__in=[line.page_id for line in rows])
    story = Story(
        keyword=keyword,
        readings=readings,
        days=days,
        gaps=missed,
        rows=rows,
        lines=lines,
        drawn=drawn,
        is_weekly=is_weekly,
        depth=depth,
        every=every,
        read=read,
        heading=headline(readings, days, rows, depth=depth),
        picture=picture,
        first_seen=dict(seen.values_list("page_id", "first_seen_at")),
    )
    return replace(story, picture=story.with_lines(picture, drawn_lines))


def sparse_readings(
    brand: Brand, keyword: Keyword, stretch: Stretch
) -> tuple[list[Reading], str, int]:
    """The readings to draw, the word for how they were summed up, and how many there were."""
    moments = list(
        keyword.snapshots.filter(taken_at__gte=stretch.first, taken_at__lte=stretch.last)
        .order_by("taken_at")
        .values_list("taken_at", "pk")
    )
    kept, every = [pk for _, pk in moments], ""
    for word, form in (("day", "%Y %j"), ("week", "%G %V"), ("month", "%Y %m")):
        if len(kept) <= MOST_READINGS:
            break
        last = {at.astimezone(brand.zone).strftime(form): pk for at, pk in moments}
        kept, every = list(last.values()), word
    rows = keyword.snapshots.filter(pk__in=kept).order_by("taken_at").defer("features")
    return readings_of(rows), every, len(moments)


def names_of(
    brand: Brand, readings: Sequence[Reading], pieces: Iterable[int | None]
) -> dict[int, Named]:
    """How each page of these readings is called and drawn; pages of published pieces
    (`pieces`) are ours."""
    pages = pages_of(readings)
    marks = {
        mark.page_id: mark
        for mark in Mark.objects.filter(brand=brand, page__in=pages).select_related("listing")
    }
    ours = set(pieces)
    return {pk: named(page, marks.get(pk), is_piece=pk in ours) for pk, page in pages.items()}


def named(page: Page, mark: Mark | None, *, is_piece: bool = False) -> Named:
    """A page's line: group and sign by its mark. A page of ours that is marked negative counts as
    negative, as in the score."""
    address = display_address(page.url)
    title = (mark.listing.title if mark and mark.listing else "") or address
    sign, tone, word = SIGNS[Tone(mark.tone)] if mark else ("?", "none", "not judged yet")
    group = Group.OTHER
    if tone == "neg":
        group = Group.NEGATIVE
    elif mark and mark.ownership == Mark.Ownership.OWNED:
        group, sign, tone, word = Group.OURS, "O", "own", f"own page, {word}"
    elif is_piece:
        group, sign, tone, word = Group.OURS, "P", "own", f"our piece, {word}"
    return Named(group, title, address, sign, tone, word, safe_link(page.seen_url), is_piece)
