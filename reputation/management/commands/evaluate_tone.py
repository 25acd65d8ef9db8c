"""Measures the judge of tone on rows that people labelled."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from reputation.management.judge_choice import ChosenJudge, add_model_argument, chosen_judge
from reputation.tone.evaluation import Judged, figures_of, worst
from reputation.tone.evaluation_text import as_text
from reputation.tone.lines import (
    Labelled,
    RefusedLine,
    evidence_of,
    judge_by_brand,
    labelled_of,
)

MOST_NAMED = 20
NOTHING_MEASURED = 2


class Command(BaseCommand):
    """`evaluate_tone FILE…`: labelled lines in; F1, categories, confusion and worst errors out."""

    help = (
        "Measures the judge of tone. Reads JSON lines as judge_texts does, with the truth in tone "
        "(negative, neutral, positive) and, if you like, category; or as data sets have them: "
        "text, target, label. Needs no database and writes to none. Exit code 0: every row was "
        "counted; 1: some were refused, the rest counted; 2: nothing could be measured."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="a JSON lines file")
        parser.add_argument(
            "--errors", type=int, default=20, metavar="N", help="show the N worst errors (20)"
        )
        parser.add_argument("--json", metavar="FILE", help="write all figures to this file")
        add_model_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        target = self._target(options["json"])
        chosen = chosen_judge(options["model"])
        labelled: list[Labelled] = []
        refused = 0
        for name in options["files"]:
            rows, bad = self._read(name)
            labelled += rows
            refused += bad
        self.stdout.write(
            f"{len(labelled) + refused:,} rows read, {refused:,} refused. Judge: {chosen.name}."
        )
        if not labelled:
            raise CommandError("There is no row to measure on.", returncode=NOTHING_MEASURED)
        judged = _judged(labelled, chosen)
        figures, errors = figures_of(judged), worst(judged, max(options["errors"], 0))
        for line in as_text(figures, errors):
            self.stdout.write(_writable(line))
        if target is not None:
            read = {"judge": chosen.name, "files": options["files"], "refused": refused}
            _save(target, {**read, **asdict(figures), "errors": [_error(row) for row in errors]})
        if refused:
            raise CommandError(f"{refused:,} rows were refused; see above.")

    def _target(self, name: str | None) -> Path | None:
        """Where the figures go; if they cannot, that is said before the work, not after it."""
        if name is None:
            return None
        target = Path(name)
        if target.is_dir() or not target.absolute().parent.is_dir():
            raise CommandError(f"Cannot write {name}: not a file.", returncode=NOTHING_MEASURED)
        return target

    def _read(self, name: str) -> tuple[list[Labelled], int]:
        rows: list[Labelled] = []
        refused = 0
        for number, line in enumerate(_lines(name), start=1):
            if not line.strip():
                continue
            try:
                rows.append(labelled_of(line, f"{name}:{number}"))
            except RefusedLine as error:
                refused += 1
                if refused <= MOST_NAMED:
                    self.stderr.write(f"{name}, line {number}: {error}")
        if refused > MOST_NAMED:
            self.stderr.write(f"{name}: {refused - MOST_NAMED:,} more lines were refused.")
        return rows, refused


def _lines(name: str) -> list[bytes]:
    try:
        return Path(name).read_bytes().split(b"\n")
    except OSError as error:
        raise CommandError(
            f"Cannot read {name}: {error.strerror}.", returncode=NOTHING_MEASURED
        ) from error


def _judged(labelled: Sequence[Labelled], chosen: ChosenJudge) -> list[Judged]:
    """The rows with their verdicts, in the order of the files."""
    rows = [each.row for each in labelled]
    verdicts = judge_by_brand(rows, chosen.judge)
    shown = tqdm(verdicts, total=len(rows), unit=" rows", disable=None, file=sys.stderr)
    by_place = dict(shown)
    return [Judged(each, by_place[place]) for place, each in enumerate(labelled)]


def _error(error: Judged) -> dict[str, Any]:
    row, verdict = error.labelled.row, error.verdict
    truth, judged = error.pair
    return {
        "id": row.id,
        "brand": " / ".join(row.names.names),
        "title": row.text.title,
        "snippet": row.text.snippet,
        "url": row.text.url,
        "tone": truth,
        "judged": judged,
        "score": verdict.score,
        "confidence": verdict.confidence,
        "category": verdict.category.value,
        "language": verdict.language,
        "evidence": evidence_of(verdict),
    }


def _save(target: Path, found: dict[str, Any]) -> None:
    try:
        target.write_text(json.dumps(found, indent=1), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"Cannot write {target}: {error.strerror}.") from error


def _writable(line: str) -> str:
    """The line in letters that this terminal knows."""
    encoding = sys.stdout.encoding or "utf-8"
    return line.encode(encoding, "replace").decode(encoding)
