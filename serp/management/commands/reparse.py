"""`manage.py reparse` reads kept answers again with today's adapters; with --write it mends the readings."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from serp.providers.registry import PROVIDERS
from serp.rereading import MENDED, Clash, Finding, Second, kept_checks, look_again, mend

SHOWN = 5
"""Examples shown of each finding that is not “the same”."""


class Command(BaseCommand):
    help = (
        "Read the kept answers of providers again with today's adapters. Calls nobody and costs "
        "nothing. Without --write it only says what would change."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        day = date.fromisoformat
        parser.add_argument("--since", type=day, metavar="DATE", help="from this day on (UTC)")
        parser.add_argument("--until", type=day, metavar="DATE", help="up to this day (UTC)")
        parser.add_argument("--provider", choices=sorted(PROVIDERS), default="", metavar="NAME")
        parser.add_argument("--keyword", type=int, metavar="ID", help="only this keyword")
        parser.add_argument("--write", action="store_true", help="store what is read better now")

    def handle(self, *, write: bool, **options: Any) -> None:
        since, until = options["since"], options["until"]
        if since and until and until < since:
            raise CommandError("--until is before --since.")
        checks = kept_checks(
            since=start_of(since) if since else None,
            until=start_of(until + timedelta(days=1)) if until else None,
            provider=options["provider"],
            keyword=options["keyword"],
        )
        found: Counter[Finding] = Counter()
        examples: dict[Finding, list[Second]] = {}
        clashes: list[str] = []
        for second in tqdm(look_again(checks), total=len(checks), unit="check", disable=None):
            found[second.finding] += 1
            if second.finding is not Finding.SAME:
                shown = examples.setdefault(second.finding, [])
                if len(shown) < SHOWN:
                    shown.append(second)
            if write:
                try:
                    mend(second, timezone.now())
                except Clash as clash:
                    clashes.append(str(clash))
        self.report(found, examples, write=write, clashes=clashes)

    def report(
        self,
        found: Counter[Finding],
        examples: dict[Finding, list[Second]],
        *,
        write: bool,
        clashes: list[str],
    ) -> None:
        total, mended = sum(found.values()), sum(found[finding] for finding in MENDED)
        if not total:
            self.stdout.write("No kept answers match.")
            return
        self.stdout.write(f"Checks read again from kept answers: {total:,}. Calls made: 0.")
        for finding in Finding:
            self.stdout.write(f"{found[finding]:>7,}  {finding}")
            for second in examples.get(finding, ()):
                self.stdout.write(
                    f"         {second.check.keyword} {second.at:%Y-%m-%d %H:%M}: {second.words}"
                )
        for clash in clashes:
            self.stdout.write(f"Not written: {clash}")
        if write:
            self.stdout.write(f"Written: {mended - len(clashes):,}.")
        elif mended:
            self.stdout.write(f"Nothing was written. To store these {mended:,}, add --write.")


def start_of(day: date) -> datetime:
    """Midnight UTC, at which a day begins."""
    return datetime.combine(day, time(), UTC)
