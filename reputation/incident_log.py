"""What changed in an incident, by whom and when, in words, out of its stored history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser

from reputation.models import Incident
from reputation.templatetags.pushdown import person, when


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: sentences about what is different since, and who made it (None: the machine)."""

    at: datetime
    by: AbstractBaseUser | None
    words: list[str]
    is_opening: bool = False


def log_of(incident: Incident, *, people: Mapping[int, AbstractBaseUser]) -> list[Entry]:
    """The changes of an incident, newest first, in one query. `people` names owners by id."""
    rows = list(
        incident.history.select_related("history_user").order_by("history_date", "history_id")
    )
    return entries(rows, people=people, zone=incident.brand.zone)


def entries(
    rows: Sequence[Any], *, people: Mapping[int, AbstractBaseUser], zone: ZoneInfo
) -> list[Entry]:
    """Entries for stored states in the order of time; a state that changed nothing makes none."""
    found = []
    for before, after in zip([None, *rows], rows, strict=False):
        if before is None:
            words = [f"Opened: {after.get_cause_display()}, {after.get_severity_display()}"]
        else:
            words = changes(before, after, people=people, zone=zone)
        if words:
            found.append(Entry(after.history_date, after.history_user, words, before is None))
    return found[::-1]


def changes(
    before: Any, after: Any, *, people: Mapping[int, AbstractBaseUser], zone: ZoneInfo
) -> list[str]:
    """What two states of an incident differ in."""
    words = []
    for name, label in (("status", "Status"), ("severity", "Severity"), ("cause", "Cause")):
        if getattr(before, name) != getattr(after, name):
            was, now = (getattr(row, f"get_{name}_display")() for row in (before, after))
            words.append(f"{label}: {now}, was {was}")
    if before.owner_id != after.owner_id:
        was, now = (person(people.get(row.owner_id)) for row in (before, after))
        words.append(f"Owner: {now}, was {was}")
    if before.due_at != after.due_at:
        was, now = (when(row.due_at, zone) for row in (before, after))
        words.append(f"First answer due {now}, was {was}")
    if before.title != after.title:
        words.append(f"Title: “{after.title}”, was “{before.title}”")
    return words
