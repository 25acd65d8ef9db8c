"""Draws what happened on lanes beneath a ranking chart: incidents, published pieces, changes of provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.utils.safestring import SafeString

from content.charts.drawing import TimeScale, element, short
from content.charts.picture import Event, Frame
from content.charts.words import shortened, width_of

LANE = 24
MOST_TALL = 4
"""From more marks than these on in one lane none runs up through the lines, except incidents."""
LEAST_WORDS = 120
"""Pixels below which an event's words are left out."""
TITLE = 80
"""Pixels of a lane's title; it gives way to a mark."""
LANES = (
    ("inc", "Incidents", "t-neg"),
    ("pub", "Published", "t-own"),
    ("src", "Provider", "t-b"),
)


class Lanes:
    """The lanes of one drawing, `base` pixels from its top; `top` is where the plot begins and `day`
    words a moment. `words_left_out` counts the events without words once it is drawn."""

    def __init__(
        self,
        events: Sequence[Event],
        frame: Frame,
        x: TimeScale,
        *,
        top: float,
        base: float,
        day: Callable[[datetime], str],
    ) -> None:
        self.events, self.frame, self.x = events, frame, x
        self.top, self.base, self.day = top, base, day
        kinds = {event.kind for event in events}
        self.lanes = [lane for lane in LANES if lane[0] in kinds]
        self.words_left_out = 0

    @property
    def height(self) -> int:
        return LANE * len(self.lanes)

    def drawn(self) -> Iterator[str]:
        """Every lane with its marks, and the words that find room."""
        right = self.x.right + 10
        for number, (kind, title, css) in enumerate(self.lanes):
            y = self.base + 16.0 + LANE * number
            yield element("line", class_="ax", x1=self.frame.left, x2=right, y1=y, y2=y)
            events = sorted((x for x in self.events if x.kind == kind), key=lambda x: x.at)
            is_tall = kind == "inc" or len(events) <= MOST_TALL
            for event in events:
                x, top = self.x(event.at), self.top if is_tall else self.base
                yield element("line", class_=f"mk {kind}", x1=x, x2=x, y1=float(top), y2=y)
            if not self.frame.is_narrow:
                yield from self.words(events, y)
                if self.x(events[0].at) > self.frame.left + TITLE:
                    yield element(
                        "text", title, class_=f"halo {css}", x=self.frame.left + 8, y=y + 4
                    )
            for event in events:
                words = f"{self.day(event.at)}: {event.words}"
                yield element("g", shape(kind, self.x(event.at), y), element("title", words))

    def words(self, events: Sequence[Event], y: float) -> Iterator[str]:
        """The events' words beside their marks where there is room on the right or the left."""
        free = float(self.frame.left + TITLE)
        for number, event in enumerate(events):
            x, text = self.x(event.at), f"{self.day(event.at)} {event.words}"
            following = events[number + 1].at if number + 1 < len(events) else None
            until = self.x(following) - 10 if following else float(self.frame.width)
            if x + 11 + min(width_of(text), LEAST_WORDS) <= until and x + 11 >= free:
                text = shortened(text, until - x - 11)
                yield element("text", text, class_="halo", x=x + 11, y=y + 4)
                free = x + 11 + width_of(text) + 6
            elif x - 11 - width_of(text) >= free:
                yield element("text", text, class_="halo", x=x - 11, y=y + 4, text_anchor="end")
                free = x + 12
            else:
                self.words_left_out += 1


def shape(kind: str, x: float, y: float) -> SafeString:
    """The sign of an event: a diamond for an incident, a square for a piece, a ring for a provider."""
    if kind == "inc":
        return element("path", class_="f-neg", d=f"M{short(x)} {short(y - 7)}l7 7-7 7-7-7z")
    if kind == "pub":
        return element("rect", class_="f-own", x=x - 6, y=y - 6, width=12, height=12, rx=2)
    return element("circle", class_="b-src", cx=x, cy=y, r=5)
