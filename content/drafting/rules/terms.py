"""Terms of the ranking pages: which the draft lacks, and which it says too often."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from content.brief.term_rows import is_telling
from content.drafting.finding import Finding, Level, Ruling, unmeasured
from content.drafting.given import Given, Text
from content.drafting.sentences import unit_of

RULE, POINTS = "terms", 12
TELLING = 2.0
"""A term that tells the top ten from the rest counts twice."""
PER = 1000
SPARE = 2
"""So many mentions above the usual range are no excess: a short text meets its upper end by chance."""
MOST_NAMED = 8


def check(text: Text, given: Given) -> Ruling:
    """Each term once is what matters; its usual range is a guide, above it is padding."""
    if not given.terms:
        return unmeasured(RULE, POINTS, "The brief has no terms: draw it from a result page.")
    found: list[Finding] = []
    got = whole = 0.0
    said = 0
    ordered = sorted(given.terms, key=lambda row: not tells(row))
    for row in ordered:
        weight = TELLING if tells(row) else 1.0
        share, finding = judge(row, text)
        said += share > 0
        whole += weight
        got += weight * share
        if finding:
            found.append(finding)
    words = f"{said} of {len(ordered)} terms of the ranking pages are said."
    return Ruling(RULE, POINTS, got / whole, words, tuple(found[:MOST_NAMED]))


def judge(row: Mapping[str, Any], text: Text) -> tuple[float, Finding | None]:
    """How far one term is met, 0 to 1, and what is wrong with it."""
    term = str(row.get("term") or "")
    count = text.vocabulary.count(term)
    low, high = needed(row, text.words)
    if count == 0:
        return 0.0, Finding(
            RULE,
            Level.RECOMMENDED,
            f"“{term}” is missing{weight_of(row)}.",
            f"Say it {times(low)} where it helps the reader{usual(row, text)}.",
        )
    if high is not None and count > high + SPARE:
        return 0.5, Finding(
            RULE,
            Level.RECOMMENDED,
            f"“{term}” is said {count} times; ranking pages of this length say it {high} times at most.",
            "Say it otherwise, or leave it out where the sentence stands without it.",
        )
    if count < low:
        return 0.5, Finding(
            RULE,
            Level.RECOMMENDED,
            f"“{term}” is said {times(count)}{weight_of(row)}.",
            f"Come back to it: ranking pages of this length say it {low} times or more.",
        )
    return 1.0, None


def needed(row: Mapping[str, Any], length: int) -> tuple[int, int | None]:
    """How often a text of this length says the term, by its range for 1,000 words; at least once."""
    low, high = range_of(row)
    least = max(1, math.floor(low * length / PER)) if low is not None else 1
    most = max(least, math.ceil(high * length / PER)) if high is not None else None
    return least, most


def range_of(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """How often ranking pages say it in 1,000 words. A range that was read off snippets is none: they
    are as long as the engine makes them."""
    if row.get("base") == "snippets" or row.get("low") is None or row.get("high") is None:
        return None, None
    return float(row["low"]), float(row["high"])


def tells(row: Mapping[str, Any]) -> bool:
    """Whether the term tells the top ten from the rest."""
    return bool(row.get("tells")) or is_telling(row)


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def weight_of(row: Mapping[str, Any]) -> str:
    """Why the term matters: how many results say it, and whether it tells."""
    parts = []
    if row.get("results") and row.get("of"):
        parts.append(f"{row['results']} of {row['of']} results say it")
    if tells(row):
        parts.append("it tells the top ten from the rest")
    return f" ({', and '.join(parts)})" if parts else ""


def usual(row: Mapping[str, Any], text: Text) -> str:
    low, high = range_of(row)
    if low is None or high is None:
        return ""
    return f" (usual: {low:g} to {high:g} times in {PER:,} {unit_of(text.language)})"
