"""Brings a table of pieces in: says line by line what it would change, and then changes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from content.forms import MOST_DAYS_ASIDE
from content.models import Piece
from content.sheet.columns import Line
from content.workflow import day_refusal, keep
from serp.access import Role, members
from serp.models import Brand, Keyword

LONGEST_TITLE = 200
WORDS = {
    "title": "title",
    "kind": "type",
    "keyword": "keyword",
    "owner": "owner",
    "due_on": "draft due",
    "publish_on": "publish on",
    "publish_time": "time",
    "hours": "hours",
}


class BadCell(Exception):
    """A cell that cannot be taken. The message says which, why and what to write."""


@dataclass(slots=True)
class Change:
    """What one line does: makes a piece, changes one, leaves it as it is, or is refused.

    `what` tells each change in words; `refused` is empty for a line that can be taken.
    """

    line: Line
    piece: Piece | None = None
    values: dict[str, Any] = field(default_factory=dict)
    what: list[str] = field(default_factory=list)
    refused: str = ""

    @property
    def is_new(self) -> bool:
        return not self.refused and self.piece is None

    @property
    def is_same(self) -> bool:
        return not self.refused and self.piece is not None and not self.values


@dataclass(frozen=True, slots=True)
class Known:
    """What the cells of a brand's table may name."""

    pieces: Mapping[int, Piece]
    titles: Mapping[str, Piece]
    keywords: Mapping[str, list[Keyword]]
    people: Mapping[str, AbstractBaseUser]
    today: date


def known_of(brand: Brand, lines: Iterable[Line], now: datetime) -> Known:
    """Ask the database once for all that these lines may name; `now` is aware."""
    ids = {int(line.cells["id"]) for line in lines if is_number(line.cells.get("id", ""))}
    own = Piece.objects.filter(brand=brand).select_related("brand", "keyword", "owner")
    keywords: dict[str, list[Keyword]] = defaultdict(list)
    for keyword in brand.keywords.order_by("pk"):
        keywords[keyword.phrase.casefold()].append(keyword)
    people: dict[str, AbstractBaseUser] = {}
    for user in members(brand, Role.EDITOR):
        people[user.get_username().casefold()] = user
        if user.email:
            people.setdefault(user.email.casefold(), user)
    titles = {piece.title.casefold(): piece for piece in own.in_work()}
    return Known(
        pieces={piece.pk: piece for piece in own.filter(pk__in=ids)},
        titles=titles,
        keywords=keywords,
        people=people,
        today=now.astimezone(brand.zone).date(),
    )


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def preview(brand: Brand, lines: list[Line], now: datetime) -> list[Change]:
    """What each line would do; nothing is written. The queries do not grow with the lines."""
    known = known_of(brand, lines, now)
    seen: dict[str, int] = {}
    found = []
    for line in lines:
        key = line.cells.get("id") or line.cells.get("title", "").casefold()
        if key in seen:
            why = f"It is in line {seen[key]} already. Take one of the two out."
            found.append(Change(line, refused=why))
            continue
        seen[key] = line.number
        found.append(change_of(line, known))
    return found


def change_of(line: Line, known: Known) -> Change:
    """What a line does. Pure."""
    try:
        piece = piece_of(line, known)
        wanted = wanted_of(line, piece, known)
    except BadCell as error:
        return Change(line, refused=str(error))
    if piece is None:
        return Change(line, values=wanted, what=["new piece"])
    values = {name: value for name, value in wanted.items() if getattr(piece, name) != value}
    what = [
        f"{WORDS[name]}: {shown(name, value)}, was {shown(name, getattr(piece, name))}"
        for name, value in values.items()
    ]
    return Change(line, piece, values, what)


def piece_of(line: Line, known: Known) -> Piece | None:
    """The piece that a line is about; None: a new one. Raises BadCell."""
    named = line.cells.get("id", "")
    title = line.cells.get("title", "").casefold()
    if not named:
        if title in known.titles:
            raise BadCell(
                "There is a piece of this title in work already. To change it, put its number "
                f"{known.titles[title].pk} into the column “id”; or give the new one another title."
            )
        return None
    if not is_number(named) or int(named) not in known.pieces:
        raise BadCell(
            f"There is no piece {named[:20]} here. Leave “id” empty to make a new one, or copy the "
            "number from an export of this brand."
        )
    return known.pieces[int(named)]


