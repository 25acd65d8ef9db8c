"""Writes a backup: every table as it stood at one moment, while others go on writing."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from reputation.backup.archive import Manifest, Table, whole_or_none, write_manifest, write_table
from reputation.backup.tables import fields_of, kept_models, line_of, rows_of
from serp.models.secret import seal

PROOF = "sealed by Pushdown's backup"


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside is read as of one moment; nobody who writes is kept waiting."""
    if connection.in_atomic_block:
        raise RuntimeError("A backup needs a transaction of its own.")
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Django's own transactions are IMMEDIATE here, which would lock writers out; this one only reads.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def save(path: Path, now: datetime, *, advance: Callable[[int], Any] = int) -> Manifest:
    """Write a backup to `path`, which appears when it is complete; returns its manifest.

    `advance` is called with the number of rows written since. Raises OSError when it cannot be
    written, for one because the disk is full; no half file stays then.
    """
    with (
        whole_or_none(path) as part,
        zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as file,
        one_moment(),
    ):
        manifest = Manifest(
            made_at=now.isoformat(timespec="seconds"),
            site=settings.SITE_URL,
            database=connection.vendor,
            proof=seal(PROOF),
            migrations=sorted(map(list, MigrationRecorder(connection).applied_migrations())),
        )
        for model in kept_models():
            manifest.tables.append(save_table(file, model, advance))
        write_manifest(file, manifest)
    return manifest


def save_table(file: zipfile.ZipFile, model: Any, advance: Callable[[int], Any]) -> Table:
    def lines() -> Iterator[bytes]:
        for row in rows_of(model):
            advance(1)
            yield line_of(row)

    return write_table(
        file,
        model=model._meta.label_lower,
        name=model._meta.db_table,
        columns=[str(field.column) for field in fields_of(model)],
        lines=lines(),
    )


def row_count() -> int:
    """About how many rows a backup will hold, for a progress bar."""
    return sum(model._base_manager.count() for model in kept_models())
