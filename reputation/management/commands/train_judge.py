"""`manage.py train_judge`: trains the judge from people's marks now, without waiting for the night."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from reputation.judge_versions import retire_outdated, versions_of
from reputation.training import FEWEST, marked, scopes, train
from serp.models import Brand


class Command(BaseCommand):
    help = (
        "Learn from the marks of people: for the whole installation, and for each brand that has "
        f"{FEWEST} of its own. A version that proves better on marks kept out judges from now on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--brand", help="the short name of a brand: train for it alone")
        parser.add_argument(
            "--again", action="store_true", help="also where nobody marked since the last training"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        wanted = [self._brand(options["brand"])] if options["brand"] else scopes()
        if not wanted:
            number = marked(None).count()
            self.stdout.write(
                f"{number} marks by people; from {FEWEST} on there is something to learn."
            )
            return
        retire_outdated(now)
        lines = []
        for brand in tqdm(wanted, unit="scope", disable=None):
            lines.append(f"{brand or 'The installation'}: {self._train(brand, now, options)}")
        self.stdout.write("\n".join(lines))

    def _brand(self, slug: str) -> Brand:
        brand = Brand.objects.filter(slug=slug).first()
        if brand is None:
            raise CommandError(f"There is no brand “{slug}”.")
        return brand

    def _train(self, brand: Brand | None, now: Any, options: dict[str, Any]) -> str:
        number = marked(brand).count()
        version = train(brand, now, again=options["again"])
        if version is not None:
            return (
                f"{version}, from {version.marks} marks, {version.held} kept out. {version.verdict}"
            )
        if number < FEWEST:
            return f"{number} marks by people; from {FEWEST} on there is something to learn."
        last = versions_of(brand).first()
        return f"nothing new since {last}: {last.verdict}" if last else "another worker is at it."
