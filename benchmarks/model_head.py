"""Teaches the layer that the optional model's opinions stand on, with rows of our own, and measures it.

    python -m benchmarks.model_head            what it does on rows that it was not taught with
    python -m benchmarks.model_head --write    teach it with all rows and write the shipped file

Needs requirements-ml.txt. The measured layer learns from loose prose and from the result pages with even
numbers, and is asked about those with odd numbers; the shipped one learns from all.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import django
import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reputation.settings")
django.setup()

from reputation.proving import macro_f1  # noqa: E402
from reputation.tone import BrandNames, Text, Tone, Verdict, judge_texts  # noqa: E402
from reputation.tone.corrections import TONES  # noqa: E402
from reputation.tone.embedding import HEAD, Head, Layer, load_engine, readable  # noqa: E402
from reputation.tone.lexicon import DATA  # noqa: E402
from reputation.tone.opinion import blend  # noqa: E402

ROWS = Path(__file__).resolve().parent.parent / "tests" / "reputation" / "tone"
RIDGE = 0.1
STEPS = 1500
SHARE_OF_PAGES = np.float32(0.2)
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Row:
    """A text of our own with its tone; `is_held` is kept out where figures are wanted."""

    text: Text
    names: BrandNames
    tone: Tone
    is_held: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true", help="write the layer that is shipped")
    wants = parser.parse_args()
    engine = load_engine()
    if engine is None:
        sys.exit("The optional model is not installed: pip install -r requirements-ml.txt")
    rows = list(read())
    seen = engine.see([readable(row.text, row.names) for row in rows]).astype(np.float64)
    held = np.array([row.is_held for row in rows])
    measure(rows, seen, teach(rows, seen, ~held, engine.weights))
    if wants.write:
        write(teach(rows, seen, held | ~held, engine.weights))


def read() -> Iterator[Row]:
    """The rows of loose prose, the development set and the rows of each language."""
    for line in _lines(ROWS / "prose.jsonl"):
        names = BrandNames((line["brand"],) if line["brand"] else ())
        yield Row(Text("", line["text"]), names, Tone(line["tone"]), is_held=False)
    for file in (ROWS / "devset.jsonl", *sorted((ROWS / "rows").glob("*.jsonl"))):
        for line in _lines(file):
            text = Text(line["title"], line["snippet"], line["url"])
            number = int("".join(filter(str.isdigit, line["id"])))
            is_held = file.parent.name == "rows" and number % 2 == 1
            yield Row(text, BrandNames((line["brand"],)), Tone(line["tone"]), is_held)


def _lines(file: Path) -> Iterator[dict[str, str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def teach(rows: Sequence[Row], seen: Floats, taught: Flags, weights: str) -> Head:
    """A head from these of the rows. Made-up pages are more alike than those of the web, so the layer
    for pages is mostly the one from prose, with a share of one from all rows."""
    tones = np.array([TONES.index(row.tone) for row in rows])
    is_prose = np.array([not row.text.url for row in rows])
    prose, both = (fit(seen[some], tones[some]) for some in (taught & is_prose, taught))
    rest = 1 - SHARE_OF_PAGES
    page = Layer(
        rest * prose.weights + SHARE_OF_PAGES * both.weights,
        rest * prose.bias + SHARE_OF_PAGES * both.bias,
    )
    return Head(page, prose, weights)


def fit(seen: Floats, truth: NDArray[np.int64]) -> Layer:
    """Softmax regression with a ridge; each tone counts the same, however many rows it has.

    Plain gradient steps with momentum: the problem is convex and small.
    """
    middle, spread = seen.mean(axis=0), (seen - seen.mean(axis=0)).std()
    given = np.hstack([(seen - middle) / spread, np.ones((len(seen), 1))])
    wanted = np.eye(len(TONES))[truth]
    share = (1 / wanted.sum(axis=0) / len(TONES))[truth][:, None]
    ridge = np.full((given.shape[1], 1), RIDGE)
    ridge[-1] = 0
    # The steepest that the slope can change bounds the step.
    step = 1 / (RIDGE + np.linalg.norm(given * np.sqrt(share), 2) ** 2 / 2)
    now = ahead = np.zeros((given.shape[1], len(TONES)))
    for turn in range(STEPS):
        slope = given.T @ ((_shares(given @ ahead) - wanted) * share) + ridge * ahead
        new = ahead - step * slope
        ahead = new + turn / (turn + 3) * (new - now)
        now = new
    layer = now[:-1] / spread
    return Layer(layer.astype(np.float32), (now[-1] - middle @ layer).astype(np.float32))


def _shares(odds: Floats) -> Floats:
    shares: Floats = np.exp(odds - odds.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def measure(rows: Sequence[Row], seen: Floats, head: Head) -> None:
    """Macro-F1 on the held-back rows: of the rules, of the model, of both."""
    at = [place for place, row in enumerate(rows) if row.is_held]
    held = [rows[place] for place in at]
    opinions = head.opinions([row.text for row in held], seen[at].astype(np.float32))
    rules = [_judged(row) for row in held]
    both = [
        blend(row.text, verdict, opinion, row.names)
        for row, verdict, opinion in zip(held, rules, opinions, strict=True)
    ]
    truth = [row.tone for row in held]
    print(f"{len(rows) - len(held)} rows taught, {len(held)} held back, macro-F1 on these:")
    print(f"  rules            {macro_f1(truth, [each.tone for each in rules]):.1f}")
    print(f"  model            {macro_f1(truth, [each.tone for each in opinions]):.1f}")
    print(f"  rules and model  {macro_f1(truth, [each.tone for each in both]):.1f}")


def _judged(row: Row) -> Verdict:
    return next(judge_texts([row.text], row.names))


def write(head: Head) -> None:
    """Write the shipped file."""
    stored = {
        "comment": "Made by benchmarks/model_head.py from rows of our own; not for editing by hand.",
        "of": head.of,
        "page": _plain(head.page),
        "prose": _plain(head.prose),
    }
    text = json.dumps(stored, indent=None, separators=(",", ":"))
    (DATA / f"{HEAD}.json").write_text(text.replace("],[", "],\n[") + "\n", encoding="utf-8")


def _plain(layer: Layer) -> dict[str, object]:
    return {
        "bias": [round(value, 3) for value in layer.bias.tolist()],
        "weights": [[round(value, 3) for value in row] for row in layer.weights.tolist()],
    }


if __name__ == "__main__":
    main()
