"""PostgreSQL restarts in the middle of a run: nothing is lost or doubled, and pages say 503 instead of a stack trace."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from functools import partial

import requests

from tests.faults.ground import Result, Scene

PROMISE = (
    "PostgreSQL restarted in mid-run (fast, then as a crash): all done, nothing stored or paid for "
    "twice without need; pages say 503 meanwhile, never a stack trace, and 200 afterwards"
)
AWAY = 3.0
SESSION = """
from django.contrib.auth import get_user_model, BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
user = get_user_model().objects.create_superuser("owner", "owner@people.example", "a long password")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(session.session_key)
"""
"""Signs a superuser in and prints the cookie."""


class Reader(threading.Thread):
    """Somebody who keeps looking at a page; counts what the pages said, by status."""

    def __init__(self, url: str, cookie: str) -> None:
        super().__init__(daemon=True)
        self.url, self.cookies = url, {"sessionid": cookie}
        self.seen: Counter[str] = Counter()
        self.last = ""
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(0.1):
            try:
                answer = requests.get(self.url, cookies=self.cookies, timeout=20)
            except requests.RequestException as error:
                self.last = type(error).__name__
            else:
                has_trace = "Traceback" in answer.text or "OperationalError" in answer.text
                self.last = "stack trace" if has_trace else str(answer.status_code)
            self.seen[self.last] += 1


def database_restarted(
    scene: Scene,
    *,
    count: int = 400,
    ways: tuple[signal.Signals, ...] = (signal.SIGINT, signal.SIGQUIT),
) -> Result:
    """A durable PostgreSQL goes away for some seconds, once for each way of ending it."""
    control = lost_with_the_database(scene, count=count // 2)
    server = scene.postgres()
    provider = scene.provider(latency_ms=300, jitter_ms=100)
    site = scene.installation(
        provider,
        count,
        limits={"per_second": 25, "max_in_flight": 12},
        database=server.url,
        CHECKS_IN_FLIGHT="10",
    )
    cookie = site.shell(SESSION).split()[-1]
    reader = Reader(f"{site.start_web()}/", cookie)
    site.start_beat()
    site.start_worker()
    site.start_worker()
    site.tick()
    reader.start()
    site.wait_for(lambda: reader.seen["200"] > 0, 60)
    for number, way in enumerate(ways, 1):
        goal = number * count // (len(ways) + 2)
        site.wait_for(partial(provider.was_asked, goal), 90)
        server.halt(way)
        scene.say(f"PostgreSQL is gone ({way.name})")
        time.sleep(AWAY)
        server.resume()
    back = time.monotonic()
    site.wait_for(lambda: site.is_done(count), 150, every=0.5)
    took = time.monotonic() - back
    time.sleep(1)
    reader.is_over.set()
    reader.join(20)
    states = site.states()
    stored, twice = site.ask(
        "SELECT count(*), count(*) - count(DISTINCT keyword_id) FROM serp_snapshot"
    )[0]
    calls = provider.calls()
    most = max(calls.values())
    kept = (
        states == {"measured": count}
        and (stored, twice) == (count, 0)
        and most <= 2
        and set(reader.seen) <= {"200", "503"}
        and reader.seen["503"] > 0
        and reader.last == "200"
    )
    said = ", ".join(f"{what} {times}x" for what, times in sorted(reader.seen.items()))
    return Result(
        PROMISE,
        control[1],
        f"{stored} of {count} stored, {twice} twice, {calls.total()} calls, at most {most} a keyword, done "
        f"{took:.0f} s after; the page said {said}, at last {reader.last}",
        kept,
        bites=control[0] and reader.seen["503"] > 0,
    )


def lost_with_the_database(scene: Scene, *, count: int) -> tuple[bool, str]:
    """The control: a task a keyword that stores what it has paid for when it can."""
    server = scene.postgres()
    provider = scene.provider(latency_ms=200)
    plain = scene.plain(provider, database=server.url)
    plain.start_worker()
    plain.send("check", count)
    while plain.stored() < count // 4:
        time.sleep(0.1)
    server.halt(signal.SIGINT)
    time.sleep(AWAY / 2)
    server.resume()
    stored = plain.settle(plain.stored)
    paid = provider.stats()["requests"]
    plain.stop()
    scene.say(f"control: {stored} of {count} stored, {paid} paid")
    return stored < paid, f"a task a keyword: {stored} of {count} stored, {paid} paid"
