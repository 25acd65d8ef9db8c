"""The back-test that anybody can run still runs, on histories made for it, and says what it lacks."""

from __future__ import annotations

import csv
import gzip
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

from benchmarks.forecast import LONG, SHORT
from tests.content.forecasting.world import course

REPOSITORY = Path(__file__).resolve().parents[3]
HEAD = ("date", "kind", "query", "person", "company", "position", "title", "url", "snippet",
        "auto_sentiment", "controlled")  # fmt: skip
NAMES = {11: "Metrorail"}
"""A keyword of the authority that is kept untouched."""


def write(path: Path, *, first: date, days: int, keywords: range, person: bool = False) -> None:
    """A history of the invented engine in the columns of the public ones."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEAD)
        for number in keywords:
            name = f"Person {number}" if person else ""
            for after, sight in enumerate(course(number, days=days).sights):
                for position, page in enumerate(sight.pages, start=1):
                    day = first + timedelta(days=after)
                    url = f"https://{page}.example/news"
                    rows.writerow(
                        [day, "ceo" if person else "brand", NAMES.get(number, f"query {number}"), name, f"firm {number}",
                         position, "T", url, "", "neutral", "False"]
                    )  # fmt: skip


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.forecast", str(folder)],
        cwd=REPOSITORY, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"}, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip


def test_it_tries_chosen_and_untouched_keywords_of_both_histories(tmp_path: Path) -> None:
    base = tmp_path / "longitudinal"
    write(base / SHORT / "brand.csv.gz", first=date(2025, 9, 15), days=89, keywords=range(8))
    write(base / LONG / "brand.csv.gz", first=date(2025, 10, 8), days=330, keywords=range(10, 12))
    write(
        base / LONG / "person.csv.gz", first=date(2025, 10, 8), days=330, keywords=range(20, 22),
        person=True,
    )  # fmt: skip
    done = run(tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    tables = [line for line in done.stdout.splitlines() if line.startswith("| all |")]
    assert len(tables) == 4
    assert all(int(line.split("|")[2]) >= 16 for line in tables)


def test_it_says_what_it_lacks(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.returncode != 0
    assert "no histories in" in done.stderr
    assert "Traceback" not in done.stderr
