"""What a scenario stands on: servers, folders, providers, a seeded die; all of it ends with the scenario."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import psycopg

from tests.faults.plain import TABLES
from tests.installation import Installation, kill_group, start_module
from tests.local_provider import LocalProvider
from tests.services import Server, start_postgres, start_redis

WIDE_OPEN = {"per_second": 1000, "max_in_flight": 40}
"""Limits of an account that stand in nobody's way."""


class MissingProvider(Exception):
    """The local provider is no part of the project and is not beside it."""


@dataclass(frozen=True)
class Result:
    """What came of a scenario. `bites` says whether the control shows the fault."""

    promise: str
    control: str
    ours: str
    kept: bool
    bites: bool = True


class Provider(LocalProvider):
    """The local provider, with a line for each request that it received."""

    def __init__(self, program: Path, log: Path, **options: Any) -> None:
        self.program, self.log, self.options = program, log, options
        super().__init__(program, log=log, results=10, **options)

    def vanish(self) -> None:
        """From now on connections are refused."""
        self.stop()

    def come_back(self) -> None:
        """Answer again, on the same port."""
        port = self.url.rpartition(":")[2]
        super().__init__(self.program, log=self.log, results=10, port=port, **self.options)

    def was_asked(self, more_than: int = 0) -> bool:
        return int(self.stats()["requests"]) > more_than

    def requests(self) -> list[dict[str, Any]]:
        """What was asked, in the order of arrival: `t` in monotonic seconds, `q`, `what`, `status`."""
        if not self.log.exists():
            return []
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return sorted(lines, key=lambda line: float(line["t"]))

    def calls(self) -> Counter[str]:
        """How often each phrase was asked for."""
        return Counter(line["q"] for line in self.requests())


TAPPED = "tests.faults.tapped"


@dataclass(frozen=True)
class Tap:
    """What the workers' taps noted: a line a call."""

    log: Path

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def processes(self) -> int:
        """How many processes made calls."""
        return len({line.split()[0] for line in self.lines()})

    def runs(self, phrase: str) -> int:
        return sum(line.partition(" ")[2] == phrase for line in self.lines())


