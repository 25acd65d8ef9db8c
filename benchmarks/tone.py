"""How fast the judge of tone is, as a ratio to VADER in turn with it on one core, and what it takes.

    .venv/bin/python -m benchmarks.tone [--rows 2000] [--repeat 5] [--distinct 100000]

The texts are the rows of our tests with other numbers and brands each time, so that none comes twice:
nearly every one of these was written to be hard and holds words that weigh. "result pages" are those of
the sample world, where most results hold none, as on real ones. VADER reads the same titles and snippets; it knows English alone and looks at no address.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from benchmarks.refresh import machine, table
from reputation.tone import BrandNames, Text, judge_texts
from reputation.tone.lexicon import LANGUAGES
from serp.providers.base import Access, Answer, Query, Request
from serp.providers.sample import Sample

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "reputation" / "tone"
BRANDS = [
    f"{first} {second}"
    for first in ("Halden", "Orvik", "Tessaro", "Mirelle", "Quandt", "Vostra", "Brennick", "Lumo")
    for second in ("Energi", "Foods", "Motors", "Bank", "Telecom")
]
NUMBER = re.compile(r"\d+")
STEPS = (1_000, 10_000, 50_000, 100_000)
MEGABYTE = 1_000_000
MEGABYTES = {
    "one line of words": "the customers are angry about a recall and a fine ",
    "many lines": "Kunden klagen über den Rückruf.\n",
    "Chinese": "客户投诉新价格",
    "no spaces": "fraud",
    "brand names": "Halden Energi ",
    "emoji": "😡",
}
DAYS_OF = 8
FIRST_WORDS = {
    "en": "The company is accused of fraud by the customers",
    "de": "Die Kunden klagen über den Betrug des Unternehmens",
    "es": "Los clientes denuncian el fraude de la empresa",
    "fr": "Les clients accusent cette entreprise de fraude",
    "lv": "Klienti sūdzas par krāpšanu un par jaunajām cenām",
    "no": "Kundene klager på svindel og de nye prisene",
    "ru": "Клиенты жалуются на мошенничество этой компании",
    "zh": "客户投诉这家公司欺诈",
}
BEGIN = """
import json, resource, sys, time
start = time.perf_counter()
from reputation.tone import BrandNames, Text, judge_texts
found = [next(judge_texts([Text(text)], BrandNames(("Acme",)))).language for text in sys.argv[1:]]
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([found, time.perf_counter() - start, most]))
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the tests."""

    brand: str
    language: str
    text: Text

    def changed(self, brand: str, number: int) -> Text:
        """The row about another brand, with other numbers in it."""

        def change(content: str) -> str:
            renamed = content.replace(self.brand, brand)
            return NUMBER.sub(lambda found: str(int(found[0][:9]) + number), renamed)

        text = self.text
        return Text(change(text.title), f"{change(text.snippet)} {number}", change(text.url))


def rows() -> list[Row]:
    files = [FOLDER / "devset.jsonl", *sorted((FOLDER / "rows").glob("*.jsonl"))]
    found = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    return [
        Row(each["brand"], each["language"], Text(each["title"], each["snippet"], each["url"]))
        for each in found
    ]


def distinct(given: Sequence[Row], number: int, *, start: int = 0) -> Iterator[tuple[str, Text]]:
    """So many texts with their brands; each brand has a page of a hundred results at a time."""
    for place in range(start, start + number):
        brand = BRANDS[place // 100 % len(BRANDS)]
        yield brand, given[place * 7 % len(given)].changed(brand, place)


def fetch_nothing(request: Request) -> Answer:
    raise AssertionError(f"the sample world asked the network for {request.url}")


def shown() -> list[Row]:
    """Results of the sample world, over many days, each once."""
    found: dict[Text, Row] = {}
    world = Sample(Access(), fetch_nothing)
    for brand in BRANDS[:DAYS_OF]:
        for day in range(0, 182, 7):
            at = datetime(2026, 1, 5, 12, tzinfo=UTC) + timedelta(days=day)
            query = Query(
                phrase=brand, engine="google", country="us", language="en", depth=50, at=at
            )
            for item in world.fetch(query).items:
                text = Text(item.title, item.snippet, item.url)
                found.setdefault(text, Row(brand, "en", text))
    return list(found.values())


def judge_all(texts: Sequence[tuple[str, Text]]) -> None:
    for brand, text in texts:
        next(judge_texts([text], BrandNames((brand,))))


def read_all(vader: SentimentIntensityAnalyzer, texts: Sequence[tuple[str, Text]]) -> None:
    for _, text in texts:
        vader.polarity_scores(f"{text.title}. {text.snippet}")


def took(work: Callable[[], object]) -> float:
    """Seconds of CPU: what else runs on the machine counts less."""
    start = time.process_time()
    work()
    return time.process_time() - start


def memory() -> float:
    """MB that this process holds now, by Linux's own books."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def speed(number: int, repeat: int) -> list[list[str]]:
    """Rows a second of both sides in turn, for each language and for all mixed."""
    vader, every = SentimentIntensityAnalyzer(), rows()
    lines = [["language", "rows/s", "slowest", "VADER rows/s", "ratio"]]
    for language in (*LANGUAGES, "mixed", "result pages"):
        given = [row for row in every if language in (row.language, "mixed")] or shown()
        judge_all(list(distinct(given, number)))
        ours, theirs = [], []
        for turn in range(1, repeat + 1):
            texts = list(distinct(given, number, start=turn * number))
            ours.append(number / took(partial(judge_all, texts)))
            theirs.append(number / took(partial(read_all, vader, texts)))
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        lines.append(
            [
                language,
                f"{statistics.median(ours):,.0f}",
                f"{min(ours):,.0f}",
                f"{statistics.median(theirs):,.0f}",
                f"{ratio:.2f}",
            ]
        )
    return lines


