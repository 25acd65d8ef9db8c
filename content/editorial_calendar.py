"""The month and the week as an editor sees them: what stands on which day, and who has how much."""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from content.cards import Card
from content.models import Freeze
from content.scheduling.capacity import Load, monday_of
from content.scheduling.conflicts import hours
from content.scheduling.freezing import holding
from content.scheduling.outlook import Outlook

FIRST_YEAR, LAST_YEAR = 2000, 2100
SHOWN_A_DAY = 3
DAYS = 7


@dataclass(frozen=True, slots=True)
class Share:
    """One person's load as a week's strip shows it."""

    owner: str
    load: Load

    @property
    def words(self) -> str:
        """ "11/8 h, 3 h over", "6/12 h", or "5 h" where nobody has said how much there is."""
        return f"{self.planned}, {self.too_much}" if self.too_much else self.planned

    @property
    def planned(self) -> str:
        """ "11/8 h", or "5 h" where nobody has said how much there is."""
        load = self.load
        if load.room is None:
            return hours(load.planned)
        return f"{hours(load.planned)[:-2]}/{hours(load.room)}"

    @property
    def too_much(self) -> str:
        """ "3 h over", or nothing."""
        return f"{hours(self.load.over)} over" if self.load.is_over else ""

    @property
    def absence(self) -> str:
        """ "away 2 days", or nothing."""
        away = self.load.away
        return f"away {away} {'day' if away == 1 else 'days'}" if away else ""


def overloads(rows: Iterable[Sequence[Share]]) -> list[str]:
    """Who has more than their hours, from a row of weeks a person, the most overloaded first:
    "Ines in 4 weeks, most in week 50: 108 h over"."""
    found = []
    for row in rows:
        over = [share for share in row if share.load.is_over]
        if over:
            worst = max(over, key=lambda share: share.load.over)
            week = f"week {worst.load.monday.isocalendar().week}"
            when = f"in {week}" if len(over) == 1 else f"in {len(over)} weeks, most in {week}"
            found.append((-worst.load.over, f"{worst.owner} {when}: {hours(worst.load.over)} over"))
    return [words for _, words in sorted(found)]


@dataclass(frozen=True, slots=True)
class Day:
    """One square of the month. `more` are the cards that are folded away."""

    on: date
    shown: list[Card]
    more: list[Card]
    is_out: bool
    is_today: bool
    freeze: Freeze | None = None

    @property
    def is_weekend(self) -> bool:
        return self.on.weekday() >= 5

    @property
    def count(self) -> int:
        return len(self.shown) + len(self.more)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from Monday on, with their ISO week number and who has how much."""

    year: int
    number: int
    days: list[Day]
    load: list[Share]

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

    @property
    def count(self) -> int:
        """Pieces on the month's own days."""
        return sum(day.count for week in self.weeks for day in week.days if not day.is_out)


def weeks_of(year: int, month: int) -> list[list[date]]:
    """The weeks that touch a month, each Monday to Sunday, with the days of its neighbours."""
    return Calendar(firstweekday=0).monthdatescalendar(year, month)


def is_on_calendar(year: int, month: int) -> bool:
    """Whether the calendar has such a month."""
    return FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12


def monday_on_calendar(year: int, week: int) -> date | None:
    """The Monday of an ISO week; None when there is no such week, or the calendar has it not."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        return None


def neighbour(first: date, step: int) -> date | None:
    """The first day of the month before (-1) or after (+1); None beyond the calendar's ends."""
    year, month = divmod(first.year * 12 + first.month - 1 + step, 12)
    return date(year, month + 1, 1) if is_on_calendar(year, month + 1) else None


def by_day(cards: Iterable[Card]) -> Mapping[date, list[Card]]:
    """The cards of each day on which one stands."""
    found: dict[date, list[Card]] = defaultdict(list)
    for card in cards:
        if card.piece.publish_on:
            found[card.piece.publish_on].append(card)
    return found


