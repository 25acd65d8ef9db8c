"""How well the judge does on rows of our own making; a floor that later changes may not fall under.

The rows and the rules have the same authors, so these figures are higher than on real pages.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from reputation.tone import BrandNames, Text, Tone, judge_texts

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "devset.jsonl").read_text(encoding="utf-8").splitlines()
]


def f1(truth: list[str], judged: list[str], tone: str) -> float:
    both = sum(t == j == tone for t, j in zip(truth, judged, strict=True))
    return 2 * both / ((truth.count(tone) + judged.count(tone)) or 1)


def macro_f1(truth: list[str], judged: list[str]) -> float:
    return sum(f1(truth, judged, tone) for tone in Tone.values) / len(Tone.values)


def judged_tone(row: dict[str, str], language: str) -> str:
    text = Text(row["title"], row["snippet"], row["url"], language)
    return next(judge_texts([text], BrandNames((row["brand"],)))).tone.value


def test_development_set_is_large_and_mixed() -> None:
    assert len(ROWS) >= 120
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert min(Counter(row["tone"] for row in ROWS).values()) >= 15
    assert {"en", "zh", "no", "lv", ""} <= {row["language"] for row in ROWS}


@pytest.mark.parametrize("is_given", [True, False])
def test_judge_stays_above_its_floor(is_given: bool) -> None:
    truth = [row["tone"] for row in ROWS]
    judged = [judged_tone(row, row["language"] if is_given else "") for row in ROWS]

    assert macro_f1(truth, judged) >= 0.9
    assert f1(truth, judged, "negative") >= 0.9
    assert macro_f1(truth, ["neutral"] * len(ROWS)) < 0.25


def test_category_of_negative_rows_is_mostly_right() -> None:
    negative = [row for row in ROWS if row["tone"] == "negative"]
    right = sum(
        next(
            judge_texts(
                [Text(row["title"], row["snippet"], row["url"], row["language"])],
                BrandNames((row["brand"],)),
            )
        ).category
        == row["category"]
        for row in negative
    )

    assert right / len(negative) >= 0.85