def growth(number: int) -> list[list[str]]:
    """Memory while so many distinct results are judged."""
    given, done, lines = rows(), 0, [["distinct results", "MB held", "rows/s so far"]]
    seconds = 0.0
    for step in [*(step for step in STEPS if step < number), number]:
        for start in range(done, step, 1000):
            texts = list(distinct(given, min(1000, step - start), start=start))
            seconds += took(partial(judge_all, texts))
        done = step
        lines.append([f"{done:,}", f"{memory():.0f}", f"{done / seconds:,.0f}"])
    return lines


def beginnings() -> list[list[str]]:
    """A new process up to the first verdict in a language, and to one in each: with all imports."""
    lines = [["first verdict in", "seconds", "MB"]]
    for wanted in ([], *([code] for code in LANGUAGES), list(LANGUAGES)):
        texts = [FIRST_WORDS[code] for code in wanted]
        said = subprocess.run(
            [sys.executable, "-c", BEGIN, *texts], capture_output=True, text=True, check=True
        )
        found, seconds, most = json.loads(said.stdout)
        assert found == wanted, f"{wanted} was read as {found}"
        lines.append([" ".join(wanted) or "imports alone", f"{seconds:.1f}", f"{most:.0f}"])
    return lines


def megabytes() -> list[list[str]]:
    """A megabyte of text in the title and in the snippet."""
    lines = [["a megabyte of", "seconds"]]
    for name, unit in MEGABYTES.items():
        content = (unit * (MEGABYTE // len(unit) + 1))[:MEGABYTE]
        seconds = took(partial(judge_all, [(BRANDS[0], Text(content, content))]))
        lines.append([name, f"{seconds:.2f}"])
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=2000, help="texts a turn")
    parser.add_argument("--repeat", type=int, default=5, help="turns of both sides")
    parser.add_argument("--distinct", type=int, default=STEPS[-1], help="texts to grow with")
    given = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print(machine(), "- one of them used", flush=True)
    for part in (
        beginnings,
        partial(growth, given.distinct),
        partial(speed, given.rows, given.repeat),
        megabytes,
    ):
        print()
        table(part(), print)


if __name__ == "__main__":
    main()
