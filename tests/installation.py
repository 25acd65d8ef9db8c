"""A Pushdown installation of its own as on a real server: workers, beat and web as processes that can be killed."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import redis
from celery import Celery

from tests.run import without_settings
from tests.services import die_with_parent, free_port

REPOSITORY = Path(__file__).resolve().parent.parent
TICK = "serp.tasks.check_due_keywords"
OPEN = {"due", "sent"}
KEYWORDS = """
import json
from django.utils import timezone
from serp.models import *
account = ProviderAccount.objects.create(
    name="Local", provider="serpapi", base_url={url!r}, key="key", **json.loads({limits!r})
)
brand = Brand.objects.create(name="Acme", slug="acme", domains=["acme.example"], account=account)
now = timezone.now()
Keyword.objects.bulk_create(
    Keyword(brand=brand, phrase=f"acme {{number}}", depth=10, next_check_at=now)
    for number in range({count})
)
"""
"""Watches `count` keywords that are all due at once."""


def start_module(
    command: Sequence[str], *, environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """Start a Python module in a process group of its own, which ends with this process."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=REPOSITORY,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(signal.SIGKILL),
        )


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children as a lost machine would: no signal that they could answer."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Installation:
    """A database and a broker of its own, and any number of processes on them."""

    def __init__(
        self,
        folder: Path,
        *,
        database: str,
        redis: str = "",
        provider: str = "",
        logs: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """`database`, `redis` and `provider` are URLs; `settings` are environment variables of Pushdown."""
        self.folder, self.database, self.redis = folder, database, redis
        self.logs = logs or folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **without_settings(os.environ),
            "DATA_DIR": str(folder),
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "reputation.settings",
            "SECRET_KEY": "a key for this test only, and long enough for the purpose",
            "ALLOWED_PROVIDER_HOSTS": provider.removeprefix("http://"),
            "RETRY_DELAY": "1",
            **({"REDIS_URL": redis} if redis else {}),
            **(settings or {}),
        }

    # What people and machines do to it

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py to its end; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {arguments[0]} failed: {done.stderr[-1500:]}")
        return done.stdout

    def shell(self, code: str) -> str:
        return self.manage("shell", "-v0", "-c", code)

    def watch(self, count: int, *, url: str, limits: str) -> None:
        """Watch `count` keywords, all due now; `limits` are fields of the account as JSON."""
        self.shell(KEYWORDS.format(url=url, count=count, limits=limits))

    def start(self, *command: str, log: str) -> subprocess.Popen[bytes]:
        """Start a Python module as a process of this installation, in a group of its own."""
        process = start_module(command, environment=self.environment, log=self.logs / f"{log}.log")
        self.processes.append(process)
        return process

    def start_worker(self, *, app: str = "reputation", threads: int = 2) -> subprocess.Popen[bytes]:
        name = f"worker-{len(self.processes)}"
        options = ["-P", "threads", "-c", str(threads), "-l", "WARNING", "-n", f"{name}@%h"]
        return self.start("celery", "-A", app, "worker", *options, log=name)

    def are_ready(self, workers: int) -> bool:
        """Whether so many workers wait for messages."""
        with redis.Redis.from_url(self.redis) as connection:
            waiting = [client for client in connection.client_list() if client["cmd"] == "brpop"]
        return len(waiting) >= workers

    def set_due(self, is_due: bool) -> None:
        """Let all keywords fall due now, or none before tomorrow."""
        at = "now()" if is_due else "now() + interval '1 day'"
        with psycopg.connect(self.database) as session:
            session.execute(f"UPDATE serp_keyword SET next_check_at = {at}")

    def start_beat(self) -> subprocess.Popen[bytes]:
        name = f"beat-{len(self.processes)}"
        schedule = str(self.folder / name)
        options = ["-s", schedule, "--pidfile", "", "-l", "WARNING"]
        return self.start("celery", "-A", "reputation", "beat", *options, log=name)

    def start_web(self) -> str:
        """Start gunicorn; returns its address when it answers."""
        port = free_port()
        options = ["--workers", "2", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
        self.start("gunicorn", "reputation.wsgi", *options, log="web")
        self.wait_for(lambda: listens(port), 60)
        return f"http://127.0.0.1:{port}"

    def start_serve(self, address: str) -> subprocess.Popen[bytes]:
        """Start the embedded server: web, worker and scheduler in one process."""
        port = address.rpartition(":")[2]
        return self.start("manage", "serve", "--port", port, log="serve")

    def tick(self) -> None:
        """What beat does: one message that is only a hint."""
        with Celery(broker=self.redis, set_as_current=False) as sender:
            sender.send_task(TICK)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process as a lost machine would: no signal that it could answer."""
        kill_group(process)
        self.processes.remove(process)

    def kill_all(self) -> None:
        for process in list(self.processes):
            self.kill(process)

    def stop(self) -> None:
        """End all processes as an operator would; those that do not end in time are killed."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes.clear()

    # What is to be seen of it

    def ask(self, sql: str) -> list[Any]:
        if self.database.startswith("sqlite:///"):
            connection = sqlite3.connect(self.database.removeprefix("sqlite:///"), timeout=20)
            try:
                return connection.execute(sql).fetchall()
            finally:
                connection.close()
        with psycopg.connect(self.database) as session:
            return session.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        """The one value that a question has for an answer."""
        return self.ask(sql)[0][0]

    def states(self) -> dict[str, int]:
        return dict(self.ask("SELECT state, count(*) FROM serp_check GROUP BY state"))

    def is_done(self, count: int) -> bool:
        states = self.states()
        return sum(states.values()) >= count and not OPEN & set(states)

    def wait_for(
        self, condition: Callable[[], bool], seconds: float, *, every: float = 0.2
    ) -> float:
        """Wait until it holds; returns the seconds that took. Raises AssertionError when it never does."""
        begun = time.monotonic()
        while not condition():
            waited = time.monotonic() - begun
            if waited > seconds:
                raise AssertionError(
                    f"not so after {seconds:g} s; checks: {self.states()}\n{self.tail()}"
                )
            time.sleep(every)
        return time.monotonic() - begun

    def finish(self, count: int, seconds: float = 90) -> dict[str, int]:
        """Tick until every check has its outcome; returns how many have which."""

        def ticked() -> bool:
            self.tick()
            return self.is_done(count)

        self.wait_for(ticked, seconds, every=1)
        return self.states()

    def tail(self) -> str:
        """The last words of its processes."""
        logs = sorted(self.logs.glob("*.log"))
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-600:]}" for log in logs)


def listens(port: int) -> bool:
    """Whether somebody takes connections on this port of the machine itself."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
