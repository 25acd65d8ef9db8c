"""The month as an editor sees it: weeks from Monday on, what stands on which day, who has how much."""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from content.cards import Card

FIRST_YEAR, LAST_YEAR = 2000, 2100
SHOWN_A_DAY = 3
# Until pieces carry hours, a person's week counts as full with this many unpublished pieces.
FULL_WEEK = 3
NOBODY = "nobody yet"


@dataclass(frozen=True, slots=True)
class Load:
    """How many pieces one person has in a week; `open` of them are not published yet."""

    owner: str
    pieces: int
    open: int

    @property
    def is_over(self) -> bool:
        return self.owner != NOBODY and self.open > FULL_WEEK

    @property
    def width(self) -> int:
        """Length of the bar in percent of a full week."""
        return min(100, round(100 * self.open / FULL_WEEK))


@dataclass(frozen=True, slots=True)
class Day:
    """One square of the month. `more` are the cards that are folded away."""

    on: date
    shown: list[Card]
    more: list[Card]
    is_out: bool
    is_today: bool

    @property
    def is_weekend(self) -> bool:
        return self.on.weekday() >= 5


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from Monday on, with their ISO week number and who has how much."""

    number: int
    days: list[Day]
    load: list[Load]

    @property
    def is_empty(self) -> bool:
        return not any(day.shown for day in self.days)


@dataclass(frozen=True, slots=True)
class Month:
    """A page of the calendar; `before` and `after` are the first days of the neighbouring months,
    None at the calendar's ends."""

    first: date
    weeks: list[Week]
    before: date | None
    after: date | None

    @property
    def is_empty(self) -> bool:
        return all(week.is_empty for week in self.weeks)


def weeks_of(year: int, month: int) -> list[list[date]]:
    """The weeks that touch a month, each Monday to Sunday, with the days of its neighbours."""
    return Calendar(firstweekday=0).monthdatescalendar(year, month)


def is_on_calendar(year: int, month: int) -> bool:
    """Whether the calendar has such a month."""
    return FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12


def neighbour(first: date, step: int) -> date | None:
    """The first day of the month before (-1) or after (+1); None beyond the calendar's ends."""
    year, month = divmod(first.year * 12 + first.month - 1 + step, 12)
    return date(year, month + 1, 1) if is_on_calendar(year, month + 1) else None


def month_of(year: int, month: int, *, cards: Iterable[Card], today: date) -> Month:
    """Lay the cards out over a month by their `publish_on`; `today` is the brand's day."""
    by_day: dict[date, list[Card]] = defaultdict(list)
    for card in cards:
        if card.piece.publish_on:
            by_day[card.piece.publish_on].append(card)
    first = date(year, month, 1)
    weeks = [
        Week(
            number=days[0].isocalendar().week,
            days=[day_of(on, by_day.get(on, []), month=month, today=today) for on in days],
            load=load_of([card for on in days for card in by_day.get(on, [])]),
        )
        for days in weeks_of(year, month)
    ]
    return Month(first, weeks, neighbour(first, -1), neighbour(first, +1))


def day_of(on: date, cards: Sequence[Card], *, month: int, today: date) -> Day:
    """A square with its cards, the late ones first; what does not fit is folded away."""
    ranked = sorted(cards, key=lambda card: (not card.is_late, card.piece.is_live, card.piece.pk))
    shown = SHOWN_A_DAY if len(ranked) <= SHOWN_A_DAY else SHOWN_A_DAY - 1
    return Day(
        on=on,
        shown=ranked[:shown],
        more=ranked[shown:],
        is_out=on.month != month,
        is_today=on == today,
    )


def load_of(cards: Sequence[Card]) -> list[Load]:
    """Pieces a person, the busiest first; pieces of nobody come last."""
    owners: dict[str, list[Card]] = defaultdict(list)
    for card in cards:
        owner = card.piece.owner
        owners[(owner.get_full_name() or owner.get_username()) if owner else NOBODY].append(card)
    loads = [
        Load(name, len(own), sum(not card.piece.is_live for card in own))
        for name, own in owners.items()
    ]
    return sorted(loads, key=lambda load: (load.owner == NOBODY, -load.open, load.owner))