def month_of(year: int, month: int, *, cards: Iterable[Card], ahead: Outlook) -> Month:
    """Lay the cards out over a month by their `publish_on`."""
    first = date(year, month, 1)
    stand = by_day(cards)
    weeks = [
        Week(
            year=days[0].isocalendar().year,
            number=days[0].isocalendar().week,
            days=[day_of(on, stand.get(on, []), month=month, ahead=ahead) for on in days],
            load=shares(ahead, days[0]),
        )
        for days in weeks_of(year, month)
    ]
    return Month(first, weeks, neighbour(first, -1), neighbour(first, +1))


def day_of(on: date, cards: Sequence[Card], *, month: int, ahead: Outlook) -> Day:
    """A square with its cards, the late ones first; what does not fit is folded away."""
    ranked = sorted(cards, key=lambda card: (not card.is_late, card.piece.is_live, *by_clock(card)))
    shown = SHOWN_A_DAY if len(ranked) <= SHOWN_A_DAY else SHOWN_A_DAY - 1
    return Day(
        on=on,
        shown=ranked[:shown],
        more=ranked[shown:],
        is_out=on.month != month,
        is_today=on == ahead.today,
        freeze=holding(ahead.freezes, on),
    )


def by_clock(card: Card) -> tuple[bool, time, int]:
    """The order within a day: by time, what goes out at any time last."""
    clock = card.piece.publish_time
    return (clock is None, clock or time.min, card.piece.pk)


def shares(ahead: Outlook, monday: date) -> list[Share]:
    """Who has how much in a week, the most overloaded first; pieces of nobody come last."""
    return [Share(ahead.name_of(load.owner), load) for load in ahead.week(monday)]


@dataclass(frozen=True, slots=True)
class Row:
    """One person's week: their share of the work, and the cards of each of the seven days."""

    owner: int | None
    name: str
    share: Share | None
    cells: list[tuple[Day, list[Card]]]


@dataclass(frozen=True, slots=True)
class WeekPage:
    """A week by person. `before` and `after` are the neighbouring Mondays, None at the ends."""

    monday: date
    rows: list[Row]
    days: list[Day]
    before: date | None
    after: date | None

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def is_empty(self) -> bool:
        return not any(day.shown for day in self.days)

    @property
    def count(self) -> int:
        return sum(day.count for day in self.days)


def week_page(monday: date, *, cards: Sequence[Card], ahead: Outlook) -> WeekPage:
    """Lay the cards of a week out by person and day, by their time within a day.

    Everybody who may own a piece has a row, and nobody too, so that work can be handed over.
    """
    stand = by_day(sorted(cards, key=by_clock))
    days = [
        Day(
            on=on,
            shown=list(stand.get(on, [])),
            more=[],
            is_out=False,
            is_today=on == ahead.today,
            freeze=holding(ahead.freezes, on),
        )
        for on in (monday + timedelta(days=n) for n in range(DAYS))
    ]
    known: list[int | None] = [*ahead.names, None]
    owners = {card.piece.owner_id for card in cards if card.piece.owner_id is not None}
    known += sorted(owners - set(known))
    load = {one.load.owner: one for one in shares(ahead, monday)}
    rows = [
        Row(
            owner=owner,
            name=ahead.name_of(owner),
            share=load.get(owner),
            cells=[
                (day, [card for card in day.shown if card.piece.owner_id == owner]) for day in days
            ],
        )
        for owner in known
    ]
    return WeekPage(monday, rows, days, week_beside(monday, -1), week_beside(monday, +1))


def week_beside(monday: date, step: int) -> date | None:
    """The Monday of the week before (-1) or after (+1); None beyond the calendar's ends."""
    beside = monday_of(monday) + timedelta(weeks=step)
    return beside if FIRST_YEAR <= beside.isocalendar().year <= LAST_YEAR else None
