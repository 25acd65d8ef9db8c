"""The forecast of when a negative leaves page one, tried on public histories: walk-forward, groups held out.

    .venv/bin/python -m benchmarks.forecast [FOLDER] [--write]

FOLDER holds `longitudinal/` (else the variable SHARED_DATA names it). Everything was chosen on the keywords
that are not `untouched`. `--write` puts tables and the calibration plot into docs/, and the model taught with
all histories into content/forecasting/public.json.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reputation.settings")
django.setup()

from benchmarks.forecast_plot import calibration_plot  # noqa: E402
from content.forecasting.backtest import (  # noqa: E402
    EVERY,
    Method,
    Trial,
    calibration,
    everybody,
    hazard_method,
    score,
    walk,
)
from content.forecasting.hazards import HORIZON, teach  # noqa: E402
from content.forecasting.lives import Sight, stays, stretches  # noqa: E402
from content.forecasting.moments import Course, Moment, lesson, moments  # noqa: E402
from content.forecasting.traits import About  # noqa: E402
from content.forecasting.trust import Trust  # noqa: E402
from content.places import place_of  # noqa: E402
from serp.addresses import canonical_url, host_of, registrable_domain  # noqa: E402
from serp.import_report import Report  # noqa: E402
from serp.importing import Defaults, Refused, opened, parse_row, rows_of  # noqa: E402
from serp.models import Brand  # noqa: E402
from serp.providers.base import PAGE_ONE  # noqa: E402

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs" / "forecast.md"
PLOT = REPOSITORY / "docs" / "screens" / "forecast-calibration.svg"
PUBLIC = REPOSITORY / "content" / "forecasting" / "public.json"
LEAST_DRAWN = 10
"""Forecasts that a point of the plot needs."""
BEGIN, END = "<!-- measured -->", "<!-- end -->"

LONG, SHORT = "transit-brands-2025-2026", "fortune1000-brands-2025Q4"
FILES = ((SHORT, "brand.csv.gz"), (LONG, "brand.csv.gz"), (LONG, "person.csv.gz"))
BOSTON = ("MBTA", "The T", "Boston T", "Massachusetts Bay Transportation Authority")
WASHINGTON = ("DC Metro", "Metrorail", "Washington Metropolitan Area Transit Authority", "WMATA")
"""Names of two authorities: several keywords mean one brand, and must not teach one another."""
ORIGINS = {
    LONG: (date(2026, 1, 22), date(2026, 5, 14), 14, HORIZON),
    SHORT: (date(2025, 10, 20), date(2025, 11, 5), 7, 30),
}
"""First and last day of forecasts, days between them, and the horizon: the short history ends too early
for 90 days."""


def group_of(person: str, query: str) -> str:
    """The keywords that mean one brand or person."""
    if person:
        return person
    for name, queries in (("Boston", BOSTON), ("Washington", WASHINGTON)):
        if query in queries:
            return name
    return "Chicago" if query in ("CTA", "Chicago Transit Authority") else query


def is_untouched(source: str, company: str, query: str) -> bool:
    """Whether the keyword was kept out of every choice: one authority of three with its people, and by
    their digest about a third of the companies."""
    if source == LONG:
        return company in WASHINGTON or query in WASHINGTON
    return blake2b(query.encode()).digest()[0] % 3 == 0


def courses(folder: Path) -> Iterator[tuple[str, bool, Course]]:
    """The histories as courses, each with its source and whether it is untouched.

    A page's tone and whose it is are the source's own automatic labels, as first seen. Days that hold
    nothing but position 1 are cut off and left out.
    """
    utc = Brand(name="history", time_zone="UTC")
    for source, name in FILES:
        days: dict[str, dict[int, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
        labels: dict[tuple[str, str], dict[str, str]] = {}
        first: dict[str, dict[str, str]] = {}
        with opened(folder / "longitudinal" / source / name) as (text, _):
            for raw in rows_of(csv.DictReader(text), Report()):
                try:
                    row = parse_row(raw, utc, Defaults())
                except Refused:
                    continue
                url = canonical_url(row.item.url)
                days[row.query][row.day.toordinal()].setdefault(row.item.position, url)
                labels.setdefault((row.query, url), raw)
                first.setdefault(row.query, raw)
        for query, pages in days.items():
            sights = tuple(
                Sight(day, tuple(found.get(n) for n in range(1, min(max(found), PAGE_ONE) + 1)))
                for day, found in sorted(pages.items())
                if max(found) > 1
            )
            urls: set[Any] = {page for sight in sights for page in sight.pages if page}
            about = {url: about_page(url, labels[query, url]) for url in urls}
            said = first[query]
            course = Course(
                f"{source} {query}", group_of(said["person"], query), bool(said["person"]), sights, about
            )  # fmt: skip
            yield source, is_untouched(source, said["company"], query), course


def about_page(url: str, raw: dict[str, str]) -> About:
    host = host_of(url)
    return About(
        host=host,
        place=place_of(url, registrable_domain(host)),
        is_negative=raw["auto_sentiment"] == "negative",
        is_ours=raw["controlled"] == "True",
        is_root=url.rstrip("/").count("/") <= 2,
    )


class Histories:
    """All moments of the public histories, and which of them are untouched."""

    def __init__(self, folder: Path) -> None:
        self.courses = list(courses(folder))
        self.moments: dict[str, list[Moment]] = {LONG: [], SHORT: []}
        self.untouched = {course.name for _, kept, course in self.courses if kept}
        for source, _, course in self.courses:
            self.moments[source] += moments(course)

    @property
    def all(self) -> list[Moment]:
        return [moment for rows in self.moments.values() for moment in rows]

    def trials(
        self, source: str, *, untouched: bool, method: Method = hazard_method
    ) -> list[Trial]:
        """The back-test of one history; nothing is ever taught with untouched keywords."""
        first, last, step, horizon = ORIGINS[source]
        tried = {
            m.course for m in self.moments[source] if (m.course in self.untouched) == untouched
        }
        return walk(
            self.all,
            origins=range(first.toordinal(), last.toordinal() + 1, step),
            horizon=horizon,
            tried=lambda m: m.course in tried,
            taught=lambda m: m.course not in self.untouched,
            method=method,
        )


STRATA: dict[str, Callable[[Moment], bool]] = {
    "all": lambda m: True,
    "brand keywords": lambda m: not m.is_person,
    "person keywords": lambda m: m.is_person,
    "position 1 to 3": lambda m: m.position <= 3,
    "position 4 to 6": lambda m: 4 <= m.position <= 6,
    "position 7 to 10": lambda m: m.position >= 7,
    "marked negative": lambda m: m.is_negative,
}


def table(trials: Sequence[Trial]) -> list[str]:
    lines = [
        "| pages | forecasts | left in time | claimed | in the interval | median misses by | “stays” by | mean by |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, wanted in STRATA.items():
        rows = [trial for trial in trials if wanted(trial.moment)]
        if not rows:
            continue
        s = score(rows)
        lines.append(
            f"| {name} | {s.trials} | {s.left:.0%} | {s.claimed:.1%} | {s.held:.1%} | {s.missed:.1f} | "
            f"{s.missed_by_staying:.1f} | {s.missed_by_mean:.1f} |".replace("%", " %")
        )
    return lines


def measured(histories: Histories) -> tuple[list[str], list[Trial], list[Trial]]:
    """The tables of everything, and the trials with the long and the short horizon."""
    lines: list[str] = []
    everything: dict[str, list[Trial]] = {}
    for source in (LONG, SHORT):
        chosen = histories.trials(source, untouched=False)
        kept = histories.trials(source, untouched=True)
        everything[source] = chosen + kept
        horizon = ORIGINS[source][3]
        for title, trials in (
            ("keywords on which the method was chosen", chosen),
            ("untouched keywords, tried once at the end", kept),
        ):
            lines += ["", f"**{source}, {title}** (horizon {horizon} days)", "", *table(trials)]
    plain = histories.trials(LONG, untouched=False, method=everybody)
    s = score(plain)
    lines += [
        "",
        f"For comparison, one curve for all pages (Kaplan and Meier, same lessons): in the interval "
        f"{s.held:.1%}, median misses by {s.missed:.1f} days.".replace("%", " %"),
    ]
    return lines, everything[LONG], everything[SHORT]


def shipped(histories: Histories, long: Sequence[Trial]) -> dict[str, object]:
    """The model taught with all histories, as it is shipped."""
    found = [
        stay
        for _, _, course in histories.courses
        for stretch in stretches(course.sights)
        for stay in stays(stretch)
        if not course.about[stay.page].is_ours
    ]
    days = [sight.day for _, _, course in histories.courses for sight in course.sights]
    taught = lesson(m for m in histories.all if m.day % EVERY == 0)
    return {
        "source": [LONG, SHORT],
        "keywords": len(histories.courses),
        "stays": len(found),
        "ended": sum(1 for stay in found if stay.left is not None),
        "first": date.fromordinal(min(days)).isoformat(),
        "last": date.fromordinal(max(days)).isoformat(),
        "model": teach(taught).as_data(),
        "backtest": Trust.of(score(long), horizon=HORIZON).as_data(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    default = os.environ.get("SHARED_DATA", REPOSITORY.parent / "shared" / "data")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(default))
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    if not (given.folder / "longitudinal").is_dir():
        sys.exit(
            f"There are no histories in {given.folder}. Name the folder that holds longitudinal/."
        )
    histories = Histories(given.folder)
    lines, long, short = measured(histories)
    for day, trials in ((30, [*long, *short]), (HORIZON, long)):
        lines += [
            "",
            f"Said and came, still there after {day} days:",
            "",
            *reliability(trials, day),
        ]
    print("\n".join(lines))
    if given.write:
        head, _, rest = DOCS.read_text(encoding="utf-8").partition(BEGIN)
        tail = rest.partition(END)[2]
        DOCS.write_text(
            f"{head}{BEGIN}\n" + "\n".join(lines).strip() + f"\n{END}{tail}", encoding="utf-8"
        )
        PLOT.write_text(
            calibration_plot(
                {
                    d: [one for one in calibration(long, d) if one.trials >= LEAST_DRAWN]
                    for d in (7, 30, HORIZON)
                }
            ),
            encoding="utf-8",
        )
        text = json.dumps(shipped(histories, long), indent=1)
        PUBLIC.write_text(text + "\n", encoding="utf-8")


def reliability(trials: Sequence[Trial], day: int) -> list[str]:
    lines = ["| said | came | forecasts |", "| --- | --- | --- |"]
    for one in calibration(trials, day):
        lines.append(f"| {one.said:.0%} | {one.came:.0%} | {one.trials} |".replace("%", " %"))
    return lines


if __name__ == "__main__":
    main()
