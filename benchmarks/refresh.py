"""How long a refresh of all keywords takes, as a ratio to a bare fetch loop that runs in turn with it.

    .venv/bin/python -m benchmarks.refresh [--keywords 1000] [--repeat 3] [--database both]

The local provider answers after 300 ± 100 ms with 100 results a keyword. On PostgreSQL a Celery worker
on a real Redis does the work, on SQLite one process of an embedded installation. The bare loop sends
the same queries with `requests` in threads and parses the answers, no more. In the first reading every
page is new; the later ones are of the next days, on which 15 % of the positions change.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import requests
from celery import Celery

from tests.installation import Installation
from tests.local_provider import LocalProvider
from tests.services import Server, start_postgres, start_redis

REPOSITORY = Path(__file__).resolve().parent.parent
LATENCY, JITTER = 300, 100
"""Milliseconds in which the local provider answers."""
RESULTS = 100
DEADLINE = 5
"""Seconds that an answer may take, here: what a hanging one costs."""
PATIENCE = 600.0
FIRST_DAY = date(2026, 1, 1)
PATH = "/v3/serp/google/organic/live/advanced"

SETUP = """
from django.utils import timezone
from serp.models import *
account = ProviderAccount.objects.create(
    name="Local", provider="dataforseo", base_url={url!r}, key="login:password", per_second=1000,
    max_in_flight=500,
)
brand = Brand.objects.create(name="Acme", slug="acme", domains=["acme.example"], account=account)
now = timezone.now()
Keyword.objects.bulk_create(
    Keyword(brand=brand, phrase=f"acme {{number}}", depth={results}, next_check_at=now)
    for number in range({keywords})
)
"""
DAY_PASSES = """
from datetime import timedelta
from django.db.models import F
from django.utils import timezone
from serp.models import *
# Each time ten times as far, so that no row meets another one on its way.
far = timedelta(days=10 ** {number})
Check.objects.update(period=F("period") - far, finished_at=F("finished_at") - far)
Snapshot.objects.update(taken_at=F("taken_at") - far)
Sighting.objects.update(first_seen_at=F("first_seen_at") - far)
Keyword.objects.update(next_check_at=timezone.now())
"""


@dataclass(frozen=True, slots=True)
class Took:
    """What some work took: seconds, seconds of CPU, the most memory held so far in MB."""

    seconds: float
    cpu: float
    memory: float = 0.0


@dataclass(frozen=True, slots=True)
class Round:
    """One turn of both sides. `outcomes` counts our checks by their states."""

    database: str
    in_flight: int
    reading: str
    bare: Took
    ours: Took
    judging: Took
    outcomes: dict[str, int]


class Bare:
    """The least that a refresh can be: threads that send the queries and pick the results out."""

    def __init__(self, url: str, keywords: int) -> None:
        self.url, self.keywords = url + PATH, keywords

    def run(self, in_flight: int) -> Took:
        with requests.Session() as session, ThreadPoolExecutor(in_flight) as pool:
            session.trust_env = False
            session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=in_flight))

            def fetch(number: int) -> list[tuple[str, str, str]]:
                # The question as the adapter of this provider asks it.
                task = {
                    "keyword": f"acme {number}",
                    "language_code": "en",
                    "device": "desktop",
                    "depth": RESULTS,
                    "location_code": 2840,
                }
                answer = session.post(self.url, json=[task], timeout=PATIENCE)
                items = json.loads(answer.content)["tasks"][0]["result"][0]["items"]
                return [(row["url"], row["title"], row["description"]) for row in items]

            start, cpu = time.perf_counter(), time.process_time()
            counts = [len(results) for results in pool.map(fetch, range(self.keywords))]
            took = Took(time.perf_counter() - start, time.process_time() - cpu)
        assert counts == [RESULTS] * self.keywords, "the local provider answers every query in full"
        return took


class Ours:
    """An installation with its keywords due, and the one process that checks and judges."""

    def __init__(self, site: Installation, *, url: str, keywords: int) -> None:
        self.site, self.keywords = site, keywords
        site.manage("migrate", "-v0")
        site.shell(SETUP.format(url=url, results=RESULTS, keywords=keywords))
        self.days = 0

    def next_day(self) -> None:
        """Let what was read be of an earlier day, and every keyword be due again."""
        self.days += 1
        self.site.shell(DAY_PASSES.format(number=self.days - 1))

    def check(self) -> Took:
        raise NotImplementedError

    def judge(self) -> Took:
        raise NotImplementedError

    def outcomes(self) -> dict[str, int]:
        """States of the newest checks, one a keyword."""
        return dict(
            self.site.ask(
                "SELECT state, count(*) FROM (SELECT state FROM serp_check ORDER BY id DESC"
                f" LIMIT {self.keywords}) newest GROUP BY state"
            )
        )


class Embedded(Ours):
    """One process with the broker in memory."""

    def __init__(self, site: Installation, *, url: str, keywords: int) -> None:
        super().__init__(site, url=url, keywords=keywords)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.embedded"],
            cwd=REPOSITORY,
            env=site.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, what: str) -> Took:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(what, file=self.process.stdin, flush=True)
        return Took(**json.loads(self.process.stdout.readline()))

    def check(self) -> Took:
        return self.tell("check")

    def judge(self) -> Took:
        return self.tell("judge")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


class Worker(Ours):
    """A Celery worker; what it does is read off the database and off its process."""

    def __init__(self, site: Installation, *, url: str, keywords: int) -> None:
        super().__init__(site, url=url, keywords=keywords)
        self.process = site.start_worker()
        site.wait_for(lambda: site.are_ready(1), PATIENCE)

    def send(self, task: str) -> None:
        with Celery(broker=self.site.redis, set_as_current=False) as sender:
            sender.send_task(task)

    def check(self) -> Took:
        begun = self.site.one("SELECT count(*) FROM serp_check")
        done = (
            "SELECT count(*) FROM serp_check WHERE state NOT IN ('due', 'claimed', 'sent')"
            " AND finished_at IS NOT NULL"
        )
        return self.until("serp.tasks.check_due_keywords", done, begun + self.keywords, every=1.0)

    def judge(self) -> Took:
        wanted = self.site.one("SELECT count(*) FROM serp_snapshot")
        done = "SELECT count(*) FROM reputation_judgement"
        # One tick judges all; further ones would pile up behind it.
        return self.until("reputation.tasks.judge_new_snapshots", done, wanted, every=PATIENCE)

    def until(self, task: str, sql: str, wanted: int, *, every: float) -> Took:
        """Send a tick, and after `every` seconds the next, until a count is reached."""
        cpu, start = cpu_of(self.process.pid), time.perf_counter()
        self.send(task)
        ticked = start
        while self.site.one(sql) < wanted:
            if time.perf_counter() - ticked > every:
                self.send(task)
                ticked = time.perf_counter()
            if time.perf_counter() - start > PATIENCE:
                raise SystemExit(f"{task} did not come to an end.\n{self.site.tail()}")
            time.sleep(0.05)
        seconds = time.perf_counter() - start
        return Took(seconds, cpu_of(self.process.pid) - cpu, memory_of(self.process.pid))

    def stop(self) -> None:
        """The installation ends its processes."""


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process has used, by Linux's own books."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> float:
    """The most memory that a process has held, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


