"""The SERP grid as CSV: one line a result, and one with the reason for each keyword that has none."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from reputation.grid import Grid, Row
from reputation.grid_cells import Cell
from reputation.models import Mark
from reputation.templatetags.pushdown import person
from serp.ctr import Curve
from serp.curves import curve_of
from serp.history import listings_of
from serp.models import Listing
from serp.sheets import cell

BATCH = 200
HEADERS = (
    "keyword", "kind", "engine", "country", "language", "device", "searches a month", "measured at",
    "positions read", "state", "position", "moved", "share of clicks", "host", "address", "title",
    "tone", "category", "ownership", "marked by",
)  # fmt: skip


def sheet(grid: Grid) -> Iterator[str]:
    """The text of the file in parts. Times are in the brand's zone, shares are fractions of the
    clicks by the brand's CTR curve; the byte order mark lets spreadsheets read it as UTF-8."""
    yield "\ufeff" + written([HEADERS])
    curve = curve_of(grid.brand)
    for start in range(0, len(grid.lines), BATCH):
        lines = grid.lines[start : start + BATCH]
        rows = grid.rows(lines, unfold={line.keyword.pk for line in lines})
        listings = listings_of(row.reading for row in rows if row.reading)
        marks = {
            mark.page_id: mark
            for mark in Mark.objects.filter(
                brand=grid.brand, page__in={listing.page_id for listing in listings.values()}
            ).select_related("marked_by")
        }
        for row in rows:
            about = keyword_cells(row, grid)
            if row.reading is None:
                reason = f"{row.gap.kind}: {row.gap.reason}" if row.gap else ""
                yield written([[*about, reason, *[""] * (len(HEADERS) - len(about) - 1)]])
                continue
            for place in (*row.cells, *row.deep):
                if isinstance(place, Cell):
                    listing = listings[row.reading.listings[place.position - 1] or 0]
                    mark = marks.get(listing.page_id)
                    yield written(
                        [[*about, "measured", *result_cells(place, curve, listing, mark)]]
                    )


def keyword_cells(row: Row, grid: Grid) -> list[object]:
    """What each line of a keyword begins with."""
    keyword, taken_at = row.keyword, row.line.taken_at
    local = taken_at.astimezone(grid.brand.zone) if taken_at else None
    return [
        keyword.phrase,
        keyword.kind,
        keyword.engine,
        keyword.country,
        keyword.language,
        keyword.device,
        keyword.volume,
        f"{local:%Y-%m-%d %H:%M %Z}" if local else None,
        row.depth or None,
    ]


def result_cells(place: Cell, curve: Curve, listing: Listing, mark: Mark | None) -> list[object]:
    """What the line of one result ends with."""
    about = [
        place.position,
        place.move.words,
        curve.share(place.position),
        place.host,
        listing.page.url,
        listing.title,
    ]
    if mark is None:
        return [*about, "not judged", "", "", ""]
    by = person(mark.marked_by) if mark.is_by_person else "machine"
    return [*about, mark.tone, mark.category, mark.get_ownership_display(), by]


def written(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV text, each cell made safe for spreadsheets."""
    text = StringIO()
    csv.writer(text).writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()
