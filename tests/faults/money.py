"""Eight processes on one budget: together they never spend more than it, and it is told once."""

from __future__ import annotations

import time

from tests.faults.ground import TAPPED, Result, Scene

PROMISE = (
    "a budget of {cap} calls, {count} keywords due, {workers} worker processes: at most {cap} calls, "
    "one notice"
)


def budget_shared(scene: Scene, *, cap: int = 100, count: int = 400, workers: int = 8) -> Result:
    """All workers draw on one account whose day's budget pays for a part of what is due."""
    control = overspent(scene, cap=cap, count=count, workers=workers)
    provider = scene.provider(latency_ms=300, jitter_ms=150)
    site, tap = scene.tapped(
        provider,
        count,
        limits={"price": "0.01", "day_budget": f"{cap / 100:.2f}", "max_in_flight": 100},
        CHECKS_IN_FLIGHT="4",
    )
    # Nothing is due before all are ready, so that all of them draw at once.
    site.set_due(False)
    for _ in range(workers):
        site.start_worker(app=TAPPED)
    site.wait_for(lambda: site.are_ready(workers), 90)
    site.set_due(True)
    for _ in range(3 * workers):
        site.tick()
    site.finish(count, 120)
    calls = provider.calls()
    skipped = site.states().get("skipped", 0)
    notices = site.one("SELECT count(*) FROM serp_notice WHERE kind = 'budget_out'")
    used = site.one("SELECT used FROM serp_budgetuse WHERE account_id IS NOT NULL AND span = 'day'")
    at_work = site.one("SELECT count(*) FROM serp_snapshot")
    return Result(
        PROMISE.format(cap=cap, count=count, workers=workers),
        control[1],
        f"{calls.total()} calls by {tap.processes()} processes, {at_work} stored, {skipped} skipped with the reason, ${used:.2f} used, "
        f"{notices} notice{'' if notices == 1 else 's'}",
        kept=calls.total() <= cap
        and at_work == cap
        and skipped == count - cap
        and notices == 1
        and used * 100 == cap,
        bites=control[0] and tap.processes() > 1,
    )


def overspent(scene: Scene, *, cap: int, count: int, workers: int) -> tuple[bool, str]:
    """The control: each task reads what is spent, calls, and writes what is spent then."""
    provider = scene.provider(latency_ms=100, jitter_ms=50)
    plain = scene.plain(provider, PLAIN_BUDGET=str(cap))
    plain.send("budgeted", count)
    for _ in range(workers):
        plain.start_worker(threads=4)
    time.sleep(1)
    paid = plain.settle(lambda: int(provider.stats()["requests"]))
    plain.stop()
    scene.say(f"control: {paid} calls on a budget of {cap}")
    return paid > cap, f"read, call, write, in {workers} processes: {paid} calls"
