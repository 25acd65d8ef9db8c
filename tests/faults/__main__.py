"""`make faults`: runs the fault campaign and prints promise, control's result, our result; not 0 when one breaks."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import NoReturn

from tests.faults.beats import two_beats
from tests.faults.broker import redis_lost
from tests.faults.database import database_restarted
from tests.faults.disk import disk_full
from tests.faults.ground import Ground, MissingProvider, Result, Scene
from tests.faults.hostile import answers_hostile
from tests.faults.hung import answers_hung
from tests.faults.kill import workers_killed
from tests.faults.money import budget_shared
from tests.faults.outage import provider_out
from tests.faults.poison import worker_poisoned
from tests.faults.rate import limits_shared
from tests.faults.sqlite import sqlite_shared
from tests.faults.table import table
from tests.installation import REPOSITORY
from tests.services import ServiceError, die_with_parent

SCENARIOS: dict[str, Callable[[Scene], Result]] = {
    "kill": workers_killed,
    "poison": worker_poisoned,
    "broker": redis_lost,
    "outage": provider_out,
    "database": database_restarted,
    "hostile": answers_hostile,
    "beats": two_beats,
    "hung": answers_hung,
    "sqlite": sqlite_shared,
    "disk": disk_full,
    "budget": budget_shared,
    "rate": limits_shared,
}
"""In the order in which they begin: those that wait the most go first, beside each other."""
MOST_SECONDS = 300
"""For one scenario, whatever hangs."""


class Broken(Exception):
    """Raised where a scenario has had its time."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(SCENARIOS), default=list(SCENARIOS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="scenarios at a time")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, interrupted)
    shared = Path(os.environ.get("SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    stub = shared.parent / "serp_stub" / "serp_stub.py"
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pushdown-faults-") as folder:
        try:
            with Ground(Path(folder), seed=options.seed, stub=stub, say=say) as ground:
                say("preparing a PostgreSQL and a database with all tables")
                ground.prepare()
                results = campaign(ground, options.only, jobs=options.jobs)
        except (MissingProvider, ServiceError) as error:
            say(f"The campaign cannot run here: {error}")
            return 2
    say(f"\n{table(results)}\n")
    broken = [name for name, result in results.items() if not result.kept]
    toothless = [name for name, result in results.items() if result.kept and not result.bites]
    if broken:
        say(f"Broken: {', '.join(broken)}.")
    if toothless:
        say(f"The control shows no fault: {', '.join(toothless)}.")
    say(
        f"{len(results) - len(broken)} of {len(results)} promises kept, seed {options.seed}, "
        f"{time.monotonic() - begun:.0f} s."
    )
    return 1 if broken or toothless else 0


def campaign(ground: Ground, names: list[str], *, jobs: int) -> dict[str, Result]:
    """Run the scenarios, some at a time, each in a process of its own; the results in the order of
    `names`. When it is interrupted, all of them end what they started."""
    results: dict[str, Result] = {}
    running: dict[Connection, tuple[str, BaseProcess]] = {}
    context = multiprocessing.get_context("fork")
    with ExitStack() as stack:
        stack.callback(end, running)
        waiting = list(names)
        while waiting or running:
            while waiting and len(running) < jobs:
                name = waiting.pop(0)
                ours, theirs = context.Pipe(duplex=False)
                started = context.Process(target=scenario, args=(ground, name, theirs))
                started.start()
                theirs.close()
                running[ours] = (name, started)
            for answer in wait(list(running)):
                assert isinstance(answer, Connection)
                name, process = running[answer]
                try:
                    results[name] = answer.recv()
                except EOFError:
                    results[name] = Result(name, "", "its process died", kept=False)
                process.join()
                del running[answer]
    return {name: results[name] for name in names}


def scenario(ground: Ground, name: str, answer: Connection) -> None:
    """One scenario, in a process of its own; one that breaks off has broken its promise."""
    die_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGALRM, out_of_time)
    signal.alarm(MOST_SECONDS)
    try:
        answer.send(run(ground, name))
    except KeyboardInterrupt:
        os._exit(130)


def run(ground: Ground, name: str) -> Result:
    try:
        with ground.scene(name) as scene:
            scene.say("begins")
            result = SCENARIOS[name](scene)
            scene.say(f"{'kept' if result.kept else 'BROKEN'}: {result.ours}")
            return result
    except Exception as error:
        traceback.print_exc()
        promise = (SCENARIOS[name].__doc__ or name).splitlines()[0]
        words = f"{type(error).__name__}: {error}".splitlines()[0]
        return Result(promise, "", f"broke off: {words}", kept=False)


def end(running: dict[Connection, tuple[str, BaseProcess]]) -> None:
    """Let scenarios that still run take down what they started."""
    for _, process in running.values():
        process.terminate()
    for _, process in running.values():
        process.join(40)


def say(text: str) -> None:
    print(text, flush=True)


def interrupted(number: int, frame: FrameType | None) -> NoReturn:
    """Let what was started end before we do, and be interrupted once only."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def out_of_time(number: int, frame: FrameType | None) -> NoReturn:
    raise Broken(f"not done after {MOST_SECONDS} s")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, interrupted)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("Interrupted; everything that was started has ended.")
        sys.exit(130)
