"""A portfolio as it was asked for: where it is watched and what it is made of; and the one built from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from serp.models import ProviderAccount
from serp.portfolio.candidates import Candidate
from serp.portfolio.clustering import Group
from serp.portfolio.combining import Subject
from serp.portfolio.language_words import base_of
from serp.portfolio.near import Merge


@dataclass(frozen=True, slots=True)
class Place:
    """Where a phrase is watched. `language` is as the keyword has it."""

    engine: str
    country: str
    language: str
    device: str

    @property
    def fields(self) -> dict[str, str]:
        """The place as fields of a keyword."""
        return {
            "engine": self.engine,
            "country": self.country,
            "language": self.language,
            "location": "",
            "device": self.device,
        }


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asked for. `misspell` is how many wrong spellings a name gets; `further` are phrases
    of their own, or from autocomplete."""

    subject: Subject
    patterns: tuple[str, ...]
    places: tuple[Place, ...]
    cadence: str
    depth: int
    account: ProviderAccount | None
    per_meaning: int = 1
    misspell: int = 0
    take_related: bool = False
    take_questions: bool = False
    further: tuple[str, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the places, as the data of words know them."""
        return tuple(dict.fromkeys(base_of(place.language) for place in self.places))

    def places_of(self, candidate: Candidate) -> list[Place]:
        """Where this candidate would be watched."""
        return [place for place in self.places if candidate.fits(base_of(place.language))]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a person decided about phrases, in small letters: taken, left, and put back though merged."""

    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    back: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate on the page. `keywords` counts the rows that it would become."""

    candidate: Candidate
    is_on: bool
    keywords: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """Rows of one cluster, under its name."""

    name: str
    why: str
    rows: tuple[Row, ...]

    @property
    def on(self) -> int:
        return sum(row.is_on for row in self.rows)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Everything that a wish leads to. `cut` candidates beyond the limit are left out; `pages` counts
    the result pages that questions were read from."""

    bundles: tuple[Bundle, ...]
    merges: tuple[Merge, ...]
    back: tuple[Merge, ...] = ()
    cut: int = 0
    pages: int = 0
    clusters: Mapping[str, Group] = field(default_factory=dict)

    @property
    def rows(self) -> list[Row]:
        return [row for bundle in self.bundles for row in bundle.rows]

    @property
    def ticked(self) -> list[Row]:
        return [row for row in self.rows if row.is_on]

    @property
    def keywords(self) -> int:
        """Keywords that the ticked rows would become."""
        return sum(row.keywords for row in self.ticked)
