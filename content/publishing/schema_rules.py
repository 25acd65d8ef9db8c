"""Checks structured data before it goes out: what a type must have, and of which form. Pure.

The required and recommended properties are those of Google's documentation of structured data (Article,
FAQ, Video, Review snippet, Organization) and of schema.org 28; each type is checked wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place such as "FAQPage.mainEntity[0].name"; `is_hard`: engines refuse it."""

    where: str
    what: str
    is_hard: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """What a type must have, should have, and may have besides."""

    required: tuple[str, ...]
    recommended: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()

    @property
    def known(self) -> frozenset[str]:
        return frozenset((*self.required, *self.recommended, *self.allowed, "@type", "@id"))


ARTICLE = Rule(
    required=("headline", "author"),
    recommended=("datePublished", "dateModified", "image", "publisher", "description"),
    allowed=("inLanguage", "url", "mainEntityOfPage", "wordCount"),
)
RULES: Mapping[str, Rule] = {
    "Article": ARTICLE,
    "NewsArticle": ARTICLE,
    "FAQPage": Rule(required=("mainEntity",), allowed=("url", "inLanguage")),
    "Question": Rule(required=("name", "acceptedAnswer")),
    "Answer": Rule(required=("text",)),
    "VideoObject": Rule(
        required=("name", "thumbnailUrl", "uploadDate"),
        recommended=("description",),
        allowed=("contentUrl", "embedUrl", "inLanguage", "duration"),
    ),
    "Review": Rule(
        required=("itemReviewed", "author", "reviewBody"),
        recommended=("datePublished",),
        allowed=("reviewRating", "inLanguage"),
    ),
    "Rating": Rule(required=("ratingValue",), allowed=("bestRating", "worstRating")),
    "Product": Rule(required=("name",)),
    "Person": Rule(required=("name",), allowed=("url",)),
    "Organization": Rule(
        required=("name",), recommended=("url",), allowed=("sameAs", "logo", "description")
    ),
}
LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")


def is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def is_url(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def is_moment(value: Any) -> bool:
    """ISO 8601 with an offset: without one, engines would guess the zone."""
    if not isinstance(value, str):
        return False
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def is_stars(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value <= 5


FORMS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "name": (is_text, "a text"),
    "headline": (is_text, "a text"),
    "text": (is_text, "a text"),
    "reviewBody": (is_text, "a text"),
    "description": (is_text, "a text"),
    "url": (is_url, "an address with https://"),
    "mainEntityOfPage": (is_url, "an address with https://"),
    "contentUrl": (is_url, "an address with https://"),
    "embedUrl": (is_url, "an address with https://"),
    "sameAs": (is_url, "addresses with https://"),
    "thumbnailUrl": (is_url, "addresses with https://"),
    "image": (is_url, "addresses with https://"),
    "datePublished": (is_moment, "a moment with its offset"),
    "dateModified": (is_moment, "a moment with its offset"),
    "uploadDate": (is_moment, "a moment with its offset"),
    "ratingValue": (is_stars, "a number from 1 to 5"),
    "inLanguage": (lambda value: bool(LANGUAGE.match(str(value))), "a language code"),
}
TYPES: Mapping[str, tuple[str, ...]] = {
    "author": ("Person", "Organization"),
    "publisher": ("Organization",),
    "mainEntity": ("Question",),
    "acceptedAnswer": ("Answer",),
    "itemReviewed": ("Product",),
    "reviewRating": ("Rating",),
}


def problems(node: Mapping[str, Any], where: str = "") -> list[Problem]:
    """All that is wrong with an object and with those inside it."""
    return list(look(node, where))


def look(node: Mapping[str, Any], where: str) -> Iterator[Problem]:
    kind = node.get("@type")
    place = where or str(kind)
    rule = RULES.get(str(kind))
    if rule is None:
        yield Problem(place, f"“{kind}” is no type that is used here")
        return
    for name in rule.required:
        if name not in node:
            yield Problem(f"{place}.{name}", "is missing; engines ask for it")
    for name in rule.recommended:
        if name not in node:
            yield Problem(f"{place}.{name}", "is missing; it is recommended", is_hard=False)
    for name, value in node.items():
        if name not in rule.known:
            yield Problem(f"{place}.{name}", f"does not belong to {kind}")
            continue
        values = value if isinstance(value, list) else [value]
        if not values:
            yield Problem(f"{place}.{name}", "is empty")
        for number, one in enumerate(values):
            spot = f"{place}.{name}[{number}]" if isinstance(value, list) else f"{place}.{name}"
            yield from look_at(name, one, spot)


def look_at(name: str, value: Any, where: str) -> Iterator[Problem]:
    """One value of a property."""
    if name in TYPES:
        kind = value.get("@type") if isinstance(value, Mapping) else None
        if kind not in TYPES[name]:
            yield Problem(where, f"must be one of: {', '.join(TYPES[name])}")
        else:
            yield from look(value, where)
    elif name in FORMS:
        is_right, words = FORMS[name]
        if not is_right(value):
            yield Problem(where, f"must be {words}")
