"""Migrations of large tables stop nobody: guarded by reading them, and shown on a real PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from serp.schema import LARGE_TABLES, AddIndexLive, CautiousMigration, RemoveIndexLive
from tests.conftest import REPOSITORY

OURS = {"serp", "reputation", "content"}
LARGE = LARGE_TABLES | {"reputation.judgement", "reputation.mark", "reputation.historicalmark"}
RELEASED = {
    ("serp", "0001_initial"),
    ("serp", "0002_shipped_curves"),
    ("reputation", "0001_initial"),
    ("content", "0001_initial"),
}
"""Written before the rule; they make the tables, so nobody can wait for them."""
SLOW = (migrations.AddIndex, migrations.AddConstraint, migrations.AlterUniqueTogether)


def complaints(app: str, migration: migrations.Migration) -> Iterator[str]:
    """What in a migration may keep the users of a large table waiting."""
    made = {
        f"{app}.{operation.name_lower}"
        for operation in migration.operations
        if isinstance(operation, migrations.CreateModel)
    }
    touched = [
        operation for operation in migration.operations if table_of(app, operation) in LARGE - made
    ]
    if touched and not isinstance(migration, CautiousMigration):
        yield f"{app}.{migration.name} touches a large table and is no CautiousMigration"
    for operation in touched:
        name = f"{app}.{migration.name}: {operation.describe()}"
        if isinstance(operation, SLOW) and not isinstance(operation, AddIndexLive):
            yield f"{name}: use AddIndexLive in a migration with atomic = False"
        field = getattr(operation, "field", None)
        if isinstance(operation, migrations.AddField) and (field.db_index or field.unique):
            yield f"{name}: add the column without its index, and the index with AddIndexLive"
        if isinstance(operation, (AddIndexLive, RemoveIndexLive)) and migration.atomic:
            yield f"{name}: the migration needs atomic = False"


def table_of(app: str, operation: Operation) -> str:
    name = getattr(operation, "model_name", None) or getattr(operation, "name", "")
    return f"{app}.{name}".lower()


def test_no_migration_keeps_the_users_of_a_large_table_waiting() -> None:
    known = MigrationLoader(None).disk_migrations
    found = [
        line
        for (app, name), migration in sorted(known.items())
        if app in OURS and (app, name) not in RELEASED
        for line in complaints(app, migration)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("kind", "operation", "said"),
    [
        (
            migrations.Migration,
            migrations.RemoveField("check", "depth"),
            "no CautiousMigration",
        ),
        (
            CautiousMigration,
            migrations.AddIndex("snapshot", models.Index(fields=["taken_at"], name="x")),
            "use AddIndexLive",
        ),
        (
            CautiousMigration,
            migrations.AddField("check", "extra", models.IntegerField(null=True, db_index=True)),
            "add the column without its index",
        ),
        (
            CautiousMigration,
            AddIndexLive("check", models.Index(fields=["depth"], name="x")),
            "needs atomic = False",
        ),
    ],
)
def test_the_guard_sees_what_would_lock_a_large_table(
    kind: type[migrations.Migration], operation: Operation, said: str
) -> None:
    migration = type("Migration", (kind,), {"operations": [operation]})("0099_bad", "serp")
    assert [said in line for line in complaints("serp", migration)] == [True]


class Site:
    """An installation on a PostgreSQL database of its own, at the migrations before issue 3."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY,
            env=os.environ
            | {
                "DATABASE_URL": self.url,
                "DATA_DIR": str(self.folder),
                "REDIS_URL": "",
                "PYTHONPATH": str(self.folder),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def manage(self, *arguments: str) -> str:
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=200)
        assert process.returncode == 0, said
        return said

    def ask(self, sql: str) -> list[Any]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def make_site(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Site]]:
    server, _, name = postgres_url.rpartition("/")
    made = [f"{name}_before"]

    def create(name: str, template: str) -> None:
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]

    def make() -> Site:
        made.append(f"{name}_site{len(made)}")
        create(made[-1], made[0])
        return Site(f"{server}/{made[-1]}", tmp_path_factory.mktemp("site"))

    create(made[0], "template0")
    before = Site(f"{server}/{made[0]}", tmp_path_factory.mktemp("site"))
    before.manage("migrate", "-v0", "serp", "0002")
    with psycopg.connect(before.url) as connection:
        connection.execute(
            "INSERT INTO serp_brand (id, name, slug, aliases, domains, profiles, time_zone, created_at)"
            " VALUES (1, 'Acme', 'acme', '[]', '[]', '[]', 'UTC', now());"
            "INSERT INTO serp_keyword (id, brand_id, phrase, kind, engine, country, language, location,"
            " device, depth, cadence, is_paused, created_at) VALUES (1, 1, 'acme', 'brand', 'google',"
            " 'no', 'no', '', 'desktop', 10, '1d', false, now());"
            "INSERT INTO serp_check (keyword_id, period, sequence, state, not_before, fence, attempts,"
            " tries, calls, cost, depth, error_kind, message, created_at) SELECT 1, now(), n, 'due',"
            " now(), 0, 0, 0, 0, 0, 0, '', '', now() FROM generate_series(1, 5000) AS n"
        )
    yield make
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for one in made:
            connection.execute(f"DROP DATABASE {one} WITH (FORCE)")  # type: ignore[arg-type]


