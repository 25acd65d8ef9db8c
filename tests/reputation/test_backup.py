"""Backup and restore: of one moment while others write, from SQLite to PostgreSQL and back, all or nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from reputation.backup.archive import (
    BadBackup,
    lines_of,
    opened,
    verify,
    write_manifest,
    write_table,
)
from tests.conftest import REPOSITORY

KEY = "a key for this test only, and long enough for the purpose"
WRITER = """
import sys, time
from datetime import date
from decimal import Decimal
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from serp.models import *
brand = Brand.objects.create(name="Acme", slug="acme")
def entry(reserved):
    return LedgerEntry(brand=brand, fence=1, provider="x", at=timezone.now(), reserved_calls=1, reserved=reserved)
LedgerEntry.objects.bulk_create([entry(0) for _ in range(10_000)], batch_size=2000)
BudgetUse.objects.create(brand=brand, span="day", starts_on=date(2026, 11, 22))
print("ready", flush=True)
stop = open(sys.stdin.fileno(), "rb", buffering=0)
import os; os.set_blocking(stop.fileno(), False)
longest, commits = 0.0, 0
while stop.read(1) is None:
    begun = time.monotonic()
    with transaction.atomic():
        entry(Decimal("0.00100")).save()
        BudgetUse.objects.update(used=F("used") + Decimal("0.00100"))
    longest, commits = max(longest, time.monotonic() - begun), commits + 1
    time.sleep(0.001)
print(commits, longest)
"""


PRELUDE = """
from django.core.management import CommandError, call_command
from serp.models import *
def manage(*arguments):
    try:
        call_command(*arguments, no_color=True)
    except CommandError as error:
        print("refused:", error)
def brands():
    print("brands:", *Brand.objects.values_list("slug", flat=True))
"""


class House:
    """An installation with a database of its own; starting a process takes long, so a script does much."""

    def __init__(self, folder: Path, url: str) -> None:
        folder.mkdir(exist_ok=True)
        self.environment = os.environ | {
            "DATA_DIR": str(folder),
            "DATABASE_URL": url,
            "REDIS_URL": "",
            "SECRET_KEY": KEY,
            "ENCRYPTION_KEY": "",
        }

    def manage(self, *arguments: str) -> dict[str, Any]:
        """What subprocess wants to know to run a command."""
        return {
            "args": [sys.executable, "manage.py", *arguments],
            "cwd": REPOSITORY,
            "env": self.environment,
            "text": True,
        }

    def run(self, script: str, **options: Any) -> str:
        """What a script prints that may call `manage("restore", …)`."""
        done = subprocess.run(
            **self.manage("shell", "-v0", "-c", PRELUDE + script), capture_output=True, **options
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def contents(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = json.loads(
            self.run("from tests.every_table import show; show()")
        )
        return found


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> House:
    """An empty SQLite installation to copy."""
    folder = tmp_path_factory.mktemp("migrated")
    site = House(folder, f"sqlite:///{folder / 'db.sqlite3'}")
    site.run("manage('migrate', '-v0')")
    return site


@pytest.fixture(scope="module")
def postgres(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[bool], str]]:
    """Makes databases on the PostgreSQL of the test run, migrated or blank; gives their URLs."""
    server, _, name = postgres_url.rpartition("/")
    template = f"{name}_migrated"
    made = [template]

    def create(is_blank: bool) -> str:
        made.append(f"{name}_{len(made)}")
        source = "template0" if is_blank else template
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {made[-1]} TEMPLATE {source}")
        return f"{server}/{made[-1]}"

    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {template}")
    House(tmp_path_factory.mktemp("pg"), f"{server}/{template}").run("manage('migrate', '-v0')")
    yield create
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for one in made:
            connection.execute(f"DROP DATABASE {one} WITH (FORCE)")


@pytest.fixture
def house(tmp_path: Path, migrated: House, request: pytest.FixtureRequest) -> Callable[..., House]:
    """Makes installations: `house()` on SQLite, `house("postgresql")`, `house(is_blank=True)`."""
    numbers = count()

    def make(vendor: str = "sqlite", *, is_blank: bool = False) -> House:
        folder = tmp_path / f"house{next(numbers)}"
        if vendor == "postgresql":
            return House(folder, request.getfixturevalue("postgres")(is_blank))
        folder.mkdir()
        if not is_blank:
            shutil.copy(Path(migrated.environment["DATA_DIR"]) / "db.sqlite3", folder)
        return House(folder, f"sqlite:///{folder / 'db.sqlite3'}")

    return make


@pytest.fixture(scope="module")
def saved(migrated: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The backup of a small installation with one brand and a provider key."""
    folder = tmp_path_factory.mktemp("saved")
    shutil.copy(Path(migrated.environment["DATA_DIR"]) / "db.sqlite3", folder)
    path = folder / "saved.backup"
    House(folder, f"sqlite:///{folder / 'db.sqlite3'}").run(
        "Brand.objects.create(name='Acme', slug='acme')\n"
        "ProviderAccount.objects.create(name='A', provider='serpapi', key='k-secret-1')\n"
        f"manage('backup', {str(path)!r})"
    )
    return path


