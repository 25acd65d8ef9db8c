"""`manage.py doctor`: says whether this installation works: settings, database, broker, worker, providers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from celery import current_app
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from serp.models import Brand, Check, Heartbeat, Keyword, ProviderAccount
from serp.providers.base import ERROR_TEXT, ProviderError, Query
from serp.providers.registry import PROVIDERS
from serp.tracking import bounded_fetch, provider_of

SILENCE = timedelta(minutes=2)
"""A worker ticks every 20 seconds; after this long without one it counts as dead."""


class Finding(NamedTuple):
    is_fine: bool
    text: str


class Command(BaseCommand):
    help = (
        "Look at settings, database, broker, worker, the last good check and the provider accounts. "
        "Exit code 1 when something wants mending."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--try-providers",
            action="store_true",
            help="send one real, possibly paid, search with every account",
        )

    def handle(self, *, try_providers: bool, **options: Any) -> None:
        troubles = 0
        parts = [self.settings, self.database, self.broker, self.worker, self.checks, self.accounts]
        for part in parts:
            try:
                findings = list(part())
            except DatabaseError as error:
                findings = [Finding(False, f"Database: {str(error).splitlines()[0]}")]
            for finding in findings:
                troubles += self.show(finding)
        if try_providers:
            for account in ProviderAccount.objects.all():
                troubles += self.show(self.ask(account))
        if troubles:
            raise CommandError(f"{troubles} thing{'s' if troubles > 1 else ''} to mend.")
        self.stdout.write("All is well.")

    def show(self, finding: Finding) -> int:
        style = self.style.SUCCESS if finding.is_fine else self.style.ERROR
        self.stdout.write(style("ok    " if finding.is_fine else "MEND  ") + finding.text)
        return not finding.is_fine

    def settings(self) -> Iterator[Finding]:
        yield Finding(
            not settings.DEBUG or settings.IS_EMBEDDED,
            f"DEBUG is {'on: turn it off on a real installation' if settings.DEBUG else 'off'}",
        )
        if not settings.IS_EMBEDDED:
            yield Finding(
                settings.IS_HTTPS,
                f"SITE_URL is {settings.SITE_URL}"
                + ("" if settings.IS_HTTPS else ": begin it with https:// so that cookies are safe"),
            )

    def database(self) -> Iterator[Finding]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        yield Finding(True, f"Database answers: {connection.vendor}")
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        yield Finding(
            not waiting,
            f"{len(waiting)} migrations wait: run `manage.py migrate`" if waiting else "Tables are up to date",
        )  # fmt: skip

    def broker(self) -> Iterator[Finding]:
        if settings.IS_EMBEDDED:
            yield Finding(True, "Broker: embedded, in the server's own process (REDIS_URL is empty)")
            return
        try:
            with current_app.connection_for_write() as broker:
                broker.ensure_connection(max_retries=1, timeout=3)
            yield Finding(True, "Broker: Redis answers")
        except Exception as error:  # whatever the driver raises, the answer is the same
            yield Finding(False, f"Broker: no answer from REDIS_URL ({type(error).__name__})")

    def worker(self) -> Iterator[Finding]:
        last = Heartbeat.last("worker")
        if last is None:
            yield Finding(
                False, "Worker: never seen. Start `manage.py serve`, or a Celery worker and beat"
            )
            return
        silence = timezone.now() - last
        yield Finding(
            silence < SILENCE,
            f"Worker: last sign of life {int(silence.total_seconds())} s ago"
            + ("" if silence < SILENCE else ". Start it again"),
        )

    def checks(self) -> Iterator[Finding]:
        last = (
            Check.objects.filter(state=Check.State.MEASURED)
            .order_by("-finished_at")
            .select_related("keyword")
            .first()
        )
        watched = Keyword.objects.watched().count()
        yield Finding(True, f"{Brand.objects.count()} brands, {watched} keywords watched")
        if last is None:
            yield Finding(not watched, "No check has succeeded yet")
        elif last.finished_at is not None:
            hours = (timezone.now() - last.finished_at).total_seconds() / 3600
            yield Finding(True, f"Last good check: “{last.keyword}”, {hours:.1f} hours ago")

    def accounts(self) -> Iterator[Finding]:
        try:
            accounts = list(ProviderAccount.objects.all())
        except ImproperlyConfigured as error:
            yield Finding(False, str(error))
            return
        if not accounts:
            yield Finding(False, "No provider account: add one under “Keywords and checks”")
        for account in accounts:
            needs_key = PROVIDERS[account.provider].needs_key and not account.key
            yield Finding(
                not needs_key,
                f"Account “{account}” ({PROVIDERS[account.provider].title})"
                + (" has no key: enter it" if needs_key else ""),
            )

    @staticmethod
    def ask(account: ProviderAccount) -> Finding:
        """One search with this account, as a check would send it."""
        provider = provider_of(account, bounded_fetch())
        engine = "google" if "google" in provider.engines else sorted(provider.engines)[0]
        query = Query(phrase="weather", engine=engine, at=timezone.now(), brand="Weather")
        try:
            serp = provider.fetch(query)
        except ProviderError as error:
            return Finding(False, f"Account “{account}”: {ERROR_TEXT[error.kind]}. {error}")
        return Finding(True, f"Account “{account}” answered with {len(serp.items)} results")
