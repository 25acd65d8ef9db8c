"""The checklist of a piece: what is to be ticked before approval, shipped or the brand's own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q

from content.models import ChecklistItem, Piece, Tick
from serp.models import Brand

SHIPPED = Path(__file__).parent.parent / "data" / "checklists.json"
MOST_POINTS = 30
"""Points of its own that a brand may have for one type: nobody reads more."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the checklist; `item` is None for a shipped one."""

    text: str
    is_required: bool
    item: ChecklistItem | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A point of one piece, with its tick if it has one."""

    point: Point
    tick: Tick | None


@cache
def shipped() -> dict[str, Any]:
    """The points that come with the program: for all types, and by type."""
    found: dict[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return found


def shipped_points(kind: str) -> list[Point]:
    """The shipped points for a type of piece, those for all types first."""
    rows = [*shipped()["all"], *shipped()["kinds"].get(kind, [])]
    return [Point(row["text"], row["is_required"]) for row in rows]


def points_of(kind: str, items: Sequence[ChecklistItem]) -> list[Point]:
    """The points for a type out of a brand's stored items and those for all brands.

    A brand with items of its own uses these alone, even if none is active. Without, it is the
    shipped ones with those that the installation has added for all brands.
    """
    own = [item for item in items if item.brand_id is not None]
    used = [
        Point(item.text, item.is_required, item)
        for item in (own or items)
        if item.is_active and item.kind in ("", kind)
    ]
    points = used if own else [*shipped_points(kind), *used]
    # A text that stands there twice is one point: the later row says whether it is required.
    return list({point.text: point for point in points}.values())


def items_for(brand: Brand) -> list[ChecklistItem]:
    """The stored items that concern a brand, in order: its own and those for all brands."""
    return list(ChecklistItem.objects.filter(Q(brand=brand) | Q(brand=None)))


def checklist(piece: Piece) -> list[Line]:
    """The checklist of a piece with its ticks, required points first; two queries."""
    ticks = {tick.text: tick for tick in Tick.objects.filter(piece=piece).select_related("by")}
    points = points_of(piece.kind, items_for(piece.brand))
    points.sort(key=lambda point: not point.is_required)
    return [Line(point, ticks.get(point.text)) for point in points]


def unticked(lines: Sequence[Line]) -> list[str]:
    """Texts of the required points that are not ticked."""
    return [line.point.text for line in lines if line.point.is_required and line.tick is None]


def set_ticks(
    piece: Piece, wanted: Sequence[str], *, by: AbstractBaseUser | None, now: datetime
) -> None:
    """Let exactly these points of the piece's list be ticked; a tick that stands keeps its person and
    its time. Texts that are no points of it are passed over."""
    for line in checklist(piece):
        is_wanted = line.point.text in wanted
        if is_wanted and line.tick is None:
            Tick.objects.get_or_create(
                piece=piece,
                text=line.point.text,
                defaults={"item": line.point.item, "by_id": by.pk if by else None, "at": now},
            )
        elif not is_wanted and line.tick is not None:
            line.tick.delete()


def take_over(brand: Brand) -> int:
    """Copy the shipped points to the brand, to be changed there; returns how many. Does nothing for
    a brand that has points of its own."""
    if brand.checklist_items.exists():
        return 0
    rows = [("", row) for row in shipped()["all"]]
    rows += [(kind, row) for kind, found in shipped()["kinds"].items() for row in found]
    made = ChecklistItem.objects.bulk_create(
        ChecklistItem(brand=brand, kind=kind, order=order, **row)
        for order, (kind, row) in enumerate(rows, start=1)
    )
    return len(made)
