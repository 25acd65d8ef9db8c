"""`manage.py demo`: makes the demo brand and its half-year once; the second time it does nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from content.demo import beginning, living, plot
from serp.models import Snapshot


class Command(BaseCommand):
    help = "Make a demo brand and live through half a year with it, in the made-up search world."

    def handle(self, **options: Any) -> None:
        if beginning.is_there():
            self.stdout.write(
                f"The demo data is there: {Snapshot.objects.count():,} result pages. Sign in as "
                f"{beginning.LOGIN}. Forgotten the password? `manage.py changepassword {beginning.LOGIN}`."
            )
            return
        beginning.clear()
        if reason := beginning.in_the_way():
            raise CommandError(f"{reason} The demo wants an installation of its own: set DATA_DIR.")
        # Before the story is marked as done: who stops here in between must not be locked out.
        password = beginning.new_login()
        self.stdout.write("Making half a year of a coffee brand in trouble, once.")
        with tqdm(total=plot.DAYS + 1, unit="day", disable=None) as bar:
            living.Demo(timezone.now()).live(lambda day: bar.update(day + 1 - bar.n))
        self.stdout.write(
            f"{Snapshot.objects.count():,} result pages read and judged.\n\n"
            f"  Sign in as  {beginning.LOGIN}\n  Password    {password}\n\n"
            "The password is shown this once."
        )
