"""What a page's HTML says about its structure and words: taken apart by a program of its own, counted here; the text is not kept."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from content.brief.words import is_question
from content.terms import counted, words_of
from content.wording import HAN

PROGRAM = Path(__file__).with_name("dissect.py")
SECONDS = 10
"""Wall time for one page: the program ends itself after five of processor time."""
MOST_TERMS = 500
LEAST_PAIR = 2
"""A pair of words that stands once on a page is chance."""
MOST_QUESTIONS = 20
ASKS = 3
"""So many headings that ask make a page one of questions and answers."""
CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
HEAD_BYTES = 4096
NO_WORD = re.compile(r"[^\s\u0e00-\u109f\u1780-\u17ff\u2e80-\uffef]{200,}")
"""A run of signs longer than any word or address, in writing that has spaces: spaCy takes minutes for
some of them ("http://" a hundred thousand times)."""


class Unreadable(Exception):
    """A page that could not be taken apart; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one page. `words` counts words, for Chinese its signs; `headings` are
    [level, text], levels 1 to 3."""

    title: str = ""
    description: str = ""
    language: str = ""
    headings: list[list[Any]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    terms: dict[str, int] = field(default_factory=dict)
    words: int = 0
    images: int = 0
    lists: int = 0
    tables: int = 0
    links: int = 0
    has_faq: bool = False
    has_video: bool = False
    schema_types: list[str] = field(default_factory=list)


def facts_of(html: str, *, language: str = "") -> Facts:
    """Read a page. `language` (ISO 639-1) holds where the page names none. Raises Unreadable."""
    parts = taken_apart(html)
    text = parts.pop("text", "")
    spoken = parts["language"] or language or "en"
    asking = [words for level, words in parts.get("headings", []) if level > 1]
    questions = list(dict.fromkeys(words for words in asking if is_question(words, spoken)))
    return Facts(
        **parts,
        questions=questions[:MOST_QUESTIONS],
        terms=common_terms(text, spoken),
        words=length(text),
        has_faq=bool({"FAQPage", "QAPage"} & set(parts["schema_types"])) or len(questions) >= ASKS,
    )


def taken_apart(html: str) -> dict[str, Any]:
    """The parts of a page, from the program that may be ended. Raises Unreadable."""
    try:
        done = subprocess.run(  # noqa: S603  our own program, no shell
            [sys.executable, "-I", str(PROGRAM)],
            input=html.encode("utf-8", errors="replace"),
            capture_output=True,
            timeout=SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("its HTML takes too long to read") from None
    if done.returncode != 0:
        raise Unreadable("its HTML could not be read")
    parts: dict[str, Any] = json.loads(done.stdout)
    return parts


def decoded(body: bytes, content_type: str) -> str:
    """The text of an HTML body: by the charset that the server names, else the page itself, else
    UTF-8. Nothing raises: a page with broken signs still has headings."""
    named = CHARSET.search(content_type.encode()) or CHARSET.search(body[:HEAD_BYTES])
    charset = named[1].decode() if named else "utf-8"
    try:
        return body.decode(charset, errors="replace")
    except (LookupError, UnicodeError):
        # An encoding that nobody knows, or one of Python's own, such as "idna" or "undefined".
        return body.decode("utf-8", errors="replace")


def common_terms(text: str, language: str) -> dict[str, int]:
    """The commonest terms of the text with their counts."""
    found: Counter[str] = Counter()
    # Line by line: spaCy refuses a text of a million signs, and terms do not cross blocks.
    for part in NO_WORD.sub(" ", text).splitlines():
        if part.strip():
            found.update(counted(part, language))
    kept = {term: n for term, n in found.items() if " " not in term or n >= LEAST_PAIR}
    return dict(sorted(kept.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_TERMS])


def length(text: str) -> int:
    """How long a text is: in words, and each Chinese sign as one."""
    return sum(len(HAN.findall(word)) or 1 for word in words_of(text))