class Scene:
    """One scenario's own corner: what it starts here ends with it, also when it is interrupted."""

    def __init__(self, ground: Ground, name: str, folder: Path, stack: ExitStack) -> None:
        self.ground, self.name, self.folder, self.stack = ground, name, folder, stack
        self.random = Random(f"{ground.seed}/{name}")
        self.begun = time.monotonic()

    def say(self, text: str) -> None:
        self.ground.say(f"{self.name:>9} {time.monotonic() - self.begun:5.1f} s  {text}")

    def provider(self, **options: Any) -> Provider:
        log = Path(tempfile.mkdtemp(dir=self.folder)) / "requests"
        provider = Provider(self.ground.stub, log, **{"seed": self.ground.seed, **options})
        self.stack.callback(provider.stop)
        return provider

    def redis(self, *, keeps: bool = False) -> Server:
        return self.stack.enter_context(start_redis(keeps=keeps))

    def postgres(self) -> Server:
        """A PostgreSQL of this scenario's own, whose commits are durable."""
        return self.stack.enter_context(start_postgres(is_durable=True))

    def installation(
        self,
        provider: Provider,
        count: int,
        *,
        limits: dict[str, Any] | None = None,
        database: str = "",
        redis: str = "",
        **settings: str,
    ) -> Installation:
        """An installation with `count` keywords due, and no process yet."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        site = Installation(
            folder,
            database=database or self.ground.database(),
            redis=redis or self.redis().url,
            provider=provider.url,
            settings=settings,
        )
        self.stack.callback(site.kill_all)
        if database:
            migrate(site)
        site.watch(count, url=provider.url, limits=json.dumps(WIDE_OPEN | (limits or {})))
        return site

    def tapped(self, provider: Provider, count: int, **options: Any) -> tuple[Installation, Tap]:
        """The same with a tap on the wire; its workers are to be started with `app=TAPPED`."""
        tap = Tap(Path(tempfile.mkdtemp(dir=self.folder)) / "calls")
        return self.installation(provider, count, TAP_LOG=str(tap.log), **options), tap

    def plain(self, provider: Provider, *, database: str = "", **settings: str) -> Plain:
        """The control: Celery as its tutorial has it, on a Redis of its own."""
        plain = Plain(self, provider, database or self.ground.empty_database(), settings)
        self.stack.callback(plain.stop)
        return plain


class Plain:
    """The control's workers and what they stored; its settings are told in tests/faults/plain.py."""

    def __init__(
        self, scene: Scene, provider: Provider, database: str, settings: dict[str, str]
    ) -> None:
        self.broker = scene.redis()
        self.database = database
        with psycopg.connect(self.database) as session:
            session.execute(TABLES)
        self.folder = Path(tempfile.mkdtemp(dir=scene.folder))
        self.environment = os.environ | {
            "PLAIN_BROKER": self.broker.url,
            "PLAIN_DATABASE": self.database,
            "PLAIN_PROVIDER": provider.url,
            **settings,
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def start_worker(self, *, threads: int = 10) -> subprocess.Popen[bytes]:
        name = f"plain-{len(self.processes)}"
        options = ["-P", "threads", "-c", str(threads), "-l", "ERROR", "-n", f"{name}@%h"]
        return self._start("celery", "-A", "tests.faults.plain", "worker", *options)

    def start_beat(self) -> subprocess.Popen[bytes]:
        schedule = self.folder / f"beat-{len(self.processes)}"
        options = ["-s", str(schedule), "--pidfile", "", "-l", "ERROR"]
        return self._start("celery", "-A", "tests.faults.plain", "beat", *options)

    def start_prefork(self) -> subprocess.Popen[bytes]:
        options = ["-c", "1", "-l", "CRITICAL"]
        return self._start("celery", "-A", "tests.faults.plain", "worker", *options)

    def send(self, task: str, count: int) -> None:
        self._start("tests.faults.plain", task, str(count)).wait()
        self.processes.pop()

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        process = start_module(command, environment=self.environment, log=self.folder / "log")
        self.processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        kill_group(process)
        self.processes.remove(process)

    def stop(self) -> None:
        for process in list(self.processes):
            self.kill(process)

    def one(self, sql: str) -> Any:
        with psycopg.connect(self.database) as session:
            return session.execute(sql).fetchone()[0]  # type: ignore[index]

    def stored(self) -> int:
        return int(self.one("SELECT count(DISTINCT number) FROM stored"))

    def settle(self, value: Callable[[], int], *, still: float = 4.0, most: float = 60.0) -> int:
        """The value once it is above 0 and has not changed for `still` seconds: the control has ended."""
        last, since, begun = value(), time.monotonic(), time.monotonic()
        while (not last or time.monotonic() - since < still) and time.monotonic() - begun < most:
            time.sleep(0.2)
            if (now := value()) != last:
                last, since = now, time.monotonic()
        return last


class Ground:
    """The servers that all scenarios share, and the folder that holds everything."""

    def __init__(self, folder: Path, *, seed: int, stub: Path, say: Callable[[str], None]) -> None:
        if not stub.is_file():
            raise MissingProvider(f"no local provider at {stub}")
        self.folder, self.seed, self.stub, self.say = folder, seed, stub, say
        self.stack = ExitStack()

    def __enter__(self) -> Ground:
        return self

    def __exit__(self, *error: object) -> None:
        self.stack.close()

    @contextmanager
    def scene(self, name: str) -> Iterator[Scene]:
        with ExitStack() as stack:
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(dir=self.folder, ignore_cleanup_errors=True)
            )
            yield Scene(self, name, Path(folder), stack)

    @cached_property
    def postgres(self) -> Server:
        """The server of all scenarios that do not restart theirs."""
        return self.stack.enter_context(start_postgres())

    @cached_property
    def migrated(self) -> str:
        """The name of a database with all tables, the pattern of others: migrating takes seconds."""
        self._execute("CREATE DATABASE migrated")
        migrate(Installation(self.folder, database=self._url("migrated")))
        return "migrated"

    def database(self) -> str:
        """The URL of a new database with all tables."""
        return self._new_database(f"TEMPLATE {self.migrated}")

    def empty_database(self) -> str:
        return self._new_database("")

    @cached_property
    def sqlite_pattern(self) -> Path:
        """A SQLite file with all tables."""
        path = self.folder / "migrated.sqlite3"
        migrate(Installation(self.folder, database=f"sqlite:///{path}"))
        return path

    def sqlite(self, folder: Path) -> str:
        """The URL of a new SQLite database in this folder, with all tables."""
        copy_database(self.sqlite_pattern, folder / "pushdown.sqlite3")
        return f"sqlite:///{folder / 'pushdown.sqlite3'}"

    def prepare(self) -> None:
        """Make what scenarios share, before they run in processes of their own."""
        self.migrated  # noqa: B018
        self.sqlite_pattern  # noqa: B018

    def _new_database(self, pattern: str) -> str:
        name = f"scene_{uuid4().hex[:12]}"
        self._execute(f"CREATE DATABASE {name} {pattern}")
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"{self.postgres.url.rpartition('/')[0]}/{name}"

    def _execute(self, sql: str) -> None:
        with psycopg.connect(self.postgres.url, autocommit=True) as session:
            session.execute(sql)


def migrate(site: Installation) -> None:
    """Make all tables."""
    site.manage("migrate", "-v0", "--skip-checks")


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database with all that its write-ahead log holds."""
    here, there = sqlite3.connect(source), sqlite3.connect(target)
    with here, there:
        here.backup(there)
    here.close()
    there.close()
