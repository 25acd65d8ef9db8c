"""`manage.py resume`: lets an installation that stands still, such as a restored copy, go on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from serp.models import Pause


class Command(BaseCommand):
    help = "End the pause of the whole installation: keywords are checked and messages sent again."

    def handle(self, **options: Any) -> None:
        pause = Pause.current()
        if pause is None:
            self.stdout.write("Nothing to do: the installation is not paused.")
            return
        Pause.end()
        self.stdout.write(
            f"Going on. It stood still since {pause.since:%Y-%m-%d %H:%M} UTC: {pause.reason}."
        )
