"""The fault campaign in small: the scenarios of `make faults` that are short, each with its control."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, missing
from tests.faults.disk import disk_full
from tests.faults.ground import Ground, Result, Scene
from tests.faults.hostile import answers_hostile
from tests.faults.kill import workers_killed
from tests.faults.money import budget_shared
from tests.faults.rate import limits_shared
from tests.faults.sqlite import sqlite_shared
from tests.faults.table import table
from tests.services import ServiceError

pytestmark = [pytest.mark.services, pytest.mark.shared_data]


@pytest.fixture(scope="module")
def ground(shared_data: Path) -> Iterator[Ground]:
    stub = shared_data.parent / "serp_stub" / "serp_stub.py"
    with tempfile.TemporaryDirectory(prefix="pushdown-faults-") as folder:
        try:
            with Ground(Path(folder), seed=1, stub=stub, say=print) as ground:
                assert ground.postgres.url
                yield ground
        except ServiceError as error:
            missing(str(error), required_by="REQUIRE_SERVICES")


@pytest.fixture
def scene(ground: Ground, request: pytest.FixtureRequest) -> Iterator[Scene]:
    with ground.scene(request.node.name) as scene:
        yield scene


def holds(result: Result) -> None:
    assert result.bites, f"the control shows no fault: {result.control}"
    assert result.kept, f"{result.promise}: {result.ours}"


def test_killed_workers_lose_nothing_and_the_ledger_agrees_with_the_provider(scene: Scene) -> None:
    holds(workers_killed(scene, count=150, kills=2, workers=2))


def test_four_processes_spend_no_more_than_one_budget(scene: Scene) -> None:
    holds(budget_shared(scene, cap=30, count=120, workers=4))


def test_two_processes_keep_one_rate_and_one_number_in_flight(scene: Scene) -> None:
    holds(limits_shared(scene, seconds=8, workers=2))


def test_nobody_sees_a_locked_sqlite_and_kills_leave_it_intact(scene: Scene) -> None:
    holds(sqlite_shared(scene, kills=5, each=60))


def test_a_full_disk_invents_and_loses_nothing(scene: Scene) -> None:
    result = disk_full(scene, count=60, seconds=2)
    if result.ours.startswith("not run"):
        pytest.skip(result.ours)
    holds(result)


def test_hostile_answers_leave_the_sound_ones_untouched(scene: Scene) -> None:
    ways = (
        "gzip-bomb",
        "drip",
        "flood",
        "redirect-loop",
        "truncated",
        "captcha-word",
        "deep",
        "nul",
    )
    holds(answers_hostile(scene, sound=20, ways=ways))


def test_the_table_says_what_broke() -> None:
    results = {
        "one": Result("nothing is lost", "3 of 9 lost", "9 stored", kept=True),
        "two": Result("nothing is doubled", "9 doubled", "1 doubled", kept=False),
    }
    lines = table(results).splitlines()
    (first,) = [line for line in lines if "nothing is lost" in line]
    (second,) = [line for line in lines if "nothing is doubled" in line]
    assert first.endswith("| kept")
    assert second.endswith("| BROKEN")


def test_the_campaign_says_what_it_cannot_run_without(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults"],
        cwd=REPOSITORY,
        env=os.environ | {"SHARED_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "no local provider at" in done.stdout
