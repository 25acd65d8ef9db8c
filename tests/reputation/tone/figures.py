"""Writes the figures of the tone judge into docs/tone.md: `python -m tests.reputation.tone.figures`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import django
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from reputation.tone import BrandNames, Text, Tone, judge_texts
from reputation.tone.evaluation import part_of
from reputation.tone.lexicon import read_data
from tests.reputation.tone.own_rows import LANGUAGES, OwnRow, category_share, pairs_of, rows_of

REPOSITORY = Path(__file__).resolve().parents[3]
TARGET = REPOSITORY / "docs" / "tone.md"
GOLD = "serp-gold"
VADER_NEUTRAL_BELOW = 0.05
NOT_NEGATIVE = "not_negative"
# What each set is, for a reader who never saw it.
SETS = {
    GOLD: "real result pages of companies and officials, English",
    "de-gerntsa": "German news sentences",
    "es-elecciones-headlines": "Spanish headlines about politics",
    "lv-ltec-tweets": "Latvian tweets",
    "no-norec_fine": "Norwegian reviews",
    "ru-rusentne": "Russian news sentences",
    "zh-ccf2019-finance-negative": "Chinese posts about finance; negative or not",
}
VADER = SentimentIntensityAnalyzer()

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A row of a set that is no part of the project."""

    text: Text
    brand: str
    tone: str


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def macro(pairs: Sequence[Pair], labels: Sequence[str] = Tone.values) -> str:
    return f"{100 * part_of(pairs, labels).macro_f1.value:.0f}"


def negative(pairs: Sequence[Pair], labels: Sequence[str] = Tone.values) -> str:
    f1 = part_of(pairs, labels).tones[Tone.NEGATIVE.value].f1
    return f"{100 * f1.value:.0f}" if f1 else "–"


def vader(text: str) -> str:
    compound = VADER.polarity_scores(text)["compound"]
    if abs(compound) < VADER_NEUTRAL_BELOW:
        return Tone.NEUTRAL.value
    return Tone.POSITIVE.value if compound > 0 else Tone.NEGATIVE.value


def own_table() -> str:
    """The rows in this repository, by language: those open to the authors of the rules, those not."""
    lines = [_own_line(_spoken(name), rows_of(name)) for name in LANGUAGES]
    everything = [row for name in LANGUAGES for row in rows_of(name)]
    heads = (
        "language",
        "rows",
        "macro-F1 open",
        "macro-F1 held",
        "negative F1 held",
        "right category",
        "VADER held",
        "always neutral",
    )
    return table(heads, [*lines, _own_line("all", everything)])


def _spoken(language: str) -> str:
    """ "Norwegian" for "Norwegian (with common forms of …)"."""
    return str(read_data(language)["name"]).partition(" (")[0]


def _own_line(name: str, rows: Sequence[OwnRow]) -> tuple[str, ...]:
    held = [row for row in rows if row.is_held]
    found = pairs_of(held)
    return (
        name,
        str(len(rows)),
        macro(pairs_of([row for row in rows if not row.is_held])),
        macro(found),
        negative(found),
        f"{100 * category_share(rows):.0f} %",
        macro([(row.tone, vader(row.title)) for row in held]),
        macro([(row.tone, Tone.NEUTRAL.value) for row in rows]),
    )


def labelled_table(folder: Path) -> str:
    """The sets that are no part of the project, where their folder is there."""
    heads = ("set", "rows", "macro-F1", "95 of 100", "negative F1", "VADER", "always neutral")
    return table(heads, [_labelled_line(folder, name) for name in SETS])


def _labelled_line(folder: Path, name: str) -> tuple[str, ...]:
    rows = gold(folder) if name == GOLD else sample(folder / "labelled" / name / "sample.jsonl")
    truth = [row.tone for row in rows]
    labels = Tone.values if NOT_NEGATIVE not in truth else [Tone.NEGATIVE.value, NOT_NEGATIVE]

    def against(said: Iterable[str]) -> list[Pair]:
        return [
            (tone, word if word in labels else NOT_NEGATIVE)
            for tone, word in zip(truth, said, strict=True)
        ]

    judged = against(_judged(row) for row in rows)
    share = part_of(judged, labels).macro_f1
    return (
        f"`{name}`: {SETS[name]}",
        str(len(rows)),
        macro(judged, labels),
        f"{100 * share.low:.0f} to {100 * share.high:.0f}",
        negative(judged, labels),
        macro(against(vader(row.text.title or row.text.snippet) for row in rows), labels),
        macro(against(Tone.NEUTRAL.value for _ in rows), labels),
    )


def _judged(row: LabelledRow) -> str:
    names = BrandNames((row.brand,) if row.brand else ())
    return next(judge_texts([row.text], names)).tone.value


def gold(folder: Path) -> list[LabelledRow]:
    """The labelled result pages, joined from their keys."""
    place = folder / "labelled" / GOLD
    keys = place / "serp_gold_shared.csv"
    command = [sys.executable, str(place / "join.py"), str(keys), str(folder / "longitudinal")]
    joined = subprocess.run(command, capture_output=True, check=True, text=True)
    found = map(json.loads, joined.stdout.splitlines())
    return [
        LabelledRow(Text(row["title"], row["snippet"], row["url"]), row["brand"], row["tone"])
        for row in found
    ]


def sample(file: Path) -> list[LabelledRow]:
    """A set of loose texts with a target, which may be missing."""
    found = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [
        LabelledRow(
            Text("", row["text"]),
            row["target"] or "",
            row["label"].replace("none", Tone.NEUTRAL.value),
        )
        for row in found
    ]


def between(page: str, name: str) -> tuple[int, int]:
    """Where the table of this name stands in the page."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    return page.index(begin) + len(begin), page.index(end)


def with_table(page: str, name: str, content: str) -> str:
    start, stop = between(page, name)
    return f"{page[:start]}\n{content}\n\n{page[stop:]}"


def main() -> None:
    django.setup()
    page = with_table(TARGET.read_text(encoding="utf-8"), "own rows", own_table())
    folder = Path(os.environ.get("SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if (folder / "labelled").is_dir():
        page = with_table(page, "labelled sets", labelled_table(folder))
    TARGET.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reputation.settings")
    main()
