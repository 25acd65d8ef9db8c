"""Draws the ranking history of a keyword: every page's line over time, gaps as gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils.safestring import SafeString

from content.charts.drawing import TimeScale, element, short, spoken_day, ticks, together
from content.charts.lanes import Lanes
from content.charts.picture import Frame, Picture
from content.charts.words import BOLD, Box, address_in, shortened, width_of, wrapped
from content.ranking_words import last_found
from content.rankings import Group, Hole, Line, runs, thinned
from serp.addresses import registrable_domain
from serp.providers.base import PAGE_ONE

TOP = 34
MOST_LOST = 6
ROOMY = 60
"""Pixels of a hatched stretch that may bear words in a dense chart."""
DENSE = 60
"""From so many readings on the lines are thin, or they would run into each other."""
LAYERS = (Group.OTHER, Group.OURS, Group.NEGATIVE)
SIGN_BOX = {
    "neg": ("f-neg", "t-onneg"),
    "pos": ("f-pos2", "t-pos t-b"),
    "neu": ("f-neu2", "t-b"),
    "own": ("b-own", "t-own"),
    "none": ("b-none", "t-faint"),
}


class RankingChart:
    """One drawing of a picture; `svg()` gives the element, `places()` where the readings lie."""

    def __init__(self, picture: Picture, frame: Frame) -> None:
        self.picture, self.frame = picture, frame
        self.edge = frame.width - frame.right
        self.x = TimeScale(picture.first, picture.last, frame.left + 10, self.edge - 10)
        self.base = TOP + picture.depth * frame.step
        self.lanes = Lanes(picture.events, frame, self.x, top=TOP, base=self.base, day=self.day)
        self.is_dense = len(picture.times) > DENSE

    def y(self, position: float) -> float:
        return TOP + (position - 0.5) * self.frame.step

    def day(self, at: datetime) -> str:
        last = self.picture.last.astimezone(self.picture.zone).date()
        return spoken_day(at.astimezone(self.picture.zone).date(), year_of=last)

    def places(self) -> list[float]:
        """Where each reading lies, in pixels from the left, for the readout."""
        return [round(self.x(at), 1) for at in self.picture.times]

    def svg(self) -> SafeString:
        height = self.base + self.lanes.height + 12
        name = self.frame.name
        return element(
            "svg",
            element("title", self.picture.title, id=f"title-{name}"),
            element("desc", self.picture.description, id=f"desc-{name}"),
            together(self.axes()),
            together(self.gaps()),
            together(self.lanes.drawn()),
            together(self.drawn()),
            together(self.lost()),
            together(self.labels()),
            element("line", class_="cursor", y1=TOP, y2=self.base, visibility="hidden"),
            class_=f"chart only-{name}{' dense' if self.is_dense else ''}",
            viewBox=f"0 0 {self.frame.width} {height}",
            role="img",
            aria_labelledby=f"title-{name} desc-{name}",
            data_chart=name,
        )

    def axes(self) -> Iterator[str]:
        """The ground: page one shaded, positions on the left, time on top, the edge of page one."""
        left, edge, depth, step = self.frame.left, self.edge, self.picture.depth, self.frame.step
        yield element(
            "rect", class_="f-page1", x=left, y=TOP, width=edge - left, height=PAGE_ONE * step
        )
        for position in range(1, depth + 1):
            is_main = position in (1, 5, 10, 15, 20)
            y = self.y(position)
            if is_main:
                yield element("line", class_="ax", x1=left, x2=edge, y1=y, y2=y)
            if is_main or not self.frame.is_narrow:
                css = "t-b" if position <= PAGE_ONE else "t-faint"
                yield element(
                    "text", str(position), class_=css, x=left - 8, y=y + 4, text_anchor="end"
                )
        room, year = (40, 0) if self.frame.is_narrow else (48, 34)
        for x, words in ticks(self.x, self.picture.zone, room=room, year_room=year):
            yield element("line", class_="ax", x1=x, x2=x, y1=TOP, y2=self.base)
            if x + width_of(words) < edge + 8:
                yield element("text", words, x=x + 3, y=TOP - 10)
        if depth > PAGE_ONE:
            y = float(TOP + PAGE_ONE * step)
            yield element("line", class_="edge", x1=left, x2=edge, y1=y, y2=y)
            words = "Page two" if self.frame.is_narrow else "Page two starts here"
            yield element("text", words, class_="halo t-b", x=left + 8, y=y + 15)

    def gaps(self) -> Iterator[str]:
        """Hatching where nothing was read, with the reason; nothing is drawn over it."""
        taken: list[Box] = []
        for hole in self.picture.holes:
            left, right = self.ends(hole)
            if right <= left:
                continue
            yield from self.hatch(left, right, TOP, f"{self.span(hole)}: {'; '.join(hole.reasons)}")
        for hole in self.picture.holes:
            left, right = self.ends(hole)
            if right > left:
                others = [Box(*ends, self.base) for ends in self.beside(hole)]
                yield from self.gap_words(hole, (left + right) / 2, taken, others)
        yield from self.unread()

    def ends(self, hole: Hole) -> tuple[float, float]:
        """Where a hole begins and ends inside the plot, in pixels."""
        left = max(self.x(hole.start), float(self.frame.left))
        return left, min(self.x(hole.end), float(self.edge))

    def beside(self, hole: Hole) -> Iterator[tuple[float, float, float]]:
        """Left, top and right of the other holes' hatching."""
        for other in self.picture.holes:
            if other is not hole:
                left, right = self.ends(other)
                yield left, float(TOP), right

    def hatch(self, left: float, right: float, top: float, words: str) -> Iterator[str]:
        size = {
            "x": left,
            "y": float(top),
            "width": max(right - left, 1.5),
            "height": self.base - top,
        }
        yield element("rect", class_="f-bg", **size)
        yield element(
            "rect", element("title", f"{words}. Nothing is drawn."), class_="f-hatch", **size
        )

    def span(self, hole: Hole) -> str:
        start, end = self.day(hole.start), self.day(hole.end - timedelta(seconds=1))
        return start if start == end else f"{start} to {end}"

    def gap_words(
        self, hole: Hole, middle: float, taken: list[Box], others: Sequence[Box]
    ) -> Iterator[str]:
        """Date and reason at the foot of the hatching, where no other gap and no words stand."""
        wide = self.x(hole.end) - self.x(hole.start)
        if self.frame.is_narrow or (self.is_dense and wide < ROOMY):
            return
        lines = [self.span(hole), *wrapped(hole.reasons[0], 110)][:4]
        half = max(map(width_of, lines)) / 2
        middle = min(max(middle, self.frame.left + half + 2), self.edge - half)
        top = self.base - 8 - 15 * len(lines)
        box = Box(middle - half, top, middle + half, self.base)
        if any(box.meets(other) for other in [*taken, *others]) or self.is_crossed(box):
            return
        taken.append(box)
        yield from self.foot(lines, middle)

    def is_crossed(self, box: Box) -> bool:
        """Whether a line has a point inside a box."""
        return any(
            position is not None and self.y(position) >= box.top
            for number, at in enumerate(self.picture.times)
            if box.left <= self.x(at) <= box.right
            for position in (line.positions[number] for line in self.picture.lines)
        )

    def foot(self, lines: Sequence[str], middle: float) -> Iterator[str]:
        """Words at the foot of the plot, the first line bold."""
        top = self.base - 8 - 15 * len(lines)
        for number, words in enumerate(lines, start=1):
            yield element(
                "text", words, text_anchor="middle", x=middle, y=top + 15.0 * number,
                class_="halo t-b" if number == 1 else "halo",
            )  # fmt: skip

    def unread(self) -> Iterator[str]:
        """Hatching below what a reading reached, from halfway to its neighbours; even stretches are
        one rectangle."""
        times, hidden = self.picture.times, self.picture.hidden
        start = 0
        for index, depth in enumerate(hidden):
            if index + 1 < len(hidden) and hidden[index + 1] == depth:
                continue
            if depth is not None:
                left = self.between(start - 1, start)
                right = self.between(index, index + 1)
                words = f"{self.day(times[start])} to {self.day(times[index])}: only the first {depth} were read"
                yield from self.hatch(left, right, self.y(depth + 0.5), words)
                if not self.frame.is_narrow and not self.is_dense:
                    yield from self.foot(
                        [self.day(times[start]), f"first {depth} only"], (left + right) / 2
                    )
            start = index + 1

    def between(self, one: int, two: int) -> float:
        """Halfway between two readings; at the ends of the chart half a usual step further out."""
        times = self.picture.times
        if one >= 0 and two < len(times):
            return (self.x(times[one]) + self.x(times[two])) / 2
        outside = self.x(times[max(one, 0)] if two >= len(times) else times[0])
        return min(outside + 6, float(self.edge)) if two >= len(times) else outside - 6

    def drawn(self) -> Iterator[str]:
        """The lines: others first, thick negatives last, so that what matters lies on top."""
        broken = {hole.after for hole in self.picture.holes}
        xs = [self.x(at) for at in self.picture.times]
        for line in sorted(
            self.picture.lines, key=lambda x: (LAYERS.index(x.group), not x.is_thin)
        ):
            css = f"{line.group} thin" if line.is_thin else line.group
            parts: list[str] = [element("title", f"{line.named.title} ({line.named.address})")]
            whole = runs(line.positions, broken)
            path = "".join(
                "M" + "L".join(f"{short(xs[n])} {short(self.y(p))}" for n, p in thinned(run))
                for run in whole
                if len(run) > 1
            )
            if path:
                parts.append(element("path", class_=f"ln {css}", d=path))
            singles = [run[0] for run in whole if len(run) == 1]
            if whole and len(whole[0]) > 1 and whole[0][0][0] > 0:
                singles.append(whole[0][0])
            last = len(xs) - 1
            for index, position in dict.fromkeys(singles):
                if index != last:
                    radius = 2 if self.is_dense else 4
                    parts.append(self.dot(line, xs[index], position, radius))
            if line.last is not None:
                parts.append(self.dot(line, xs[last], line.last, 4))
            yield element("g", *parts, class_="page-line")

    def dot(self, line: Line, x: float, position: int, r: float) -> SafeString:
        return element("circle", class_=f"dot {line.group}", cx=x, cy=self.y(position), r=float(r))

    def labels(self) -> Iterator[str]:
        """Position, sign and address at the line's end: a position has one page, so none collide."""
        if not self.picture.times:
            return
        x = float(self.edge + (2 if self.frame.is_narrow else 8))
        words = self.day(self.picture.times[-1])
        yield element("text", words, class_="t-b", x=x, y=TOP - 10)
        room = self.frame.width - x - 40
        for line in self.picture.lines:
            if line.last is None:
                continue
            y = self.y(line.last)
            box, ink = SIGN_BOX[line.named.tone]
            css = {Group.NEGATIVE: "t-neg", Group.OURS: "t-own"}.get(line.group)
            strong = f"{css} t-b" if css else "t-b"
            fit = room / BOLD if css else room
            label = (
                shortened(self.narrow_label(line), fit)
                if self.frame.is_narrow
                else address_in(line.named.address, fit)
            )
            yield element(
                "text", str(line.last), class_=strong, x=x + 16, y=y + 4, text_anchor="end"
            )
            yield element("rect", class_=box, x=x + 21, y=y - 7, width=14, height=14, rx=3)
            yield element(
                "text", line.named.sign, class_=ink, x=x + 28, y=y + 4, text_anchor="middle"
            )
            yield element("text", label, class_=css, x=x + 40, y=y + 4)

    @staticmethod
    def narrow_label(line: Line) -> str:
        """The last part of the path of our own pages, the name of the domain of others."""
        host, _, path = line.named.address.partition("/")
        if line.group is Group.OURS and path:
            return f"/{path.rstrip('/').rpartition('/')[2]}"
        return (registrable_domain(host) or host).partition(".")[0] or host

    def lost(self) -> Iterator[str]:
        """Negatives and pages of ours that are gone at the end: named where their line ends, if no
        other word stands there."""
        taken: list[Box] = []
        gone = [x for x in self.picture.lines if x.group is not Group.OTHER and x.last is None]
        if self.frame.is_narrow or len(gone) > MOST_LOST:
            return
        for line in gone:
            index = last_found(line)
            x, y = self.x(self.picture.times[index]), self.y(line.positions[index] or 0)
            text = f"{line.named.sign} {address_in(line.named.address, 230)}"
            width = width_of(text) * BOLD
            is_right = x + 9 + width < self.edge
            start = x + 9 if is_right else x - 9 - width
            box = Box(start, y - 9, start + width, y + 9)
            if any(box.meets(other) for other in taken):
                continue
            taken.append(box)
            css = "t-neg" if line.group is Group.NEGATIVE else "t-own"
            yield element(
                "text", text, class_=f"halo {css}", x=x + (9 if is_right else -9), y=y + 4,
                text_anchor=None if is_right else "end",
            )  # fmt: skip
