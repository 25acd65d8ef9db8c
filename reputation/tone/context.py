"""What the words around a hit do to it: denied, asked, done by the brand to others, said by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from reputation.tone.lexicon import Lexicon
from reputation.tone.masking import MASK, Mask
from reputation.tone.reading import Hit, Reading

HARD_STOPS = frozenset(".;!?|\n。！？；…•·") | {"...", ".."}
SOFT_STOPS = frozenset(",，、:：–—") | {"-"}
ENDS = HARD_STOPS | SOFT_STOPS
NEGATION_REACH = 3
DENIAL_REACH = 8
UNDONE_REACH = 6
CHARGE_REACH = 15
BRAND_LEFT = 9
BRAND_RIGHT = 7
SAID_BY_BRAND = frozenset({"finances", "price", "crime", "fraud"})
ADVISED_ABOUT = frozenset({"fraud", "breach", "crime", "service"})


@dataclass(frozen=True, slots=True)
class Effect:
    """By what a hit's weight is multiplied, and the reason, in words for a marketer."""

    factor: float
    note: str


class Context:
    """The surroundings of the hits in one reading."""

    def __init__(
        self, reading: Reading, lexicon: Lexicon, *, mask: Mask, fields: list[str]
    ) -> None:
        self.expects_brand = mask.full is not None
        self.hits = reading.hits
        self.words = reading.words
        self.cues = reading.cues
        self.lexicon = lexicon
        self.fields = fields
        self.brand = [
            place
            for place, word in enumerate(self.words)
            if MASK in word
            or (word in mask.partial and not any(_covers(hit, place) for hit in reading.hits))
        ]

    def effect(self, hit: Hit) -> Effect | None:
        """The first rule that speaks about the hit; nothing where it means what it says."""
        for rule in RULES:
            effect = rule(self, hit)
            if effect is not None:
                return effect
        return None

    def names_brand(self, field: str | None = None) -> bool:
        return any(field in (None, self.fields[place]) for place in self.brand)

    def has_cue(self, cue: str, field: str | None = None) -> bool:
        return any(field in (None, self.fields[place]) for place in self.cues.get(cue, ()))

    def left(self, place: int, reach: int) -> range:
        """The tokens before a place in its sentence, nearest first."""
        first = place
        while first > 0 and place - first < reach and not self.stops(first - 1):
            first -= 1
        return range(place - 1, first - 1, -1)

    def right(self, place: int, reach: int) -> range:
        """The tokens from a place to the end of its sentence."""
        last = place
        while last < len(self.words) and last - place < reach and not self.stops(last):
            last += 1
        return range(place, last)

    def stops(self, place: int) -> bool:
        return self.words[place] in HARD_STOPS or self.words[place].startswith("\n")

    def word(self, place: int) -> str:
        return self.words[place] if 0 <= place < len(self.words) else "\n"

    def has_brand(self, places: range) -> bool:
        return any(place in places for place in self.brand)

    @cached_property
    def asked(self) -> frozenset[int]:
        """The tokens of sentences that ask without presuming the answer."""
        asked: set[int] = set()
        start = 0
        for place in range(len(self.words) + 1):
            if place == len(self.words) or self.stops(place):
                sentence = range(start, place)
                if self._asks(sentence, self.word(place)):
                    asked.update(sentence)
                start = place + 1
        return frozenset(asked)

    def _asks(self, sentence: range, end: str) -> bool:
        words = [self.words[place] for place in sentence]
        if not words or any(word in self.lexicon.presuming for word in words[:3]):
            return False
        if end in ("?", "？"):
            return True
        if self.lexicon.language == "zh":
            return any(word in self.lexicon.question_openers for word in words)
        subject = words[1] if len(words) > 1 else ""
        return words[0] in self.lexicon.question_openers and (
            subject in self.lexicon.question_subjects or self.has_brand(sentence[1:3])
        )


def _covers(hit: Hit, place: int) -> bool:
    return hit.start <= place < hit.end


def _asked(context: Context, hit: Hit) -> Effect | None:
    if hit.start in context.asked:
        return Effect(0.0, "only asked, not claimed")
    return None


def _negated(context: Context, hit: Hit) -> Effect | None:
    praise = hit.entry.weight > 0
    for place in context.left(hit.start, DENIAL_REACH):
        word = context.words[place]
        distance = hit.start - place
        if word in context.lexicon.breakers:
            return None
        if word in SOFT_STOPS and distance <= NEGATION_REACH:
            distance = NEGATION_REACH + 1
        near = distance <= NEGATION_REACH and not _is_cut(context, place, hit.start)
        near = near or (not praise and _is_listed(context, place, hit))
        if near and place in context.cues.get("negators", ()) and context.word(place + 1) != "only":
            if praise:
                return Effect(-0.9, "denied, so it is no praise")
            return Effect(0.0, "said not to be so")
        if not praise and place in context.cues.get("deniers", ()):
            return Effect(0.0, "denied, dismissed or prevented")
    return None


