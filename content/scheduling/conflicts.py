"""What collides in a plan: pure rules over pieces, each with a sentence about what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from content.models import Piece
from content.scheduling.capacity import WRITING, Loads
from content.scheduling.moments import short

NOBODY_WITHIN = 14
"""Days before its draft or its publication at which a piece needs an owner."""
APPROVAL_WITHIN = 2
"""Days before its publication at which a piece should be approved."""
WEEKEND_FROM = 5
DAYS_A_WEEK = 7
APPROVED = (Piece.Status.APPROVED, Piece.Status.SCHEDULED)
Spans = Sequence[tuple[date, date]]


class Rule(StrEnum):
    """The kinds of conflict, in the order in which the list shows them."""

    ORDER = "order"
    UNAPPROVED = "unapproved"
    NOBODY = "nobody"
    KEYWORD = "keyword"
    PLACE = "place"
    OVER = "over"
    ABSENT = "absent"
    WEEKEND = "weekend"


NAMES = {
    Rule.ORDER: "Draft due after publication",
    Rule.UNAPPROVED: "Publication before approval",
    Rule.NOBODY: "Nobody assigned",
    Rule.KEYWORD: "Two pieces for one keyword",
    Rule.PLACE: "Twice at one place",
    Rule.OVER: "Over capacity",
    Rule.ABSENT: "Owner away",
    Rule.WEEKEND: "On a weekend",
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """One collision: what is wrong, what to do about it, and the pieces (ids) that it is about."""

    rule: Rule
    words: str
    todo: str
    pieces: tuple[int, ...]
    on: date

    @property
    def name(self) -> str:
        return NAMES[self.rule]


def conflicts(
    pieces: Iterable[Piece],
    *,
    today: date,
    absences: Mapping[int, Spans],
    loads: Loads,
    names: Mapping[int, str],
) -> list[Conflict]:
    """All conflicts of a brand's pieces that are not out yet, by rule and then by day.

    `pieces` come with `keyword`, `placement` and `lifts`; `today` is the brand's day; `names` are
    people by id. A day that has passed is lateness, which cards tell, and no conflict.
    """
    rows = [piece for piece in pieces if not piece.is_live]
    found = [
        *(one for piece in rows for one in of_one(piece, today=today, absences=absences)),
        *same_keyword(rows, today),
        *same_place(rows, today),
        *overloads(loads, names, today),
    ]
    order = list(Rule)
    return sorted(found, key=lambda one: (order.index(one.rule), one.on, one.pieces))


def of_one(piece: Piece, *, today: date, absences: Mapping[int, Spans]) -> Iterator[Conflict]:
    """What is wrong with one piece by itself."""

    def conflict(rule: Rule, words: str, todo: str, on: date) -> Conflict:
        return Conflict(rule, words, todo, (piece.pk,), on)

    due, out = piece.due_on, piece.publish_on
    days = [day for day in (due if piece.status in WRITING else None, out) if day]
    if due and out and due > out and piece.status in WRITING and out >= today:
        yield conflict(
            Rule.ORDER,
            f"Its draft is due on {short(due, today)}, after its publication on {short(out, today)}.",
            "Bring the draft's day forward, or publish later.",
            out,
        )
    if out and piece.status not in APPROVED and 0 <= (out - today).days <= APPROVAL_WITHIN:
        yield conflict(
            Rule.UNAPPROVED,
            f"It is to go out {on_day(out, today)} and is still “{piece.get_status_display()}”.",
            "Get it approved, or publish later.",
            out,
        )
    near = [day for day in days if 0 <= (day - today).days <= NOBODY_WITHIN]
    if piece.owner_id is None and near:
        yield conflict(
            Rule.NOBODY,
            f"Nobody works on it, and its day is {short(min(near), today)}.",
            "Assign somebody, or give it a later day.",
            min(near),
        )
    yield from of_days(piece, days, today=today, away=absences.get(piece.owner_id or 0, ()))


def of_days(piece: Piece, days: Sequence[date], *, today: date, away: Spans) -> Iterator[Conflict]:
    """What is wrong with the days on which a piece stands: the owner is away, or it is a weekend."""
    for day in days:
        if day < today:
            continue
        what = (
            "Its draft is due"
            if day == piece.due_on and piece.status in WRITING
            else "It is to go out"
        )
        span = next(((first, last) for first, last in away if first <= day <= last), None)
        if span:
            yield Conflict(
                Rule.ABSENT,
                f"{what} {on_day(day, today)}, when its owner is away until {short(span[1], today)}.",
                "Move it, or let somebody else see to it.",
                (piece.pk,),
                day,
            )
        elif day.weekday() >= WEEKEND_FROM:
            yield Conflict(
                Rule.WEEKEND,
                f"{what} {on_day(day, today)}, a weekend.",
                "Move it to a working day, if nobody is there to answer.",
                (piece.pk,),
                day,
            )


def same_keyword(pieces: Iterable[Piece], today: date) -> Iterator[Conflict]:
    """Pieces of one keyword that go out on one day: engines pick one of them and drop the other."""
    groups: dict[tuple[int, date], list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.keyword_id and piece.publish_on and piece.publish_on >= today:
            groups[piece.keyword_id, piece.publish_on].append(piece)
    for (_, day), group in groups.items():
        if len(group) > 1:
            yield Conflict(
                Rule.KEYWORD,
                f"{number(len(group))} pieces for “{group[0].keyword}” go out {on_day(day, today)}.",
                "Publish them at least a week apart, or make one of them.",
                tuple(piece.pk for piece in group),
                day,
            )


def place_of(piece: Piece) -> str:
    """Where it is to stand: the placement's name, or the host of the page that it lifts."""
    if piece.placement:
        return str(piece.placement)
    return piece.lifts.host if piece.lifts else ""


