"""Rows of JSON lines as people hand them to the judge: one result and its brand in each line."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from reputation.tone.verdict import BrandNames, Evidence, Text, Tone, Verdict

JudgeTexts = Callable[[Iterable[Text], BrandNames], Iterator[Verdict]]

FIELDS = ("language", "url", "title", "snippet")
READ_AT_ONCE = 65_536
SAME_TONE = {"none": Tone.NEUTRAL.value}
NO_CATEGORY = "none"


class RefusedLine(ValueError):
    """A line that cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Row:
    """A result to judge, and the brand that it is judged for."""

    id: str | int
    names: BrandNames
    text: Text


@dataclass(frozen=True, slots=True)
class Labelled:
    """A row of which people said the tone, and perhaps in which way it is negative."""

    row: Row
    tone: Tone
    category: str


def whole_lines(stream: BinaryIO) -> Iterator[list[bytes]]:
    """The lines of a stream, as many at a time as are there already; it never waits for more."""
    rest: list[bytes] = []
    while piece := stream.read1(READ_AT_ONCE):  # type: ignore[attr-defined]
        head, newline, tail = piece.rpartition(b"\n")
        if newline:
            yield b"".join([*rest, head]).split(b"\n")
            rest = [tail]
        else:
            rest.append(piece)
    if any(rest):
        yield [b"".join(rest)]


def row_of(line: bytes) -> Row:
    """A line with id, brand, language, url, title and snippet; RefusedLine says what is wrong."""
    found = _object(line)
    if isinstance(found.get("id"), bool) or not isinstance(found.get("id"), str | int):
        raise RefusedLine('"id" is missing, or neither text nor a whole number.')
    text = Text(**{name: _text(found, name) for name in FIELDS})
    return Row(found["id"], BrandNames((_brand(found, "brand"),)), text)


def labelled_of(line: bytes, place: str) -> Labelled:
    """A line with the truth in `tone` and perhaps `category`; `place` names one without an id.

    Data sets call the tone `label`, the brand `target` and the snippet `text`; they may have no
    target at all, and mean neutral by "none".
    """
    found = _object(line)
    told = _text(found, "tone" if "tone" in found else "label").strip().lower()
    told = SAME_TONE.get(told, told)
    if told not in Tone.values:
        known = ", ".join(Tone.values)
        raise RefusedLine(f'tone "{told[:40]}" is none of {known}.' if told else "it has no tone.")
    snippet = "text" if "text" in found and "snippet" not in found else "snippet"
    parts = {name: _text(found, name) for name in FIELDS if name != "snippet"}
    text = Text(snippet=_text(found, snippet), **parts)
    if not (text.title.strip() or text.snippet.strip() or text.url.strip()):
        raise RefusedLine("nothing to judge: title, snippet and url are empty.")
    known_id = found.get("id")
    identity = known_id if isinstance(known_id, str | int) else place
    category = _text(found, "category").strip().lower()
    names = _names_or_none(found)
    return Labelled(
        Row(identity, names, text), Tone(told), "" if category == NO_CATEGORY else category
    )


def judge_by_brand(rows: Sequence[Row], judge: JudgeTexts) -> Iterator[tuple[int, Verdict]]:
    """Each row's place with its verdict; the rows of one brand go to the judge together."""
    places: dict[BrandNames, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        places[row.names].append(place)
    for names, of_brand in places.items():
        yield from zip(of_brand, judge((rows[at].text for at in of_brand), names), strict=True)


def evidence_of(verdict: Verdict) -> list[dict[str, Any]]:
    """The evidence of a verdict as it is written to JSON."""
    return [_evidence(each) for each in verdict.evidence]


def _evidence(each: Evidence) -> dict[str, Any]:
    return {
        "words": each.words,
        "field": each.field,
        "start": each.start,
        "end": each.end,
        "weight": each.weight,
        "category": each.category,
        "reason": each.reason,
    }


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RefusedLine(f"not UTF-8 at byte {error.start + 1}.") from error
    except RecursionError as error:
        raise RefusedLine("nested too deeply.") from error
    except ValueError as error:
        raise RefusedLine(f"not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise RefusedLine("not a JSON object.")
    return found


def _names_or_none(found: dict[str, Any]) -> BrandNames:
    if "brand" in found or "target" not in found:
        return BrandNames((_brand(found, "brand"),))
    target = _text(found, "target")
    return BrandNames((target,) if target.strip() else ())


def _brand(found: dict[str, Any], name: str) -> str:
    brand = _text(found, name)
    if not brand.strip():
        raise RefusedLine(f'"{name}" is missing or empty.')
    return brand


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RefusedLine(f'"{name}" is not text.')
    return value
