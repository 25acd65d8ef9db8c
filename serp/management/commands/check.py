"""`manage.py check --due | --keyword ID` checks keywords; without these it is Django's system check."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.check import Command as SystemCheck
from django.utils import timezone
from tqdm import tqdm

from serp.models import Check, Keyword
from serp.run import Tally
from serp.scheduling import TooSoon, request_check
from serp.tracking import check_due


class Command(SystemCheck):
    help = (
        "With --due or --keyword: check keywords now, in this process. "
        "Otherwise Django's check of the project for faults."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--due", action="store_true", help="check all keywords that are due")
        which.add_argument("--keyword", type=int, metavar="ID", help="check this keyword now")

    def handle(self, *app_labels: Any, **options: Any) -> None:
        if options["due"]:
            self.report(self.check_all())
        elif options["keyword"] is not None:
            self.check_one(options["keyword"])
        else:
            super().handle(*app_labels, **options)

    def check_all(self) -> Tally:
        now = timezone.now()
        waiting = Keyword.objects.due(now).count() + Check.objects.open_at(now).count()
        with tqdm(total=waiting, unit="check", disable=None) as bar:
            return check_due(progress=lambda tally: bar.update(tally.finished - bar.n))

    def report(self, tally: Tally) -> None:
        self.stdout.write(f"Checks: {tally}.")
        if tally.put_back:
            self.stdout.write(f"{tally.put_back} failed once; the worker tries again in a minute.")
        last = Check.objects.filter(state__in=Check.FRUITLESS)
        for row in last.select_related("keyword").order_by("-finished_at")[: tally.failed]:
            self.stdout.write(f"  {row.keyword}: {row.reason} {told(row)}".rstrip())

    def check_one(self, pk: int) -> None:
        """Check one keyword; a check that reads nothing ends with exit code 1 and the reason."""
        keyword = Keyword.objects.filter(pk=pk).select_related("brand").first()
        if keyword is None:
            raise CommandError(
                f"There is no keyword {pk}. Its page's address ends with its number."
            )
        try:
            row = request_check(keyword, timezone.now())
        except TooSoon as error:
            raise CommandError(str(error)) from error
        tally = check_due(in_flight=1, only=[row.pk])
        row.refresh_from_db()
        if row.state in (*Check.FRUITLESS, Check.State.DUE):
            raise CommandError(f"“{keyword}” was not read: {row.reason} {told(row)}".rstrip())
        self.stdout.write(f"Checks: {tally}.")


def told(row: Check) -> str:
    """What the provider said, where the reason does not say it already."""
    return row.message if row.message != row.reason else ""
