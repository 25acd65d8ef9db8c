"""What a saved answer says about its own question: phrase, engine, place, page and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from serp.providers.base import Answer
from serp.providers.locales import COUNTRY_NUMBERS
from serp.providers.reading import mapping, rows

COUNTRY_OF = {2000 + number: country for country, number in COUNTRY_NUMBERS.items()}
ENGINES = ("google", "bing", "baidu", "yandex", "duckduckgo")


@dataclass(frozen=True, slots=True)
class Asked:
    """The question of a saved answer, as far as the answer tells; empty where it does not.

    `start` counts the results before its first one; `taken_at` is aware.
    """

    phrase: str = ""
    engine: str = ""
    country: str = ""
    language: str = ""
    device: str = ""
    start: int = 0
    taken_at: datetime | None = None


def asked_of(provider: str, data: object, answer: Answer) -> Asked:
    """Read the question out of an answer. Whatever is missing or odd is left empty."""
    body = mapping(data)
    if provider == "dataforseo":
        return of_dataforseo(body)
    if provider == "brave":
        question = mapping(body.get("query"))
        return Asked(
            phrase=words(question, "original"), engine="brave", country=words(question, "country")
        )
    if provider == "searxng":
        return Asked(phrase=words(body, "query"), taken_at=http_date(answer.headers.get("date")))
    question = mapping(body.get("search_parameters")) or mapping(body.get("searchParameters"))
    engine = words(question, "engine") or ("google" if provider == "serper" else "")
    region = words(question, "kl").split("-")
    return Asked(
        phrase=words(question, "q", "p", "text", "query"),
        engine=next((name for name in ENGINES if engine.startswith(name)), ""),
        country=(words(question, "gl", "cc") or region[0]).lower().replace("uk", "gb"),
        language=(words(question, "hl") or (region[1] if len(region) > 1 else ""))[:2].lower(),
        device=words(question, "device"),
        start=start_of(question),
        taken_at=moment(words(mapping(body.get("search_metadata")), "created_at")),
    )


def of_dataforseo(body: Mapping[str, Any]) -> Asked:
    """DataForSEO repeats the question in the task and dates the result."""
    task = next(iter(rows(body.get("tasks"))), {})
    question = mapping(task.get("data"))
    result = next(iter(rows(task.get("result"))), {})
    location = question.get("location_code") or result.get("location_code")
    code = number(location)
    return Asked(
        phrase=words(question, "keyword"),
        engine=words(question, "se"),
        country=COUNTRY_OF.get(code, ""),
        language=(words(question, "language_code") or words(result, "language_code"))[:2],
        device=words(question, "device"),
        taken_at=moment(words(result, "datetime")),
    )


def words(data: Mapping[str, Any], *names: str) -> str:
    """The first of these values that is a text with something in it."""
    for name in names:
        value = data.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def start_of(question: Mapping[str, Any]) -> int:
    """How many results stand before this page: told as `start`, or as a page of ten."""
    return number(question.get("start")) or 10 * max(0, number(question.get("page")) - 1)


def number(value: object) -> int:
    """A whole number of at most nine digits, told as such or as text; 0 for anything else."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def moment(text: str) -> datetime | None:
    """An aware time from what the providers write: ISO, or with a blank and "UTC" behind it."""
    try:
        found = datetime.fromisoformat(text.replace(" UTC", "+00:00").replace(" +", "+"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def http_date(text: str | None) -> datetime | None:
    """An aware time from a Date header."""
    try:
        found = parsedate_to_datetime(text or "")
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
