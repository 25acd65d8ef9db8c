"""Every place that comes into question for a brand, with its record and whether the brand is there. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from content.models import Piece, Placement
from content.placing.ranking import (
    Finder,
    Record,
    ResultPage,
    base_language,
    fits,
    other_keywords,
    own_keywords,
    promise,
    records,
    result_pages,
)
from content.placing.shipped import public
from content.placing.standing import (
    Stand,
    State,
    listed_at,
    published_at,
    said_of,
    seen_at,
    stand_of,
)
from serp.models import Brand, Keyword

ALL = "all"
LANGUAGES = {
    "en": "English",
    "no": "Norwegian",
    "lv": "Latvian",
    "zh": "Chinese",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "ru": "Russian",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One place. `promise` is how likely it is on page one of a keyword that it comes into question
    for, from 0 to 1: see content.placing.ranking; `piece` is the open one."""

    place: Placement
    record: Record
    stand: Stand
    promise: float
    piece: Piece | None

    @property
    def state(self) -> State:
        return self.stand.state

    @property
    def expected(self) -> float:
        """On page one of how many of the brand's keywords it is expected: what sorts the list."""
        return self.promise * self.record.seen.of

    @property
    def can_make(self) -> bool:
        """Whether a piece could bring the brand there."""
        return self.state in (State.MISSING, State.UNCLEAR) and bool(self.place.piece_kinds)

    @property
    def counted(self) -> int | None:
        """On how many page ones of the public history it stood; None for a place of the brand's own."""
        return public().pages.get(self.place.slug, 0) if self.place.brand_id is None else None

    @property
    def kinds(self) -> list[str]:
        """What can be published there, in words."""
        labels = dict(Piece.Kind.choices)
        return [str(labels[kind]) for kind in self.place.piece_kinds if kind in labels]

    @property
    def market(self) -> str:
        """Languages and countries in words; empty for a place of any."""
        languages = [LANGUAGES.get(code, code) for code in self.place.languages]
        countries = [code.upper() for code in self.place.countries]
        return " · ".join(filter(None, [", ".join(languages), ", ".join(countries)]))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the page shows before filtering. `pages` are page ones of the brand's keywords, `keywords`
    all those in view, `elsewhere` counts the other keywords that were looked at."""

    lines: tuple[Line, ...]
    pages: tuple[ResultPage, ...]
    keywords: tuple[Keyword, ...]
    elsewhere: int

    @property
    def languages(self) -> set[str]:
        return {base_language(keyword.language) for keyword in self.keywords}

    @property
    def countries(self) -> set[str]:
        return {keyword.country for keyword in self.keywords}


def catalogue_of(brand: Brand) -> Catalogue:
    """Look at every place for a brand, those expected on most page ones first; a constant number of
    queries."""
    places = list(Placement.objects.for_brand(brand))
    finder = Finder(brand, places)
    keywords = own_keywords(brand)
    own = result_pages(keywords, finder)
    others = result_pages(other_keywords(brand), finder)
    pieces = list(Piece.objects.filter(brand=brand))
    seen, our_pages = seen_at(brand, finder)
    found = records(places, own=own, others=others, our_pages=our_pages)
    published, listed = published_at(pieces, finder), listed_at(brand, finder)
    said = said_of(brand)
    open_ones = open_pieces(pieces)
    lines = [
        Line(
            place=place,
            record=found[place.pk],
            stand=stand_of(
                place,
                said=said.get(place.pk),
                published=published.get(place.pk),
                listed=listed.get(place.pk),
                seen=seen.get(place.pk),
                record=found[place.pk],
                names=brand.names,
            ),
            promise=promise(place, found[place.pk]),
            piece=open_ones.get(place.pk),
        )
        for place in places
    ]
    lines.sort(key=lambda line: (-line.expected, -line.promise, line.place.name.casefold()))
    return Catalogue(tuple(lines), tuple(own), tuple(keywords), len(others))


def open_pieces(pieces: Sequence[Piece]) -> dict[int, Piece]:
    """By placement the piece that is in work for it, the oldest of several."""
    found: dict[int, Piece] = {}
    for piece in sorted(pieces, key=lambda piece: piece.pk):
        if piece.placement_id is not None and not piece.is_live:
            found.setdefault(piece.placement_id, piece)
    return found


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked at. Language and country: empty means those of the brand's keywords, ALL any."""

    language: str = ""
    country: str = ""
    kind: str = ""
    state: str = ""

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Filters:
        """The filters in a query string; what is none of the choices stays, and finds nothing."""
        return cls(*(data.get(name, "")[:20] for name in ("language", "country", "kind", "state")))

    def __bool__(self) -> bool:
        return bool(self.language or self.country or self.kind or self.state)


def in_market(catalogue: Catalogue, filters: Filters) -> list[Line]:
    """The places of the languages and countries that are looked at."""
    languages = catalogue.languages if not filters.language else {filters.language}
    countries = catalogue.countries if not filters.country else {filters.country}
    any_language = filters.language == ALL or not languages
    any_country = filters.country == ALL or not countries
    return [
        line
        for line in catalogue.lines
        if (any_language or not line.place.languages or languages & set(line.place.languages))
        and (any_country or not line.place.countries or countries & set(line.place.countries))
    ]


def filtered(lines: Sequence[Line], filters: Filters) -> list[Line]:
    """Those of the kind and state that are looked at."""
    return [
        line
        for line in lines
        if (not filters.kind or line.place.kind == filters.kind)
        and (not filters.state or line.state == filters.state)
    ]


def counts(lines: Sequence[Line]) -> dict[str, int]:
    """How many places there are of each state."""
    found = Counter(line.state.value for line in lines)
    return {state.value: found[state.value] for state in State}


def fitting(lines: Sequence[Line], keyword: Keyword) -> list[Line]:
    """The places that come into question for a keyword."""
    language = base_language(keyword.language)
    return [line for line in lines if fits(line.place, language=language, country=keyword.country)]