@contextmanager
def installed(
    database: str, *, url: str, keywords: int, in_flight: int
) -> Iterator[Embedded | Worker]:
    """A new installation whose keywords are all due."""
    settings = {"CHECKS_IN_FLIGHT": str(in_flight), "PROVIDER_DEADLINE": str(DEADLINE)}
    servers: list[Server] = []
    ours: Embedded | Worker | None = None
    with tempfile.TemporaryDirectory(prefix="pushdown-refresh-") as folder:
        try:
            if database == "sqlite":
                place = f"sqlite:///{folder}/pushdown.sqlite3"
                site = Installation(Path(folder), database=place, provider=url, settings=settings)
                ours = Embedded(site, url=url, keywords=keywords)
            else:
                servers += [start_postgres(is_durable=True), start_redis(keeps=True)]
                place, redis = servers[0].url, f"{servers[1].url}/0"
                site = Installation(
                    Path(folder), database=place, redis=redis, provider=url, settings=settings
                )
                ours = Worker(site, url=url, keywords=keywords)
            yield ours
        finally:
            if ours is not None:
                ours.stop()
                ours.site.stop()
            for server in servers:
                server.stop()


def rounds(
    provider: LocalProvider, database: str, in_flight: int, *, keywords: int, repeat: int
) -> Iterator[Round]:
    """Bare loop and refresh in turn, on a new installation. The last round has answers that hang."""
    bare = Bare(provider.url, keywords)
    with installed(database, url=provider.url, keywords=keywords, in_flight=in_flight) as ours:
        for number in range(repeat + 1):
            hangs = number == repeat
            if number:
                ours.next_day()
            provider.configure(
                day=FIRST_DAY + timedelta(days=number), latency_ms=0, jitter_ms=0, timeout_rate=0
            )
            bare.run(4)  # the local provider makes its answers at the first request
            provider.configure(latency_ms=LATENCY, jitter_ms=JITTER)
            least = bare.run(in_flight)
            if hangs:
                provider.configure(timeout_rate=0.02)
            took = ours.check()
            outcomes = ours.outcomes()
            provider.configure(timeout_rate=0)
            reading = "2 % hang" if hangs else "next day" if number else "first"
            yield Round(database, in_flight, reading, least, took, ours.judge(), outcomes)


