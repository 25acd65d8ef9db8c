"""What the judge of tone takes and gives: texts and a brand in, verdicts with evidence out."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class Tone(TextChoices):
    """What a result says about the brand."""

    NEGATIVE = "negative", "negative"
    NEUTRAL = "neutral", "neutral"
    POSITIVE = "positive", "positive"


class Shade(TextChoices):
    """A tone with its strength, for people who want five steps; the score knows three."""

    VERY_NEGATIVE = "very_negative", "very negative"
    NEGATIVE = "negative", "negative"
    NEUTRAL = "neutral", "neutral"
    POSITIVE = "positive", "positive"
    VERY_POSITIVE = "very_positive", "very positive"

    @property
    def tone(self) -> Tone:
        """The tone that this is a shade of."""
        return Tone(self.value.removeprefix("very_"))


VERY_FROM = 0.6
"""From this score on, either way, a tone is a very strong one: two grave words, or one and more."""


def shade_of(tone: Tone | str, score: float) -> Shade:
    """The shade of a verdict: its tone, and its strength by the score from -1 to 1."""
    if tone == Tone.NEGATIVE and score <= -VERY_FROM:
        return Shade.VERY_NEGATIVE
    if tone == Tone.POSITIVE and score >= VERY_FROM:
        return Shade.VERY_POSITIVE
    return Shade(tone)


class Category(TextChoices):
    """In which way a result is negative."""

    NONE = "", "none"
    FRAUD = "fraud", "fraud"
    LAWSUIT = "lawsuit", "lawsuit"
    REGULATOR = "regulator", "regulator or fine"
    RECALL = "recall", "recall or safety"
    BREACH = "breach", "data breach"
    SERVICE = "service", "service complaint"
    QUALITY = "quality", "product quality"
    LABOUR = "labour", "labour and layoffs"
    ETHICS = "ethics", "ethics"
    FINANCES = "finances", "finances"
    CRIME = "crime", "crime or accident"
    PRICE = "price", "price"


@dataclass(frozen=True, slots=True)
class Text:
    """One result to judge. `language` is ISO 639-1, or empty: then it is found from the text."""

    title: str
    snippet: str = ""
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class BrandNames:
    """How the brand is called, and the registrable domains or hosts that are its own."""

    names: tuple[str, ...]
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that moved the verdict: where they stand (`field` is title, snippet or url; `start` and
    `end` are character offsets in it), by how much (`weight`, minus is negative), and why, in words
    for a marketer."""

    words: str
    field: str
    start: int
    end: int
    weight: float
    category: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one text: `score` from -1 to 1, `confidence` from 0 to 1."""

    tone: Tone
    score: float
    category: Category
    language: str
    confidence: float
    evidence: tuple[Evidence, ...]
