"""How long planning takes: from a negative to a scheduled piece, a draft's check, the calendar, a year of history.

    python -m benchmarks.planner [--part steps drafts calendar growth forecast] [--repeat 5]

Each part runs in a process of its own on SQLite, in a folder that is removed: `steps` in the demo brand,
from the list of opportunities to a piece with its brief, first in a cold process, then in one that has
warmed up by itself, then again; the others in the brand that `benchmarks.planner_world` makes, whose
history for `growth` has 1,000 keywords and for `forecast` 400, both a year. `drafts` posts a draft of
2,000 words to the live check beside 500 other drafts, one sentence changed each time. Pages are whole
requests of the test client, with template, session and access; an "empty" page, a brand's list of feeds,
is the yardstick in the same process. Of the repeated turns the quickest counts, by CPU as by the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reputation.settings")

if TYPE_CHECKING:
    from django.test import Client

    from serp.models import Brand

PARTS = ("steps", "drafts", "calendar", "growth", "forecast")
EMPTY = "calendar-feeds"
PLAN = re.compile(r'/b/[^"]+/opportunities/\d+/\d+/')
CHOICE = re.compile(r'name="(kind|lift)" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of CPU and by the clock, the limit in seconds, and queries or MB, whatever is counted."""

    what: str
    cpu: float
    wall: float
    limit: float
    note: str = ""


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds of CPU and by the clock, and what it returned."""
    start, cpu = time.perf_counter(), time.process_time()
    found = work()
    return time.process_time() - cpu, time.perf_counter() - start, found


def best(work: Callable[[], Any], repeat: int) -> tuple[float, float]:
    """The least CPU and the least time of some turns."""
    rows = [timed(work)[:2] for _ in range(repeat)]
    return min(row[0] for row in rows), min(row[1] for row in rows)


class Visitor:
    """Somebody signed in who opens pages of one brand, every answer a good one."""

    def __init__(self, brand: Brand, name: str) -> None:
        from django.conf import settings
        from django.contrib.auth.models import User
        from django.test import Client

        settings.ALLOWED_HOSTS = ["testserver"]
        self.brand = brand
        self.client: Client = Client()
        self.client.force_login(
            User.objects.get(username=name), "django.contrib.auth.backends.ModelBackend"
        )

    def get(self, url: str) -> Any:
        answer = self.client.get(url)
        if answer.status_code != 200:
            raise SystemExit(f"{url} answered {answer.status_code}")
        return answer

    def post(self, url: str, data: dict[str, str]) -> Any:
        answer = self.client.post(url, data)
        if answer.status_code not in (200, 302):
            raise SystemExit(f"{url} answered {answer.status_code}: {answer.content[:200]!r}")
        return answer

    def address(self, name: str, *more: object) -> str:
        from django.urls import reverse

        return reverse(name, args=[self.brand.slug, *more])

    def page(
        self, name: str, *, repeat: int, limit: float, query: str = "", more: Sequence[object] = ()
    ) -> Took:
        """One page: first once unmeasured, which also counts its queries."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        url = self.address(name, *more) + query
        with CaptureQueriesContext(connection) as asked:
            self.get(url)
        note = f"{len(asked)} queries"
        cpu, wall = best(lambda: self.get(url), repeat)
        return Took(f"{name}{query}", cpu, wall, limit, note)


