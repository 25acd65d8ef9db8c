"""The surroundings of a hit: its sentence, the brand, and the cues that change what words mean."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from reputation.tone.lexicon import Lexicon
from reputation.tone.masking import Mask
from reputation.tone.mentions import bystanders, mentions_in
from reputation.tone.questions import Questions, questions_in
from reputation.tone.reading import Reading
from reputation.tone.sentences import ENDS, SOFT_STOPS, stops_in

YEAR = re.compile(r"(?<![\d.,])(?:1[89]\d|20[0-4])\d(?![\d%]|[.,]\d)")


@dataclass(frozen=True, slots=True)
class Effect:
    """By what a hit's weight is multiplied, and the reason, in words for a marketer."""

    factor: float
    note: str


class Context:
    """One reading, with the brand's mentions and the cues in it."""

    def __init__(
        self,
        reading: Reading,
        lexicon: Lexicon,
        *,
        mask: Mask,
        text: str,
        fields: list[str],
        site: str = "",
        is_page: bool = True,
        year: int = 0,
    ) -> None:
        self.site = site
        self.is_page = is_page
        self.year = year
        self.expects_brand = mask.full is not None
        self.is_person = mask.is_person
        self.words = reading.words
        self.cues = reading.cues
        self.lexicon = lexicon
        self.fields = fields
        self.brand = mentions_in(reading, text, mask)
        self.hits = {hit.start: hit for hit in reading.hits}
        self.text = text

    def is_cue(self, cue: str, place: int) -> bool:
        return place in self.cues.get(cue, ())

    @cached_property
    def _cue_fields(self) -> dict[str, frozenset[str]]:
        return {
            cue: frozenset(self.fields[place] for place in places)
            for cue, places in self.cues.items()
        }

    def has_cue(self, cue: str, field: str | None = None) -> bool:
        found = self._cue_fields.get(cue, frozenset())
        return field in found if field else bool(found)

    def cue_in(self, cue: str, places: range) -> int | None:
        """The first of some places, in their order, at which a cue stands."""
        known = self.cues.get(cue)
        if not known:
            return None
        return next((place for place in places if place in known), None)

    @cached_property
    def brand_places(self) -> frozenset[int]:
        return frozenset(self.brand)

    @cached_property
    def spoken_fields(self) -> frozenset[str]:
        """The fields in which the brand speaks: "Bank X says", "according to X"."""
        said = self.cues.get("speech", ())
        after = self.cues.get("according", ())
        return frozenset(
            [self.fields[at] for at in said if self.has_brand(range(at - 2, at))]
            + [self.fields[at] for at in after if self.has_brand(range(at + 1, at + 4))]
        )

    @cached_property
    def last_year(self) -> int | None:
        """The latest year that the text names."""
        return max((int(year) for year in YEAR.findall(self.text)), default=None)

    @cached_property
    def brand_fields(self) -> frozenset[str]:
        return frozenset(self.fields[place] for place in self.brand)

    def has_brand(self, places: range) -> bool:
        if not places:
            return False
        first, last = min(places[0], places[-1]), max(places[0], places[-1])
        at = bisect_left(self.brand, first)
        return at < len(self.brand) and self.brand[at] <= last

    @cached_property
    def stops(self) -> list[int]:
        """The tokens at which sentences end."""
        return stops_in(self.words)

    @cached_property
    def turns(self) -> list[int]:
        """The tokens that say "but"."""
        turns = self.lexicon.turns
        return [place for place, word in enumerate(self.words) if word in turns] if turns else []

    def left(self, place: int, reach: int) -> range:
        """The tokens before a place in its sentence, nearest first."""
        at = bisect_left(self.stops, place)
        first = self.stops[at - 1] + 1 if at else 0
        return range(place - 1, max(first, place - reach) - 1, -1)

    def right(self, place: int, reach: int) -> range:
        """The tokens from a place to the end of its sentence."""
        at = bisect_left(self.stops, place)
        last = self.stops[at] if at < len(self.stops) else len(self.words)
        return range(place, min(last, place + reach))

    def clause_right(self, place: int, reach: int) -> range:
        """The tokens from a place to the next comma, colon or dash."""
        for at in self.right(place, reach):
            if self.words[at] in SOFT_STOPS:
                return range(place, at)
        return self.right(place, reach)

    def clause_left(self, place: int, reach: int) -> range:
        """The tokens before a place back to a comma, colon or dash, nearest first."""
        for at in self.left(place, reach):
            if self.words[at] in SOFT_STOPS:
                return range(place - 1, at, -1)
        return self.left(place, reach)

    def word(self, place: int) -> str:
        return self.words[place] if 0 <= place < len(self.words) else "\n"

    def ends_at(self, place: int) -> bool:
        """Whether a clause ends before this token."""
        word = self.word(place)
        return word in ENDS or word.startswith("\n")

    @cached_property
    def questions(self) -> Questions:
        return questions_in(self.words, self.lexicon, self.stops, self.has_brand)

    @cached_property
    def bystanders(self) -> frozenset[int]:
        return bystanders(self.brand, self.cues.get("rivals", ()))
