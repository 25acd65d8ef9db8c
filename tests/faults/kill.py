"""Workers die by SIGKILL at random moments: nothing is lost, nothing is paid for three times, the ledger is right."""

from __future__ import annotations

import time
from functools import partial

from tests.faults.ground import Result, Scene
from tests.installation import Installation

PROMISE = (
    "workers killed by SIGKILL at {kills} random moments of {count:,} checks: all stored once, at most "
    "2 paid calls a keyword, the ledger equal to the provider's count, done within 60 s of the last "
    "restart without a hand"
)
AT_MOST_AFTER = 60.0
PER_KEYWORD = """
SELECT k.phrase,
       coalesce(sum(CASE WHEN l.state = 'settled' THEN l.calls END), 0),
       coalesce(sum(CASE WHEN l.state <> 'settled' THEN l.reserved_calls END), 0)
FROM serp_keyword k LEFT JOIN serp_ledgerentry l ON l.keyword_id = k.id GROUP BY k.phrase
"""


def workers_killed(scene: Scene, *, count: int = 1000, kills: int = 12, workers: int = 3) -> Result:
    """SIGKILL at random points of the work, with calls under way; each dead worker is replaced at once.
    While workers are killed, hints come quickly, so that all are at work; afterwards only beat's."""
    control = lost_by_default(scene, count=count // 3, kills=max(2, kills // 4))
    provider = scene.provider(latency_ms=300, jitter_ms=100)
    # What the dead had in flight counts for as long as their leases: there is room for that.
    site = scene.installation(provider, count, limits={"max_in_flight": 150}, CHECKS_IN_FLIGHT="10")
    site.start_beat()
    crew = [site.start_worker() for _ in range(workers)]

    def has_come_to(goal: int) -> bool:
        site.tick()
        return stored(site) >= goal and provider.stats()["inflight"] > 0

    moments = sorted(scene.random.randrange(count * 4 // 5) for _ in range(kills))
    for number, goal in enumerate(moments, 1):
        site.wait_for(partial(has_come_to, goal), 90, every=0.05)
        victim = scene.random.randrange(workers)
        site.kill(crew[victim])
        crew[victim] = site.start_worker()
        scene.say(f"kill {number} of {kills}: {stored(site)} of {count} stored")
    last_kill = time.monotonic()
    site.wait_for(lambda: site.is_done(count), 150)
    took = time.monotonic() - last_kill
    states = site.states()
    asked = provider.calls()
    settled = unknown = wrong = 0
    for phrase, sure, unsure in site.ask(PER_KEYWORD):
        settled += sure
        unknown += unsure
        wrong += not sure <= asked[phrase] <= sure + unsure
    still_open = site.one("SELECT count(*) FROM serp_ledgerentry WHERE state = 'open'")
    twice = site.one("SELECT count(*) - count(DISTINCT keyword_id) FROM serp_snapshot")
    most = max(asked.values())
    kept = (
        states == {"measured": count}
        and stored(site) == count
        and twice == 0
        and most <= 2
        and wrong == 0
        and still_open == 0
        and took <= AT_MOST_AFTER
    )
    others = {state: number for state, number in states.items() if state != "measured"}
    return Result(
        PROMISE.format(kills=kills, count=count),
        control[1],
        f"{stored(site):,} stored, {twice} twice{f', {others}' if others else ''}; "
        f"{asked.total():,} calls by the provider's count, at most {most} a keyword; "
        f"ledger: {settled:,} settled + {unknown} unknown, {wrong} keywords do not agree, {still_open} "
        f"left open; done {took:.0f} s after the last restart",
        kept,
        bites=control[0] and unknown > 0,
    )


def lost_by_default(scene: Scene, *, count: int, kills: int) -> tuple[bool, str]:
    """The control: Celery's defaults with a task a keyword; whether it lost something, and what."""
    provider = scene.provider(latency_ms=300, jitter_ms=100)
    plain = scene.plain(provider)
    crew = [plain.start_worker() for _ in range(2)]
    plain.send("check", count)
    moments = sorted(scene.random.randrange(count // 2) for _ in range(kills))
    for goal in moments:
        # What was lost may be so much that the goal is never reached: that is loss enough.
        patience = time.monotonic() + 20
        while plain.stored() < goal or not provider.stats()["inflight"]:
            if time.monotonic() > patience:
                break
            time.sleep(0.05)
        # All of them: one alone may have nothing in hand at that moment.
        for worker in crew:
            plain.kill(worker)
        crew = [plain.start_worker() for _ in crew]
    kept = plain.settle(plain.stored)
    paid = provider.stats()["requests"]
    scene.say(f"control: {kept} of {count} stored, {paid} paid")
    return kept < count, f"Celery's defaults, {kills} kills: {kept} of {count} stored, {paid} paid"


def stored(site: Installation) -> int:
    return int(site.one("SELECT count(*) FROM serp_snapshot"))