def rewritten(
    path: Path,
    *,
    lines: dict[str, list[bytes]] | None = None,
    migrations: Callable[[list[list[str]]], Any] = list,
) -> Path:
    """A copy of a backup, sound in itself, with other rows in some tables or other migrations."""
    copy = path.with_suffix(f".{uuid4().hex}")
    with opened(path) as (file, manifest), zipfile.ZipFile(copy, "w") as other:
        tables = [
            write_table(
                other,
                model=table.model,
                name=table.name,
                columns=table.columns,
                lines=(lines or {}).get(table.name, lines_of(file, table)),
            )
            for table in manifest.tables
        ]
        write_manifest(
            other, replace(manifest, tables=tables, migrations=migrations(manifest.migrations))
        )
    return copy


def rows(path: Path, name: str) -> list[dict[str, Any]]:
    with opened(path) as (file, manifest):
        table = next(table for table in manifest.tables if table.name == name)
        return [
            dict(zip(table.columns, json.loads(line), strict=True))
            for line in lines_of(file, table)
        ]


@pytest.mark.parametrize(("source", "target"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_every_table_comes_back_as_it_was_and_the_copy_stands_still(
    house: Callable[..., House], tmp_path: Path, source: str, target: str
) -> None:
    path, first, second = tmp_path / "all.backup", house(source), house(target, is_blank=True)
    said = first.run(f"from tests.every_table import fill; fill(); manage('backup', {str(path)!r})")
    assert "rows of" in said
    before = first.contents()
    assert [name for name, found in before.items() if not found] == [], "no table is left untried"
    said = second.run(f"manage('restore', {str(path)!r}); print('state:', Pause.current())")
    assert f"Restored {sum(map(len, before.values())):,} rows" in said
    assert "stands still" in said
    assert "state: restored from the backup of 20" in said
    assert second.contents() == before
    said = second.run(
        "from tests.every_table import FIRST\nmanage('resume'); manage('resume')\n"
        "print('state:', Pause.current())\n"
        "print('fresh:', Brand.objects.create(name='New', slug='new').pk > FIRST + 1)"
    )
    assert "Going on. It stood still since 20" in said
    assert "not paused" in said
    assert "state: None" in said
    assert "fresh: True" in said, "new rows get new keys"


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_a_backup_is_of_one_moment_while_others_write(
    house: Callable[..., House], tmp_path: Path, vendor: str
) -> None:
    site = house(vendor)
    writer = subprocess.Popen(
        **site.manage("shell", "-v0", "-c", WRITER), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    careful = [tmp_path / f"careful{number}.backup" for number in range(2)]
    careless = [tmp_path / f"careless{number}.backup" for number in range(3)]
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        site.run("\n".join(f"manage('backup', {str(path)!r})" for path in careful))
        site.run(
            "import contextlib; from reputation.backup import saving\n"
            "saving.one_moment = contextlib.nullcontext\n"
            + "\n".join(f"manage('backup', {str(path)!r})" for path in careless)
        )
    finally:
        said, _ = writer.communicate("stop")
    assert [difference(path) for path in careful] == [0, 0]
    assert any(map(difference, careless)), "the control: read table after table the sums differ"
    commits, longest = said.split()
    spent = [Decimal(rows(path, "serp_budgetuse")[0]["used"]) for path in careful]
    assert 0 < spent[0] < spent[1], "the control: it wrote between the backups"
    assert int(commits) * Decimal("0.001") > spent[1]
    assert float(longest) < 5, "no writer waited for a backup"


def difference(path: Path) -> Decimal:
    """What the counter says more than the entries that it counts; each writer changes both at once."""
    counted = sum(Decimal(row["used"]) for row in rows(path, "serp_budgetuse"))
    return counted - sum(Decimal(row["reserved"]) for row in rows(path, "serp_ledgerentry"))


def test_keys_stay_encrypted_and_a_wrong_key_is_told(
    house: Callable[..., House], saved: Path
) -> None:
    (account,) = rows(saved, "serp_provideraccount")
    assert "k-secret-1" not in json.dumps(account)
    assert account["key"].startswith("gAAAA")
    site = house()
    site.environment["ENCRYPTION_KEY"] = "not the key that it was made with"
    said = site.run(
        f"manage('restore', {str(saved)!r}); brands(); manage('restore', {str(saved)!r}, '--without-keys')\n"
        "brands(); print('key:', repr(str(ProviderAccount.objects.get().key)))"
    )
    refused, before, rest = said.split("\n", 2)
    assert "refused: The provider keys in this backup were encrypted with another" in refused
    assert "--without-keys" in refused
    assert before == "brands:"
    assert "enter them again" in rest
    assert "brands: acme\nkey: ''" in rest


def test_a_database_that_holds_data_is_kept_unless_it_is_to_be_replaced(
    house: Callable[..., House], saved: Path
) -> None:
    newer = rewritten(saved, migrations=lambda known: [*known, ["serp", "0999_from_the_future"]])
    said = house().run(
        "Brand.objects.create(name='Other', slug='other')\n"
        f"manage('restore', {str(saved)!r}); manage('restore', {str(newer)!r}, '--replace')\n"
        f"brands(); manage('restore', {str(saved)!r}, '--replace'); brands()\n"
        "print('key:', ProviderAccount.objects.get().key)"
    )
    refused, future, before, rest = said.split("\n", 3)
    assert "holds data already (1 brand)" in refused
    assert "--replace" in refused
    assert "this one does not know serp.0999_from_the_future" in future
    assert before == "brands: other"
    assert "brands: acme\nkey: k-secret-1" in rest, "the control: the right file and key go in"


def damaged(path: Path, damage: str, folder: Path) -> Path:
    """A copy of a backup that was changed after it was made."""
    bad, content = folder / "bad.backup", path.read_bytes()
    if damage == "another row" or damage == "a row less":
        with opened(path) as (file, manifest):
            table = next(table for table in manifest.tables if table.name == "serp_brand")
            (line,) = lines_of(file, table)
            sound = file.read("manifest.json")
        changed = [line.replace(b"Acme", b"Evil")] if damage == "another row" else []
        other = rewritten(path, lines={"serp_brand": changed})
        with zipfile.ZipFile(other) as file, zipfile.ZipFile(bad, "w") as mixed:
            for entry in file.namelist():
                mixed.writestr(entry, sound if entry == "manifest.json" else file.read(entry))
    elif damage == "a flipped byte":
        with zipfile.ZipFile(path) as file:
            at = file.getinfo("tables/serp_brand.jsonl.zst").header_offset + 90
        bad.write_bytes(content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :])
    else:
        bad.write_bytes(content[: len(content) // 2] if damage == "cut off" else b"hello")
    return bad


@pytest.mark.parametrize(
    "damage", ["another row", "a row less", "a flipped byte", "cut off", "no backup at all"]
)
def test_a_damaged_file_is_recognised(saved: Path, tmp_path: Path, damage: str) -> None:
    with (
        pytest.raises(BadBackup, match="is damaged"),
        opened(damaged(saved, damage, tmp_path)) as (file, manifest),
    ):
        verify(file, manifest)
    with opened(saved) as (file, manifest):
        verify(file, manifest)


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_a_restore_that_fails_leaves_the_rows_as_they_were(
    house: Callable[..., House], saved: Path, tmp_path: Path, vendor: str
) -> None:
    loose = rewritten(saved, lines={"serp_membership": [b'[901,4711,4712,"viewer"]\n']})
    bad = damaged(saved, "another row", tmp_path)
    said = house(vendor).run(
        "Brand.objects.create(name='Other', slug='other')\n"
        f"manage('restore', {str(loose)!r}, '--replace'); brands()\n"
        f"manage('restore', {str(bad)!r}, '--replace'); brands(); print(Pause.current())"
    )
    lines = said.splitlines()
    assert "a row that points at one it does not hold" in lines[0]
    assert "The database is as it was" in lines[0]
    assert "is damaged: table serp_brand" in lines[2]
    assert lines[1] == lines[3] == "brands: other"
    assert lines[4] == "None"


OLD_BACKUP = """
from pathlib import Path
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from reputation.backup import saving, tables
call_command("migrate", "serp", "0002", verbosity=0)
old = MigrationExecutor(connection).loader.project_state([("serp", "0002_shipped_curves")]).apps
now = timezone.now()
account = old.get_model("serp", "ProviderAccount").objects.create(name="A", provider="serpapi", key="k-old")
brand = old.get_model("serp", "Brand").objects.create(name="Acme", slug="acme", account=account)
keyword = old.get_model("serp", "Keyword").objects.create(brand=brand, phrase="acme")
for number in range(3):
    old.get_model("serp", "Check").objects.create(
        keyword=keyword, period=now, sequence=number, state="measured", not_before=now,
        account=account, cost="0.25", sent_at=now,
    )
saving.kept_models = lambda: tables.kept_models(old)
saving.save(Path({path!r}), now)
"""
NEW_LOOK = """
uses = BudgetUse.objects.all()
print(sorted((use.span, "brand" if use.brand_id else "account", str(use.used)) for use in uses))
print(set(Check.objects.values_list("purpose", "turn")), ProviderAccount.objects.get().key, Pause.current())
"""


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    house: Callable[..., House], tmp_path: Path
) -> None:
    path = tmp_path / "old.backup"
    house(is_blank=True).run(OLD_BACKUP.format(path=str(path)))
    restore = f"manage('restore', {str(path)!r})\n"
    said = house("postgresql", is_blank=True).run(restore + NEW_LOOK)
    *_, spent, checks = said.splitlines()
    assert spent == str(
        [(span, payer, "0.75000") for span in ("day", "month") for payer in ("account", "brand")]
    )
    assert checks.startswith("{('scheduled', 0)} k-old restored from the backup")
    assert "refused: " in (refused := house().run(restore))
    assert "Restore it into a new, empty database" in refused


def test_a_full_disk_leaves_no_half_file(house: Callable[..., House], tmp_path: Path) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    said = house().run(
        "import os, resource\n"
        "for n in range(4): Brand.objects.create(name='B', slug=n, aliases=[os.urandom(60_000).hex()])\n"
        "Brand.objects.count()\n"
        "all, hard = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, hard))\n"
        f"path = {str(folder / 'x.backup')!r}\n"
        "manage('backup', path); print('kept:', os.listdir(os.path.dirname(path)))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (all, hard))\n"
        "manage('backup', path); manage('backup', path)\n"
    )
    refused, kept, written, again = said.splitlines()
    assert "could not be written (File too large). No half file was kept." in refused
    assert kept == "kept: []"
    assert "rows of" in written
    assert "is there already" in again
    assert (folder / "x.backup").stat().st_size > 150_000, "the control: it needs more than that"
    assert (folder / "x.backup").stat().st_mode & 0o077 == 0, "only its owner may read it"


def test_memory_stays_flat_with_large_tables(house: Callable[..., House], tmp_path: Path) -> None:
    path, site = tmp_path / "large.backup", house()
    said = site.run(
        "import os, resource\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"path = {str(path)!r}\n"
        "for n in range(40):\n"
        "    Page.objects.bulk_create([Page(key=f'{n}-{m}', url=os.urandom(1000).hex(), host='h', domain='d') for m in range(1000)])\n"
        "before = peak()\n"
        "manage('backup', path); manage('restore', path, '--replace')\n"
        "print(peak() - before)"
    )
    with opened(path) as (_, manifest):
        size = sum(table.bytes for table in manifest.tables)
    assert size > 80_000_000, "the control: it is more than that"
    assert int(said.split()[-1]) < 30_000, "kB more than before"


def test_what_belongs_to_the_running_machine_stays_out(saved: Path) -> None:
    with opened(saved) as (_, manifest):
        names = {table.name for table in manifest.tables}
    assert {"serp_check", "auth_user", "auth_user_groups", "serp_historicalbrand"} <= names
    out = {"django_session", "axes_accessattempt", "serp_pause", "serp_heartbeat"}
    assert not names & out
