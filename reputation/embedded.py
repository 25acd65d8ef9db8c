"""The embedded server: web, worker, scheduler and lookout as threads of one process, none of which may end unseen."""

import http.client
import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import waitress
from celery import Celery, beat
from celery.worker import state as worker_state
from waitress import wasyncore

WEB_THREADS = 8
WORKER_THREADS = 4
"""A tick is one task and fetches with threads of its own; there are three ticks and a hand-made check."""

STOP_SECONDS = 8.0
ANSWER_SECONDS = 30.0
LOOK_SECONDS = 60.0

logger = logging.getLogger(__name__)


class PartEndedError(Exception):
    """A part of the server ended without being told to."""


class Part(threading.Thread):
    """One part of the server: a thread that runs until it is told to stop."""

    def __init__(self, name: str, *, work: Callable[[], Any], halt: Callable[[], Any]) -> None:
        super().__init__(name=name, daemon=True)
        self.work, self.halt = work, halt

    def run(self) -> None:
        try:
            self.work()
        except Exception:
            logger.exception("The %s failed.", self.name)


def reserve(*, host: str, port: int) -> socket.socket:
    """Take the port and listen on it, so that nobody else gets it; raises OSError when it is taken."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def web(application: Any, *, listener: socket.socket, is_behind_proxy: bool) -> Part:
    """The web server; requests that run when it is told to stop get a moment to end."""
    channels: dict[int, Any] = {}
    server = waitress.create_server(
        application,
        map=channels,
        sockets=[listener],
        threads=WEB_THREADS,
        ident=None,
        clear_untrusted_proxy_headers=not is_behind_proxy,
    )
    stopping = threading.Event()

    def answer() -> None:
        while not stopping.is_set():
            wasyncore.loop(timeout=0.5, use_poll=True, map=channels, count=1)
        server.task_dispatcher.shutdown(timeout=3)
        wasyncore.close_all(channels)

    return Part("web server", work=answer, halt=stopping.set)


def worker(app: Celery) -> Part:
    """A Celery worker on the in-process broker; a task that runs when it stops is finished first."""
    controller = app.WorkController(
        pool="threads",
        concurrency=WORKER_THREADS,
        hostname="embedded@pushdown",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )

    def halt() -> None:
        worker_state.should_stop = 0

    return Part("worker", work=controller.start, halt=halt)


def scheduler(app: Celery) -> Part:
    """Celery's beat, which keeps its clock in memory: what is due stands in the database."""
    service = beat.Service(app, max_interval=1, scheduler_cls=beat.Scheduler)

    def tick() -> None:
        # What fell due while Pushdown was off need not wait for the first interval.
        for entry in app.conf.beat_schedule.values():
            app.send_task(entry["task"], **entry.get("options", {}))
        service.start()

    return Part("scheduler", work=tick, halt=service.stop)


def lookout(look: Callable[[], Any]) -> Part:
    """Calls `look` once a minute, beside the worker: it notices when that no longer does anything."""
    stopping = threading.Event()

    def watch_out() -> None:
        while not stopping.wait(LOOK_SECONDS):
            look()

    return Part("lookout", work=watch_out, halt=stopping.set)


def wait_until_it_answers(
    parts: list[Part], stop: threading.Event, *, address: tuple[str, int], host: str
) -> None:
    """Return once the first page is answered without a server error, or `stop` is set.

    `host` is the name under which the site is asked for. Raises PartEndedError when a part ends
    first, TimeoutError with the last problem when no good answer comes in time.
    """
    give_up_at = time.monotonic() + ANSWER_SECONDS
    problem = "no answer"
    while time.monotonic() < give_up_at:
        require_all_alive(parts)
        connection = http.client.HTTPConnection(*address, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", "/", headers={"Host": host})
            status = connection.getresponse().status
        except OSError as error:
            problem = str(error)
        else:
            if status < 500:
                return
            problem = f"error {status}"
        finally:
            connection.close()
        if stop.wait(0.5):
            return
    raise TimeoutError(problem)


def require_all_alive(parts: list[Part]) -> None:
    """Raise PartEndedError, naming the part, when one has ended."""
    for part in parts:
        if not part.is_alive():
            raise PartEndedError(part.name)


def watch(parts: list[Part], stop: threading.Event) -> None:
    """Return when `stop` is set; raises PartEndedError as soon as a part has ended by itself."""
    while not stop.wait(0.5):
        require_all_alive(parts)


def halt(parts: list[Part]) -> list[str]:
    """Tell every part to stop and wait for them a few seconds; returns who still runs."""
    for part in parts:
        part.halt()
    give_up_at = time.monotonic() + STOP_SECONDS
    for part in parts:
        part.join(max(0.0, give_up_at - time.monotonic()))
    return [part.name for part in parts if part.is_alive()]
