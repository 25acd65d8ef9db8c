"""The one-process server, started for real: it answers, ticks, stops cleanly and never half-dies unseen."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reputation import embedded
from reputation.management.commands.serve import own_port, page_address
from tests.conftest import REPOSITORY
from tests.services import free_port

START_SECONDS = 60
MANAGE = [sys.executable, str(REPOSITORY / "manage.py")]

WITH_A_WORKER_THAT_DIES = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "reputation.settings"
import django
django.setup()
from django.core.management import execute_from_command_line
from reputation import embedded

def dies(app):
    def work():
        time.sleep(3)
        raise RuntimeError("struck by lightning")
    return embedded.Part("worker", work=work, halt=lambda: None)

embedded.worker = dies
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""


class Served:
    """`manage.py serve` as a process of its own; what it says goes to a file."""

    def __init__(self, folder: Path, environment: dict[str, str], command: list[str]) -> None:
        self.port = free_port()
        self.log = folder / "serve.log"
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [*command, "serve", "--migrate", "--port", str(self.port)],
                cwd=REPOSITORY,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def output(self) -> str:
        return self.log.read_text()

    def wait_until(self, happened: Callable[[], object]) -> None:
        give_up_at = time.monotonic() + START_SECONDS
        while not happened():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < give_up_at, self.output()
            time.sleep(0.1)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The embedded default with a database of its own."""
    ours = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "DEBUG", "ALLOWED_HOSTS"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "DATA_DIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def served(tmp_path: Path, environment: dict[str, str]) -> Iterator[Callable[..., Served]]:
    """Start the server; it is ended with the test."""
    started: list[Served] = []

    def start(command: list[str] = MANAGE) -> Served:
        started.append(Served(tmp_path, environment, command))
        return started[-1]

    yield start
    for server in started:
        server.process.kill()
        server.process.wait()


def worker_has_ticked(folder: Path) -> bool:
    with sqlite3.connect(folder / "pushdown.sqlite3") as database:
        try:
            return bool(database.execute("SELECT at FROM serp_heartbeat").fetchall())
        except sqlite3.OperationalError:
            return False


def test_it_answers_ticks_and_stops_within_ten_seconds(
    tmp_path: Path, served: Callable[..., Served]
) -> None:
    server = served()
    server.wait_until(lambda: f"Pushdown is at {server.url} " in server.output())
    with urllib.request.urlopen(server.url, timeout=10) as answer:
        assert answer.status == 200
    server.wait_until(lambda: worker_has_ticked(tmp_path))

    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(10) == 0
    assert server.output().endswith("Pushdown has stopped.\n")
    assert "Traceback" not in server.output()
    assert "WARNING" not in server.output()


def test_sigterm_stops_it_as_ctrl_c_does(served: Callable[..., Served]) -> None:
    server = served()
    server.wait_until(lambda: "Pushdown is at" in server.output())
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10) == 0


def test_a_worker_that_dies_is_not_survived_in_silence(served: Callable[..., Served]) -> None:
    server = served([sys.executable, "-c", WITH_A_WORKER_THAT_DIES])
    assert server.process.wait(START_SECONDS) == 1
    assert "struck by lightning" in server.output()
    assert "The worker ended by itself" in server.output()


def test_a_busy_port_is_named_with_a_way_out(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        command = [*MANAGE, "serve", "--port", str(port)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in done.stderr
    assert f"make demo PORT={port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


def test_with_redis_it_names_the_processes_to_run(environment: dict[str, str]) -> None:
    environment |= {"REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run([*MANAGE, "serve"], env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "celery -A reputation beat" in done.stderr


def test_an_old_database_is_not_served(environment: dict[str, str]) -> None:
    command = [*MANAGE, "serve", "--port", str(free_port())]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "run manage.py migrate first" in done.stderr


def test_the_watch_ends_when_a_part_ends_and_not_before() -> None:
    leave = threading.Event()
    fine = embedded.Part("web server", work=leave.wait, halt=leave.set)
    short = embedded.Part("scheduler", work=lambda: None, halt=lambda: None)
    stop = threading.Event()
    fine.start()
    threading.Timer(1, stop.set).start()
    embedded.watch([fine], stop)  # returns: all alive until told to stop

    short.start()
    with pytest.raises(embedded.PartEndedError, match="scheduler"):
        embedded.watch([fine, short], threading.Event())
    assert embedded.halt([fine, short]) == []


def test_a_part_that_does_not_end_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "STOP_SECONDS", 0.2)
    leave = threading.Event()
    stubborn = embedded.Part("worker", work=leave.wait, halt=lambda: None)
    stubborn.start()
    assert embedded.halt([stubborn]) == ["worker"]
    leave.set()


@pytest.mark.parametrize(
    ("site_url", "port"),
    [
        ("http://127.0.0.1:8123", 8123),
        ("http://127.0.0.1", 8000),
        ("https://pushdown.example", 8000),
        ("https://pushdown.example:8443", 8000),
    ],
)
def test_a_proxy_port_is_not_taken_for_our_own(site_url: str, port: int) -> None:
    assert own_port(site_url) == port


def test_the_printed_address_can_be_opened() -> None:
    assert page_address(("0.0.0.0", 8000)) == "http://127.0.0.1:8000/"
    assert page_address(("::1", 8000)) == "http://[::1]:8000/"
