"""The learning curve's benchmark: it says what it lacks, and its table goes between the marks of the docs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import learning
from benchmarks.learning import BEGIN, END, curve, marked
from reputation.tone import Text
from tests.conftest import REPOSITORY


def test_without_the_labelled_sets_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.learning", str(tmp_path)],
        cwd=REPOSITORY, env=os.environ, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"there are no labelled sets at {tmp_path}/labelled" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_marks_the_curve_begins_at_the_rules() -> None:
    rows = [
        marked(Text(f"Acme and {tone} {at}", "", f"https://p{at}{tone}.example/"), "Acme", tone)
        for at in range(30)
        for tone in ("negative", "neutral", "positive")
    ]
    points = dict(curve(rows, 1))
    assert points[0].base == points[0].candidate == points[0].lives
    assert list(points) == [0, 50, 63]
    assert all(point.lives >= point.base for point in points.values())


def test_the_table_replaces_the_last_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "learning.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(learning, "DOCS", page)
    learning.write("| new |")
    learning.write("| newer |")
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\n| newer |\n{END}\nafter\n"


def test_the_docs_have_a_place_for_the_table() -> None:
    text = learning.DOCS.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
