"""Which tables a backup holds, and how one row of them is written as a line of JSON and read again."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.db import connection
from django.db.models import BinaryField, ExpressionWrapper, F, Field, JSONField, Model, TextField

from serp.models.secret import SecretField, Unreadable

LEFT_OUT = {"sessions", "axes", "serp.heartbeat", "serp.pause"}
"""Apps and models of the running machine, not of its data: a copy has its own."""
MADE_BY_MIGRATIONS = {
    "contenttypes.contenttype",
    "auth.permission",
    "serp.ctrcurve",
}
"""Models whose rows a new and empty installation has already."""
ROWS_AT_ONCE = 1000

Row = list[Any]


def all_models(registry: Apps = apps) -> list[type[Model]]:
    """Every model with a table of its own, many-to-many tables too, in the order of their names."""
    found = [
        model
        for model in registry.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]
    return sorted(found, key=lambda model: model._meta.label_lower)


def kept_models(registry: Apps = apps) -> list[type[Model]]:
    """The models that a backup holds."""
    return [
        model
        for model in all_models(registry)
        if not LEFT_OUT & {model._meta.app_label, model._meta.label_lower}
    ]


def fields_of(model: type[Model]) -> list[Field]:
    """The columns of a model that can be written."""
    return [field for field in model._meta.concrete_fields if not field.generated]


def rows_of(model: type[Model]) -> Iterator[Row]:
    """All rows in key order, as values that JSON knows. Secrets stay encrypted as they are stored."""
    columns: list[Any] = [
        ExpressionWrapper(F(field.attname), output_field=TextField())
        if isinstance(field, SecretField)
        else field.attname
        for field in fields_of(model)
    ]
    rows = model._base_manager.order_by("pk").values_list(*columns)
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        yield [plain(value) for value in row]


def plain(value: Any) -> Any:
    """A value of the database as one that JSON knows."""
    if value is None or isinstance(value, (bool, int, float, str, list, dict)):
        return value
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)  # decimals and UUIDs


def line_of(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def writer(field: Field, *, without_keys: bool) -> Callable[[Any], Any]:
    """How a value of this column gets from what JSON held to what a cursor takes."""
    if isinstance(field, SecretField):
        return lambda sealed: "" if without_keys else field.get_prep_value(Unreadable(sealed or ""))
    if isinstance(field, BinaryField):
        return lambda text: field.get_db_prep_save(
            None if text is None else base64.b64decode(text), connection
        )
    if isinstance(field, JSONField) and not field.null:
        # Python's None is SQL's NULL for get_db_prep_save, and JSON's null for this one.
        return lambda value: field.get_db_prep_value(value, connection)
    return lambda value: field.get_db_prep_save(field.to_python(value), connection)
