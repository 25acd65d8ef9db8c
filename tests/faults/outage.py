"""A provider that is down, refuses connections or asks to wait: it costs few calls, and all is read afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.ground import Provider, Result, Scene
from tests.installation import Installation

PROMISE = (
    "everything 503, or connections refused, for {seconds:g} s: at most 20 calls before the breaker "
    "holds and at most 3 tries a keyword; 429 with Retry-After obeyed by all {workers} processes; when "
    "it is back all are done"
)
AT_MOST = 20
ASKED_TO_WAIT = 8.0
IN_FLIGHT = 10


@dataclass
class Case:
    """One installation whose provider fails in its own way."""

    name: str
    provider: Provider
    site: Installation
    recover: Callable[[], None]


def provider_out(
    scene: Scene, *, count: int = 100, workers: int = 2, seconds: float = 25.0
) -> Result:
    """Three installations side by side; what an account may lose does not depend on its keywords."""
    control = asked_on_and_on(scene, count=count)
    cases = [
        broken(scene, count, workers),
        refusing(scene, count, workers),
        busy(scene, count, workers),
    ]
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        for case in cases:
            case.site.tick()
        time.sleep(1)
    tries = {case.name: sum_of_tries(case.site) for case in cases}
    scene.say(f"calls in {seconds:g} s of outage: {tries}")
    for case in cases:
        case.recover()
    parts, kept = [], True
    recovered = time.monotonic()
    for case in cases:
        states = case.site.finish(count, 150)
        took = time.monotonic() - recovered
        most = case.site.one("SELECT max(tries) FROM serp_check")
        measured = states.get("measured", 0)
        lost = f", {states['failed']} failed" if "failed" in states else ""
        parts.append(
            f"{case.name}: {tries[case.name]} calls, at most {most} tries, {measured} of {count} read{lost} "
            f"{took:.0f} s after"
        )
        scene.say(parts[-1])
        # A keyword whose two tries both fell into the outage has failed, and says so.
        kept &= tries[case.name] <= AT_MOST and most <= 3
        kept &= measured + states.get("failed", 0) == count and measured >= count - AT_MOST
    early = asked_too_early(cases[2].provider)
    parts.append(f"{early} calls between a Retry-After and its end")
    return Result(
        PROMISE.format(seconds=seconds, workers=workers),
        control[1],
        "; ".join(parts),
        kept and early == 0,
        bites=control[0],
    )


def broken(scene: Scene, count: int, workers: int) -> Case:
    """Everything is a 503 that names no time."""
    provider = scene.provider(latency_ms=50, error_rate=1, error_codes=503, retry_after=0)
    site = begun(scene, provider, count, workers)
    return Case("503", provider, site, lambda: provider.configure(error_rate=0))


def refusing(scene: Scene, count: int, workers: int) -> Case:
    """Nobody listens."""
    provider = scene.provider(latency_ms=50)
    site = begun(scene, provider, count, workers, is_there=False)
    return Case("refused", provider, site, provider.come_back)


def busy(scene: Scene, count: int, workers: int) -> Case:
    """Every answer asks to wait."""
    provider = scene.provider(
        latency_ms=50, error_rate=1, error_codes=429, retry_after=ASKED_TO_WAIT
    )
    site = begun(scene, provider, count, workers)
    return Case("429", provider, site, lambda: provider.configure(error_rate=0))


def begun(
    scene: Scene, provider: Provider, count: int, workers: int, *, is_there: bool = True
) -> Installation:
    site = scene.installation(provider, count, limits={"max_in_flight": IN_FLIGHT})
    if not is_there:
        provider.vanish()
    for _ in range(workers):
        site.start_worker()
    for _ in range(workers):
        site.tick()
    return site


def sum_of_tries(site: Installation) -> int:
    return int(site.one("SELECT coalesce(sum(tries), 0) FROM serp_check"))


def asked_too_early(provider: Provider) -> int:
    """Requests that arrived after an answer that asked to wait and before that time was over, without
    those that were under way when it came."""
    lines = provider.requests()
    told = sorted(line["t"] + line["ms"] / 1000 for line in lines if line["status"] == 429)
    return sum(
        any(said + 0.2 < line["t"] < said + ASKED_TO_WAIT - 0.2 for said in told) for line in lines
    )


def asked_on_and_on(scene: Scene, *, count: int) -> tuple[bool, str]:
    """The control: tasks that retry by themselves."""
    provider = scene.provider(latency_ms=50, error_rate=1, error_codes=503)
    plain = scene.plain(provider)
    plain.start_worker()
    plain.send("stubborn", count)
    paid = plain.settle(lambda: int(provider.stats()["requests"]))
    plain.stop()
    most = max(provider.calls().values())
    scene.say(f"control: {paid} calls, {most} a keyword")
    return (
        paid > AT_MOST,
        f"autoretry_for of Celery: {paid} calls for {count} keywords, {most} a keyword",
    )
