"""The numbers beneath the chart: positions by date, and what is known where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from content.charts.drawing import spoken_day
from content.rankings import Group, Line, by_position, hides_deeper
from content.story import Story
from serp.providers.base import PAGE_ONE

COLUMNS = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what is shown, and what it means where that is no number."""

    text: str
    meaning: str = ""
    is_page_one: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    line: Line
    cells: list[Cell]
    seen: str


@dataclass(frozen=True, slots=True)
class Table:
    """`heads` are the days, newest first; `rows` the pages as they stand now."""

    heads: list[str]
    rows: list[Row]
    left_out: int


def table_of(story: Story, zone: ZoneInfo) -> Table:
    """The last readings, newest first: pages found in one of them, and those drawn as negative or ours."""
    indexes = list(range(len(story.readings)))[: -COLUMNS - 1 : -1]
    last = story.days[-1] if story.days else None
    drawn = {line.page_id for line in story.lines if line.group is not Group.OTHER}
    rows = [
        Row(line, [cell_of(story, line, index) for index in indexes], first_seen(story, line, zone))
        for line in sorted(story.rows, key=by_position)
        if line.page_id in drawn or any(line.positions[index] for index in indexes)
    ]
    heads = [spoken_day(story.days[index], year_of=last) for index in indexes]
    return Table(heads, rows, len(story.rows) - len(rows))


def cell_of(story: Story, line: Line, index: int) -> Cell:
    """A position, "·" for a page that is not in the depth read, "?" where it may stand unread."""
    position, reading = line.positions[index], story.readings[index]
    if position is not None:
        return Cell(str(position), is_page_one=position <= PAGE_ONE)
    if hides_deeper(reading, story.depth):
        if reading.depth >= story.depth:
            return Cell("?", "not found; some positions were not reported")
        return Cell("?", f"not in the first {reading.depth}, deeper was not read")
    return Cell("·", f"not in the first {min(reading.depth, story.depth)}")


def first_seen(story: Story, line: Line, zone: ZoneInfo) -> str:
    """The day on which the page was first seen for this keyword, in words."""
    seen = story.first_seen.get(line.page_id)
    if seen is None:
        return "–"
    return spoken_day(seen.astimezone(zone).date(), year_of=story.days[-1])
