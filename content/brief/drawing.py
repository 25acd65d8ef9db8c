"""Draws a brief from a keyword's stored result page: nothing is fetched, and nothing is stored here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from content.boards import Board
from content.brief import questions, snippet, structure
from content.brief.answers import facts_against
from content.brief.claims import claims_in, joined
from content.brief.intent import Found, Signs, intent_of
from content.brief.neighbours import Neighbour, link_rows, neighbours
from content.brief.own_texts import for_category, own_texts
from content.brief.term_rows import Body, rows_of
from content.ladder import Rung
from content.models import Piece
from content.places import place_of
from content.terms import base_language, counted, is_word, top_terms, words_of
from content.wording import HAN, is_avoided, subject_of, title_of
from reputation.judges import brand_names
from reputation.tone import Text, judge_texts
from serp.models import Brand, Keyword, Listing
from serp.providers.base import PAGE_ONE

MOST_AVOIDED = 30
QUESTIONS_IN_OUTLINE = 5
LEAST_BEHIND = 5
"""So many results behind page one, and they are what page one is compared with."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A brief before it is stored, with working title and usual hours of work for its piece. The
    lists are in the form that the Brief model stores."""

    title: str
    intent: str
    angle: str
    outline: str
    search_intent: str = ""
    intent_why: list[str] = field(default_factory=list)
    seo_title: str = ""
    description: str = ""
    questions: list[str] = field(default_factory=list)
    terms: list[dict[str, Any]] = field(default_factory=list)
    avoid: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    claims: list[dict[str, str]] = field(default_factory=list)
    disclosures: list[str] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    structure: dict[str, Any] = field(default_factory=dict)
    schema_types: list[str] = field(default_factory=list)
    proof: list[str] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    drawn_from: datetime | None = None
    hours: float | None = None


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
    phrase = keyword.phrase if keyword else brand.name
    language = base_language(keyword.language) if keyword else "en"
    own = own_texts(brand, kind, language)
    avoid = words_to_avoid(brand, phrase, language=language, board=board, negative=negative)
    subject = subject_of(phrase, brand.names, avoid)
    title = title_of(own.title, subject, avoid=avoid, plain=Piece.Kind(kind).label)
    category = negative.mark.category if negative and negative.mark else ""
    asked = asked_on(board, language) if board else []
    outline = outline_of(
        own.outline, questions.for_headings(asked, avoid) if kind == Piece.Kind.FAQ else []
    )
    described = snippet.description(
        own.description, subject, avoid=avoid, device=keyword.device if keyword else "desktop"
    )
    intent = found_intent(keyword, board, language)
    near = neighbours(brand, keyword) if keyword else []
    seen = [negative.page_id] if negative else []
    claimed = [claim.as_row() for claim in claims_in(f"{title}\n{described}\n{outline}", language)]
    return Draft(
        title=title,
        intent=own.intent,
        angle=" ".join(filter(None, [own.angle, for_category("angles", category)])),
        outline=outline,
        search_intent=intent.intent,
        intent_why=intent.why,
        seo_title=snippet.seo_title(title, brand.name, avoid),
        description=described,
        questions=asked,
        terms=terms_of(brand, board, near, language=language, avoid=avoid) if board else [],
        avoid=avoid,
        facts=facts_against(brand, negative),
        claims=joined(for_category("claims", category) if negative else [], claimed),
        disclosures=own.disclosures,
        links=link_rows(brand, near, avoid=avoid, without=seen) if keyword else [],
        structure=seen_structure(board) if board else {},
        schema_types=own.schema,
        proof=own.proof,
        sources=sources_of(board) if board else [],
        drawn_from=board.reading.taken_at if board else None,
        hours=own.hours,
    )


def asked_on(board: Board, language: str) -> list[str]:
    """What searchers ask there; a negative's title is no question to answer."""
    titles = [r.listing.title for r in board.page_one if r.listing and not r.is_negative]
    return questions.questions_of(
        board.questions, related=board.related, titles=titles, language=language
    )


