"""Makes a Piece and its first Brief from an opportunity, or a Brief for any piece with a keyword."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from content.boards import Board, board_of
from content.ladder import Rung
from content.models import Brief, Piece
from content.opportunities import Lift, Opportunity, Pieces
from content.terms import base_language, is_word, top_terms, words_of
from content.wording import HAN, is_avoided, repeats, subject_of, title_of
from reputation.judges import brand_names
from reputation.tone import Text, judge_texts
from serp.addresses import display_address
from serp.models import Brand, Keyword

TEXTS_FILE = Path(__file__).parent / "data" / "kinds.json"
DRAFT_AFTER = timedelta(days=7)
PUBLISH_AFTER = timedelta(days=14)
SATURDAY = 5
MOST_AVOIDED = 30
QUESTIONS_IN_OUTLINE = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """A brief before it is stored, with the working title for its piece."""

    title: str
    intent: str
    angle: str
    outline: str
    questions: list[str] = field(default_factory=list)
    terms: list[dict[str, Any]] = field(default_factory=list)
    avoid: list[str] = field(default_factory=list)
    drawn_from: datetime | None = None


@cache
def texts() -> dict[str, Any]:
    """Our own texts by kind and by category of the negative."""
    data: dict[str, Any] = json.loads(TEXTS_FILE.read_text(encoding="utf-8"))
    return data


def draft_brief(
    brand: Brand,
    *,
    kind: str,
    keyword: Keyword | None,
    board: Board | None = None,
    negative: Rung | None = None,
) -> Draft:
    """A first brief. Without a `board`, the keyword's newest result page, it holds what our own
    texts say about the kind and no more."""
    own = texts()["kinds"][kind]
    phrase = keyword.phrase if keyword else brand.name
    language = base_language(keyword.language) if keyword else "en"
    avoid = words_to_avoid(brand, phrase, language=language, board=board, negative=negative)
    asked = board.asked if board else []
    pattern = own["titles"].get(language, own["titles"]["en"])
    return Draft(
        title=title_of(
            pattern,
            subject_of(phrase, brand.names, avoid),
            avoid=avoid,
            plain=Piece.Kind(kind).label,
        ),
        intent=own["intent"],
        angle=angle_of(own["angle"], negative),
        outline=outline_of(
            own["outline"], list(board.questions) if board and kind == Piece.Kind.FAQ else []
        ),
        questions=asked,
        terms=terms_of(brand, board, language, avoid) if board else [],
        avoid=avoid,
        drawn_from=board.reading.taken_at if board else None,
    )


def angle_of(general: str, negative: Rung | None) -> str:
    """How to answer: what holds for the kind, and what the negative's category asks for."""
    category = negative.mark.category if negative and negative.mark else ""
    return " ".join(filter(None, [general, texts()["angles"].get(category, "")]))


def outline_of(headings: Sequence[str], asked: Sequence[str]) -> str:
    """The headings one a line; for a FAQ the searchers' own questions stand after the first."""
    own = [f"Question: {question}" for question in asked[:QUESTIONS_IN_OUTLINE]]
    return "\n".join([*headings[:1], *own, *headings[1:]])


def words_to_avoid(
    brand: Brand,
    phrase: str,
    *,
    language: str,
    board: Board | None,
    negative: Rung | None,
) -> list[str]:
    """Words that made results of this page negative, the displaced one's first, then those of the
    phrase itself; in small letters, brand names left out.

    A negative that a person marked has no such words: then those of its title count.
    """
    others = [rung for rung in board.page_one if rung.is_negative] if board else []
    found = [
        word
        for rung in [*([negative] if negative else []), *others]
        for word in evidence_of(rung.mark.evidence if rung.mark else [])
    ]
    if negative and negative.mark and not evidence_of(negative.mark.evidence):
        found = title_words(negative, phrase, language) + found
    (verdict,) = judge_texts([Text(title=phrase, language=language)], brand_names(brand))
    found += [piece.words for piece in verdict.evidence if piece.weight < 0]
    own = {word for name in brand.names for word in words_of(name)}
    names = {name.casefold() for name in brand.names}
    kept = (" ".join(w for w in entry.casefold().split() if w not in own) for entry in found)
    return list(dict.fromkeys(w for w in kept if words_of(w) and w not in names))[:MOST_AVOIDED]


def evidence_of(evidence: Sequence[dict[str, Any]]) -> list[str]:
    """The words of a mark that speak against the brand."""
    return [str(row["words"]) for row in evidence if row.get("weight", 0) < 0 and row.get("words")]


