"""Compose file and systemd units: they say the same, and their very command lines run."""

from __future__ import annotations

import configparser
import os
import shlex
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
import yaml

from tests.conftest import REPOSITORY
from tests.services import free_port

UNITS = REPOSITORY / "deploy" / "systemd"
PROGRAMS = "/opt/pushdown/.venv/bin/"
COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]


class Unit(configparser.RawConfigParser):
    """A systemd unit: names keep their case, and a name may come twice."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False, delimiters=["="], comment_prefixes=["#"])
        self.optionxform = str  # type: ignore[assignment,method-assign]
        self.read(path)
        lines = [line.partition("=") for line in path.read_text().splitlines()]
        self.commands = [text for name, _, text in lines if name == "ExecStart"]


def unit(name: str) -> Unit:
    assert (UNITS / name).is_file(), name
    return Unit(UNITS / name)


def production() -> dict[str, str]:
    """The shipped settings of a production installation."""
    lines = (REPOSITORY / "deploy" / "production.env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def words(command: str) -> list[str]:
    """The words of a command, without the folder of its program and where it keeps its files."""
    command = command.replace(PROGRAMS, "").replace("${DATA_DIR}", "DATA").replace("/data", "DATA")
    found = shlex.split(command)
    if "--hostname" in found:
        at = found.index("--hostname")
        del found[at : at + 2]
    return ["ADDRESS" if word.endswith(":8000") else word for word in found]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_compose_and_systemd_run_the_same_commands(name: str) -> None:
    (command,) = unit(f"pushdown-{name}{'@' if name == 'worker' else ''}.service").commands
    assert words(command) == words(SERVICES[name]["command"])
    assert words(command)[:3] in (
        ["gunicorn", "reputation.wsgi", "--workers"],
        ["celery", "-A", "reputation"],
    )


def test_tables_are_brought_up_to_date_before_anything_starts() -> None:
    steps = [words(step) for step in unit("pushdown-migrate.service").commands]
    in_compose = SERVICES["migrate"]["command"][2].split(" && ")
    assert steps == [words(step) for step in in_compose]
    assert [step[2] for step in steps] == ["migrate", "collectstatic"]
    for name in ("web", "worker@", "beat"):
        part = unit(f"pushdown-{name}.service")["Unit"]
        assert part["Requires"] == part["After"] == "pushdown-migrate.service"
        waits = SERVICES[name.rstrip("@")]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"


def test_there_is_one_clock_and_it_comes_back() -> None:
    clocks = [name for name, one in SERVICES.items() if " beat " in str(one.get("command"))]
    assert clocks == ["beat"]
    assert "deploy" not in SERVICES["beat"], "no replicas"
    started = (UNITS / "pushdown.target").read_text()
    assert started.count("beat") == 1
    assert "@" not in next(path.name for path in UNITS.iterdir() if "beat" in path.name)
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["restart"] == "unless-stopped"
        at = "@" if name == "worker" else ""
        assert unit(f"pushdown-{name}{at}.service")["Service"]["Restart"] == "always"


def test_redis_forgets_nothing() -> None:
    command = SERVICES["redis"]["command"]
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command
    assert SERVICES["redis"]["volumes"] == ["redis:/data"]


def test_all_parts_of_compose_share_the_settings_and_keep_their_data() -> None:
    for name in ("migrate", "web", "worker", "beat"):
        assert SERVICES[name]["env_file"] == "deploy/production.env"
        given = SERVICES[name]["environment"]
        assert given["DATABASE_URL"].endswith("@postgres:5432/pushdown")
        assert given["REDIS_URL"] == "redis://redis:6379/0"
    named = {
        volume.partition(":")[0] for one in SERVICES.values() for volume in one.get("volumes", [])
    }
    assert named == set(COMPOSE["volumes"])
    assert "POSTGRES_PASSWORD" in production()
    assert "/healthz" in str(SERVICES["web"]["healthcheck"])
    assert {"postgres", "redis", "web"} <= {
        name for name, one in SERVICES.items() if "healthcheck" in one
    }


def test_every_unit_runs_as_its_own_user_with_the_same_settings() -> None:
    services = sorted(UNITS.glob("*.service"))
    assert len(services) == 6
    for path in services:
        part = Unit(path)["Service"]
        assert part["User"] == "pushdown", path.name
        assert part["EnvironmentFile"] == "/etc/pushdown/production.env", path.name
        assert part["StateDirectory"] == "pushdown", path.name
    assert production()["DATA_DIR"] == "/var/lib/pushdown", "what StateDirectory makes"
    for path in UNITS.glob("*.timer"):
        assert path.with_suffix(".service") in services
        assert path.name in (UNITS / "pushdown.target").read_text()
    assert words(unit("pushdown-backup.service").commands[0])[-1] == "backup"
    assert words(unit("pushdown-doctor.service").commands[0])[-2:] == ["doctor", "--notify"]


def test_systemd_itself_finds_nothing_wrong(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd-analyze on this machine")

    def verify(change: str = "") -> str:
        for path in UNITS.iterdir():
            text = path.read_text().replace(PROGRAMS, f"{Path(sys.executable).parent}/")
            text = text.replace("User=pushdown\nGroup=pushdown\n", change)
            (tmp_path / path.name).write_text(text.replace("/opt/pushdown", str(tmp_path)))
        units = [path for path in tmp_path.iterdir() if "@" not in path.name]
        done = subprocess.run(
            [program, "verify", *units, tmp_path / "pushdown-worker@1.service"],
            capture_output=True,
            text=True,
            check=False,
        )
        return "\n".join(line for line in done.stderr.splitlines() if "pushdown" in line)

    assert verify() == ""
    assert "Restarts" in verify("Restarts=always\n"), "the control: it sees a wrong word"


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def test_the_command_lines_of_the_units_run(
    tmp_path: Path, postgres_url: str, redis_url: str, processes: list[subprocess.Popen[bytes]]
) -> None:
    server, _, name = postgres_url.rpartition("/")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}_units")  # type: ignore[arg-type]
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    port = free_port()
    environment = (
        os.environ
        | production()
        | {
            "DATABASE_URL": f"{server}/{name}_units",
            "REDIS_URL": redis_url,
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": "a key for this test only, and long enough for the purpose",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
    )

    def command(line: str) -> list[str]:
        line = line.replace(PROGRAMS, f"{Path(sys.executable).parent}/").replace("%i", "1")
        line = line.replace("${DATA_DIR}", str(tmp_path)).replace("%%", "%")
        return shlex.split(line.replace(":8000", f":{port}"))

    def start(unit_name: str) -> None:
        (line,) = unit(unit_name).commands
        processes.append(subprocess.Popen(command(line), cwd=REPOSITORY, env=environment))

    def ask(sql: str) -> list[Any]:
        with psycopg.connect(environment["DATABASE_URL"]) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[arg-type]

    try:
        for line in unit("pushdown-migrate.service").commands:
            subprocess.run(
                command(line),
                cwd=REPOSITORY,
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        assert (tmp_path / "static").is_dir()
        start("pushdown-web.service")
        assert patiently(lambda: status(f"http://127.0.0.1:{port}/healthz") == 200)
        assert ask("SELECT 1 FROM serp_heartbeat") == [], "the control: nothing ticks by itself"
        start("pushdown-worker@.service")
        start("pushdown-beat.service")
        assert patiently(lambda: bool(ask("SELECT 1 FROM serp_heartbeat WHERE name = 'worker'")))
        assert list(tmp_path.glob("beat*")), "the clock remembers where the unit says"
        (line,) = unit("pushdown-backup.service").commands
        subprocess.run(command(line), cwd=REPOSITORY, env=environment, check=True)
        assert len(list((tmp_path / "backups").glob("pushdown-*.backup"))) == 1
        assert [process.poll() for process in processes] == [None, None, None]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(60)
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name}_units WITH (FORCE)")  # type: ignore[arg-type]


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status)
    except OSError:
        return 0


def patiently(is_so: Any, seconds: float = 120) -> bool:
    until = time.monotonic() + seconds
    while not (answer := is_so()) and time.monotonic() < until:
        time.sleep(0.5)
    return bool(answer)