def found_intent(keyword: Keyword | None, board: Board | None, language: str) -> Found:
    """What searchers of the keyword want."""
    if keyword is None:
        return Found("", [])
    places = tuple(place for _, place in board.situation("").places) if board else ()
    own = sum(1 for rung in board.page_one if rung.is_own) if board else 0
    return intent_of(
        Signs(
            keyword.phrase,
            language,
            keyword_kind=keyword.kind,
            features=sorted(board.features) if board else (),
            places=places,
            own=own,
            results=len(places),
        )
    )


def seen_structure(board: Board) -> dict[str, Any]:
    """What the stored page tells about the pages that rank, before any of them is read."""
    shown = [rung.listing.page for rung in board.page_one if rung.listing]
    return structure.of_results(
        [place_of(page.url, page.domain) for page in shown],
        has_videos=board.has_videos,
        related=board.related,
    )


def sources_of(board: Board) -> list[dict[str, Any]]:
    """The pages of page one, to be read where that is allowed."""
    return [
        {
            "page": rung.listing.page_id,
            "url": rung.listing.page.seen_url,
            "position": rung.position,
            "is_negative": rung.is_negative,
        }
        for rung in board.page_one
        if rung.listing
    ]


def outline_of(headings: Sequence[str], asked: Sequence[str]) -> str:
    """The headings one a line; the searchers' own questions stand after the first."""
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


class Wanted:
    """Which terms of a text count for a brief: not the brand's names, not the words to avoid."""

    def __init__(self, brand: Brand, language: str, avoid: Sequence[str]) -> None:
        self.language = language
        self.avoid = avoid
        self.own = {word for name in brand.names for word in words_of(name)}
        self.kept = [name for name in (*brand.names, *avoid) if HAN.search(name)]
        self._known: dict[str, bool] = {}

    def is_out(self, word: str) -> bool:
        """Whether a word in small letters is no term here."""
        if word not in self._known:
            self._known[word] = word in self.own or is_avoided(word, self.avoid)
        return self._known[word]

    def body(self, listing: Listing) -> Body:
        """A title and snippet by its terms."""
        text = text_of(listing)
        return Body(counted(text, self.language, is_out=self.is_out, kept=self.kept))

    def usual(self, listings: Sequence[Listing]) -> list[str]:
        """The commonest terms of these titles and snippets, each in two of them at least."""
        texts = [text_of(listing) for listing in listings]
        found = top_terms(texts, self.language, is_out=self.is_out, kept=self.kept)
        return [term.term for term in found]


def text_of(listing: Listing) -> str:
    return f"{listing.title}. {listing.snippet}"


def terms_of(
    brand: Brand,
    board: Board,
    near: Sequence[Neighbour],
    *,
    language: str,
    avoid: Sequence[str],
) -> list[dict[str, Any]]:
    """Terms of page one without its negatives, brand names and words to avoid, compared with the
    results behind page one, or with those of the brand's other keywords where too few were read."""
    wanted = Wanted(brand, language, avoid)
    shown = [r.listing for r in board.page_one if r.listing is not None and not r.is_negative]
    top = [wanted.body(listing) for listing in shown]
    rest = [wanted.body(listing) for listing in compared_with(board, near)]
    return rows_of(top, rest, usual=wanted.usual(shown))


def compared_with(board: Board, near: Sequence[Neighbour]) -> list[Listing]:
    """The titles and snippets that page one is compared with, without pages that stand on it."""
    behind = [rung.listing for rung in board.rungs[PAGE_ONE:] if rung.listing]
    if len(behind) >= LEAST_BEHIND:
        return behind
    here = {rung.page_id for rung in board.page_one}
    others = [listing for one in near for listing in one.listings if listing is not None]
    return list({x.page_id: x for x in [*behind, *others] if x.page_id not in here}.values())
