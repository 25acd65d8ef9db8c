"""Leftovers: placeholders, and marks of what a model wrote and nobody has checked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.drafting.finding import Finding, Level, Ruling, Where
from content.drafting.given import Given, Text

RULE, POINTS = "leftovers", 6
PLACEHOLDER = re.compile(
    r"\b(?:TODO|TBD|TBC|FIXME|XXX+|TK|ZZZ+)\b|(?i:lorem ipsum|dolor sit amet)"
    r"|(?i:\[(?:\s*|[.…]+|xx+|name|navn|nome|nom|nombre|имя|date|dato|fecha|datum|дата|number|tall|link|url|"
    r"source|quelle|fuente|source needed|citation needed|insert[^\]]{0,200}|add[^\]]{0,200}|your [^\]]{0,200}|company|brand|"
    r"product|figure|quote)\](?![(\[:]))"
    r"|\{\{[^}]{0,200}\}\}|\{(?:subject|name|brand|title|keyword)\}|<(?:name|insert|link|date)[^>]{0,200}>"
    r"|待补充|待定|待填写|此处填写|【\s*】|……此处|\?\?\?+"
)
BY_MODEL = re.compile(
    r"(?i:written by (?:a |the )?(?:language )?model|by model, not checked|not checked by a person"
    r"|as an ai(?: language)? model|as a large language model|i (?:cannot|can't) browse|knowledge cutoff"
    r"|here(?:'s| is) (?:the|a|your) (?:revised|rewritten|draft)\b[^.]{0,200}:|certainly! here"
    r"|als ki-(?:sprach)?modell|como modelo de lenguaje|en tant que modèle de langage"
    r"|som en (?:ki-)?språkmodell|как языковая модель|kā valodas modelis)|作为(?:一个)?(?:AI|人工智能)(?:语言)?模型"
)
FENCE = re.compile(r"^\s*(?:```|~~~)")
PER_PLACE = 0.34


def check(text: Text, given: Given) -> Ruling:
    found = [*leftovers(text), *outline(given)]
    share = max(0.0, 1 - PER_PLACE * len(found))
    words = f"{len(found)} places are left over." if found else "No placeholder is left."
    return Ruling(RULE, POINTS, share, words, tuple(found))


def lines(text: Text) -> Iterator[tuple[int, str]]:
    """The lines outside code, counted from 1."""
    is_code = False
    for number, line in enumerate(text.lines, start=1):
        if FENCE.match(line):
            is_code = not is_code
        elif not is_code:
            yield number, line


def leftovers(text: Text) -> Iterator[Finding]:
    parts = [(Where(part="title"), text.title), (Where(part="description"), text.description)]
    for number, line in lines(text):
        parts.append((Where(number, line.strip()[:100]), line))
    for where, line in parts:
        if match := PLACEHOLDER.search(line):
            yield Finding(
                RULE,
                Level.REQUIRED,
                f"“{match[0][:40]}” is a placeholder.",
                "Fill it in or take it out.",
                where,
            )
        if match := BY_MODEL.search(line):
            yield Finding(
                RULE,
                Level.REQUIRED,
                f"“{match[0][:60]}” marks text that a model wrote and nobody has checked.",
                "Check each fact below it, put it into your own words, then delete the mark.",
                where,
            )


def outline(given: Given) -> Iterator[Finding]:
    if given.outline_by_model:
        yield Finding(
            RULE,
            Level.RECOMMENDED,
            f"The brief's outline was written by {given.outline_by_model[:60]}, and nobody has confirmed it.",
            "Read it against the facts and confirm it on the brief.",
        )
