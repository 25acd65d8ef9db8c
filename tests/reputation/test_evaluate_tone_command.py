"""`manage.py evaluate_tone` measures the judge on labelled files, with no database within reach."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    {"brand": "Polarmat", "title": "Polarmat saksøkt av ansatte", "tone": "negative"},
    {"brand": "Halden", "title": "Halden fined for fraud", "tone": "negative", "category": "fraud"},
    {"brand": "Halden", "title": "About Halden", "tone": "neutral", "language": "en"},
    {"brand": "Halden", "title": "Halden fined for fraud", "tone": "positive", "id": "odd-one"},
    {"text": "Opening hours of Halden", "target": "Halden", "label": "none"},
]
NOWHERE = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "evaluate_tone", "--model", "off", *arguments]
    environment = {**os.environ, **NOWHERE, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, timeout=120, text=True, env=environment
    )


def written(folder: Path, *more: bytes) -> str:
    file = folder / "rows.jsonl"
    lines = [json.dumps(row).encode() for row in ROWS]
    file.write_bytes(b"\n".join([*lines, *more]))
    return str(file)


def test_figures_and_worst_errors_are_printed_and_written(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    done = run(written(tmp_path), "--json", str(figures))
    found = json.loads(figures.read_text())

    assert done.returncode == 0, done.stderr
    assert "5 rows read, 0 refused" in done.stdout
    assert "Always neutral: macro-F1" in done.stdout
    assert "odd-one | Halden: positive, judged negative" in done.stdout
    assert "“fraud”" in done.stdout
    assert found["whole"]["rows"] == 5
    assert found["whole"]["tones"]["negative"]["recall"] == 1.0
    assert found["whole"]["tones"]["positive"]["rows"] == 1
    assert found["confusion"]["positive"]["negative"] == 1
    assert found["categories"]["fraud"]["rows"] == 1
    assert found["languages"]["no"]["rows"] == 1
    assert [error["id"] for error in found["errors"]] == ["odd-one"]
    assert found["errors"][0]["evidence"]


def test_no_errors_are_shown_when_none_are_wanted(tmp_path: Path) -> None:
    done = run(written(tmp_path), "--errors", "0")

    assert done.returncode == 0
    assert "odd-one" not in done.stdout


def test_refused_rows_are_named_and_the_rest_is_measured(tmp_path: Path) -> None:
    bad = [b"{not json", b'{"text": "t", "target": "x", "label": "mixed"}', b"\xff"]
    file = written(tmp_path, *bad)
    done = run(file)

    assert done.returncode == 1
    assert "8 rows read, 3 refused" in done.stdout
    assert "Macro-F1" in done.stdout
    for number, words in enumerate(["not JSON", 'tone "mixed"', "not UTF-8"], start=6):
        assert f"{file}, line {number}: {words}" in done.stderr


def test_file_of_something_else_floods_nobody(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("brand,tone\n" * 500)
    done = run(str(file))

    assert done.returncode == 2
    assert "480 more lines were refused" in done.stderr
    assert "no row to measure on" in done.stderr
    assert done.stderr.count("\n") < 30


def test_files_that_cannot_be_used_are_said_plainly(tmp_path: Path) -> None:
    missing = run("no-such-file.jsonl")
    assert (missing.returncode, "Cannot read no-such-file.jsonl" in missing.stderr) == (2, True)

    folder = run(str(tmp_path))
    assert (folder.returncode, "Cannot read" in folder.stderr) == (2, True)

    no_place = run(written(tmp_path), "--json", str(tmp_path / "none" / "f.json"))
    assert (no_place.returncode, "Cannot write" in no_place.stderr) == (2, True)
    assert "Macro-F1" not in no_place.stdout

    for done in (missing, folder, no_place):
        assert "Traceback" not in done.stderr
