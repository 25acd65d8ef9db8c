"""Judges the tone of results in a JSON lines file, without any stored brand."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from reputation.tone import BrandNames, Text, Verdict, judge_texts

FIELDS = ("language", "url", "title", "snippet")


class RefusedLine(ValueError):
    """A line that cannot be judged, and why."""


class Command(BaseCommand):
    """`judge_texts FILE`: lines with id, brand, language, url, title, snippet in; verdicts out."""

    help = (
        "Judges what each result says about its brand. Reads JSON lines with id, brand, language "
        "(may be empty), url, title and snippet; writes JSON lines with id, tone, score (-1 to 1), "
        "category and evidence to standard output, in the same order. Lines that cannot be read "
        "are named on standard error, and the exit code is then 1."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a JSON lines file, or - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        read = refused = 0
        with ExitStack() as stack:
            lines = stack.enter_context(self._open(options["file"]))
            shown = tqdm(lines, unit=" rows", disable=None, file=sys.stderr)
            for number, line in enumerate(shown, start=1):
                if not line.strip():
                    continue
                read += 1
                try:
                    answer = _answer(line)
                except RefusedLine as error:
                    refused += 1
                    self.stderr.write(f"line {number}: {error}")
                else:
                    self.stdout.write(answer)
                    self.stdout.flush()
        if refused:
            raise CommandError(f"{refused} of {read} lines could not be judged; see above.")

    def _open(self, name: str) -> BinaryIO:
        if name == "-":
            return sys.stdin.buffer
        try:
            return Path(name).open("rb")
        except OSError as error:
            raise CommandError(f"Cannot read {name}: {error.strerror}.") from error


def _answer(line: bytes) -> str:
    """One input line to one output line; RefusedLine says what is wrong with it."""
    row = _row(line)
    text = Text(**{name: _text(row, name) for name in FIELDS})
    brand = _text(row, "brand")
    if not brand.strip():
        raise RefusedLine('"brand" is missing or empty.')
    verdict = next(judge_texts([text], BrandNames(names=(brand,))))
    return _as_json({"id": row["id"], **_parts(verdict)})


def _row(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RefusedLine(f"not UTF-8 at byte {error.start + 1}.") from error
    except RecursionError as error:
        raise RefusedLine("nested too deeply.") from error
    except ValueError as error:
        raise RefusedLine(f"not JSON: {error}.") from error
    if not isinstance(row, dict):
        raise RefusedLine("not a JSON object.")
    if isinstance(row.get("id"), bool) or not isinstance(row.get("id"), str | int):
        raise RefusedLine('"id" is missing, or neither text nor a whole number.')
    return row


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RefusedLine(f'"{name}" is not text.')
    return value


def _parts(verdict: Verdict) -> dict[str, Any]:
    return {
        "tone": verdict.tone.value,
        "score": verdict.score,
        "category": verdict.category.value,
        "evidence": list(_evidence(verdict)),
    }


def _evidence(verdict: Verdict) -> Iterator[dict[str, Any]]:
    for each in verdict.evidence:
        yield {
            "words": each.words,
            "field": each.field,
            "start": each.start,
            "end": each.end,
            "weight": each.weight,
            "category": each.category,
            "reason": each.reason,
        }


def _as_json(answer: dict[str, Any]) -> str:
    """Readable where the text can be written as UTF-8, else escaped."""
    line = json.dumps(answer, ensure_ascii=False)
    try:
        line.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(answer)
    return line
