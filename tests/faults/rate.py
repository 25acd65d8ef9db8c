"""Four processes on one account: its rate and its number in flight hold for all together, and are used."""

from __future__ import annotations

import time
from typing import Any

from tests.faults.ground import TAPPED, Result, Scene

PROMISE = (
    "5 a second and 3 in flight over {workers} processes: never exceeded (no 6 calls arrive within "
    "{window:g} s, 0.1 s of the second being left for the way there, and the first calls of fresh "
    "processes left out), at least 90 % used"
)
RATE, IN_FLIGHT = 5, 3
WINDOW = 0.9


def limits_shared(scene: Scene, *, seconds: int = 20, workers: int = 4) -> Result:
    """First the rate is what binds, then, with slow answers, the number in flight."""
    count = seconds * RATE
    control = exceeded(scene, count=20 * workers, workers=workers)
    provider = scene.provider(latency_ms=250, jitter_ms=50)
    slow = max(24, count // 4)
    site, tap = scene.tapped(
        provider, count + slow, limits={"per_second": RATE, "max_in_flight": IN_FLIGHT}
    )
    site.set_due(False)
    for _ in range(workers):
        site.start_worker(app=TAPPED)
    site.wait_for(lambda: site.are_ready(workers), 90)
    site.set_due(True)

    def has_asked_enough() -> bool:
        site.tick()
        return bool(provider.stats()["requests"] >= count)

    site.wait_for(has_asked_enough, 6 * seconds, every=0.1)
    provider.configure(latency_ms=2000, jitter_ms=0)
    scene.say("answers are slow from now on")
    site.finish(count + slow, 8 * seconds)
    lines = provider.requests()
    quick, late = lines[:count], lines[count + IN_FLIGHT : -2 * IN_FLIGHT]
    # What is granted to a fresh process arrives 0.2 s late, because its first call loads and connects:
    # seen from the provider it crowds the calls behind it, though the grants keep their distance.
    settled = quick[RATE:]
    crowded = most_within(settled, WINDOW)
    at_once = provider.stats()["max_inflight"]
    rate_used = (count - 1) / (quick[-1]["t"] - quick[0]["t"]) / RATE
    span = late[-1]["t"] - late[0]["t"]
    room_used = sum(line["ms"] for line in late[:-1]) / 1000 / span / IN_FLIGHT
    return Result(
        PROMISE.format(workers=workers, window=WINDOW),
        control[1],
        f"{tap.processes()} processes: at most {crowded} calls within {WINDOW:g} s ({most_within(settled, 1.0)} within 1 s) and {at_once} in "
        f"flight; {rate_used:.0%} of the rate used, with slow answers {room_used:.0%} of the room in flight",
        kept=crowded <= RATE
        and at_once <= IN_FLIGHT
        and min(rate_used, room_used) >= 0.9
        and len(lines) == count + slow,
        bites=control[0] and tap.processes() == workers,
    )


def most_within(lines: list[dict[str, Any]], seconds: float) -> int:
    """The most requests that arrived within any span of so many seconds."""
    times = [line["t"] for line in lines]
    return max(
        sum(begin <= at < begin + seconds for at in times[number:])
        for number, begin in enumerate(times)
    )


def exceeded(scene: Scene, *, count: int, workers: int) -> tuple[bool, str]:
    """The control: Celery's own rate limit, which each worker keeps for itself."""
    provider = scene.provider(latency_ms=400, jitter_ms=100)
    plain = scene.plain(provider)
    for _ in range(workers):
        plain.start_worker(threads=4)  # each takes few in advance, so that all get some
    time.sleep(3)
    plain.send("limited", count)
    plain.settle(lambda: int(provider.stats()["requests"]))
    plain.stop()
    crowded = most_within(provider.requests(), WINDOW)
    at_once = provider.stats()["max_inflight"]
    scene.say(f"control: {crowded} calls within {WINDOW:g} s, {at_once} in flight")
    words = f"Celery's rate_limit=5/s on {workers} workers: {crowded} calls within {WINDOW:g} s, {at_once} in flight"
    return crowded > RATE, words
