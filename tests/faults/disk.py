"""The disk of the embedded installation runs full in mid-run: nothing is invented, and all goes on when there is room."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
import urllib.request
from pathlib import Path

import requests

from tests.faults.ground import Provider, Result, Scene
from tests.installation import Installation
from tests.services import free_port

PROMISE = (
    "the disk full for {seconds:g} s in mid-run (SQLite on a tmpfs of {megabytes} MB): nothing is invented, no "
    "reading that was paid for is lost, pages never show a stack trace, all goes on when there is room"
)
MEGABYTES = 40
BLOCK = b"x" * 4096


def disk_full(scene: Scene, *, count: int = 200, seconds: float = 8.0) -> Result:
    """`manage.py serve`, the whole of Pushdown in one process, on a disk that a ballast file fills."""
    promise = PROMISE.format(seconds=seconds, megabytes=MEGABYTES)
    disk = scene.folder / "disk"
    disk.mkdir()
    if not mounted(disk):
        return Result(promise, "", "not run: mounting a small disk needs root", kept=True)
    scene.stack.callback(unmount, disk)
    provider = scene.provider(latency_ms=200, jitter_ms=50)
    url = scene.ground.sqlite(disk)
    site = Installation(disk, database=url, provider=provider.url, logs=scene.folder)
    scene.stack.callback(site.kill_all)
    site.watch(count, url=provider.url, limits='{"per_second": 15, "max_in_flight": 10}')
    address = f"http://127.0.0.1:{free_port()}"
    server = site.start_serve(address)
    site.wait_for(lambda: stored(site) > count // 8, 60)
    ballast = disk / "ballast"
    fill(ballast)
    scene.say("the disk is full")
    control = lost_when_full(disk, provider)
    asked = provider.stats()["requests"]
    pages = set()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        fill(ballast)
        answer = requests.get(f"{address}/login/", timeout=20)
        pages.add("stack trace" if "Traceback" in answer.text else str(answer.status_code))
        time.sleep(0.3)
    during = provider.stats()["requests"] - asked
    ballast.unlink()
    scene.say(f"there is room again; {during} calls meanwhile, pages said {sorted(pages)}")
    begun = time.monotonic()
    site.wait_for(lambda: site.is_done(count), 150, every=0.5)
    took = time.monotonic() - begun
    states = site.states()
    calls = provider.calls()
    ours = {phrase: times for phrase, times in calls.items() if phrase.startswith("acme")}
    twice = sum(times > 1 for times in ours.values())
    intact = site.one("PRAGMA integrity_check") == "ok"
    return Result(
        promise,
        control[1],
        f"{states} of {count}, {stored(site)} stored, {sum(ours.values())} calls ({twice} keywords twice), "
        f"{'intact' if intact else 'DAMAGED'}, done {took:.0f} s after; pages said {', '.join(sorted(pages))}",
        kept=states == {"measured": count}
        and stored(site) == count
        and twice == 0
        and intact
        and pages <= {"200", "503"}
        and server.poll() is None,
        bites=control[0],
    )


def mounted(disk: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(disk)]
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def unmount(disk: Path) -> None:
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(ballast: Path) -> None:
    """Write until the disk says that it is full."""
    with ballast.open("ab", buffering=0) as file:
        try:
            while file.write(BLOCK) == len(BLOCK):
                pass
        except OSError:
            os.fsync(file.fileno())


def stored(site: Installation) -> int:
    return int(site.one("SELECT count(*) FROM serp_snapshot"))


def lost_when_full(disk: Path, provider: Provider, *, count: int = 20) -> tuple[bool, str]:
    """The control: call, insert, next; the error of the insert is what remains."""
    connection = sqlite3.connect(disk / "control.sqlite3", timeout=1)
    kept = 0
    for number in range(count):
        url = f"{provider.url}/search.json?q=control+{number}&num=10"
        with urllib.request.urlopen(url, timeout=10) as answer:
            body = answer.read()
        try:
            with connection:
                connection.execute("CREATE TABLE IF NOT EXISTS stored (body blob)")
                connection.execute("INSERT INTO stored VALUES (?)", [body])
        except sqlite3.OperationalError:
            continue
        kept += 1
    connection.close()
    return kept < count, f"call, then insert: {kept} of {count} stored, {count} paid"
