"""Who has how many hours in a week, and how many are planned: the arithmetic of overload."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q

from content.chances.efforts import shipped
from content.models import BriefTemplate, Piece
from serp.models import Brand

WORKING_DAYS = 5
WRITING = (Piece.Status.IDEA, Piece.Status.BRIEFED, Piece.Status.DRAFT)


def shipped_hours() -> Mapping[str, float]:
    """Usual hours of work by type of piece, as the product ships them."""
    return {kind: effort.hours for kind, effort in shipped()["new"].items()}


def usual_hours(brand: Brand) -> dict[str, float]:
    """Usual hours of work by type: as shipped, unless the templates of all brands or of this one
    (those for any language) say otherwise."""
    rows = BriefTemplate.objects.filter(Q(brand=None) | Q(brand=brand), language="")
    said = rows.exclude(hours=None).order_by(F("brand").asc(nulls_first=True))
    return {
        **shipped_hours(),
        **{kind: hours for kind, hours in said.values_list("kind", "hours") if hours is not None},
    }


def hours_of(piece: Piece, usual: Mapping[str, float] | None = None) -> float:
    """Hours of work that the piece takes: as its planner wrote, or what is usual for its type.

    `usual` is `usual_hours` of its brand; without it the shipped hours count.
    """
    return (usual or shipped_hours())[piece.kind] if piece.hours is None else piece.hours


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def work_day(piece: Piece, today: date) -> date | None:
    """The day in whose week the hours of a piece count; None while it has no day.

    All of them count in the week in which its draft is due, or, without a due day, in the one in
    which it is published. The hours of a draft that is late count in the present week, in which
    they have to be worked.
    """
    day = piece.due_on or piece.publish_on
    if day is None:
        return None
    return max(day, today) if piece.status in WRITING else day


def present_days(monday: date, away: Iterable[tuple[date, date]]) -> int:
    """Working days (Monday to Friday) of the week on which a person with these absences is there.

    Absences that overlap count once; both ends of each are days away.
    """
    days = [monday + timedelta(days=n) for n in range(WORKING_DAYS)]
    spans = list(away)
    return sum(not any(first <= day <= last for first, last in spans) for day in days)


@dataclass(frozen=True, slots=True)
class Load:
    """One person's week: hours planned, and the hours there are (None: nobody has said).

    `owner` None stands for pieces that belong to nobody yet. `away` is the number of working days
    on which the person is absent.
    """

    monday: date
    owner: int | None
    planned: float
    room: float | None
    pieces: tuple[int, ...] = ()
    away: int = 0

    @property
    def over(self) -> float:
        """Hours too many; 0 when there is room or nobody has said how much there is."""
        return 0.0 if self.room is None else max(0.0, round(self.planned - self.room, 2))

    @property
    def is_over(self) -> bool:
        return self.over > 0

    @property
    def width(self) -> int:
        """Length of the bar in percent of the hours that there are."""
        if self.room is None or not self.planned:
            return 0
        return min(100, round(100 * self.planned / self.room)) if self.room else 100


Loads = Mapping[tuple[date, int | None], Load]


def loads_of(
    pieces: Iterable[Piece],
    *,
    capacities: Mapping[int, float],
    absences: Mapping[int, Sequence[tuple[date, date]]],
    mondays: Iterable[date],
    today: date,
    usual: Mapping[str, float] | None = None,
) -> Loads:
    """The load of each person in each of the weeks that begin on `mondays`.

    `capacities` are hours a week by person, `absences` days away by person; `today` is the
    brand's. A week in which a person is away two of five days holds three fifths of the hours.
    """
    hours: dict[tuple[date, int | None], float] = defaultdict(float)
    whose: dict[tuple[date, int | None], list[int]] = defaultdict(list)
    for piece in pieces:
        day = work_day(piece, today)
        if day is not None:
            hours[monday_of(day), piece.owner_id] += hours_of(piece, usual)
            whose[monday_of(day), piece.owner_id].append(piece.pk)
    found = {}
    for monday in mondays:
        people = {owner for week, owner in hours if week == monday} | set(capacities)
        for owner in people:
            days = present_days(monday, absences.get(owner, ()) if owner else ())
            room = None
            if owner is not None and owner in capacities:
                room = round(capacities[owner] * days / WORKING_DAYS, 2)
            found[monday, owner] = Load(
                monday=monday,
                owner=owner,
                planned=round(hours.get((monday, owner), 0.0), 2),
                room=room,
                pieces=tuple(whose.get((monday, owner), ())),
                away=WORKING_DAYS - days,
            )
    return found


def capacities_of(brand: Brand) -> dict[int, float]:
    """Hours a week for the brand's pieces, by person; people of whom nobody has said are not in it."""
    return dict(brand.capacities.values_list("user_id", "hours"))


def absences_of(brand: Brand, first: date) -> dict[int, list[tuple[date, date]]]:
    """Absences by person that end on `first` or later."""
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    rows = brand.absences.filter(last_on__gte=first).values_list("user_id", "first_on", "last_on")
    for user, start, end in rows:
        found[user].append((start, end))
    return dict(found)