def title_words(negative: Rung, phrase: str, language: str) -> list[str]:
    """What a negative's title says beyond the phrase."""
    known = set(words_of(phrase))
    title = negative.listing.title if negative.listing else ""
    return [word for word in words_of(title) if word not in known and is_word(word, language)]


def terms_of(
    brand: Brand, board: Board, language: str, avoid: Sequence[str]
) -> list[dict[str, Any]]:
    """Terms of page one without its negatives, brand names and words to avoid, each with the number
    of results that it stands in."""
    shown = [r.listing for r in board.page_one if r.listing is not None and not r.is_negative]
    own = {word for name in brand.names for word in words_of(name)}
    found = top_terms(
        [f"{listing.title}. {listing.snippet}" for listing in shown],
        language,
        is_out=lambda word: word in own or is_avoided(word, avoid),
        kept=[name for name in (*brand.names, *avoid) if HAN.search(name)],
    )
    return [{"term": term.term, "results": term.results, "of": len(shown)} for term in found]


@transaction.atomic
def make_piece(
    brand: Brand,
    opportunity: Opportunity,
    *,
    kind: str,
    by: User | None,
    now: datetime,
    lift: Lift | None = None,
) -> tuple[Piece, bool]:
    """Make the piece of this kind, or the one that lifts an existing page, with its first brief.

    Returns the piece and whether it is new: for one intent, or one page to lift, there is never a
    second, however often and from wherever this is called.
    """
    Brand.objects.select_for_update().get(pk=brand.pk)
    present = twin(brand, opportunity, kind=kind, lift=lift)
    if present is not None:
        return present, False
    board = board_of(brand, opportunity.keyword)
    draft = draft_brief(
        brand, kind=kind, keyword=opportunity.keyword, board=board, negative=opportunity.rung
    )
    today = now.astimezone(brand.zone).date()
    piece = Piece.objects.create(
        brand=brand,
        title=lift_title(lift, draft.avoid) if lift else draft.title,
        kind=kind,
        status=Piece.Status.BRIEFED,
        keyword=opportunity.keyword,
        displaces=opportunity.page,
        lifts=lift.page if lift else None,
        due_on=today + DRAFT_AFTER,
        publish_on=free_day(today + PUBLISH_AFTER, keyword=opportunity.keyword),
        created_by=by,
    )
    store(piece, draft)
    return piece, True


def twin(brand: Brand, opportunity: Opportunity, *, kind: str, lift: Lift | None) -> Piece | None:
    """The piece that serves the same intent already, or lifts the same page."""
    pieces = Pieces(brand)
    if lift is not None:
        return pieces.lifting.get(lift.page.pk)
    present = pieces.new_for(opportunity.keyword, opportunity.page.pk)
    return next((piece for piece in present if piece.kind == kind), None)


def lift_title(lift: Lift, avoid: Sequence[str]) -> str:
    """A working title that names the page by its title, or by less where that would repeat the
    negative."""
    listing = lift.candidate.rung.shown
    tries = (listing.title, display_address(listing.page.url), listing.page.host)
    named = next((text for text in tries if text.strip() and not repeats(text, avoid)), "")
    return f"Lift “{named[:180]}”" if named else f"Lift the page at {lift.candidate.rung.position}"


def free_day(first: date, *, keyword: Keyword) -> date:
    """The first weekday from `first` on that no piece for the keyword stands on."""
    taken = set(keyword.pieces.filter(publish_on__gte=first).values_list("publish_on", flat=True))
    day = first
    while day.weekday() >= SATURDAY or day in taken:
        day += timedelta(days=1)
    return day


def store(piece: Piece, draft: Draft) -> Brief:
    """Write the brief of a piece, over the one that it had."""
    brief, _ = Brief.objects.update_or_create(
        piece=piece,
        defaults={
            "intent": draft.intent,
            "angle": draft.angle,
            "questions": draft.questions,
            "terms": draft.terms,
            "avoid": draft.avoid,
            "outline": draft.outline,
            "drawn_from": draft.drawn_from,
        },
    )
    return brief


def draw(piece: Piece) -> Brief:
    """Give a piece that was made by hand its first brief, drawn from its keyword's newest reading."""
    board = board_of(piece.brand, piece.keyword) if piece.keyword else None
    rungs = board.rungs if board else ()
    negative = next((rung for rung in rungs if rung.page_id == piece.displaces_id), None)
    draft = draft_brief(
        piece.brand, kind=piece.kind, keyword=piece.keyword, board=board, negative=negative
    )
    return store(piece, draft)
