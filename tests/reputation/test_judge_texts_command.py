"""`manage.py judge_texts` turns JSON lines into verdicts through real standard input and output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "id": "a",
    "brand": "Polarmat",
    "language": "no",
    "url": "https://e.example/1",
    "title": "Polarmat saksøkt av ansatte",
    "snippet": "",
}


def run(file: str, content: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "manage.py", "judge_texts", file]
    return subprocess.run(command, cwd=ROOT, input=content, capture_output=True, timeout=120)


def line(**changes: object) -> bytes:
    return json.dumps({**GOOD, **changes}, ensure_ascii=False).encode() + b"\n"


def test_verdicts_come_in_input_order() -> None:
    rows = line() + b"\n" + line(id=2, brand="晨光电器", language="", title="晨光电器官网")
    done = run("-", rows)
    first, second = map(json.loads, done.stdout.splitlines())

    assert done.returncode == 0
    assert (first["id"], first["tone"], first["category"]) == ("a", "negative", "lawsuit")
    assert -1 <= first["score"] < 0
    assert first["evidence"][0]["words"] == "saksøkt"
    assert (second["id"], second["tone"], second["category"]) == (2, "neutral", "")


def test_bad_lines_are_named_and_the_rest_is_judged(tmp_path: Path) -> None:
    bad = [
        b"{not json\n",
        b"[1]\n",
        line(id=None),
        line(brand=" "),
        line(title=7),
        b'{"id": "\xff"}\n',
        b"[" * 200_000 + b"\n",
    ]
    file = tmp_path / "rows.jsonl"
    file.write_bytes(line() + b"".join(bad) + line(id="z"))
    done = run(str(file))
    errors = done.stderr.decode()

    assert [json.loads(row)["id"] for row in done.stdout.splitlines()] == ["a", "z"]
    assert done.returncode == 1
    for number, words in enumerate(
        ["not JSON", "not a JSON object", '"id"', '"brand"', '"title"', "not UTF-8", "nested"], 2
    ):
        assert f"line {number}: " in errors
        assert words in errors
    assert "7 of 9 lines could not be judged" in errors


def test_missing_fields_count_as_empty_and_odd_letters_survive() -> None:
    done = run("-", b'{"id": "s", "brand": "X", "title": "\\ud800 fraud at X"}\n')
    answer = json.loads(done.stdout)

    assert done.returncode == 0
    assert [each["words"] for each in answer["evidence"]] == ["fraud"]


def test_missing_file_is_said_plainly() -> None:
    done = run("no-such-file.jsonl")

    assert done.returncode == 1
    assert b"Cannot read no-such-file.jsonl" in done.stderr
    assert b"Traceback" not in done.stderr
