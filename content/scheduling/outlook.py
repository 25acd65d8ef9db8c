"""What every view of a brand's plan needs to know at once: freezes, conflicts, and who has room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q

from content.models import Freeze, Piece
from content.scheduling.capacity import (
    Load,
    Loads,
    absences_of,
    capacities_of,
    loads_of,
    monday_of,
    usual_hours,
    work_day,
)
from content.scheduling.choice import ANY, owners
from content.scheduling.conflicts import Conflict, by_piece, conflicts
from content.scheduling.freezing import standing
from serp.models import Brand

NOBODY = "nobody yet"


@dataclass(frozen=True, slots=True)
class Outlook:
    """A brand's plan as it stands on `today`, its own day; `usual` are hours by type of piece."""

    today: date
    freezes: list[Freeze]
    conflicts: list[Conflict]
    by_piece: Mapping[int, list[Conflict]]
    loads: Loads
    people: list[AbstractBaseUser]
    names: Mapping[int, str]
    usual: Mapping[str, float]

    @property
    def troubled(self) -> dict[str, set[int]]:
        """Ids of pieces in conflict, by rule, and of all of them as "any"."""
        found: dict[str, set[int]] = {ANY: set(self.by_piece)}
        for one in self.conflicts:
            found.setdefault(one.rule.value, set()).update(one.pieces)
        return found

    def name_of(self, owner: int | None) -> str:
        """A person's name; of one who has left the brand it is said that they did."""
        return NOBODY if owner is None else self.names.get(owner, "somebody who left")

    def week(self, monday: date) -> list[Load]:
        """The loads of a week that say something, the fullest first; pieces of nobody come last."""
        found = [
            load
            for (week, _), load in self.loads.items()
            if week == monday and (load.planned or load.room is not None)
        ]
        return sorted(
            found,
            key=lambda load: (
                load.owner is None,
                -load.over,
                -load.planned,
                self.name_of(load.owner),
            ),
        )


def outlook(brand: Brand, today: date, mondays: Iterable[date] = ()) -> Outlook:
    """Look at the brand's plan; `mondays` are weeks whose load is wanted beside those to come.

    Six queries, however many pieces there are. All pieces count, whatever the reader filters by:
    a conflict with a piece that is not shown is one all the same.
    """
    weeks = set(mondays)
    people = owners(brand)
    names = {person.pk: name(person) for person in people}
    first = min([today, *weeks])
    pieces = list(
        Piece.objects.filter(brand=brand)
        .filter(
            ~Q(status__in=Piece.LIVE)
            | Q(due_on__gte=first)
            | Q(due_on=None, publish_on__gte=first)
        )
        .select_related("keyword", "placement", "lifts")
        .only(
            "brand_id", "owner_id", "kind", "status", "due_on", "publish_on", "hours",
            "keyword__phrase", "placement__name", "lifts__host",
        )
        .order_by("pk")
    )  # fmt: skip
    weeks |= {monday_of(day) for piece in pieces if (day := work_day(piece, today))}
    usual = usual_hours(brand)
    absences = absences_of(brand, first)
    loads = loads_of(
        pieces,
        capacities=capacities_of(brand),
        absences=absences,
        mondays=sorted(weeks),
        today=today,
        usual=usual,
    )
    found = conflicts(pieces, today=today, absences=absences, loads=loads, names=names)
    return Outlook(
        today=today,
        freezes=standing(brand),
        conflicts=found,
        by_piece=by_piece(found),
        loads=loads,
        people=people,
        names=names,
        usual=usual,
    )


def name(person: AbstractBaseUser) -> str:
    """A person's name as the pages show it."""
    full = person.get_full_name() if hasattr(person, "get_full_name") else ""
    return full or person.get_username()
