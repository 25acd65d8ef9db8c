"""A brief as its page shows it: what is stored, with widths, marks and the state of the pages behind it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from content.brief.enriching import outcome_of, readings_of
from content.brief.structure import facts_of
from content.brief.term_rows import is_telling
from content.brief.widths import Fit, description_fit, title_fit
from content.models import Brief, PageReading
from content.wording import repeats

MOST_VERSIONS = 10
NAMES = {
    "intent": "what searchers want",
    "search_intent": "search intent",
    "seo_title": "title",
    "description": "description",
    "angle": "angle",
    "facts": "facts",
    "claims": "claims",
    "questions": "questions",
    "terms": "terms",
    "avoid": "words not to repeat",
    "outline": "outline",
    "disclosures": "disclosures",
    "links": "links",
    "schema_types": "structured data",
    "proof": "proof list",
    "structure": "structure",
}
"""The parts of a brief as people call them."""


@dataclass(frozen=True, slots=True)
class TermLine:
    """One term: `words` say how often it is used, `is_telling` that the rest uses it clearly less."""

    term: str
    words: str
    is_telling: bool


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier state of the brief: when and by whom it was saved, why, and the parts in which it
    differs from the present one."""

    id: int
    at: datetime
    by: AbstractBaseUser | None
    reason: str
    parts: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands beside the stored texts. `questions` are (text, whether it repeats the negative)."""

    title_fit: Fit
    description_fit: Fit
    questions: list[tuple[str, bool]]
    terms: list[TermLine]
    structure: list[tuple[str, str]]
    related: list[str]
    read_of: int
    sources: list[tuple[dict[str, Any], str]]
    progress: str
    versions: list[Version]
    is_unchecked: bool


def sheet_of(brief: Brief) -> Sheet:
    """The sheet of a brief, in three queries."""
    readings = readings_of(brief) if brief.sources else {}
    keyword = brief.piece.keyword
    is_mobile = keyword is not None and keyword.device == "mobile"
    return Sheet(
        title_fit=title_fit(brief.seo_title),
        description_fit=description_fit(brief.description, is_mobile=is_mobile),
        questions=[(text, bool(repeats(text, brief.avoid))) for text in brief.questions],
        terms=[line_of(row) for row in brief.terms],
        structure=facts_of(brief.structure),
        related=list(brief.structure.get("related") or []),
        read_of=int(brief.structure.get("of") or 0),
        sources=[
            (row, row.get("outcome") or outcome_of(readings.get(row.get("page", 0))))
            for row in brief.sources
        ],
        progress=progress_of([readings.get(row.get("page", 0)) for row in brief.sources]),
        versions=versions_of(brief),
        is_unchecked=bool(brief.outline_by) and brief.outline_confirmed_at is None,
    )


def line_of(row: dict[str, Any]) -> TermLine:
    """A stored term in words: "6 of 9, 2.1–4.8 in 1,000 words; behind page one 1 of 10"."""
    said = []
    if row.get("results"):
        said.append(f"{row['results']} of {row.get('of', '?')}")
    if row.get("base") == "pages" and row.get("high"):
        said.append(f"{row['low']:g}–{row['high']:g} in 1,000 words")
    if row.get("rest_of") and is_telling(row):
        said.append(f"elsewhere {row.get('rest', 0)} of {row['rest_of']}")
    return TermLine(str(row["term"]), ", ".join(said), is_telling(row))


def progress_of(rows: list[PageReading | None]) -> str:
    """How far reading the pages is: "6 of 10 pages read, 2 refused by robots.txt, 2 waiting"."""
    if not rows:
        return ""
    State = PageReading.State
    counts = Counter(row.state for row in rows if row is not None)
    robots = sum(
        1
        for row in rows
        if row is not None and row.state == State.REFUSED and row.reason == "refused by robots.txt"
    )
    named = (
        (robots, "refused by robots.txt"),
        (counts[State.REFUSED] - robots, "refused by the site"),
        (counts[State.FAILED], "not readable"),
        (counts[State.WAITING], "waiting"),
    )
    said = [f"{n} {words}" for n, words in named if n]
    return ", ".join([f"{counts[State.READ]} of {len(rows)} pages read", *said])


def versions_of(brief: Brief) -> list[Version]:
    """Earlier states that differ from the present one, newest first, at most ten; each once."""
    rows = brief.history.select_related("history_user").order_by("-history_date", "-history_id")
    found: list[Version] = []
    seen = [{name: getattr(brief, name) for name in NAMES}]
    for row in rows[: MOST_VERSIONS * 3]:
        state = {name: getattr(row, name) for name in NAMES}
        if state in seen:
            continue
        seen.append(state)
        differs = [label for name, label in NAMES.items() if state[name] != seen[0][name]]
        found.append(
            Version(
                row.history_id,
                row.history_date,
                row.history_user,
                row.history_change_reason or "saved",
                ", ".join(differs),
            )
        )
    return found[:MOST_VERSIONS]
