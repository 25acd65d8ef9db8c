"""Which pages are missed: the rule, and how often it speaks on real result pages."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from datetime import date
from pathlib import Path

from serp.departures import BEFORE, Looks, left_top
from serp.history import Reading
from serp.providers.base import PAGE_ONE
from tests.cast import NOW


def reading(pages: list[int | None], *, is_partial: bool = False) -> Reading:
    return Reading(0, 0, NOW, len(pages), is_partial, "", tuple(pages), ())


OLD = reading(list(range(10)))
BEFORE_IT = (OLD, OLD, OLD)


def missed(*pages: int | None, is_partial: bool = False) -> list[int]:
    return left_top(Looks(reading(list(pages), is_partial=is_partial), BEFORE_IT))


def test_a_page_of_the_first_three_that_is_on_page_one_no_more_is_missed() -> None:
    assert missed(*range(1, 10), 99) == [0]
    assert missed(99, 98, *range(2, 10)) == [0, 1]
    assert missed(*range(1, 10), 0) == []
    assert missed(*range(1, 10), 99, 0) == [0], "on 11 it is not on page one"
    assert missed(0, 1, 2, *range(90, 97)) == [], "the fourth is everyday churn"


def test_a_page_one_that_was_not_wholly_read_misses_nothing() -> None:
    assert missed(*range(1, 8), is_partial=True) == []
    assert missed(None, *range(1, 10)) == []
    assert missed(*range(5, 9)) == [0], "the engine had four: those below where it stood are there"
    assert missed(8, 9) == [], "too few to say"


def test_on_real_result_pages_few_readings_surprise(shared_data: Path) -> None:
    folder = shared_data / "longitudinal" / "transit-brands-2025-2026"
    looked = surprised = churned = 0
    for name in ("brand", "person"):
        for rows in days_of(folder / f"{name}.csv.gz").values():
            days = sorted(rows)
            for number in range(BEFORE, len(days)):
                first, last = (date.fromisoformat(days[n]) for n in (number - BEFORE, number))
                if (last - first).days > 2 * BEFORE:
                    continue
                now, *before = (rows[days[number - back]] for back in range(BEFORE + 1))
                looked += 1
                surprised += bool(left_top(Looks(now, tuple(before))))
                steady = set.intersection(*(set(row.pages[:PAGE_ONE]) for row in before)) - {None}
                churned += not steady <= set(now.pages[:PAGE_ONE])
    assert looked > 7000
    assert surprised / looked < 0.04
    assert churned / looked > 0.2, "the control: page one itself changes far more often"


def days_of(path: Path) -> dict[str, dict[str, Reading]]:
    """By query and day, the pages of a result page in order."""
    found: dict[str, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    ids: dict[str, int] = {}
    with gzip.open(path, "rt", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["position"].isdecimal():
                page = ids.setdefault(row["url"], len(ids))
                found[row["query"]][row["date"]][int(row["position"])] = page
    return {
        query: {
            day: reading([places.get(n) for n in range(1, max(places) + 1)])
            for day, places in days.items()
            if max(places)
        }
        for query, days in found.items()
    }
