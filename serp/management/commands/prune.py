"""`manage.py prune`: deletes old raw answers, fruitless checks, notices and sessions, or says what would go."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from serp.pruning import KEPT, Pruned, prune, would_prune


class Command(BaseCommand):
    help = (
        "Delete what nobody needs any more, a few hundred rows at a time, while the site runs on. "
        f"Ctrl-C stops it at any time. {KEPT}"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        now, total = timezone.now(), 0
        for one in would_prune(now) if dry_run else prune(now):
            total += one.rows
            self.stdout.write(line(one))
        done = "would be deleted; nothing was" if dry_run else "deleted"
        self.stdout.write(f"{total:,} {'row' if total == 1 else 'rows'} {done}. {KEPT}")


def line(one: Pruned) -> str:
    size = "" if one.bytes is None else f", {one.bytes / 1e6:.1f} MB"
    return f"{one.rows:>9,} {one.what} ({one.why}{size})"
