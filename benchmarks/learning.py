"""What people's marks teach the judge: macro-F1 on rows kept out after 0, 50, 200 and 1,000 simulated marks.

    .venv/bin/python -m benchmarks.learning [FOLDER] [--seeds 5] [--write]

FOLDER holds `labelled/` and `longitudinal/` (else the variable SHARED_DATA names it). For each seed, 30 %
of a set's rows are kept out by domain and text. The labels of the others are given as marks of people, and
the whole procedure of the nightly training runs on them: its own split, the comparison with the judge that
lives, the gate set. `--write` puts the table into docs/learning.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean, pstdev
from zlib import crc32

import django
from tqdm import tqdm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reputation.settings")
django.setup()

from reputation.kept_out import hanging_together  # noqa: E402
from reputation.proving import macro_f1, verdict_on  # noqa: E402
from reputation.tone import VERSION, BrandNames, Text, Tone, judge_texts  # noqa: E402
from reputation.tone.features import domain_of  # noqa: E402
from reputation.training import Living, Marked, try_out  # noqa: E402

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs" / "learning.md"
BEGIN, END = "<!-- measured -->", "<!-- end -->"
STEPS = (0, 50, 200, 1000)
TEST_SHARE = 0.3
MIXED = ("de-gerntsa", "es-elecciones-headlines", "lv-ltec-tweets", "no-norec_fine", "ru-rusentne")
"""The Chinese set has no positive rows to tell from neutral ones, so it cannot teach three tones."""


@dataclass(frozen=True, slots=True)
class Point:
    """Macro-F1 on the rows kept out, of one seed after one number of marks."""

    base: float
    candidate: float
    lives: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    default = os.environ.get("SHARED_DATA", REPOSITORY.parent / "shared" / "data")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(default))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="into docs/learning.md")
    options = parser.parse_args()
    if not (options.folder / "labelled").is_dir():
        sys.exit(f"Nothing is measured: there are no labelled sets at {options.folder}/labelled.")
    sets = {
        "real result pages (serp-gold)": [*gold(options.folder)],
        "mixed real text, 5 languages": [
            row for name in MIXED for row in mixed(options.folder, name)
        ],
    }
    table = "\n".join(lines(sets, options.seeds))
    print(table)
    if options.write:
        write(table)


def gold(folder: Path) -> Iterator[Marked]:
    """Result pages of companies and officials, labelled by hand; the set's own program joins them."""
    at = folder / "labelled" / "serp-gold"
    done = subprocess.run(
        [sys.executable, at / "join.py", at / "serp_gold_shared.csv", folder / "longitudinal"],
        capture_output=True,
        text=True,
        check=True,
    )
    for line in done.stdout.splitlines():
        row = json.loads(line)
        yield marked(Text(row["title"], row["snippet"], row["url"]), row["brand"], row["tone"])


def mixed(folder: Path, name: str) -> Iterator[Marked]:
    """One set of sentences with a target; a label "none" says that no tone was found."""
    file = folder / "labelled" / name / "sample.jsonl"
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        tone = {"none": "neutral"}.get(row["label"], row["label"])
        yield marked(Text("", row["text"]), row["target"] or "", tone)


def marked(text: Text, brand: str, tone: str) -> Marked:
    names = BrandNames((brand,) if brand else ())
    (verdict,) = judge_texts([text], names)
    return Marked(text, names, verdict, Tone(tone), crc32(brand.encode()))


def curve(rows: Sequence[Marked], seed: int) -> Iterator[tuple[int, Point]]:
    """After each number of marks: the rules, the newest candidate, and what the procedure lets live."""
    groups = hanging_together(
        [domain_of(row.text.url) or row.text.snippet for row in rows],
        [f"{row.text.title} {row.text.snippet}" for row in rows],
    )
    order = sorted(set(groups))
    random.Random(seed).shuffle(order)
    place = {group: at for at, group in enumerate(order)}
    ordered = sorted(range(len(rows)), key=lambda at: place[groups[at]])
    size = round(TEST_SHARE * len(rows))
    while groups[ordered[size]] == groups[ordered[size - 1]]:
        size += 1  # No domain stands on both sides.
    test = [rows[at] for at in ordered[:size]]
    pool = [rows[at] for at in ordered[size:]]
    random.Random(seed).shuffle(pool)
    truth = [row.tone for row in test]
    base = macro_f1(truth, [row.by(None) for row in test])
    lives: Living | None = None
    yield 0, Point(base, base, base)
    for number in sorted({min(step, len(pool)) for step in STEPS if step}):
        trained = try_out(pool[:number], lives, is_shared=True)
        if verdict_on(trained.figures)[0]:
            lives = Living(trained.corrections, trained.cut)
        judged = [trained.corrections, lives.corrections if lives else None]
        yield number, Point(base, *(macro_f1(truth, [row.by(by) for row in test]) for by in judged))


def lines(sets: dict[str, list[Marked]], seeds: int) -> Iterator[str]:
    day = datetime.now(tz=UTC).date()
    yield f"Measured on {day:%Y-%m-%d} over {VERSION}, {seeds} seeds; mean ± spread over the seeds."
    yield ""
    yield "| Set | Marks | Rules | Candidate, as trained | Judge that lives | Gain of the one that lives | Worst seed |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name, rows in sets.items():
        runs = [dict(curve(rows, seed)) for seed in tqdm(range(seeds), desc=name, disable=None)]
        for at, number in enumerate(steps_of(runs)):
            points = [list(run.values())[at] for run in runs]
            gains = [point.lives - point.base for point in points]
            yield (
                f"| {name} | {number} | {spread([p.base for p in points])} "
                f"| {spread([p.candidate for p in points])} | {spread([p.lives for p in points])} "
                f"| {fmean(gains):+.1f} | {min(gains):+.1f} |"
            )


def steps_of(runs: Sequence[dict[int, Point]]) -> list[str]:
    """The numbers of marks; where a set is smaller than a step, "all" with the fewest that were."""
    shown = []
    for at in range(len(runs[0])):
        given = [list(run)[at] for run in runs]
        shown.append(f"{given[0]:,}" if len(set(given)) == 1 else f"all, {min(given)}–{max(given)}")
    return shown


def spread(values: Sequence[float]) -> str:
    return f"{fmean(values):.1f} ± {pstdev(values):.1f}"


def write(table: str) -> None:
    text = DOCS.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    DOCS.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
