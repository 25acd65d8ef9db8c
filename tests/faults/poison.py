"""A keyword that kills its worker is put aside after three runs and shown; its neighbours are read."""

from __future__ import annotations

import time

from tests.faults.ground import TAPPED, Plain, Result, Scene
from tests.faults.plain import DEADLY

PROMISE = (
    "a keyword that kills its worker runs at most 3 times, is then quarantined and shown; the {others} "
    "others finish"
)
PHRASE = "acme 7"


def worker_poisoned(scene: Scene, *, count: int = 60) -> Result:
    """Dead workers are replaced at once, as a service manager does; the poison is not the last due."""
    control, since = on_and_on(scene), time.monotonic()
    provider = scene.provider(latency_ms=300, jitter_ms=100)
    site, tap = scene.tapped(provider, count, CHECKS_IN_FLIGHT="10", TAP_POISON=PHRASE)
    worker = site.start_worker(app=TAPPED)
    begun = last = time.monotonic()
    deaths = 0
    while not site.is_done(count) and time.monotonic() - begun < 240:
        if worker.poll() is not None:
            deaths += 1
            scene.say(f"the worker died; checks: {site.states()}")
            worker = site.start_worker(app=TAPPED)
        if time.monotonic() - last > 1:
            last = time.monotonic()
            site.tick()
        time.sleep(0.1)
    runs = tap.runs(PHRASE)
    states = site.states()
    poisoned = site.ask(
        "SELECT k.phrase, k.quarantined_at IS NOT NULL, c.tries FROM serp_check c "
        "JOIN serp_keyword k ON k.id = c.keyword_id WHERE c.state = 'quarantined'"
    )
    notices = site.one("SELECT count(*) FROM serp_notice WHERE kind = 'quarantine'")
    most = max(provider.calls().values())
    in_control = control.one(f"SELECT count(*) FROM run WHERE number = {DEADLY}")
    return Result(
        PROMISE.format(others=count - 1),
        f"acks_late with reject_on_worker_lost: {in_control} runs in {time.monotonic() - since:.0f} s and no end",
        f"{runs} runs, {deaths} dead workers, quarantined: {', '.join(row[0] for row in poisoned) or 'none'}, "
        f"{notices} notice{'' if notices == 1 else 's'}, {states.get('measured', 0)} others read, at most "
        f"{most} calls a keyword",
        kept=1 <= runs <= 3
        and [row[:2] for row in poisoned] == [(PHRASE, True)]
        and notices == 1
        and states.get("measured") == count - 1
        and most <= 2,
        bites=in_control > 3 and deaths > 0,
    )


def on_and_on(scene: Scene) -> Plain:
    """The control: acks_late and reject_on_worker_lost, which the manual recommends for lost workers. It
    runs beside ours, as long as ours does."""
    plain = scene.plain(scene.provider(latency_ms=0))
    plain.start_prefork()
    plain.send("deadly", 2 * DEADLY)
    return plain
