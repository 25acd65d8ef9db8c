"""What the brand's stored result pages show that people also search for: related searches and questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from content.asked import questions, related
from serp.models import Brand, Keyword, Snapshot
from serp.portfolio.candidates import Candidate, tidy
from serp.portfolio.language_words import base_of, words_of
from serp.portfolio.near import content_words

Page = tuple[str, str, Sequence[Mapping[str, Any]]]
"""The language of a keyword, its phrase, and the features of its newest result page."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The candidates that the newest result pages show, and how many pages were looked at."""

    candidates: list[Candidate]
    pages: int


def stored_questions(brand: Brand, *, take_related: bool, take_questions: bool) -> Stored:
    """What the newest result page of each keyword in view shows, the most often seen first."""
    rows = Snapshot.objects.filter(
        pk__in=brand.keywords.in_view().filter(latest__isnull=False).values("latest")
    )
    pages: list[Page] = [
        (base_of(language), phrase, features)
        for language, phrase, features in rows.values_list(
            "keyword__language", "keyword__phrase", "features"
        )
    ]
    found = seen_on(pages, brand.names, take_related=take_related, take_questions=take_questions)
    return Stored(found, len(pages))


def seen_on(
    pages: Iterable[Page], names: Collection[str], *, take_related: bool, take_questions: bool
) -> list[Candidate]:
    """Each related search and question once a language, with the number of pages that show it."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    first: dict[tuple[str, str], tuple[str, str]] = {}
    for language, _, features in pages:
        shown: dict[str, str] = {}
        if take_questions:
            shown |= {tidy(text).rstrip("?？ "): "asked" for text in questions(features)}
        if take_related:
            shown |= {tidy(text): "a related search" for text in related(features)}
        for text, how in shown.items():
            if text:
                key = (language, text.casefold())
                counts[key] += 1
                first.setdefault(key, (text, how))
    ranked = sorted(counts, key=lambda key: (-counts[key], key))
    return [
        Candidate(
            phrase=first[key][0],
            kind=kind_of(first[key][0], key[0], names),
            reason=f"{first[key][1]} on {counts[key]} result page{'s' if counts[key] > 1 else ''}",
            languages=(key[0],),
            seen=counts[key],
        )
        for key in ranked
    ]


def kind_of(phrase: str, language: str, names: Collection[str]) -> str:
    """What a phrase from outside is about: a problem where it says one of the language's words for one,
    the brand where it holds nothing else, else a topic."""
    said = {
        word
        for listed in words_of(language).meanings.values()
        for text in listed
        for word in content_words(text, language)
    }
    rest = phrase.casefold()
    for name in sorted(names, key=len, reverse=True):
        rest = rest.replace(name.casefold(), " ")
    left = content_words(rest, language)
    if not left:
        return Keyword.Kind.BRAND
    is_problem = any(
        word in said or any(s in word for s in said if not s.isascii()) for word in left
    )
    return Keyword.Kind.PROBLEM if is_problem else Keyword.Kind.TOPIC