def steps(asked: argparse.Namespace) -> Iterator[Took]:
    """From the list to the piece: `--turn` says in which process, see `main`."""
    from serp.models import Brand

    if asked.turn == "warmed":
        from reputation.warming import warm

        cpu, wall, _ = timed(warm)
        yield Took("warming, in the background", cpu, wall, 0)
    brand = Brand.objects.order_by("pk")[0]
    one = Visitor(brand, "demo" if asked.world == "demo" else "person0")
    turns = 1 if asked.turn == "cold" else asked.repeat
    found: dict[str, list[tuple[float, float]]] = {}
    for turn in range(turns):
        cpu, wall, listed = timed(lambda: one.get(one.address("opportunities")))
        found.setdefault("list of opportunities", []).append((cpu, wall))
        plans = sorted(set(PLAN.findall(listed.content.decode())))
        url = plans[turn % len(plans)]
        cpu, wall, plan = timed(lambda url=url: one.get(url))  # type: ignore[misc]
        found.setdefault("plan", []).append((cpu, wall))
        choices = CHOICE.findall(plan.content.decode())
        if not choices:
            continue
        data = dict([choices[turn % len(choices)]])
        cpu, wall, made = timed(lambda url=url, data=data: one.post(f"{url}make/", data))  # type: ignore[misc]
        found.setdefault("making the piece with its brief", []).append((cpu, wall))
        cpu, wall, _ = timed(lambda made=made: one.get(made.headers["Location"]))  # type: ignore[misc]
        found.setdefault("piece", []).append((cpu, wall))
    said = {"cold": "cold: ", "warmed": ""}[asked.turn]
    total = [0.0, 0.0]
    for name, rows in found.items():
        # Of a process that has warmed up the first turn counts too, so it is told apart.
        if asked.turn == "warmed":
            yield Took(f"first: {name}", *rows[0], 2.0)
        quickest = min(row[0] for row in rows), min(row[1] for row in rows)
        total = [total[0] + quickest[0], total[1] + quickest[1]]
        yield Took(f"{said}{name}", *quickest, 2.0)
    yield Took(f"{said}all four", *total, 2.0)


def drafts(asked: argparse.Namespace) -> Iterator[Took]:
    """The live check as the page asks for it, in each language."""
    from benchmarks.drafting import WORDS, draft, sentence
    from content.models import Brief, Piece
    from serp.models import Brand

    brand = Brand.objects.order_by("pk")[0]
    one = Visitor(brand, "person0")
    piece = Piece.objects.filter(brand=brand, keyword__isnull=False).order_by("-pk")[0]
    keyword = piece.keyword
    assert keyword is not None
    url = one.address("board-draft-check", piece.pk)
    for language in WORDS:
        keyword.language = language
        keyword.save(update_fields=["language"])
        words = WORDS[language].split()
        gap = "" if language == "zh" else " "
        dice = random.Random(2)
        Brief.objects.update_or_create(
            piece=piece,
            defaults={
                "questions": [f"{gap.join(dice.sample(words, 4))}?" for _ in range(8)],
                "terms": [
                    {"term": word, "results": 5, "of": 9, "low": 1, "high": 9} for word in words
                ],
                "avoid": [word[::-1] for word in words[:12]],
                "structure": {"words": {"low": 800, "median": 1600, "high": 2400}},
            },
        )
        text = draft(language, 2_000)
        number = iter(range(10_000))

        def look(
            language: str = language, text: str = text, number: Iterator[int] = number
        ) -> None:
            more = sentence(language, random.Random(next(number)))
            data = {
                "text": f"{text}\n\n{more}",
                "title": "Halden grinder",
                "description": "How it is made.",
            }
            one.post(url, {**data, "revision": "0"})

        first, first_wall, _ = timed(look)
        cpu, wall = best(look, asked.repeat)
        yield Took(f"draft check, {language}", cpu, wall, 0.3)
        yield Took(f"draft check, {language}, the first", first, first_wall, 0)


def calendar(asked: argparse.Namespace) -> Iterator[Took]:
    """The views of the calendar."""
    one = first_visitor()
    for name in (
        EMPTY,
        "calendar",
        "calendar-week",
        "board",
        "calendar-list",
        "calendar-conflicts",
    ):
        yield one.page(name, repeat=asked.repeat, limit=0.3)


def growth(asked: argparse.Namespace) -> Iterator[Took]:
    """The pages that look over all keywords or all of their past."""
    one = first_visitor()
    yield one.page(EMPTY, repeat=asked.repeat, limit=0.5)
    yield one.page("opportunities", repeat=asked.repeat, limit=0.5)
    plans = sorted(set(PLAN.findall(one.get(one.address("opportunities")).content.decode())))
    keyword, page = plans[0].rstrip("/").split("/")[-2:]
    yield one.page("opportunities-plan", repeat=asked.repeat, limit=0.5, more=(keyword, page))
    for name in ("fortress", "effect", "overview", "placements"):
        yield one.page(name, repeat=asked.repeat, limit=0.5)