def _is_listed(context: Context, negator: int, hit: Hit) -> bool:
    """ "No X, Y or Z" denies Z as well: another hit stands right behind the negator."""
    first = range(negator + 1, min(negator + 3, hit.start))
    return any(other.start in first for other in context.hits)


def _is_cut(context: Context, start: int, end: int) -> bool:
    return any(context.words[place] in SOFT_STOPS for place in range(start, end))


def _undone(context: Context, hit: Hit) -> Effect | None:
    if hit.entry.weight < 0:
        for place in context.right(hit.end, UNDONE_REACH):
            if context.words[place] in context.lexicon.breakers:
                return None
            if place in context.cues.get("undone", ()):
                return Effect(0.0, "dismissed, denied or prevented")
    return None


def _acted(context: Context, hit: Hit) -> Effect | None:
    """ "Sues" with the brand before it is done by the brand; "sued by", "被起诉" is done to it."""
    lexicon, words = context.lexicon, hit.entry.words
    if words not in lexicon.active and words not in lexicon.either:
        return None
    brand_before = context.has_brand(context.left(hit.start, BRAND_LEFT))
    brand_after = context.has_brand(context.right(hit.end, BRAND_RIGHT))
    by_the_brand = Effect(0.0, "done by the brand to others")
    if words in lexicon.either and _is_passive(context, hit):
        by = context.word(hit.end) in lexicon.by
        return by_the_brand if by and context.has_brand(range(hit.end + 1, hit.end + 4)) else None
    return by_the_brand if brand_before and not brand_after else None


def _is_passive(context: Context, hit: Hit) -> bool:
    following = context.word(hit.end)
    if following in ENDS or following.startswith("\n") or following[:1] in "$€£0123456789":
        return True
    if following in context.lexicon.passive_next:
        return True
    reach = 8 if context.lexicon.language == "zh" else 3
    return any(
        context.words[place] in context.lexicon.passive_before
        for place in context.left(hit.start, reach)
    )


def _charged(context: Context, hit: Hit) -> Effect | None:
    """ "The brand accuses Y of fraud": what follows its charge is said of Y."""
    if hit.entry.weight < 0:
        before = context.left(hit.start, CHARGE_REACH)
        for other in context.hits:
            if other is not hit and other.start in before and _acted(context, other):
                return Effect(0.0, "charged by the brand against others")
    return None


def _aimed(context: Context, hit: Hit) -> Effect | None:
    """A "lawsuit against" somebody else, with the brand before it, is brought by the brand."""
    if hit.entry.words not in context.lexicon.against_nouns:
        return None
    for place in context.right(hit.end, 4):
        if context.words[place] in context.lexicon.against:
            at_brand = context.has_brand(context.right(place + 1, BRAND_RIGHT))
            if not at_brand and context.has_brand(context.left(hit.start, BRAND_LEFT)):
                return Effect(0.0, "brought by the brand against others")
            return None
    return None


def _spoken(context: Context, hit: Hit) -> Effect | None:
    """ "Bank X says prices fall": the brand is the source, not the matter."""
    if hit.entry.category not in SAID_BY_BRAND and hit.entry.weight < 0:
        return None
    field = context.fields[hit.start]
    for place in context.cues.get("speech", ()):
        if context.fields[place] == field and context.has_brand(range(place - 2, place)):
            return Effect(0.2, "said by the brand about others")
    return None


def _impersonated(context: Context, hit: Hit) -> Effect | None:
    if hit.entry.category == "fraud" and context.has_cue("impostors"):
        return Effect(0.25, "others misuse the brand's name")
    return None


def _advised(context: Context, hit: Hit) -> Effect | None:
    if hit.entry.category in ADVISED_ABOUT and context.has_cue("helpers"):
        return Effect(0.25, "advice to readers")
    return None


def _self_praise(context: Context, hit: Hit) -> Effect | None:
    if hit.entry.weight > 0 and context.has_cue("selftalk"):
        return Effect(0.2, "reads like praise of itself")
    return None


RULES: tuple[Callable[[Context, Hit], Effect | None], ...] = (
    _asked,
    _negated,
    _undone,
    _acted,
    _charged,
    _aimed,
    _spoken,
    _impersonated,
    _advised,
    _self_praise,
)
