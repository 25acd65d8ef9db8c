"""Gathers what a piece's draft is checked against: a fixed number of queries, whatever the brand has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from content.drafting.document import read
from content.drafting.given import Backing, Given, Negative, Other
from content.drafting.sketches import sketch
from content.drafting.wordlists import plain
from content.models import Brief, Draft, PageReading, Piece
from content.terms import base_language
from reputation.models import Mark
from serp.models import Listing, Page, Snapshot, TrackedPage

MOST_DRAFTS = 200
MOST_TITLES = 300
MOST_READINGS = 20
SKETCHES = 2000
"""Sketches kept in memory, at about 10 KB each for 2,000 words."""


def language_of(piece: Piece) -> str:
    """The language that the piece is written in: its keyword's, else English."""
    return plain(base_language(piece.keyword.language)) if piece.keyword else "en"


def given_of(piece: Piece, evidence: Sequence[Mapping[str, str]] | None = None) -> Given:
    """What is known about the piece now. `evidence` as it was just typed, else as it is stored."""
    brief = Brief.objects.filter(piece=piece).first()
    if evidence is None:
        stored = Draft.objects.filter(piece=piece).values_list("evidence", flat=True).first()
        evidence = stored or []
    language = language_of(piece)
    by_model = brief.outline_by if brief and not brief.outline_confirmed_at else ""
    return Given(
        kind=piece.kind,
        language=language,
        phrase=piece.keyword.phrase if piece.keyword else "",
        names=tuple(piece.brand.names),
        own_hosts=piece.brand.hosts,
        negative=negative_of(piece.displaces),
        questions=[str(one) for one in brief.questions] if brief else [],
        terms=rows(brief.terms) if brief else [],
        avoid=[str(one) for one in brief.avoid] if brief else [],
        links=rows(brief.links) if brief else [],
        claims=rows(brief.claims) if brief else [],
        disclosures=[str(one) for one in brief.disclosures] if brief else [],
        length=length_of(brief.structure) if brief else None,
        evidence=backings(evidence),
        others=others_of(piece),
        own_titles=own_titles(piece),
        ranking_headings=ranking_headings(piece),
        outline_by_model=by_model,
    )


def rows(value: Any) -> list[dict[str, Any]]:
    """The dictionaries of a stored list; whatever else somebody put there is no row."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def backings(evidence: Sequence[Mapping[str, str]]) -> list[Backing]:
    return [
        Backing(
            str(row.get("claim") or ""), str(row.get("source") or ""), str(row.get("note") or "")
        )
        for row in rows(list(evidence))
    ]


def length_of(structure: Mapping[str, Any]) -> tuple[int, int] | None:
    """The usual length in the brief's structure: {"words": {"low": 400, "median": …, "high": 900}}."""
    words = structure.get("words") if isinstance(structure, dict) else None
    if not isinstance(words, dict):
        return None
    low, high = words.get("low"), words.get("high")
    return (int(low), int(high)) if low and high else None


def negative_of(page: Page | None) -> Negative | None:
    """The page to displace with the title that it was last shown with."""
    if page is None:
        return None
    title = (
        Listing.objects.filter(page=page).order_by("-pk").values_list("title", flat=True).first()
    )
    return Negative(page.url, page.host, title or "")


def others_of(piece: Piece) -> list[Other]:
    """The brand's other drafts, the newest 200. Texts are read only where no sketch is kept yet."""
    drafts = (
        Draft.objects.filter(piece__brand_id=piece.brand_id)
        .exclude(piece=piece)
        .exclude(text="")
        .order_by("-saved_at")
        .values_list("pk", "revision", "saved_at", "piece__title", "piece__keyword__language")
    )
    known = [
        ((pk, revision, saved_at), title, language)
        for pk, revision, saved_at, title, language in drafts[:MOST_DRAFTS]
    ]
    new = [key[0] for key, *_ in known if key not in KEPT]
    texts = dict(Draft.objects.filter(pk__in=new).values_list("pk", "text"))
    found = []
    for key, title, language in known:
        made = KEPT.get(key)
        if made is None:
            code = plain(base_language(language or "en"))
            made = sketch(read(texts.get(key[0], ""), code).text, code)
            keep(key, made)
        found.append(Other(title, made))
    return found


KEPT: dict[tuple[Any, ...], frozenset[int]] = {}
"""Sketches by draft, revision and moment of saving: such a text never changes. The moment is part of it
because a database may give a deleted draft's number to another."""


def keep(key: tuple[Any, ...], made: frozenset[int]) -> None:
    """Keep a sketch; the oldest ones go first."""
    while len(KEPT) >= SKETCHES:
        KEPT.pop(next(iter(KEPT)), None)
    KEPT[key] = made


def own_titles(piece: Piece) -> list[str]:
    """Titles of the brand's own pages, as published or as shown; not of the page that this piece is."""
    itself = {pk for pk in (piece.page_id, piece.lifts_id) if pk}
    tracked = TrackedPage.objects.filter(brand_id=piece.brand_id).exclude(page_id__in=itself)
    marked = Mark.objects.filter(brand_id=piece.brand_id, ownership=Mark.Ownership.OWNED)
    shown = Listing.objects.filter(page_id__in=marked.values("page_id")).exclude(page_id__in=itself)
    titles = [
        *tracked.order_by("-pk").values_list("title", flat=True)[:MOST_TITLES],
        *shown.order_by("-pk").values_list("title", flat=True)[:MOST_TITLES],
    ]
    return [title for title in dict.fromkeys(titles) if title]


def ranking_headings(piece: Piece) -> list[str]:
    """The headings of the pages that rank for the keyword, as far as they were read; own pages left out."""
    if piece.keyword is None:
        return []
    newest = (
        Snapshot.objects.filter(keyword=piece.keyword).values_list("results", flat=True).first()
    )
    listings = [one for one in (newest or [])[:MOST_READINGS] if one is not None]
    read_pages = PageReading.objects.filter(
        page__listings__in=listings, state=PageReading.State.READ
    ).exclude(page__host__in=piece.brand.hosts)
    return [
        heading
        for headings in read_pages.distinct().values_list("headings", flat=True)
        for heading in heading_texts(headings)
    ]


def heading_texts(headings: Any) -> list[str]:
    """The words of stored headings, which are pairs of level and text or dictionaries with "text"."""
    found = []
    for one in headings if isinstance(headings, list) else []:
        if isinstance(one, dict):
            found.append(str(one.get("text") or ""))
        elif isinstance(one, list | tuple) and len(one) > 1:
            found.append(str(one[1]))
        elif isinstance(one, str):
            found.append(one)
    return [text for text in found if text]