def forecast(asked: argparse.Namespace) -> Iterator[Took]:
    """The daily fit over a year of readings."""
    from django.utils import timezone

    from content.forecasting.fitting import fit_due
    from content.models import ForecastModel

    ForecastModel.objects.all().delete()
    cpu, wall, _ = timed(lambda: fit_due(timezone.now()))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row = ForecastModel.objects.get()
    note = f"{most:.0f} MB, {row.episodes:,} stays, {'with' if row.backtest else 'without'} a trial"
    yield Took("fit of the forecast", cpu, wall, 60, note)


def first_visitor() -> Visitor:
    from serp.models import Brand

    return Visitor(Brand.objects.order_by("pk")[0], "person0")


def world(asked: argparse.Namespace) -> None:
    """Make the database of a part."""
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.utils import timezone

    from benchmarks.planner_world import Size, make

    call_command("migrate", verbosity=0)
    if asked.world == "demo":
        call_command("demo", verbosity=0, stdout=sys.stderr)
        return
    with transaction.atomic():
        make(
            Size(
                keywords=asked.keywords,
                days=asked.days,
                pieces=asked.pieces,
                this_month=min(120, asked.pieces),
                drafts=asked.drafts,
            ),
            timezone.now(),
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def child(folder: Path, *more: str) -> list[Took]:
    """Run one step of this file in a process of its own on that folder's database."""
    own = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.planner", *more],
        env=own | {"DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(done.stderr[-3_000:])
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return [Took(**json.loads(line)) for line in lines]


def cells(row: Took, yardstick: float) -> list[str]:
    return [
        row.what,
        f"{1000 * row.cpu:,.0f} ms",
        f"{1000 * row.wall:,.0f} ms",
        f"{row.cpu / row.limit:.2f}" if row.limit else "",
        f"{row.wall / row.limit:.2f}" if row.limit else "",
        f"{row.cpu / yardstick:.1f} x" if yardstick else "",
        row.note,
    ]


HEADING = ["what", "CPU", "by the clock", "of the limit", "by the clock", "to an empty page", ""]


def measure(part: str, asked: argparse.Namespace, folder: Path) -> list[Took]:
    """Make the world of a part and run it there."""
    # Only growth looks at all keywords, and the forecast takes 400 at most.
    keywords = {"growth": 1_000, "forecast": 400}.get(part, 60)
    days = 365 if part in ("growth", "forecast") else 20
    given = [
        "--world", "demo" if part == "steps" and not asked.small else "grown",
        "--keywords", str(12 if asked.small else keywords), "--days", str(15 if asked.small else days),
        "--pieces", str(30 if asked.small else 2_000), "--drafts", str(4 if asked.small else 500),
        "--repeat", str(asked.repeat), "--run", part,
    ]  # fmt: skip
    child(folder, *given, "--turn", "world")
    if part == "steps":
        return [
            *child(folder, *given, "--turn", "cold"),
            *child(folder, *given, "--turn", "warmed"),
        ]
    return child(folder, *given)


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--part", nargs="+", choices=PARTS, default=PARTS)
    options.add_argument("--repeat", type=int, default=5)
    options.add_argument("--small", action="store_true", help="a tiny world, to try the benchmark")
    # How the parts are started in processes of their own:
    options.add_argument("--run", choices=PARTS, help=argparse.SUPPRESS)
    options.add_argument("--turn", default="", help=argparse.SUPPRESS)
    options.add_argument("--world", default="grown", help=argparse.SUPPRESS)
    for name in ("keywords", "days", "pieces", "drafts"):
        options.add_argument(f"--{name}", type=int, default=0, help=argparse.SUPPRESS)
    asked = options.parse_args(arguments)
    if asked.run:
        import django

        django.setup()
        if asked.turn == "world":
            world(asked)
            return
        parts = {"steps": steps, "drafts": drafts, "calendar": calendar, "growth": growth}
        for row in {**parts, "forecast": forecast}[asked.run](asked):
            print(json.dumps(asdict(row)), flush=True)
        return
    from benchmarks.refresh import machine, table

    for part in asked.part:
        with tempfile.TemporaryDirectory() as folder:
            rows = measure(part, asked, Path(folder))
        yardstick = next((row.cpu for row in rows if row.what == EMPTY), 0.0)
        print(f"\n{part}: {machine()}", flush=True)
        table([HEADING, *(cells(row, yardstick) for row in rows)], print)


if __name__ == "__main__":
    main()
