"""What a ranking chart shows, before it is drawn: readings, lines, holes, events, and the frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from content.rankings import Hole, Line


@dataclass(frozen=True, slots=True)
class Event:
    """Something on the time axis: an incident (`inc`), a published piece (`pub`) or a change of
    provider (`src`)."""

    at: datetime
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn. `times` are the readings' moments, oldest first; `hidden` says for each down to
    which position it was read, or None where nothing is hidden; `depth` is the lowest position."""

    times: tuple[datetime, ...]
    hidden: tuple[int | None, ...]
    lines: tuple[Line, ...]
    holes: tuple[Hole, ...]
    events: tuple[Event, ...]
    first: datetime
    last: datetime
    depth: int
    zone: ZoneInfo
    title: str
    description: str

    def since(self, first: datetime) -> Picture:
        """The same picture from a later moment on."""
        skip = sum(1 for at in self.times if at < first)
        lines = [replace(line, positions=line.positions[skip:]) for line in self.lines]
        return replace(
            self,
            times=self.times[skip:],
            hidden=self.hidden[skip:],
            lines=tuple(line for line in lines if line.found),
            holes=tuple(
                replace(hole, after=max(hole.after - skip, -1), start=max(hole.start, first))
                for hole in self.holes
                if hole.end > first
            ),
            events=tuple(event for event in self.events if event.at >= first),
            first=first,
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """Measures of one drawing in pixels: `right` is the room for the labels."""

    name: str
    width: int
    left: int
    right: int
    step: int

    @property
    def is_narrow(self) -> bool:
        return self.name == "narrow"


WIDE = Frame("wide", width=1060, left=34, right=320, step=20)
NARROW = Frame("narrow", width=366, left=26, right=136, step=18)
