"""`manage.py import_serp FILE... --provider P --brand B`: stores saved provider answers as snapshots."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from serp.answers import BadAnswer, Given, read_saved, store_answer
from serp.management.commands.import_history import brand_named
from serp.providers.base import ERROR_TEXT, ProviderError
from serp.providers.registry import PROVIDERS


def moment(text: str) -> datetime:
    """An aware time; without a zone it counts as UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"“{text}” is not a time: write it as 2026-11-18T06:30 or 2026-11-18"
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def options(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not JSON") from error
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError("write a JSON object")
    return found


class Command(BaseCommand):
    help = (
        "Store saved answers of a provider as snapshots. A file FILE.body may have its status and "
        "headers beside it in FILE.head. Errors, captchas and empty pages are refused with their "
        "kind; exit code 1 when any was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        stored = sorted(set(PROVIDERS) - {"sample"})
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--provider", required=True, choices=stored)
        parser.add_argument("--brand", required=True, help="slug or name of the brand")
        parser.add_argument("--phrase", default="", help="instead of the one the answer names")
        parser.add_argument("--taken-at", type=moment, help="instead of what the answer says")
        parser.add_argument("--engine", default="")
        parser.add_argument("--country", default="")
        parser.add_argument("--language", default="")
        parser.add_argument("--device", default="")
        parser.add_argument(
            "--options", type=options, default={}, help="the account's options as JSON"
        )

    def handle(self, *, files: list[Path], provider: str, brand: str, **said: Any) -> None:
        owner = brand_named(brand)
        given = Given(
            phrase=said["phrase"],
            taken_at=said["taken_at"],
            engine=said["engine"],
            country=said["country"].lower(),
            language=said["language"].lower(),
            device=said["device"],
        )
        refused = 0
        for path in tqdm(files, unit="file", disable=None):
            try:
                stored = store_answer(
                    read_saved(path),
                    provider=provider,
                    brand=owner,
                    given=given,
                    options=said["options"],
                )
            except ProviderError as error:
                refused += 1
                self.tell(f"{path.name}: refused, {error.kind}: {ERROR_TEXT[error.kind]}. {error}")
            except BadAnswer as error:
                refused += 1
                self.tell(f"{path.name}: refused, {error}")
            else:
                fate = "stored" if stored.is_new else "stored before"
                features = ", ".join(stored.features) or "none"
                self.tell(
                    f"{path.name}: {fate}, “{stored.snapshot.keyword}” "
                    f"{stored.snapshot.taken_at:%Y-%m-%d %H:%M} UTC, {stored.results} results, "
                    f"features: {features}"
                )
        self.tell(f"{len(files) - refused} stored, {refused} refused.")
        if refused:
            raise CommandError(f"{refused} of {len(files)} files were refused.", returncode=1)

    def tell(self, text: str) -> None:
        with tqdm.external_write_mode():
            self.stdout.write(text)
