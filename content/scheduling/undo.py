"""Takes back what somebody just did to many pieces: exactly that, and only where nobody changed it since."""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from content.models import Piece
from content.scheduling.fields import read, show, write
from content.workflow import NotAllowed, keep, lock, move
from serp.access import Role, members
from serp.models import Brand

KEY = "planner_undo"
MOST_KEPT = 10
OFFERED_FOR = timedelta(minutes=15)
CHANGED_SINCE = "It was changed since, so it stays as it is."


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one piece as it was and as it became, both as the text that a form would send."""

    piece: int
    field: str
    was: str
    became: str


@dataclass(frozen=True, slots=True)
class Undoable:
    """One act that can be taken back, as its maker's session remembers it."""

    key: str
    words: str
    at: datetime
    changes: tuple[Change, ...]


def remember(
    session: MutableMapping[str, Any],
    brand: Brand,
    changes: Sequence[Change],
    *,
    words: str,
    now: datetime,
) -> str:
    """Keep an act in its maker's session; the key under which it is taken back, "" for no change.

    The last ten are kept. `now` is aware.
    """
    if not changes:
        return ""
    key = secrets.token_urlsafe(9)
    kept = list(session.get(KEY, []))[-(MOST_KEPT - 1) :]
    entry = {
        "key": key,
        "brand": brand.pk,
        "words": words,
        "at": now.isoformat(),
        "changes": [[one.piece, one.field, one.was, one.became] for one in changes],
    }
    session[KEY] = [*kept, entry]
    return key


def latest(session: MutableMapping[str, Any], brand: Brand, now: datetime) -> Undoable | None:
    """The brand's last act that is still offered for taking back: for a quarter of an hour."""
    for entry in reversed(session.get(KEY, [])):
        found = unpacked(entry)
        if entry["brand"] == brand.pk and now - found.at <= OFFERED_FOR:
            return found
    return None


def take(session: MutableMapping[str, Any], brand: Brand, key: str) -> Undoable | None:
    """The act of this key, which is forgotten with that; None when there is none (any more)."""
    entries = list(session.get(KEY, []))
    entry = next((one for one in entries if one["key"] == key and one["brand"] == brand.pk), None)
    if entry is None:
        return None
    session[KEY] = [one for one in entries if one is not entry]
    return unpacked(entry)


def unpacked(entry: dict[str, Any]) -> Undoable:
    """An entry of the session."""
    changes = tuple(Change(*values) for values in entry["changes"])
    return Undoable(entry["key"], entry["words"], datetime.fromisoformat(entry["at"]), changes)


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of one change: `reason` is empty when it was taken back."""

    piece: Piece
    reason: str


def take_back(
    brand: Brand, changes: Sequence[Change], *, by: AbstractBaseUser, now: datetime
) -> list[Restored]:
    """Give every changed piece of the brand the value that it had, unless it was changed since.

    Steps go through the workflow, which may refuse; days, times and owners are put back as they
    were, a day that has passed too. Pieces that are gone are left out. `now` is aware.
    """
    with transaction.atomic():
        rows = Piece.objects.select_related("brand").filter(brand=brand)
        pieces = rows.in_bulk([one.piece for one in changes])
        ordered = sorted(changes, key=lambda one: one.piece)
        return [
            Restored(pieces[one.piece], restore(pieces[one.piece], one, by=by, now=now))
            for one in ordered
            if one.piece in pieces
        ]


def restore(piece: Piece, change: Change, *, by: AbstractBaseUser, now: datetime) -> str:
    """Take one change back; why not, or nothing when it was done."""
    with transaction.atomic():
        lock(piece)
        if show(piece, change.field) != change.became:
            return CHANGED_SINCE
        if change.field == "status":
            try:
                move(piece, change.was, by=by, now=now)
            except NotAllowed as error:
                return str(error)
            return ""
        if piece.is_live:
            return "It is published now, so it stays as it is."
        if change.field == "owner" and not may_own(piece.brand, change.was):
            return "Its owner from before has left the brand."
        write(piece, change.field, read(change.field, change.was))
        keep(piece, by)
        return ""


def may_own(brand: Brand, owner: str) -> bool:
    """Whether this person, or nobody, may own a piece of the brand."""
    return not owner or members(brand, Role.EDITOR).filter(pk=int(owner)).exists()
