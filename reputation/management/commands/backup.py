"""`manage.py backup`: one file with all data as it stood at one moment, while the site runs on."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from reputation.backup.saving import row_count, save


class Command(BaseCommand):
    help = (
        "Write all data to one compressed file, as they stood at one moment. Nobody has to stop, "
        "and it can be restored into SQLite and PostgreSQL. Provider keys stay encrypted: keep "
        "ENCRYPTION_KEY (or SECRET_KEY, which stands in for it) in another safe place."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            metavar="FILE",
            help="where to write; default: DATA_DIR/backups/pushdown-TIME.backup",
        )

    def handle(self, *, file: Path | None, **options: Any) -> None:
        now, begun = timezone.now(), time.monotonic()
        path = file or settings.DATA_DIR / "backups" / f"pushdown-{now:%Y%m%dT%H%M%SZ}.backup"
        if path.exists():
            raise CommandError(f"{path} is there already. Name another file.")
        try:
            if file is None:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tqdm(total=row_count(), unit=" rows", unit_scale=True, disable=None) as bar:
                manifest = save(path, now, advance=bar.update)
        except FileExistsError as error:
            raise CommandError(
                f"{error.filename} is there: another backup is being written, or one was killed. "
                "Delete that file if no backup is running."
            ) from error
        except OSError as error:
            raise CommandError(
                f"{path} could not be written ({error.strerror or error}). No half file was kept."
            ) from error
        self.stdout.write(
            f"{manifest.rows:,} rows of {len(manifest.tables)} tables are in {path} "
            f"({path.stat().st_size / 1e6:.1f} MB, {time.monotonic() - begun:.1f} s)."
        )
