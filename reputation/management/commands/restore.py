"""`manage.py restore`: fills the database from a backup; the copy stands still until a person says go."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from reputation.backup.archive import BadBackup, opened
from reputation.backup.restoring import CannotRestore, restore


class Command(BaseCommand):
    help = (
        "Fill an empty database from a backup, all or nothing. The file is checked first. The copy "
        "calls no provider and sends no message until `manage.py resume`. Sessions are not "
        "restored: people sign in again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--replace", action="store_true", help="first delete all that the database holds"
        )
        parser.add_argument(
            "--without-keys",
            action="store_true",
            help="leave provider keys out, because the ENCRYPTION_KEY of the backup is lost",
        )

    def handle(self, *, file: Path, replace: bool, without_keys: bool, **options: Any) -> None:
        begun = time.monotonic()
        try:
            with opened(file) as (_, manifest):
                total = 2 * manifest.rows
            with tqdm(total=total, unit=" rows", unit_scale=True, disable=None) as bar:
                restore(
                    file,
                    timezone.now(),
                    replace=replace,
                    without_keys=without_keys,
                    advance=bar.update,
                )
        except OSError as error:
            raise CommandError(f"{file} cannot be read ({error.strerror}).") from error
        except (BadBackup, CannotRestore) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restored {manifest.rows:,} rows of {len(manifest.tables)} tables, as they stood on "
            f"{manifest.made:%Y-%m-%d at %H:%M} UTC, in {time.monotonic() - begun:.1f} s.\n"
            + ("Provider keys were left out: enter them again.\n" if without_keys else "")
            + "The copy stands still: it checks nothing and sends nothing until `manage.py resume`."
        )
