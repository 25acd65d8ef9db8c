"""Chooses what tells a keyword's story: the few lines worth drawing, and the readings to draw them at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from content.rankings import Group, Hole, Line, least_readings

MOST_LINES = 60
"""More lines than these are a thicket, and a heavy page; so many are drawn on request."""
FEW, FEWER = 12, 6
"""How many lines can be told apart, on a desk and on a phone."""
MOST_FALLEN = 3
"""Negatives that left page one: more are a list, and no story."""
HALF_YEAR = timedelta(weeks=25)
"""From so long a stretch on, readings that come more often than weekly are drawn weekly."""
OFTEN = timedelta(days=6)


def chosen(lines: Sequence[Line], *, most: int = FEW) -> list[Line]:
    """The lines that tell the story, at most `most`: negatives and pages of ours that stand on page
    one at the end, negatives that left it, pages of ours on their way to it, and then the others."""
    return unique(passes(lines, most))[:most]


def all_of(lines: Sequence[Line]) -> list[Line]:
    """Every line, those of the story first; at most `MOST_LINES`."""
    return unique([*passes(lines, MOST_LINES), lines])[:MOST_LINES]


def unique(groups: Iterable[Sequence[Line]]) -> list[Line]:
    """The lines of all groups, each where it comes first."""
    return list({line.page_id: line for line in chain.from_iterable(groups)}.values())


def passes(lines: Sequence[Line], most: int) -> Iterator[list[Line]]:
    """Lines in the order in which they are wanted. Each kind has a share at first, so that none
    crowds out the rest of the story; then all of page one, and what has room beside it."""
    standing = sorted((x for x in lines if x.is_on_page_one), key=lambda line: line.last or 0)
    negative = [line for line in standing if line.group is Group.NEGATIVE]
    ours = [line for line in standing if line.group is Group.OURS]
    gone = [line for line in lines if not line.is_on_page_one]
    yield negative[: most * 2 // 3]
    yield pieces_first(ours)[: most // 2]
    yield fallen(gone)[:1]
    yield rising(gone)[:1]
    yield standing
    yield fallen(gone)[:MOST_FALLEN]
    yield rising(gone)
    yield former(gone)


def pieces_first(lines: Sequence[Line]) -> list[Line]:
    """Pages of published pieces before other pages of ours; otherwise the order stays."""
    return sorted(lines, key=lambda line: not line.named.is_piece)


def fallen(lines: Sequence[Line]) -> list[Line]:
    """Negatives that stood on page one for long and have left: the highest ones first."""
    least = least_readings(lines)
    rows = [x for x in lines if x.group is Group.NEGATIVE and x.on_page_one >= least]
    return sorted(rows, key=lambda line: (-line.on_top, -line.on_page_one, line.page_id))


def rising(lines: Sequence[Line]) -> list[Line]:
    """Pages of ours below page one at the end, those of pieces first, then the closest."""
    rows = [x for x in lines if x.group is Group.OURS and x.last is not None]
    return pieces_first(sorted(rows, key=lambda line: line.last or 0))


def former(lines: Sequence[Line]) -> list[Line]:
    """Other pages that stood on page one for long: what was there before."""
    least = least_readings(lines)
    rows = [x for x in lines if x.on_page_one >= least]
    return sorted(rows, key=lambda line: (-line.on_page_one, line.page_id))


def drawn_at(
    times: Sequence[datetime], lines: Sequence[Line], holes: Sequence[Hole], *, zone: ZoneInfo
) -> tuple[list[int], bool]:
    """At which readings (indexes) these lines are drawn, and whether some are passed over: in a long
    stretch of frequent readings one of each week, that which holds most of the lines, and the last
    such. The first and the last reading stay, and those beside a hole: a gap stays as short as it is."""
    everyone = list(range(len(times)))
    if len(times) < 2 or times[-1] - times[0] < HALF_YEAR:
        return everyone, False
    if (times[-1] - times[0]) / (len(times) - 1) > OFTEN:
        return everyone, False
    weeks: dict[str, tuple[int, int]] = {}
    for index, at in enumerate(times):
        held = sum(1 for line in lines if line.positions[index] is not None)
        week = f"{at.astimezone(zone):%G %V}"
        weeks[week] = max(weeks.get(week, (0, index)), (held, index))
    beside = {index for hole in holes for index in (hole.after, hole.after + 1)}
    kept = {0, everyone[-1], *(index for _, index in weeks.values()), *beside} & set(everyone)
    return sorted(kept), len(kept) < len(times)


def only_at(
    lines: Sequence[Line], holes: Sequence[Hole], indexes: Sequence[int]
) -> tuple[list[Line], list[Hole]]:
    """The same lines and holes at these readings only; each hole's neighbours must be among them."""
    place = {index: number for number, index in enumerate(indexes)} | {-1: -1}
    kept = [replace(x, positions=tuple(x.positions[index] for index in indexes)) for x in lines]
    return [line for line in kept if line.found], [
        replace(hole, after=place[hole.after]) for hole in holes
    ]
