"""`manage.py judge_texts` turns JSON lines into verdicts through real standard input and output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from reputation.tone import VERSION
from reputation.tone.model import installed_model

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "id": "a",
    "brand": "Polarmat",
    "language": "no",
    "url": "https://e.example/1",
    "title": "Polarmat saksøkt av ansatte",
    "snippet": "",
}


def run(file: str, content: bytes = b"", *more: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "manage.py", "judge_texts", file, *more]
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
    assert first["evidence"][0]["words"].startswith("saksøkt")
    assert (first["shade"], first["language"]) in {
        ("negative", "no"),
        ("very_negative", "no"),
    }
    assert 0 < first["confidence"] <= 1
    assert first["judge"].startswith(VERSION)
    assert (second["id"], second["tone"], second["category"]) == (2, "neutral", "")
    assert (second["shade"], second["language"]) == ("neutral", "zh")


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
    assert answer["evidence"][0]["words"] == "fraud"


def test_missing_file_is_said_plainly() -> None:
    done = run("no-such-file.jsonl")

    assert done.returncode == 1
    assert b"Cannot read no-such-file.jsonl" in done.stderr
    assert b"Traceback" not in done.stderr


def test_brands_that_take_turns_are_answered_in_input_order() -> None:
    brands = ["Polarmat", "Nordvik", "Brekka"]
    rows = [line(id=n, brand=brands[n % 3], title=f"{brands[n % 2]} saksøkt") for n in range(100)]
    done = run("-", b"".join(rows), "--model", "off")
    answers = [json.loads(row) for row in done.stdout.splitlines()]

    assert [answer["id"] for answer in answers] == list(range(100))
    alone = json.loads(run("-", rows[77], "--model", "off").stdout)
    assert answers[77] == alone
    assert alone["judge"] == VERSION


def test_who_reads_line_by_line_is_answered_before_sending_the_next() -> None:
    command = [sys.executable, "manage.py", "judge_texts", "-"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        for number in range(3):
            process.stdin.write(line(id=number))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def test_last_line_may_end_without_a_line_break() -> None:
    done = run("-", line() + line(id="z").rstrip(b"\n"))

    assert [json.loads(row)["id"] for row in done.stdout.splitlines()] == ["a", "z"]


def test_reader_that_has_enough_ends_it_without_a_traceback(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"".join(line(id=number) for number in range(2_000)))
    command = f"{sys.executable} manage.py judge_texts {file} | head -n 1"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, timeout=120)

    assert json.loads(done.stdout)["id"] == 0
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


def test_model_that_must_be_there_is_asked_for_plainly() -> None:
    if installed_model() is not None:
        answer = json.loads(run("-", line(), "--model", "on").stdout)
        assert answer["judge"] != VERSION
        return
    done = run("-", line(), "--model", "on")

    assert done.returncode == 1
    assert done.stdout == b""
    assert b"requirements-ml.txt" in done.stderr
