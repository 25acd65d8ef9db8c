"""Brings the shipped catalogue of places into the table, leaving alone what a person changed."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps import apps as every_app
from django.apps.registry import Apps
from django.db import transaction

from content.models import Placement
from content.placing.shipped import Entry, entries

FIELDS = (
    "name",
    "kind",
    "domain",
    "url",
    "languages",
    "countries",
    "piece_kinds",
    "needs",
    "forbids",
    "disclosure",
    "hours",
    "source",
)


@transaction.atomic
def load(*, model: Any = Placement, using: str = "default") -> tuple[int, int, int]:
    """Make the catalogue's rows what the shipped file says. Safe to repeat.

    New places are made, changed ones brought up to date, those gone from the file switched off and
    never deleted: pieces may point at them. A row that a person edited stays as it is. Returns how
    many were made, changed and switched off. `model` may be that of a migration.
    """
    rows = model._base_manager.using(using).filter(brand=None)
    present: dict[str, Any] = {row.slug: row for row in rows}
    shipped = entries()
    made = [
        model(slug=entry.slug, **values_of(entry)) for entry in shipped if entry.slug not in present
    ]
    model._base_manager.using(using).bulk_create(made)
    changed = [
        present[entry.slug]
        for entry in shipped
        if entry.slug in present and bring_up(present[entry.slug], entry)
    ]
    if changed:
        model._base_manager.using(using).bulk_update(changed, [*FIELDS, "is_active"])
    known = {entry.slug for entry in shipped}
    gone = [
        row.pk
        for slug, row in present.items()
        if slug not in known and row.is_active and not row.is_edited
    ]
    model._base_manager.using(using).filter(pk__in=gone).update(is_active=False)
    return len(made), len(changed), len(gone)


def values_of(entry: Entry) -> dict[str, Any]:
    """The values of a row; the table keeps lists as JSON."""
    values = {name: getattr(entry, name) for name in FIELDS}
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }


def bring_up(row: Any, entry: Entry) -> bool:
    """Set the row's fields to what is shipped; whether anything was different."""
    if row.is_edited:
        return False
    wanted = values_of(entry) | {"is_active": True}
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return False
    for name, value in wanted.items():
        setattr(row, name, value)
    return True


def after_migrate(sender: AppConfig, *, apps: Apps = every_app, using: str, **_: Any) -> None:
    """Bring the catalogue up to date whenever the tables were; before they exist, nothing happens."""
    try:
        model = apps.get_model(sender.label, Placement.__name__)
    except LookupError:
        return
    load(model=model, using=using)
