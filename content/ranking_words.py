"""Says in one sentence what happened to a keyword: the heading of its ranking history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain

from content.charts.drawing import spoken_day
from content.rankings import Group, Line
from serp.history import Reading


def highest(lines: Sequence[Line], index: int) -> tuple[int, Line] | None:
    """The highest negative of one reading with its position; None where none was found."""
    best: tuple[int, Line] | None = None
    for line in lines:
        position = line.positions[index]
        if line.group is not Group.NEGATIVE or position is None:
            continue
        if best is None or position < best[0]:
            best = (position, line)
    return best


def headline(
    readings: Sequence[Reading], days: Sequence[date], lines: Sequence[Line], *, depth: int
) -> str:
    """The heading. `days` are the readings' days in the brand's zone, `depth` the axis; nothing is
    said about what was not read."""
    if not readings:
        return "Nothing was read in this time"
    tops = [highest(lines, index) for index in range(len(readings))]
    known = {index: top for index, top in enumerate(tops) if top is not None}
    now, last = tops[-1], days[-1]

    def day(index: int) -> str:
        return spoken_day(days[index], year_of=last)

    reach = min(readings[-1].depth, depth)
    if now is None:
        here = f"No negative in the first {reach}"
        if not known:
            return f"{here} on {day(-1)}, nor in any reading since {day(0)}"
        at = max(known)
        return f"{here} on {day(-1)}; the last one stood at {known[at][0]} on {day(at)}"
    here = f"The highest negative stands at {now[0]}"
    peak = min(top[0] for top in known.values())
    if peak < now[0]:
        at = max(index for index, top in known.items() if top[0] == peak)
        who = "it" if known[at][1] is now[1] else "one"
        return f"{here}; {who} stood at {peak} on {day(at)}"
    earlier = [index for index in known if known[index][0] != now[0]]
    if earlier:
        at = earlier[-1]
        who = "it" if known[at][1] is now[1] else "one"
        return f"{here}; {who} stood at {known[at][0]} on {day(at)}"
    first = min(known)
    if first == 0:
        return f"{here}, as in every reading since {day(0)} that found one"
    return f"{here}; none was found before {day(first)}"


def lost(lines: Sequence[Line]) -> list[tuple[Line, int]]:
    """Negatives and pages of ours that are not in the last reading, with the index of the last one
    that found them."""
    gone = [line for line in lines if line.group is not Group.OTHER and line.last is None]
    return [(line, last_found(line)) for line in gone]


def last_found(line: Line) -> int:
    """The index of the last reading that found the page."""
    return max(index for index, position in enumerate(line.positions) if position is not None)


def description(lines: Sequence[Line], heading: str) -> str:
    """What the drawing shows, for those who cannot see it."""
    counts = {group: sum(1 for line in lines if line.group is group) for group in Group}
    words = {Group.NEGATIVE: "negative", Group.OURS: "of ours", Group.OTHER: "others"}
    parts = chain.from_iterable(
        [f"{counts[group]} {words[group]}"] if counts[group] else [] for group in Group
    )
    return f"{heading}. Lines: {', '.join(parts) or 'none'}. The table below holds the numbers."
