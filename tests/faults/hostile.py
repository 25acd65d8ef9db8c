"""Every hostile answer that we know, mixed among sound ones: each has one outcome, the others are untouched."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.faults.ground import Result, Scene
from tests.hostile_provider import WAYS
from tests.installation import REPOSITORY, Installation

PROMISE = (
    "{ways} hostile ways to answer (a byte a second, 50 MB, gzip bomb, redirect loop, broken JSON, ...), "
    "among {sound} sound keywords: each check has one outcome, the sound ones are untouched, the worker's "
    "memory stays bounded"
)
MOST_MEMORY = 300
"""Megabytes that a worker may take on: ten answers of up to 20 MB at once, and room to read them."""
DEADLINE = 3.0
ACCOUNTS = """
import json
from django.utils import timezone
from serp.models import *
brand = Brand.objects.create(name="Acme", slug="acme", domains=["acme.example"])
for number, (way, count) in enumerate(json.loads({ways!r}).items()):
    account = ProviderAccount.objects.create(
        name=way, provider="serpapi", base_url="{url}/" + way + "/serpapi", key="secret-of-ours",
        per_second=1000, max_in_flight=20,
    )
    for copy in range(count):
        Keyword.objects.create(
            brand=brand, phrase=f"acme {{way}} {{copy}}", depth=20, account=account,
            next_check_at=timezone.now(),
        )
"""
OUTCOMES = """
SELECT a.name, c.state, count(*), min(c.depth), max(c.tries)
FROM serp_check c JOIN serp_keyword k ON k.id = c.keyword_id
JOIN serp_provideraccount a ON a.id = k.account_id GROUP BY a.name, c.state
"""


def answers_hostile(scene: Scene, *, sound: int = 60, ways: tuple[str, ...] = ()) -> Result:
    """An account for each way to answer, all checked by one worker. Answers that ask to wait, for up to a
    year, are the outage's."""
    chosen = {way: 1 for way in ways or WAYS if "wait" not in way} | {"sound": sound}
    url = provider_url(scene)
    control = unbounded(scene, url)
    folder = scene.folder / "site"
    folder.mkdir()
    site = Installation(
        folder,
        database=scene.ground.database(),
        redis=scene.redis().url,
        provider=url,
        settings={"PROVIDER_DEADLINE": f"{DEADLINE:g}", "CHECKS_IN_FLIGHT": "10"},
    )
    scene.stack.callback(site.kill_all)
    site.shell(ACCOUNTS.format(ways=json.dumps(chosen), url=url))
    worker = site.start_worker()
    site.tick()
    site.wait_for(lambda: bool(site.states()), 30)
    before = peak(worker.pid)
    count = sum(chosen.values())
    site.finish(count, 120)
    taken = peak(worker.pid) - before
    outcomes: dict[str, list[str]] = {}
    tries = 0
    untouched = 0
    for way, state, number, depth, most in site.ask(OUTCOMES):
        outcomes.setdefault(way, []).extend([state] * number)
        tries = max(tries, most)
        if way == "sound":
            untouched = number if state == "measured" and depth > 0 else 0
    ended = sum(map(len, outcomes.values()))
    invented = site.one(
        "SELECT count(*) FROM serp_snapshot s JOIN serp_check c ON c.id = s.check_row_id "
        "WHERE c.state NOT IN ('measured', 'partial')"
    )
    kinds = site.states()
    alive = worker.poll() is None
    return Result(
        PROMISE.format(ways=len(chosen) - 1, sound=sound),
        control[1],
        f"{ended} of {count} have one outcome: {words(kinds)}; {untouched} of {sound} sound ones measured; "
        f"{invented} snapshots without a reading; at most {tries} tries; {taken} MB taken on, worker "
        f"{'alive' if alive else 'DEAD'}",
        kept=ended == count
        and not {"due", "sent", "quarantined"} & set(kinds)
        and untouched == sound
        and invented == 0
        and tries <= 2
        and taken <= MOST_MEMORY
        and alive,
        bites=control[0],
    )


def words(kinds: dict[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in sorted(kinds.items()))


def provider_url(scene: Scene) -> str:
    """Start the hostile provider as a process of its own; returns its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.hostile_provider"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    scene.stack.callback(end, process)
    assert process.stdout is not None
    return process.stdout.readline().split(" on ")[1].strip()


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()


def peak(pid: int) -> int:
    """The most memory that a process has had at once, in megabytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def unbounded(scene: Scene, url: str) -> tuple[bool, str]:
    """The control: the same answers read by `requests` without bounds."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.unbounded", url],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    taken, held = (int(line.split()[1]) for line in done.stdout.splitlines())
    text = f"requests with timeout=2: {taken} MB for one bomb of 50 MB, held {held} s by a byte a second"
    scene.say(f"control: {text}")
    return taken > 50 and held > 4, text
