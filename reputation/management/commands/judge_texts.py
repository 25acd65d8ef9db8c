"""Judges the tone of results in a JSON lines file, without any stored brand."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from reputation.management.judge_choice import ChosenJudge, add_model_argument, chosen_judge
from reputation.tone import Verdict
from reputation.tone.lines import (
    RefusedLine,
    Row,
    evidence_of,
    judge_by_brand,
    row_of,
    whole_lines,
)
from reputation.tone.verdict import shade_of

AT_ONCE = 32
"""So many rows are judged before their answers are written, if so many are there already."""


class Command(BaseCommand):
    """`judge_texts FILE`: lines with id, brand, language, url, title, snippet in; verdicts out."""

    help = (
        "Judges what each result says about its brand. Reads JSON lines with id, brand, language "
        "(may be empty), url, title and snippet; writes JSON lines with id, tone, shade (the tone "
        "in five steps), score (-1 to 1), category, confidence (0 to 1), language (found where "
        "none was given), judge and evidence to standard output, in the same order and as soon as "
        "the lines come. Lines that cannot be read are named on standard error, and the exit code "
        "is then 1."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a JSON lines file, or - for standard input")
        add_model_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        read = refused = 0
        with ExitStack() as stack:
            stream = stack.enter_context(self._open(options["file"]))
            chosen = chosen_judge(options["model"])
            bar = stack.enter_context(tqdm(unit=" rows", disable=None, file=sys.stderr))
            for lines in _batches(stream):
                rows = list(self._readable(lines))
                read += len(lines)
                refused += len(lines) - len(rows)
                self._write(_answers(rows, chosen))
                bar.update(len(lines))
        if refused:
            raise CommandError(f"{refused} of {read} lines could not be judged; see above.")

    def _open(self, name: str) -> BinaryIO:
        if name == "-":
            return sys.stdin.buffer
        try:
            return Path(name).open("rb")
        except OSError as error:
            raise CommandError(f"Cannot read {name}: {error.strerror}.") from error

    def _readable(self, lines: Iterable[tuple[int, bytes]]) -> Iterator[Row]:
        for number, line in lines:
            try:
                yield row_of(line)
            except RefusedLine as error:
                self.stderr.write(f"line {number}: {error}")

    def _write(self, answers: Iterable[str]) -> None:
        try:
            for answer in answers:
                self.stdout.write(answer)
            self.stdout.flush()
        except BrokenPipeError:
            # Who reads has enough (`| head`); Python's own last flush must not fail either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(1) from None


def _batches(stream: BinaryIO) -> Iterator[list[tuple[int, bytes]]]:
    """The lines that are not blank, numbered: AT_ONCE at a time, fewer where no more are there."""
    number = 0
    for lines in whole_lines(stream):
        numbered = [(at, line) for at, line in enumerate(lines, number + 1) if line.strip()]
        number += len(lines)
        for start in range(0, len(numbered), AT_ONCE):
            yield numbered[start : start + AT_ONCE]


def _answers(rows: list[Row], chosen: ChosenJudge) -> list[str]:
    """One line for each row, in order."""
    verdicts = dict(judge_by_brand(rows, chosen.judge))
    return [
        _as_json({"id": row.id, **_parts(verdicts[place]), "judge": chosen.name})
        for place, row in enumerate(rows)
    ]


def _parts(verdict: Verdict) -> dict[str, Any]:
    return {
        "tone": verdict.tone.value,
        "shade": shade_of(verdict.tone, verdict.score).value,
        "score": verdict.score,
        "category": verdict.category.value,
        "confidence": verdict.confidence,
        "language": verdict.language,
        "evidence": evidence_of(verdict),
    }


def _as_json(answer: dict[str, Any]) -> str:
    """Readable where the text can be written as UTF-8, else escaped."""
    line = json.dumps(answer, ensure_ascii=False)
    try:
        line.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(answer)
    return line
