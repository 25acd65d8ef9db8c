"""Some answers never come: that costs a time-out and a second try, not minutes."""

from __future__ import annotations

import time

from tests.faults.ground import Result, Scene

PROMISE = (
    "{share:.0%} of {count} answers never come, deadline {deadline:g} s: at most a deadline and the second "
    "try's longer than without"
)
DEADLINE, RETRY_DELAY, SLACK = 5.0, 1.0, 3.0
HANG = 20


def answers_hung(scene: Scene, *, count: int = 300, share: float = 0.02) -> Result:
    """The same keywords with and without hanging answers; the control hangs as long as it is let."""
    control = held_up(scene, count=count // 2, share=share)
    times, states, hung, most = {}, {}, 0, 0
    for name, rate in (("without", 0.0), ("with", share)):
        provider = scene.provider(latency_ms=200, jitter_ms=50, timeout_rate=rate, hang_s=120)
        site = scene.installation(
            provider,
            count,
            PROVIDER_DEADLINE=f"{DEADLINE:g}",
            RETRY_DELAY=f"{RETRY_DELAY:g}",
            CHECKS_IN_FLIGHT="20",
        )
        site.start_worker()
        site.tick()
        site.wait_for(provider.was_asked, 60, every=0.02)
        begun = time.monotonic()
        states[name] = site.finish(count, 120)
        times[name] = time.monotonic() - begun
        scene.say(f"{name} hanging answers: {times[name]:.1f} s")
        lines = provider.requests()
        most = max(provider.calls().values())
        hung = sum(line["what"] in ("timeout", "cancelled") for line in lines)
        site.kill_all()
    retried = RETRY_DELAY + DEADLINE if most > 1 else 0.0
    allowed = times["without"] + DEADLINE + retried + SLACK
    measured = states["with"].get("measured", 0)
    failed = states["with"].get("failed", 0)
    return Result(
        PROMISE.format(share=share, count=count, deadline=DEADLINE),
        control[1],
        f"{times['without']:.1f} s without, {times['with']:.1f} s with {hung} hung answers ({measured} read, "
        f"{failed} failed as time-outs); allowed {allowed:.1f} s",
        kept=times["with"] <= allowed
        and states["without"] == {"measured": count}
        and measured + failed == count
        and most <= 2,
        bites=control[0] and hung > 0,
    )


def held_up(scene: Scene, *, count: int, share: float) -> tuple[bool, str]:
    """The control: a client without a deadline waits until the other side gives up."""
    provider = scene.provider(latency_ms=200, timeout_rate=share, hang_s=HANG)
    plain = scene.plain(provider)
    plain.start_worker(threads=20)
    plain.send("check", count)
    while not provider.stats()["requests"]:
        time.sleep(0.02)
    begun = time.monotonic()
    while provider.stats()["inflight"] or provider.stats()["requests"] < count:
        if time.monotonic() - begun > 3 * HANG:
            break
        time.sleep(0.1)
    took = time.monotonic() - begun
    plain.stop()
    scene.say(f"control: {took:.0f} s")
    words = f"no deadline: {took:.0f} s for {count}, as long as the provider hangs ({HANG} s here)"
    return took > HANG, words