def same_place(pieces: Iterable[Piece], today: date) -> Iterator[Conflict]:
    """Pieces that go out at one place on one day: they take each other's readers."""
    groups: dict[tuple[str, date], list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.publish_on and piece.publish_on >= today and (place := place_of(piece)):
            groups[place, piece.publish_on].append(piece)
    for (place, day), group in groups.items():
        if len(group) > 1:
            yield Conflict(
                Rule.PLACE,
                f"{number(len(group))} pieces go out at {place} {on_day(day, today)}.",
                "Spread them over the week.",
                tuple(piece.pk for piece in group),
                day,
            )


def overloads(loads: Loads, names: Mapping[int, str], today: date) -> Iterator[Conflict]:
    """Weeks from the present one on in which a person has more hours than there are."""
    for load in loads.values():
        if load.is_over and load.owner is not None and (today - load.monday).days < DAYS_A_WEEK:
            room = load.room or 0.0
            yield Conflict(
                Rule.OVER,
                f"{names.get(load.owner, 'Somebody')} has {hours(load.planned)} of work for "
                f"{hours(room)} in the week of {short(load.monday, today)}.",
                f"Move or hand over {hours(load.over)} of it.",
                load.pieces,
                load.monday,
            )


def by_piece(found: Iterable[Conflict]) -> dict[int, list[Conflict]]:
    """The conflicts of each piece, by its id."""
    pieces: dict[int, list[Conflict]] = defaultdict(list)
    for one in found:
        for pk in one.pieces:
            pieces[pk].append(one)
    return dict(pieces)


def on_day(day: date, today: date) -> str:
    """The day as the sentences say it: "today", "tomorrow", "on Thu 26 Nov"."""
    left = (day - today).days
    return {0: "today", 1: "tomorrow"}.get(left, f"on {short(day, today)}")


def hours(amount: float) -> str:
    """Hours with their unit: "11 h", "7.5 h"."""
    return f"{amount:.1f}".removesuffix(".0") + "\u00a0h"


def number(count: int) -> str:
    """A small number in words, at the beginning of a sentence."""
    return {2: "Two", 3: "Three", 4: "Four"}.get(count, str(count))
