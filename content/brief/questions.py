"""What searchers ask around a keyword, from its stored result page: questions first shown, then worded so. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from content.brief.words import is_question
from content.wording import repeats

MOST_QUESTIONS = 20
LONGEST = 200


def questions_of(
    asked: Sequence[str], *, related: Sequence[str], titles: Sequence[str], language: str
) -> list[str]:
    """The engine's own questions, then related searches and titles that ask something, each once."""
    worded = [text for text in (*related, *titles) if is_question(text, language)]
    return unique([*asked, *worded])[:MOST_QUESTIONS]


def unique(texts: Sequence[str]) -> list[str]:
    """Each text once, whatever its case and last sign, in order."""
    found: dict[str, str] = {}
    for text in texts:
        line = " ".join(text.split())[:LONGEST]
        if line:
            found.setdefault(line.casefold().rstrip(" ?？!."), line)
    return list(found.values())


def for_headings(questions: Sequence[str], avoid: Sequence[str]) -> list[str]:
    """The questions that may stand as headings: those that do not repeat the negative."""
    return [question for question in questions if not repeats(question, avoid)]
