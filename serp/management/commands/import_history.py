"""`manage.py import_history FILE.csv[.gz] --brand B`: takes over a rank history from elsewhere."""

from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from serp.importing import BadHistory, Defaults, import_history
from serp.models import Brand, Keyword
from serp.providers.registry import engine_choices


def brand_named(slug: str) -> Brand:
    """The brand with this slug or name. Raises CommandError that lists those there are."""
    brand = Brand.objects.filter(slug=slug).first() or Brand.objects.filter(name=slug).first()
    if brand is None:
        known = ", ".join(Brand.objects.values_list("slug", flat=True)[:20]) or "none yet"
        raise CommandError(f"There is no brand “{slug}”. Brands: {known}.")
    return brand


def advance(bar: tqdm, position: int) -> None:
    """Move the bar to a position in the file."""
    bar.update(position - bar.n)


class Command(BaseCommand):
    help = (
        "Store a rank history exported from elsewhere: a CSV file (plain or .gz) with the columns "
        "date, query, position, url and, where known, title, snippet, kind, engine, country, "
        "language, device. It can be repeated: nothing is stored twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--brand", required=True, help="slug or name of the brand")
        engines = [name for name, _ in engine_choices()]
        parser.add_argument("--engine", default="google", choices=engines)
        parser.add_argument("--country", default="us", help="two letters (default: us)")
        parser.add_argument("--language", default="en", help="two letters (default: en)")
        parser.add_argument("--device", default="desktop", choices=Keyword.Device.values)

    def handle(self, *, files: list[Path], brand: str, **options: Any) -> None:
        owner = brand_named(brand)
        defaults = Defaults(
            options["engine"], options["country"], options["language"], options["device"]
        )
        for path in files:
            if not path.is_file():
                raise CommandError(f"There is no file {path}.")
            with tqdm(
                total=path.stat().st_size, unit="B", unit_scale=True, desc=path.name, disable=None
            ) as bar:
                try:
                    report = import_history(
                        path,
                        brand=owner,
                        defaults=defaults,
                        progress=partial(advance, bar),
                    )
                except BadHistory as error:
                    raise CommandError(str(error)) from error
            self.stdout.write(f"{path.name}:")
            for line in report.lines():
                self.stdout.write(f"  {line}")
        self.stdout.write(
            "Tones and scores follow when the worker judges them; `manage.py judge` does it now."
        )