def program() -> Path:
    """The local provider's program, which is no part of the project."""
    data = Path(os.environ.get("SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    found = data.parent / "serp_stub" / "serp_stub.py"
    if not found.is_file():
        raise SystemExit(
            f"There is no local provider at {found}. Set SHARED_DATA to the folder of captured data; "
            "serp_stub stands beside it."
        )
    return found


def machine() -> str:
    """What it ran on, and how busy that was: a busy machine makes ratios larger, not smaller."""
    model = ""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((x.partition(": ")[2] for x in lines if x.startswith("model name")), "")
    return (
        f"{model or platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


HEADINGS = (
    "database", "in flight", "reading", "bare s", "ours s", "ratio", "ideal s", "bare ms", "ours ms",
    "MB", "judging s", "with tone ms", "MB with tone", "outcomes",
)  # fmt: skip


def cells(row: Round, keywords: int) -> list[str]:
    def each(*parts: Took) -> str:
        return f"{1000 * sum(part.cpu for part in parts) / keywords:.2f}"

    ideal = keywords * LATENCY / 1000 / row.in_flight
    return [
        row.database,
        str(row.in_flight),
        row.reading,
        f"{row.bare.seconds:.2f}",
        f"{row.ours.seconds:.2f}",
        f"{row.ours.seconds / row.bare.seconds:.2f}",
        f"{ideal:.2f}",
        each(row.bare),
        each(row.ours),
        f"{row.ours.memory:.0f}",
        f"{row.judging.seconds:.1f}",
        each(row.ours, row.judging),
        f"{row.judging.memory:.0f}",
        ", ".join(f"{number} {state}" for state, number in sorted(row.outcomes.items())),
    ]


def table(rows: list[list[str]], say: Callable[[str], Any]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        say("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--keywords", type=int, default=1000)
    parser.add_argument(
        "--repeat", type=int, default=3, help="turns of both sides, first and later"
    )
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--in-flight", type=int, nargs="+", default=[50, 200])
    given = parser.parse_args()
    databases = ("sqlite", "postgresql") if given.database == "both" else (given.database,)
    print(machine(), flush=True)
    provider = LocalProvider(program(), cache=2 * given.keywords, hang_s=2 * DEADLINE)
    rows = [list(HEADINGS)]
    try:
        for database in databases:
            for in_flight in given.in_flight:
                for row in rounds(
                    provider, database, in_flight, keywords=given.keywords, repeat=given.repeat
                ):
                    rows.append(cells(row, given.keywords))
                    print(".", end="", flush=True)
    finally:
        provider.stop()
    print()
    table(rows, print)
    print(
        f"\n{given.keywords} keywords, {RESULTS} results each, answers after {LATENCY} ± {JITTER} ms. "
        "ms: CPU a check in the fetching process.\nIdeal: latency x keywords / in flight. "
        f"The last round of each: 2 % of the answers never come; the deadline is {DEADLINE} s."
    )


if __name__ == "__main__":
    main()
