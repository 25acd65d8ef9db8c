"""Looks up, adds and changes many rows with one statement each, on SQLite and PostgreSQL alike.

The rows travel as one JSON text. A thousand checks bring up to 300,000 rows, and a model instance or
a placeholder for each of their values would cost ten times the rest.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import RawSQL

Row = Mapping[str, object]
"""Values by column name; every row of one call names the same columns."""


def ids_by_key(model: type[Model], keys: Collection[str]) -> dict[str, int]:
    """The ids of the rows whose unique text `key` is one of these; keys that no row has are left out."""
    if not keys:
        return {}
    is_postgres = connection.vendor == "postgresql"
    wanted = "json_array_elements_text(%s::json)" if is_postgres else "value FROM json_each(%s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, id FROM {model._meta.db_table} WHERE key IN (SELECT {wanted})",  # noqa: S608  no text of a person's
            [json.dumps(list(keys))],
        )
        return dict(cursor.fetchall())


def these(ids: Collection[int]) -> RawSQL:
    """Ids to filter with, as in `pk__in=these(ids)`: with thousands of them the placeholders would
    cost more than the rows."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT json_array_elements_text(%s::json)::bigint", [json.dumps(list(ids))])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(ids))])


def add(model: type[Model], rows: Sequence[Row], *, where: str = "true", clash: str = "") -> None:
    """Insert rows. `where` narrows them (their alias is `fresh`); `clash` says what to do with one
    that the table has already, by its unique columns; by default nothing. The order is kept."""
    if not rows:
        return
    table, names = model._meta.db_table, ", ".join(rows[0])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {_table(model, rows)} AS fresh"  # noqa: S608
            f" WHERE {where} ON CONFLICT {clash or 'DO NOTHING'}",
            [_text(rows)],
        )


def change(model: type[Model], rows: Sequence[Row]) -> None:
    """Give the rows with these ids their new values; each row names its `id` and what changes."""
    if not rows:
        return
    table = model._meta.db_table
    changes = ", ".join(f"{name} = fresh.{name}" for name in rows[0] if name != "id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {changes} FROM {_table(model, rows)} AS fresh"  # noqa: S608
            f" WHERE {table}.id = fresh.id",
            [_text(rows)],
        )


def _table(model: type[Model], rows: Sequence[Row]) -> str:
    """The rows as a table in SQL, out of the one parameter that `_text` makes of them."""
    if connection.vendor == "postgresql":
        return f"json_populate_recordset(NULL::{model._meta.db_table}, %s::json)"
    columns = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in rows[0])
    return f"(SELECT {columns} FROM json_each(%s))"  # noqa: S608


def _text(rows: Sequence[Row]) -> str:
    return json.dumps(rows, ensure_ascii=False, default=stored)


def stored(value: object) -> str:
    """A time as the database keeps it; anything else, such as a Decimal, as it is written. Rows may hold
    values as they are; one that stands in very many rows is better turned once."""
    if isinstance(value, datetime):
        value = connection.ops.adapt_datetimefield_value(value)
    return str(value)
