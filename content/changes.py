"""What changed in a piece, by whom and when, in words, out of its stored history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from content.models import Piece, Placement
from content.scheduling.moments import spoken
from reputation.templatetags.pushdown import person
from serp.access import members
from serp.models import Keyword

TEXTS = (("title", "Title"), ("url", "Address"), ("no_draft_reason", "Written elsewhere"))
CHOICES = (("status", "Step"), ("kind", "Type"))
DAYS = (("due_on", "Draft due"), ("publish_on", "Publication"))


@dataclass(frozen=True, slots=True)
class Change:
    """One change: sentences about what is different since, and who made it (None: the machine)."""

    at: datetime
    by: AbstractBaseUser | None
    what: list[str]


def changes(piece: Piece) -> list[Change]:
    """The changes of a piece, newest first, in four queries; states that changed nothing are left
    out."""
    rows = list(piece.history.select_related("history_user").order_by("history_date", "history_id"))
    people = {user.pk: user for user in members(piece.brand)} if rows else {}
    keywords = Keyword.objects.in_bulk({row.keyword_id for row in rows if row.keyword_id})
    places = Placement.objects.in_bulk({row.placement_id for row in rows if row.placement_id})
    found = []
    for before, after in zip([None, *rows], rows, strict=False):
        if before is None:
            what = [f"Made as {after.get_kind_display()}: “{after.title}”"]
        else:
            what = [
                *differences(before, after, people, keywords),
                *planned_differences(before, after, places),
            ]
            if after.history_change_reason:
                what.append(after.history_change_reason)
        if what:
            found.append(Change(after.history_date, after.history_user, what))
    return found[::-1]


def differences(
    before: Any,
    after: Any,
    people: dict[int, AbstractBaseUser],
    keywords: dict[int, Keyword],
) -> list[str]:
    """What two stored states of a piece differ in."""
    what = []
    for name, label in CHOICES:
        if getattr(before, name) != getattr(after, name):
            was, now = (getattr(row, f"get_{name}_display")() for row in (before, after))
            what.append(f"{label}: {now}, was {was}")
    if before.owner_id != after.owner_id:
        was, now = (person(people.get(row.owner_id)) for row in (before, after))
        what.append(f"Owner: {now}, was {was}")
    if before.keyword_id != after.keyword_id:
        now = keywords.get(after.keyword_id)
        what.append(f"Target keyword: “{now.phrase}”" if now else "No target keyword")
    if before.displaces_id != after.displaces_id:
        what.append("Another negative to displace" if after.displaces_id else "No negative")
    for name, label in DAYS:
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            what.append(f"{label}: {day_words(now)}, was {day_words(was)}")
    for name, label in TEXTS:
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            what.append(f"{label}: “{now}”" + (f", was “{was}”" if was else ""))
    return what


def planned_differences(before: Any, after: Any, places: dict[int, Placement]) -> list[str]:
    """What two stored states differ in about place, time and work."""
    what = []
    if before.placement_id != after.placement_id:
        place = places.get(after.placement_id)
        what.append(f"To stand at: {place}" if place else "No place")
    if before.publish_time != after.publish_time:
        now = after.publish_time
        what.append(f"Time of publication: {now:%H:%M}" if now else "No time of publication")
    if before.hours != after.hours:
        what.append("Work: as usual" if after.hours is None else f"Work: {after.hours:g} hours")
    return what


def day_words(day: date | None) -> str:
    return "no day" if day is None else spoken(day)
