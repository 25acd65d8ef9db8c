"""Processes that write and read one SQLite database through the ORM, some of them killed; prints what they met."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from pathlib import Path

import django
from django.conf import settings

READERS = 2
MOST_SECONDS = 90.0


def main(options: str, writers: int, kills: int, each: int, seed: str) -> None:
    """Fork writers and readers, kill writers at random moments and fork them again."""
    if options == "default":
        settings.DATABASES["default"]["OPTIONS"] = {}
        settings.DATABASES["default"]["TEST"] = {}
    django.setup()
    prepare()
    die = random.Random(seed)
    crew: dict[int, str] = {}
    for number in range(writers):
        crew[fork(f"writer-{number}", each)] = f"writer-{number}"
    readers = [fork(f"reader-{number}", 0) for number in range(READERS)]
    killed, began = 0, time.monotonic()
    while crew and time.monotonic() - began < MOST_SECONDS:
        if killed < kills:
            time.sleep(die.uniform(0.05, 0.3))
            victim = die.choice(list(crew))
            os.kill(victim, signal.SIGKILL)
            os.waitpid(victim, 0)
            killed += 1
            name = crew.pop(victim)
            crew[fork(name, each)] = name
            continue
        ended, _ = os.waitpid(-1, os.WNOHANG)
        crew.pop(ended, None)
        time.sleep(0.01)
    for process in [*crew, *readers]:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    report(killed)


def prepare() -> None:
    """What the writers write to; no connection may be open when they are forked."""
    from django.db import connection

    from serp.models import Brand

    Brand.objects.create(name="Acme", slug="acme")
    connection.close()


def fork(name: str, each: int) -> int:
    """Start a writer or a reader; its log tells each thing that it met, acknowledged rows by their name."""
    process = os.fork()
    if process:
        return process
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    log = os.open(f"{name}.met", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        if each:
            write(name, each, log)
        else:
            read(log)
    finally:
        os._exit(0)


def write(name: str, each: int, log: int) -> None:
    """Read a row, write two: the upgrade of a read lock is what SQLite refuses by default."""
    from django.db import OperationalError, transaction
    from django.db.models import F
    from django.utils import timezone

    from serp.models import Brand, Notice

    for number in range(each):
        key = f"{name}:{os.getpid()}:{number}"
        try:
            with transaction.atomic():
                brand = Brand.objects.get(slug="acme")
                Brand.objects.filter(pk=brand.pk).update(stretch=(F("stretch") + 1) % 1000)
                Notice.objects.create(kind="drift", key=key, text="x", opened_at=timezone.now())
        except OperationalError as error:
            os.write(log, b"locked\n" if "locked" in str(error) else f"other {error}\n".encode())
        else:
            os.write(log, f"written {key}\n".encode())


def read(log: int) -> None:
    from django.db import OperationalError

    from serp.models import Notice

    while True:
        try:
            list(Notice.objects.order_by("-pk")[:50])
        except OperationalError as error:
            os.write(log, b"locked\n" if "locked" in str(error) else f"other {error}\n".encode())
        time.sleep(0.005)


def report(killed: int) -> None:
    """Print a count a line: what was met, whether the file is intact, and what is missing in it."""
    lines = [line for log in Path().glob("*.met") for line in log.read_text().splitlines()]
    met = Counter(line.split()[0] for line in lines)
    acknowledged = {line.split()[1] for line in lines if line.startswith("written")}
    database = sqlite3.connect(str(settings.DATABASES["default"]["NAME"]))
    (intact,) = database.execute("PRAGMA integrity_check").fetchone()
    kept = {key for (key,) in database.execute("SELECT key FROM serp_notice")}
    for name in ("written", "locked", "other"):
        print(name, met[name])
    print("intact", int(intact == "ok"))
    print("missing", len(acknowledged - kept))
    print("kills", killed)


if __name__ == "__main__":
    os.chdir(settings.DATA_DIR)
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
