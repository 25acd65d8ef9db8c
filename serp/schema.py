"""Migrations that keep a running site running: they give up a lock that they cannot have at once,
and build indexes of large tables while others write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError
from django.db import OperationalError, migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

LOCK_PATIENCE = "5s"
"""How long a migration waits for a lock on a table. While it waits, all who come after it wait too."""
INDEX_PATIENCE = "10min"
"""How long a concurrent index waits for older transactions. Nobody waits for it meanwhile."""
LARGE_TABLES = frozenset(
    {
        "serp.check",
        "serp.ledgerentry",
        "serp.listing",
        "serp.page",
        "serp.rawanswer",
        "serp.sighting",
        "serp.snapshot",
    }
)
"""Models with a row for each check, page or result: an index on them takes long to build."""


class LockNotHad(CommandError):
    """A table that the migration must change is held by somebody; nothing was changed."""


class CautiousMigration(migrations.Migration):
    """A migration that waits for no lock longer than `LOCK_PATIENCE` (PostgreSQL only).

    Raises LockNotHad then, and with it the whole migration is undone: run it again. One with
    `atomic = False` holds only operations that may be repeated after an interruption.
    """

    def apply(
        self,
        project_state: ProjectState,
        schema_editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,
    ) -> ProjectState:
        with self.patience(schema_editor):
            state = super().apply(project_state, schema_editor, collect_sql)
            finish_deferred(schema_editor)
        return state

    def unapply(
        self,
        project_state: ProjectState,
        schema_editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,
    ) -> ProjectState:
        with self.patience(schema_editor):
            state = super().unapply(project_state, schema_editor, collect_sql)
            finish_deferred(schema_editor)
        return state

    @contextmanager
    def patience(self, schema_editor: BaseDatabaseSchemaEditor) -> Iterator[None]:
        if schema_editor.connection.vendor != "postgresql":
            yield
            return
        is_atomic = schema_editor.atomic_migration
        span, time = ("LOCAL", LOCK_PATIENCE) if is_atomic else ("SESSION", INDEX_PATIENCE)
        schema_editor.execute(f"SET {span} lock_timeout = '{time}'")
        try:
            yield
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != "55P03":
                raise
            raise LockNotHad(
                f"Migration {self.app_label}.{self.name} waited {time} for a table that somebody "
                f"else holds ({str(error).splitlines()[0]}), and gave up so that the site need not "
                "wait behind it. "
                + ("Nothing was changed. " if is_atomic else "What it had finished stays. ")
                + "Run manage.py migrate again, best while the workers are stopped; "
                "pg_stat_activity shows who holds the table."
            ) from error
        finally:
            if not is_atomic:
                schema_editor.execute("RESET lock_timeout")


def finish_deferred(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Run what Django puts off to the end, such as foreign keys: it too needs locks on old tables."""
    statements, schema_editor.deferred_sql[:] = [*schema_editor.deferred_sql], []
    for statement in statements:
        schema_editor.execute(statement, None)


class AddIndexLive(migrations.AddIndex):
    """Add an index while others write: concurrently on PostgreSQL, plainly elsewhere. May be repeated:
    an index that an interrupted run has left unfinished is built anew, a finished one is kept."""

    atomic = False

    def describe(self) -> str:
        return f"Add index {self.index.name} to {self.model_name} while others write"

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        add_index(schema_editor, model, self.index)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        drop_index(schema_editor, self.index.name)


class RemoveIndexLive(migrations.RemoveIndex):
    """Remove an index while others write; may be repeated."""

    atomic = False

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        drop_index(schema_editor, self.name)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        state = to_state.models[app_label, self.model_name_lower]
        add_index(schema_editor, model, state.get_index_by_name(self.name))


def add_index(schema_editor: BaseDatabaseSchemaEditor, model: Any, index: Any) -> None:
    if schema_editor.collect_sql or not is_built(schema_editor, index.name):
        drop_index(schema_editor, index.name)
        live(schema_editor, schema_editor.add_index)(model, index)


def live(schema_editor: BaseDatabaseSchemaEditor, act: Callable[..., Any]) -> Callable[..., Any]:
    """The act of a schema editor, concurrently where the database can."""
    if schema_editor.connection.vendor != "postgresql":
        return act
    if schema_editor.connection.in_atomic_block:
        raise ValueError("An index can be built live only in a migration with atomic = False.")
    return lambda *arguments: act(*arguments, concurrently=True)


def drop_index(schema_editor: BaseDatabaseSchemaEditor, name: str) -> None:
    how = "CONCURRENTLY " if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP INDEX {how}IF EXISTS {schema_editor.quote_name(name)}")


def is_built(schema_editor: BaseDatabaseSchemaEditor, name: str) -> bool:
    """Whether the index is there and finished; a broken concurrent build leaves an invalid one."""
    question = (
        "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND indisvalid"
        if schema_editor.connection.vendor == "postgresql"
        else "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = %s"
    )
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(question, [name])
        return cursor.fetchone() is not None
