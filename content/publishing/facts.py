"""What a page about a piece says of itself to programs: gathered once, so that the builders stay pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.text import Truncator

from content.drafting.document import Block, Document, read
from content.models import Consent, Draft, Piece, Testimonial
from content.terms import base_language

QUESTION_ENDS = ("?", "？")
VIDEO_HOSTS = ("youtube.com", "youtu.be", "vimeo.com", "bilibili.com")
LONGEST_ABOUT = 300


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of the draft, and what stands below it."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Voice:
    """A testimonial that may be shown on the brand's own site, word for word."""

    name: str
    text: str
    rating: int | None
    on: datetime
    disclosure: str


@dataclass(frozen=True, slots=True)
class PageFacts:
    """All that structured data and exports of one piece are made from.

    `url` is empty until the piece is out; `published_at` and `changed_at` are aware, None: not yet.
    """

    kind: str
    title: str
    description: str
    language: str
    markdown: str
    url: str
    published_at: datetime | None
    changed_at: datetime | None
    brand: str
    brand_url: str
    profiles: tuple[str, ...]
    product: str
    answered: tuple[Answered, ...]
    voices: tuple[Voice, ...]
    image: str
    video: str
    words: int


def facts_of(piece: Piece) -> PageFacts:
    """The facts of a piece and its draft; without a draft the texts are empty. Four queries."""
    brand = piece.brand
    draft = Draft.objects.filter(piece=piece).first()
    language = base_language(piece.keyword.language) if piece.keyword else "en"
    text = draft.text if draft else ""
    document = read(text, language)
    keyword = piece.keyword
    return PageFacts(
        kind=piece.kind,
        title=(draft.title if draft else "") or piece.title,
        description=(draft.description if draft else "") or opening(document),
        language=language,
        markdown=text,
        url=piece.url,
        published_at=piece.published_at,
        changed_at=draft.saved_at if draft else None,
        brand=brand.name,
        brand_url=f"https://{brand.hosts[0]}/" if brand.hosts else "",
        profiles=tuple(p if "//" in p else f"https://{p}" for p in brand.profiles),
        product=keyword.phrase if keyword and keyword.kind == keyword.Kind.PRODUCT else "",
        answered=answered_in(document),
        voices=voices_of(piece),
        image=next((image.url for image in document.images), ""),
        video=next((link.url for link in document.links if is_video(link.url)), ""),
        words=document.words,
    )


def opening(document: Document) -> str:
    """The first paragraph, for a description where nobody wrote one."""
    first = next((block.text for block in document.prose if block.text), "")
    return Truncator(first).chars(LONGEST_ABOUT)


def answered_in(document: Document) -> tuple[Answered, ...]:
    """The headings that are questions, each with the text below it."""
    found = []
    for heading in document.headings:
        below = " ".join(block.text for block in document.under(heading) if block.text)
        if is_question(heading) and below:
            found.append(Answered(heading.text, below))
    return tuple(found)


def is_question(heading: Block) -> bool:
    return heading.level > 1 and heading.text.rstrip().endswith(QUESTION_ENDS)


def is_video(url: str) -> bool:
    return any(host in url for host in VIDEO_HOSTS) or url.endswith((".mp4", ".webm"))


def voices_of(piece: Piece) -> tuple[Voice, ...]:
    """The testimonials that the piece uses and that may stand on the brand's own site today."""
    rows = Testimonial.objects.filter(
        uses__piece=piece,
        uses__removed_at=None,
        uses__must_off_at=None,
        state=Testimonial.State.AGREED,
    ).select_related("customer")
    return tuple(
        Voice(row.customer.name, consent.quote, row.rating, consent.given_at, row.disclosure)
        for row in rows.distinct().prefetch_related("consents")
        if (consent := standing(row.consents.all())) is not None
    )


def standing(consents: Iterable[Consent]) -> Consent | None:
    """The consent for the website that stands, the newest."""
    return next(
        (
            row
            for row in consents
            if row.withdrawn_at is None
            and Consent.Purpose.WEBSITE in row.scope
            and row.given_at <= timezone.now()
        ),
        None,
    )
