"""Reads a backup into a database: checks it whole first, then all or nothing, and the copy stands still."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model

from reputation.backup.archive import BadBackup, Manifest, lines_of, opened, verify
from reputation.backup.saving import PROOF
from reputation.backup.tables import (
    MADE_BY_MIGRATIONS,
    ROWS_AT_ONCE,
    all_models,
    fields_of,
    kept_models,
    writer,
)
from serp.models import Pause
from serp.models.secret import Unreadable, unseal
from serp.schema import LOCK_PATIENCE

WRONG_KEY = (
    "The provider keys in this backup were encrypted with another ENCRYPTION_KEY than the one set "
    "here (SECRET_KEY stands in for it where it is empty). Set the one of the installation that "
    "made the backup. If it is lost: restore with --without-keys and enter the keys again."
)


class CannotRestore(Exception):
    """This backup does not go into this database; the text says why and what to do."""


def restore(
    path: Path,
    now: datetime,
    *,
    replace: bool = False,
    without_keys: bool = False,
    advance: Callable[[int], Any] = int,
) -> Manifest:
    """Fill the database from the backup and pause it; returns the backup's manifest.

    `replace` empties a database that holds data, `without_keys` leaves provider keys out. `advance`
    is called with the rows read, twice for each: once to check, once to store. Raises BadBackup or
    CannotRestore; the rows of the database are then as they were.
    """
    with opened(path) as (file, manifest):
        if not without_keys and not unseals(manifest.proof):
            raise CannotRestore(WRONG_KEY)
        verify(file, manifest, advance=advance)
        held = data_held()
        if held and not replace:
            raise CannotRestore(
                f"This database holds data already ({held}). Restore into an empty one, or add "
                "--replace to delete all that it holds first."
            )
        registry = migrate_to(manifest)
        with transaction.atomic():
            empty()
            fill(file, manifest, registry=registry, without_keys=without_keys, advance=advance)
            check_links(manifest)
            ContentType.objects.clear_cache()
            if "serp_pause" in connection.introspection.table_names():
                stand_still(manifest, now)
    call_command("migrate", verbosity=0, interactive=False)
    stand_still(manifest, now)
    return manifest


def stand_still(manifest: Manifest, now: datetime) -> None:
    Pause.begin(f"restored from the backup of {manifest.made:%Y-%m-%d %H:%M} UTC", now)


def unseals(proof: str) -> bool:
    text = unseal(proof)
    return not isinstance(text, Unreadable) and text == PROOF


def data_held() -> str:
    """The first table with rows that no migration made, and how many; empty: there is none."""
    there = set(connection.introspection.table_names())
    for model in kept_models():
        if model._meta.db_table in there and model._meta.label_lower not in MADE_BY_MIGRATIONS:
            with connection.cursor() as cursor:
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  a name of our own
                if rows := cursor.fetchone()[0]:
                    names = (
                        model._meta.verbose_name_plural if rows > 1 else model._meta.verbose_name
                    )
                    return f"{rows:,} {names}"
    return ""


def migrate_to(manifest: Manifest) -> Apps:
    """Bring the tables to the migrations of the backup; returns the models as they were there."""
    executor = MigrationExecutor(connection)
    known = executor.loader.disk_migrations
    made_with = {(app, name) for app, name in manifest.migrations}
    newer = sorted(".".join(node) for node in made_with - set(known))
    if newer:
        raise CannotRestore(
            f"The backup was made by a newer version: this one does not know {', '.join(newer[:3])}"
            f"{' and others' if len(newer) > 3 else ''}. Install that version and restore again."
        )
    graph = executor.loader.graph
    followed = {
        node
        for node in made_with
        for child in graph.node_map[node].children
        if child.key[0] == node[0] and child.key in made_with
    }
    nodes = sorted(made_with - followed)
    ahead = set(executor.loader.applied_migrations) - made_with
    if ahead:
        newest = ".".join(max(ahead))
        raise CannotRestore(
            f"The backup is of an older version than the tables of this database ({newest} was "
            "applied since). Restore it into a new, empty database; it is brought up to date there."
        )
    if executor.migration_plan(nodes):
        executor.migrate(nodes)
    apps: Apps = MigrationExecutor(connection).loader.project_state(nodes).apps
    return apps


def empty() -> None:
    """Delete all rows of all models, those of sessions and of the running machine too."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_PATIENCE}'")
    there = set(connection.introspection.table_names())
    tables = [model._meta.db_table for model in all_models() if model._meta.db_table in there]
    try:
        for statement in connection.ops.sql_flush(no_style(), tables):
            with connection.cursor() as cursor:
                cursor.execute(statement)
    except OperationalError as error:
        raise CannotRestore(
            f"Somebody else is using this database ({str(error).splitlines()[0]}). "
            "Stop web, workers and beat, and restore again."
        ) from error


def fill(
    file: zipfile.ZipFile,
    manifest: Manifest,
    *,
    registry: Apps,
    without_keys: bool,
    advance: Callable[[int], Any],
) -> None:
    """Store every row under the key that it had. Links are checked at the end of the transaction, so
    that the order of tables does not matter and rows may point at each other."""
    models = {model._meta.db_table: model for model in all_models(registry)}
    for table in manifest.tables:
        model = models.get(table.name)
        if model is None or set(table.columns) != {field.column for field in fields_of(model)}:
            raise BadBackup(
                f"{file.filename}: table {table.name} is not as its migrations made it."
            )
        try:
            fill_table(
                lines_of(file, table),
                model,
                columns=table.columns,
                without_keys=without_keys,
                advance=advance,
            )
        except (DatabaseError, ValueError, ValidationError) as error:
            raise CannotRestore(
                f"Table {table.name} could not be stored: {str(error).splitlines()[0]}. "
                "The database is as it was."
            ) from error
    resets = connection.ops.sequence_reset_sql(no_style(), list(models.values()))
    with connection.cursor() as cursor:
        for statement in resets:
            cursor.execute(statement)


def fill_table(
    lines: Iterator[bytes],
    model: type[Model],
    *,
    columns: list[str],
    without_keys: bool,
    advance: Callable[[int], Any],
) -> None:
    fields = {field.column: field for field in fields_of(model)}
    turns = [writer(fields[column], without_keys=without_keys) for column in columns]
    quote = connection.ops.quote_name
    names, places = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        while batch := list(islice(lines, ROWS_AT_ONCE)):
            rows = [
                [turn(value) for turn, value in zip(turns, json.loads(line), strict=True)]
                for line in batch
            ]
            cursor.executemany(statement, rows)
            advance(len(rows))


def check_links(manifest: Manifest) -> None:
    """Find a row that points at nothing now, while all can still be undone."""
    try:
        connection.check_constraints()
    except DatabaseError as error:
        raise CannotRestore(
            f"The backup of {manifest.made:%Y-%m-%d %H:%M} UTC has a row that points at one it does "
            f"not hold: {str(error).splitlines()[0]}. The database is as it was."
        ) from error
