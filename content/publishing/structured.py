"""Structured data (JSON-LD, schema.org) of a piece: what it may honestly say, and why the rest is left out. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from content.models import Piece
from content.publishing.facts import PageFacts

Kind = Piece.Kind
Node = dict[str, Any]
CONTEXT = "https://schema.org"
LONGEST_HEADLINE = 110
"""Google's documentation of Article asks for short headlines and named 110 characters for long."""


@dataclass(frozen=True, slots=True)
class Left:
    """A type that was left out, and what is missing for it."""

    type: str
    why: str


@dataclass(frozen=True, slots=True)
class Structured:
    """The objects for one page, and the types that it would use if it had what they need."""

    nodes: tuple[Node, ...]
    left: tuple[Left, ...]

    @property
    def text(self) -> str:
        """All objects as one JSON-LD text that is safe inside a script element."""
        graph: Any = {"@context": CONTEXT, "@graph": list(self.nodes)}
        text = json.dumps(graph, ensure_ascii=False, indent=2)
        return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def structured(facts: PageFacts) -> Structured:
    """The structured data that fits the type of the piece."""
    nodes: list[Node] = []
    left: list[Left] = []
    for name, build in BUILDERS.items():
        if facts.kind not in USED_BY[name]:
            continue
        made = build(facts)
        if isinstance(made, str):
            left.append(Left(name, made))
        elif isinstance(made, list):
            nodes += made
        else:
            nodes.append(made)
    return Structured(tuple(nodes), tuple(left))


def organization(facts: PageFacts) -> Node | str:
    """The brand with its own profiles, so that engines know them as one."""
    if not facts.brand_url:
        return "The brand names no domain of its own. Enter one in its settings."
    return clean(
        {
            "@type": "Organization",
            "@id": f"{facts.brand_url}#organization",
            "name": facts.brand,
            "url": facts.brand_url,
            "sameAs": list(facts.profiles),
        }
    )


def article(facts: PageFacts) -> Node | str:
    """The page itself."""
    kind = "NewsArticle" if facts.kind == Kind.NEWS else "Article"
    return clean(
        {
            "@type": kind,
            "headline": facts.title[:LONGEST_HEADLINE],
            "description": facts.description,
            "inLanguage": facts.language,
            "url": facts.url,
            "mainEntityOfPage": facts.url,
            "image": [facts.image] if facts.image else [],
            "datePublished": moment(facts.published_at),
            "dateModified": moment(facts.changed_at or facts.published_at),
            "wordCount": facts.words,
            "author": publisher(facts),
            "publisher": publisher(facts),
        }
    )


def faq(facts: PageFacts) -> Node | str:
    """The questions that the draft answers."""
    if not facts.answered:
        return "The draft has no heading that ends in a question mark with an answer below it."
    return clean(
        {
            "@type": "FAQPage",
            "url": facts.url,
            "inLanguage": facts.language,
            "mainEntity": [
                {
                    "@type": "Question",
                    "name": row.question,
                    "acceptedAnswer": {"@type": "Answer", "text": row.answer},
                }
                for row in facts.answered
            ],
        }
    )


def video(facts: PageFacts) -> Node | str:
    """The film. Google asks for name, thumbnail and day of upload."""
    missing = [
        word
        for word, value in (
            ("a link to the film", facts.video),
            ("an image for the thumbnail", facts.image),
            ("a description", facts.description),
        )
        if not value
    ]
    if missing:
        return f"The draft lacks {' and '.join(missing)}."
    if facts.published_at is None:
        return "The day of upload is known once it is published."
    film = "contentUrl" if facts.video.endswith((".mp4", ".webm")) else "embedUrl"
    return clean(
        {
            "@type": "VideoObject",
            "name": facts.title,
            "description": facts.description,
            "thumbnailUrl": [facts.image],
            "uploadDate": moment(facts.published_at),
            "inLanguage": facts.language,
            film: facts.video,
        }
    )


def reviews(facts: PageFacts) -> list[Node] | str:
    """What customers said about a product. Reviews of a firm about itself are left out: Google shows
    none that stand on the firm's own site, since September 2019, and they would be no honest signal."""
    if not facts.voices:
        return "No testimonial with consent for the website is used in this piece."
    if not facts.product:
        return (
            "A review needs a product that it is about, and the keyword of this piece is none. "
            "Reviews of a firm on its own site are not marked up: engines count them as self-serving."
        )
    return [
        clean(
            {
                "@type": "Review",
                "itemReviewed": {"@type": "Product", "name": facts.product},
                "author": {"@type": "Person", "name": voice.name},
                "reviewBody": voice.text,
                "datePublished": moment(voice.on),
                "reviewRating": rating(voice.rating),
                "inLanguage": facts.language,
            }
        )
        for voice in facts.voices
    ]


def rating(stars: int | None) -> Node | None:
    """The stars as they were given; none are made up where none were given."""
    if stars is None:
        return None
    return {"@type": "Rating", "ratingValue": stars, "bestRating": 5, "worstRating": 1}


def publisher(facts: PageFacts) -> Node:
    return clean({"@type": "Organization", "name": facts.brand, "url": facts.brand_url})


def moment(at: datetime | None) -> str:
    """A moment with its offset, as ISO 8601."""
    return at.isoformat(timespec="seconds") if at else ""


def clean(node: Mapping[str, Any]) -> Node:
    """The object without what is not known: an empty value would claim that it is empty."""
    return {name: value for name, value in node.items() if value not in ("", None, [], 0)}


BUILDERS: dict[str, Callable[[PageFacts], Node | list[Node] | str]] = {
    "Organization": organization,
    "Article": article,
    "FAQPage": faq,
    "VideoObject": video,
    "Review": reviews,
}
WRITTEN = (Kind.CASE_STUDY, Kind.WHITE_PAPER, Kind.COMPARISON, Kind.NEWS, Kind.TESTIMONIAL)
USED_BY: dict[str, Sequence[str]] = {
    "Organization": (*WRITTEN, Kind.FAQ, Kind.VIDEO),
    "Article": WRITTEN,
    "FAQPage": (Kind.FAQ,),
    "VideoObject": (Kind.VIDEO,),
    "Review": (Kind.TESTIMONIAL, Kind.CASE_STUDY),
}
"""On pages of others (guest posts, profiles, forums) the markup is theirs, not the brand's."""