def wanted_of(line: Line, piece: Piece | None, known: Known) -> dict[str, Any]:
    """The values that the line's cells ask for; columns that are not in the file are left out.
    Raises BadCell."""
    cells = line.cells
    wanted: dict[str, Any] = {}
    title = " ".join(cells.get("title", "").split())
    if not title:
        raise BadCell("It has no title. Write one.")
    if len(title) > LONGEST_TITLE:
        raise BadCell(f"The title has {len(title)} letters; {LONGEST_TITLE} fit.")
    wanted["title"] = title
    if cells.get("type"):
        wanted["kind"] = kind_of(cells["type"])
    if "keyword" in cells:
        wanted["keyword"] = keyword_of(cells["keyword"], piece, known)
    if "owner" in cells:
        wanted["owner"] = owner_of(cells["owner"], known)
    if "draft due" in cells:
        wanted["due_on"] = day_of(cells["draft due"], "draft due", known.today)
    if "publish on" in cells:
        day = day_of(cells["publish on"], "publish on", known.today)
        if day != (piece.publish_on if piece else None):
            status = piece.status if piece else Piece.Status.IDEA
            reason = day_refusal(status, day, today=known.today)
            if reason:
                raise BadCell(reason)
        wanted["publish_on"] = day
    if "time" in cells:
        wanted["publish_time"] = time_of(cells["time"])
    if "hours" in cells:
        wanted["hours"] = hours_of(cells["hours"])
    return wanted


def kind_of(text: str) -> str:
    for kind in Piece.Kind:
        if text.casefold() in (kind.value, str(kind.label).casefold()):
            return kind.value
    labels = ", ".join(str(kind.label) for kind in Piece.Kind)
    raise BadCell(f"“{text[:40]}” is no type. Write one of these: {labels}.")


def keyword_of(text: str, piece: Piece | None, known: Known) -> Keyword | None:
    """The keyword of a phrase. Where several markets share it, the piece keeps its own."""
    if not text:
        return None
    found = known.keywords.get(" ".join(text.split()).casefold(), [])
    if not found:
        raise BadCell(f"“{text[:60]}” is not watched. Add the keyword first, or leave this empty.")
    if piece is not None and piece.keyword in found:
        return piece.keyword
    if len(found) > 1:
        raise BadCell(
            f"“{text[:60]}” is watched in {len(found)} markets. Leave it empty here and choose the "
            "keyword on the page of the piece."
        )
    return found[0]


def owner_of(text: str, known: Known) -> AbstractBaseUser | None:
    if not text:
        return None
    if text.casefold() not in known.people:
        raise BadCell(
            f"“{text[:60]}” does not work on this brand as an editor. Write a user name or mail "
            "address of somebody who does."
        )
    return known.people[text.casefold()]


def day_of(text: str, column: str, today: date) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadCell(
            f"“{text[:20]}” in “{column}” is no day. Write it as year-month-day: 2026-11-23."
        ) from error
    if abs((day - today).days) > MOST_DAYS_ASIDE:
        raise BadCell(f"{text} in “{column}” is more than five years away.")
    return day


def time_of(text: str) -> time | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%H:%M").time()
    except ValueError as error:
        raise BadCell(f"“{text[:20]}” is no time. Write hours and minutes: 09:30.") from error


def hours_of(text: str) -> float | None:
    if not text:
        return None
    try:
        hours = float(text.replace(",", "."))
    except ValueError:
        hours = -1.0
    if not 0 <= hours <= 1000:
        raise BadCell(
            f"“{text[:20]}” is no number of hours. Write one from 0 to 1000, such as 2.5."
        )
    return hours


def shown(name: str, value: Any) -> str:
    """A value in words."""
    if value is None or value == "":
        return "none"
    return str(Piece.Kind(value).label) if name == "kind" else str(value)


@transaction.atomic
def bring_in(
    brand: Brand, lines: list[Line], *, by: AbstractBaseUser, now: datetime
) -> list[Change]:
    """Do what `preview` says, looked at anew under a lock; returns what was done. Refused lines are
    left out and returned with their reason."""
    Brand.objects.select_for_update().get(pk=brand.pk)
    # Held before they are looked at, and in the order of their ids, as all acts on many pieces do.
    ids = {int(line.cells["id"]) for line in lines if is_number(line.cells.get("id", ""))}
    held = Piece.objects.filter(brand=brand, pk__in=ids).order_by("pk")
    list(held.select_for_update(of=("self",)).values_list("pk", flat=True))
    done = preview(brand, lines, now)
    for change in done:
        if change.refused or change.is_same:
            continue
        piece = change.piece or Piece(brand=brand, created_by=by)  # type: ignore[misc]
        for name, value in change.values.items():
            setattr(piece, name, value)
        keep(piece, by)
    return done
