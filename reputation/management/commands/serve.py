"""`manage.py serve`: the whole of Pushdown in one process, on one machine, without any other server."""

import logging
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, close_old_connections, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from reputation import embedded
from reputation.celery import app
from reputation.warming import warm_in_background
from serp import delivery, monitoring

logger = logging.getLogger(__name__)
OTHER_PROCESSES = (
    "REDIS_URL is set, so the parts run as processes of their own: "
    "`gunicorn reputation.wsgi` for the pages, "
    "`celery -A reputation worker --pool threads` for the work and, once only, "
    "`celery -A reputation beat` for the clock. "
    "Leave REDIS_URL empty to run all of them here."
)


class Command(BaseCommand):
    help = "Serves the pages and runs the worker and the scheduler beside them, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, help="default: the port in SITE_URL, else 8000")
        parser.add_argument("--migrate", action="store_true", help="bring the database up to date")
        parser.add_argument("--first", metavar="COMMAND", help="a command to run before serving")

    def handle(
        self, *, host: str, port: int | None, migrate: bool, first: str | None, **options: Any
    ) -> None:
        if not settings.IS_EMBEDDED:
            raise CommandError(OTHER_PROCESSES)
        port = own_port(settings.SITE_URL) if port is None else port
        try:
            listener = embedded.reserve(host=host, port=port)
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} cannot be used ({error.strerror}). Stop the program that "
                f"has it, or take another one: make demo PORT={port + 1}, make run PORT={port + 1} "
                f"or manage.py serve --port {port + 1}."
            ) from error
        with listener:
            try:
                self.prepare(migrate=migrate, first=first)
            except KeyboardInterrupt:
                self.say_stopped()
                return
            self.serve(
                embedded.web(
                    get_wsgi_application(),
                    listener=listener,
                    is_behind_proxy=settings.TRUSTED_PROXY,
                ),
                address=listener.getsockname()[:2],
            )

    def prepare(self, *, migrate: bool, first: str | None) -> None:
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # else WhiteNoise warns
        if migrate:
            call_command("migrate", verbosity=0, interactive=False)
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            raise CommandError(
                f"The database lacks {len(missing)} migrations: run manage.py migrate first."
            )
        if first:
            call_command(first, stdout=self.stdout, stderr=self.stderr)
        connection.close()

    def serve(self, web: embedded.Part, *, address: tuple[str, int]) -> None:
        stop = threading.Event()

        def on_signal(number: int, frame: FrameType | None) -> None:
            if stop.is_set():
                os._exit(1)  # asked twice: now, whatever still runs
            stop.set()

        signal.signal(signal.SIGINT, on_signal)
        signal.signal(signal.SIGTERM, on_signal)
        parts = [
            web,
            embedded.worker(app),
            embedded.scheduler(app),
            embedded.lookout(look_from_outside),
        ]
        for part in parts:
            part.start()
        warm_in_background()
        ended = None
        try:
            embedded.wait_until_it_answers(
                parts, stop, address=address, host=urlsplit(settings.SITE_URL).netloc
            )
            if not stop.is_set():
                self.say(f"Pushdown is at {page_address(address)} (Ctrl-C stops it).")
            embedded.watch(parts, stop)
        except embedded.PartEndedError as error:
            ended = f"The {error} ended by itself; the lines above say why. Pushdown stops: start it again."
        except TimeoutError as error:
            ended = f"The site does not answer as it should ({error}); the lines above say why."
        still_running = embedded.halt(parts)
        if ended:
            self.stderr.write(self.style.ERROR(ended))
        else:
            self.say_stopped(still_running)
        if ended or still_running:
            # A thread inside a long fetch cannot be ended; its lease runs out and the check is made again.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(1 if ended else 0)

    def say_stopped(self, still_running: list[str] | None = None) -> None:
        given_up = f" ({' and '.join(still_running)} given up in mid-work)" if still_running else ""
        start = "\n" if self.stdout.isatty() else ""
        self.say(f"{start}Pushdown has stopped{given_up}.")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def look_from_outside() -> None:
    """Raise the alarm when the worker does nothing, which it could not do itself."""
    now = timezone.now()
    try:
        monitoring.watch(now, is_worker=False)
        delivery.send_waiting(now)
    except DatabaseError:
        logger.exception("The lookout could not ask the database; it looks again in a minute.")
    finally:
        close_old_connections()


def own_port(site_url: str) -> int:
    """The port that SITE_URL names when it is plain http; a proxy's address says nothing about ours."""
    site = urlsplit(site_url)
    return site.port if site.scheme == "http" and site.port else 8000


def page_address(address: tuple[str, int]) -> str:
    """The address to open in a browser on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address[0], address[0])  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{address[1]}/"
