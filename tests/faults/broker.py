"""Redis dies or forgets everything in the middle of a run: the rows know what is due, and nobody pays meanwhile."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass
from functools import partial

import redis
import requests

from tests.faults.ground import Provider, Result, Scene
from tests.installation import Installation
from tests.services import Server

PROMISE = (
    "Redis killed (with an append-only file, and without one) or flushed in mid-run: all done within "
    "120 s, workers resume by themselves; while it is away no paid call begins and pages go on"
)
AT_MOST_AFTER = 120.0
AWAY = 5.0
UNDER_WAY = 0.5
"""Seconds that a call which was let through just before may take to reach the provider."""
PACE = {"per_second": 20, "max_in_flight": 10}


@dataclass
class Case:
    """One installation and the Redis that fails it."""

    name: str
    server: Server
    provider: Provider
    site: Installation
    count: int
    gone_at: float = 0.0
    back_at: float = 0.0

    def fail(self) -> None:
        self.gone_at = time.monotonic()
        if self.name == "flushed":
            with redis.Redis.from_url(self.server.url) as connection:
                connection.flushall()
            self.back_at = time.monotonic()
        else:
            self.server.halt(signal.SIGKILL)

    def recover(self) -> None:
        if self.name != "flushed":
            self.back_at = time.monotonic()
            self.server.resume()

    def begun_while_away(self) -> int:
        if self.name == "flushed":
            return 0
        times = [line["t"] for line in self.provider.requests()]
        return sum(self.gone_at + UNDER_WAY < at < self.back_at for at in times)


def redis_lost(scene: Scene, *, count: int = 300, names: tuple[str, ...] = ()) -> Result:
    """Three installations side by side, each with a Redis that fails in its own way."""
    names = names or ("append-only", "no persistence", "flushed")
    control = lost_with_the_broker(scene, count=count)
    cases = [prepared(scene, name, count) for name in names]
    address = cases[0].site.start_web()
    for case in cases:
        case.site.wait_for(partial(case.site.are_ready, 1), 90)
    for case in cases:
        case.site.set_due(True)
        case.site.tick()
    for case in cases:
        case.site.wait_for(partial(case.provider.was_asked, count // 6), 90)
    midway = all(not case.site.is_done(count) for case in cases)
    scene.say("Redis fails")
    for case in cases:
        case.fail()
    time.sleep(AWAY)
    pages = [page(f"{address}/login/"), page(f"{address}/healthz")]
    for case in cases:
        case.recover()
    scene.say("Redis is back")
    parts, kept = [], pages[0] == 200
    for case in cases:
        case.site.wait_for(partial(case.site.is_done, count), 150, every=0.5)
        took = time.monotonic() - case.back_at
        stored = case.site.one("SELECT count(*) FROM serp_snapshot")
        calls, away = case.provider.calls(), case.begun_while_away()
        most = max(calls.values())
        parts.append(
            f"{case.name}: {stored} stored {took:.0f} s after, {calls.total()} calls, {away} while away"
        )
        scene.say(parts[-1])
        kept &= stored == count and took <= AT_MOST_AFTER and away == 0 and most <= 2
    parts.append(f"pages meanwhile: {pages[0]} (sign-in), {pages[1]} (healthz)")
    return Result(PROMISE, control[1], "; ".join(parts), kept, bites=control[0] and midway)


def prepared(scene: Scene, name: str, count: int) -> Case:
    server = scene.redis(keeps=name == "append-only")
    provider = scene.provider(latency_ms=300, jitter_ms=100)
    site = scene.installation(provider, count, limits=PACE, redis=server.url)
    site.set_due(False)
    site.start_beat()
    site.start_worker()
    return Case(name, server, provider, site, count)


def page(url: str) -> int:
    return requests.get(url, timeout=20).status_code


def lost_with_the_broker(scene: Scene, *, count: int) -> tuple[bool, str]:
    """The control: a task a keyword in a Redis that keeps nothing."""
    provider = scene.provider(latency_ms=300, jitter_ms=100)
    plain = scene.plain(provider)
    plain.start_worker()
    plain.send("check", count)
    while plain.stored() < count // 6:
        time.sleep(0.1)
    plain.broker.halt(signal.SIGKILL)
    time.sleep(1)
    plain.broker.resume()
    stored = plain.settle(plain.stored)
    plain.stop()
    scene.say(f"control: {stored} of {count} stored")
    return (
        stored < count,
        f"a task a keyword, Redis without persistence killed: {stored} of {count} stored",
    )
