"""The benchmarks still run from end to end; what they measure is no matter here."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.local_provider import LocalProvider

REPOSITORY = Path(__file__).resolve().parent.parent


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=REPOSITORY,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)]
)
def test_refresh_measures_both_sides_and_stores_every_keyword(
    database: str, serp_stub: Callable[..., LocalProvider], request: pytest.FixtureRequest
) -> None:
    if database == "postgresql":
        request.getfixturevalue("postgres_url")  # skips where no server can be started
    done = run(
        "benchmarks.refresh", "--keywords", "6", "--repeat", "1", "--in-flight", "3",
        "--database", database,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [line.split() for line in done.stdout.splitlines() if line.strip().startswith(database)]
    assert [line[2:4] for line in lines] == [["first", lines[0][3]], ["2", "%"]]
    assert all(line[-2:] == ["6", "measured"] for line in lines)


def test_refresh_says_what_it_lacks_without_the_local_provider(tmp_path: Path) -> None:
    done = run("benchmarks.refresh", "--keywords", "1", SHARED_DATA=str(tmp_path / "data"))
    assert done.returncode != 0
    assert "There is no local provider" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("part", ["steps", "drafts", "calendar", "growth", "forecast"])
def test_planner_measures_every_part_in_a_tiny_world(part: str) -> None:
    done = run("benchmarks.planner", "--part", part, "--small", "--repeat", "1")
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [line for line in done.stdout.splitlines() if " ms " in line]
    assert len(lines) >= {"forecast": 1, "calendar": 6, "growth": 7}.get(part, 8)
