"""How long the import of a rank history takes, as a ratio to the least work: parse the rows, write them.

    .venv/bin/python -m benchmarks.import_history [--rounds 3] [--file HISTORY.csv.gz]

Without a file a history of the size that the project promises to take in under 15 s is made up:
42 queries on 80 days, about 22,600 rows. Both sides run in turn, on SQLite files of their own.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median

QUERIES, DAYS, SEED = 42, 80, 1


def make_history(path: Path) -> None:
    """Write a history in which a tenth of the results change a day."""
    draw = random.Random(SEED)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "kind", "query", "position", "title", "url", "snippet"])
        shown = {
            q: [draw.randrange(5000) for _ in range(draw.randint(5, 9))] for q in range(QUERIES)
        }
        for day in range(DAYS):
            on = date(2026, 1, 1) + timedelta(days=day)
            for query, pages in shown.items():
                for position, page in enumerate(pages, start=1):
                    if draw.random() < 0.1:
                        pages[position - 1] = page = draw.randrange(5000)
                    url = f"https://host{page % 700}.example/page/{page}"
                    text = (
                        f"Some words that stand on page {page}, about as long as a snippet is. " * 2
                    )
                    writer.writerow(
                        [on, "brand", f"query {query}", position, f"Page {page}", url, text]
                    )


def bare(path: Path, folder: Path) -> int:
    """Parse the rows, group them, write one JSON row a result page; no check of anything."""
    pages: dict[tuple[str, str], list[tuple[str, str, str, str]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pages[row["date"], row["query"]].append(
                (row["position"], row["url"], row["title"], row["snippet"])
            )
    with sqlite3.connect(folder / "bare.sqlite3") as connection:
        connection.execute("CREATE TABLE page (day TEXT, query TEXT, results TEXT)")
        connection.executemany(
            "INSERT INTO page VALUES (?, ?, ?)",
            [(day, query, json.dumps(rows)) for (day, query), rows in pages.items()],
        )
    return len(pages)


def whole(path: Path, folder: Path) -> int:
    """The project's own import, into an empty brand."""
    from serp.importing import import_history
    from serp.models import Brand

    brand = Brand.objects.create(name="Bench", slug=f"bench-{time.monotonic_ns()}")
    pages = import_history(path, brand=brand).new_pages
    brand.delete()
    return pages


def timed(work: Callable[[Path, Path], int], path: Path) -> tuple[float, int]:
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        pages = work(path, Path(folder))
        return time.perf_counter() - start, pages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--file", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reputation.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        path = given.file or Path(folder) / "history.csv.gz"
        if given.file is None:
            make_history(path)
        ratios = []
        for number in range(1, given.rounds + 1):
            least, pages = timed(bare, path)
            ours, stored = timed(whole, path)
            ratios.append(ours / least)
            print(
                f"round {number}: bare {least:.2f} s for {pages} result pages, "
                f"import {ours:.2f} s for {stored}; ratio {ours / least:.1f}"
            )
        print(f"median ratio {median(ratios):.1f}")


if __name__ == "__main__":
    main()