def test_a_migration_gives_up_a_table_that_another_session_holds(
    make_site: Callable[[], Site],
) -> None:
    site = make_site()
    settings = site.folder / "patient_settings.py"
    settings.write_text(
        "from reputation.settings import *\nfrom serp import schema\nschema.LOCK_PATIENCE = '0'\n"
    )
    with psycopg.connect(site.url) as holder:
        holder.execute("LOCK TABLE serp_check IN ACCESS SHARE MODE")
        cautious = site.start("migrate", "-v0", "serp", "0003")
        patient = None
        try:
            said, _ = cautious.communicate(timeout=120)
            assert cautious.returncode == 1
            assert "LockNotHad: Migration serp.0003_truth_and_money waited 5s for a table" in said
            assert "Nothing was changed. Run manage.py migrate again" in said
            assert "Traceback" not in said
            assert site.ask("SELECT to_regclass('serp_notice')") == [(None,)]
            patient = site.start("migrate", "-v0", "serp", "0003", "--settings", "patient_settings")
            until = time.monotonic() + 100
            while not (waiting := waits(site)) and time.monotonic() < until:
                time.sleep(0.2)
            assert waiting, "the control: without the time-out it waits"
            time.sleep(7)
            assert waits(site), "and goes on waiting"
            assert patient.poll() is None
        finally:
            if patient is not None:
                patient.kill()
                patient.wait()
    site.manage("migrate", "-v0", "serp", "0003")
    assert site.ask("SELECT to_regclass('serp_notice')::text") == [("serp_notice",)]


def waits(site: Site) -> bool:
    return bool(site.ask("SELECT 1 FROM pg_locks WHERE NOT granted"))


def test_no_large_table_is_rewritten_and_an_interrupted_index_is_built_again(
    make_site: Callable[[], Site],
) -> None:
    site = make_site()
    file_of = "SELECT relfilenode FROM pg_class WHERE relname = 'serp_check'"
    before = site.ask(file_of)
    site.manage("migrate", "-v0", "serp", "0003")
    assert site.ask(file_of) == before, "5,000 rows stayed in the file they were in"
    with psycopg.connect(site.url, autocommit=True) as connection:
        connection.execute("CREATE INDEX check_queue ON serp_check (turn, not_before)")
        # What an interrupted CREATE INDEX CONCURRENTLY leaves behind.
        connection.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'check_queue'::regclass")  # fmt: skip
    site.manage("migrate", "-v0", "serp", "0004")
    valid = "SELECT indisvalid, pg_get_expr(indpred, indrelid) IS NOT NULL FROM pg_index WHERE indexrelid = 'check_queue'::regclass"
    assert site.ask(valid) == [(True, True)]
    with psycopg.connect(site.url, autocommit=True) as connection:
        connection.execute("DELETE FROM django_migrations WHERE name = '0004_check_queue'")
        connection.execute("ALTER TABLE serp_check ALTER COLUMN depth TYPE bigint")
    assert site.ask(file_of) != before, "the control: a rewritten table is seen"
    site.manage("migrate", "-v0", "serp", "0004")
    assert site.ask(valid) == [(True, True)], "a finished index is no trouble for a second run"


def test_an_index_is_built_while_another_session_writes(make_site: Callable[[], Site]) -> None:
    site = make_site()
    site.manage("migrate", "-v0", "serp", "0003")
    with psycopg.connect(site.url) as writer, psycopg.connect(site.url, autocommit=True) as other:
        writer.execute("UPDATE serp_check SET turn = 1 WHERE sequence = 1")
        builder = site.start("migrate", "-v0", "serp", "0004")
        try:
            until = time.monotonic() + 100
            while not waits(site) and time.monotonic() < until:
                time.sleep(0.1)
            assert waits(site), "the control: it has begun and waits for the open transaction"
            other.execute("SET lock_timeout = '1s'")
            other.execute("UPDATE serp_check SET turn = 2 WHERE sequence = 2")
            writer.commit()
            assert builder.wait(100) == 0
            with psycopg.connect(site.url) as plain:
                plain.execute("DROP INDEX check_queue")
                plain.execute("CREATE INDEX check_queue ON serp_check (turn)")
                with pytest.raises(psycopg.errors.LockNotAvailable):
                    other.execute("UPDATE serp_check SET turn = 3 WHERE sequence = 3")
        finally:
            builder.kill()
            builder.wait()
