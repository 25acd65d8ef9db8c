"""Which sentences claim something that has to be proved: figures, superlatives, comparisons, quotes, dates. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from content.drafting.document import Document, Sentence
from content.drafting.given import Backing
from content.drafting.vocabulary import content_words, overlap
from content.drafting.wordlists import NOTHING, lists, pattern
from content.terms import words_of


class Sort(StrEnum):
    """What kind of claim a sentence makes."""

    FIGURE = "a figure"
    SUPERLATIVE = "a superlative"
    COMPARISON = "a comparison"
    QUOTE = "a quote"
    BRIEF = "a claim that the brief wants proved"
    DURATION = "a length of time"
    DATE = "a date"


FIRM = frozenset({Sort.FIGURE, Sort.SUPERLATIVE, Sort.COMPARISON, Sort.QUOTE, Sort.BRIEF})
"""Sorts that must be backed. A length of time or a date is often a step or a plan, not a claim."""
NUMBER = r"(?<!\d)\d{1,15}(?:[.,\u00a0\u202f ]\d{3}){0,6}(?:[.,]\d{1,9})?"
"""Bounded, and begun only where digits begin: without that a draft of nothing but digits takes hours."""
MONEY = re.compile(
    rf"[$€£¥₽]\s?{NUMBER}|{NUMBER}\s?(?:[$€£¥₽]|(?:kr|NOK|EUR|USD|GBP|CNY|RMB|RUB)\b)",
    re.IGNORECASE,
)
SHARE = re.compile(rf"{NUMBER}\s?[%％‰]")
MULTIPLE = re.compile(rf"\b{NUMBER}\s?[x×]\b|[一二三四五六七八九十百千万亿两]{{1,12}}(?:倍|成)")
CHINESE_NUMBER = r"(?:\d[\d.,]{0,20}|[一二三四五六七八九十百千万亿两]{2,12})"
DAY = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\d{4}\s?年(?:\s?\d{1,2}\s?月)?"
)
QUOTED = re.compile(r"[“„«\"「『]([^”“„»«\"「」『』]{12,}?)[”“»\"」』]")
QUOTE_WORDS = 5
QUOTE_CHARACTERS = 10
CLAIM_HOLDS = 0.6
SAME_CLAIM = 0.7
ASKS = re.compile(r"[?？]\W{0,20}$")
BEFORE = 24
"""Letters before a superlative in which a "not" takes it back."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence with what it claims. `backing` is its evidence, if somebody attached any."""

    sentence: Sentence
    sorts: tuple[Sort, ...]
    words: str
    is_linked: bool
    backing: Backing | None = None

    @property
    def is_firm(self) -> bool:
        return not FIRM.isdisjoint(self.sorts)

    @property
    def is_backed(self) -> bool:
        return self.is_linked or (self.backing is not None and self.backing.is_given)

    @property
    def text(self) -> str:
        return self.sentence.text


def claims_of(
    document: Document,
    *,
    evidence: Sequence[Backing] = (),
    wanted: Sequence[str] = (),
    is_source: object = None,
) -> list[Claim]:
    """The claims of a draft in order. `wanted` are claims that the brief names; `is_source` says of
    an address whether it may serve as a source (any web address, if it is None)."""
    named = [words for text in wanted if (words := content_words(text, document.language))]
    found = []
    for sentence in document.sentences:
        if ASKS.search(sentence.text):
            continue
        sorts = dict(sorts_of(sentence, document.language))
        if named and any(
            overlap(words, content_words(sentence.text, document.language)) >= CLAIM_HOLDS
            for words in named
        ):
            sorts.setdefault(Sort.BRIEF, "")
        if sorts:
            found.append(
                Claim(
                    sentence,
                    tuple(sorts),
                    next((words for words in sorts.values() if words), ""),
                    any(may_back(link.url, is_source) for link in sentence.block.links),
                    backing_of(sentence.text, evidence, document.language),
                )
            )
    return found


def may_back(url: str, is_source: object) -> bool:
    if not url.lower().startswith(("http://", "https://")):
        return False
    return bool(is_source(url)) if callable(is_source) else True


def sorts_of(sentence: Sentence, language: str) -> Iterator[tuple[Sort, str]]:
    """What a sentence claims, with the words that say so."""
    text = pattern(language, "harmless").sub(" ", sentence.text)
    if figure := figure_in(text, language):
        yield Sort.FIGURE, figure
    for sort, name in ((Sort.SUPERLATIVE, "superlative"), (Sort.COMPARISON, "comparison")):
        for match in pattern(language, name).finditer(text):
            before = text[max(0, match.start() - BEFORE) : match.start()]
            if not pattern(language, "negation").search(before):
                yield sort, match[0]
                break
    if quote := quote_in(sentence, language):
        yield Sort.QUOTE, quote
    if duration := counted(language, "durations").search(text):
        yield Sort.DURATION, duration[0]
    if day := date_in(text, language):
        yield Sort.DATE, day


def figure_in(text: str, language: str) -> str:
    """The first share, sum of money, multiple or counted thing of a text."""
    for each in (SHARE, MONEY, MULTIPLE, counted(language, "units")):
        if match := each.search(text):
            lasting = counted(language, "durations").match(text, match.start())
            if not lasting:
                return match[0].strip()
    return ""


COUNTED: dict[tuple[str, str], re.Pattern[str]] = {}


def counted(language: str, name: str) -> re.Pattern[str]:
    """A number before one of a list's words, with at most one word between: "40 new customers"."""
    key = (language, name)
    if key not in COUNTED:
        if name == "units":
            durations = set(lists(language).get("durations", ()))
            words = [word for word in lists(language).get("units", ()) if word not in durations]
        else:
            words = lists(language).get(name, [])
        COUNTED[key] = counted_pattern(words, language) if words else NOTHING
    return COUNTED[key]


def counted_pattern(words: Sequence[str], language: str) -> re.Pattern[str]:
    ordered = sorted(words, key=len, reverse=True)
    parts = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in ordered)
    if language == "zh":
        return re.compile(rf"{CHINESE_NUMBER}\s?(?:余|多|个)?(?:{parts})")
    return re.compile(
        rf"(?<![\w.,]){NUMBER}[\s\u00a0-]+(?:\w+\s+)?(?:{parts})(?!\w)", re.IGNORECASE
    )


def quote_in(sentence: Sentence, language: str) -> str:
    """What somebody is quoted with: a block quote, or some words between quotation marks."""
    if sentence.block.is_quote:
        return sentence.text[:60]
    for match in QUOTED.finditer(sentence.text):
        said = match[1]
        is_long = (
            len(said) >= QUOTE_CHARACTERS
            if language == "zh"
            else len(words_of(said)) >= QUOTE_WORDS
        )
        if is_long:
            return said[:60]
    return ""


def date_in(text: str, language: str) -> str:
    if match := DAY.search(text):
        return match[0]
    month = pattern(language, "months").search(text)
    if month and re.search(r"\d", text[max(0, month.start() - 5) : month.end() + 6]):
        return month[0]
    return ""


def backing_of(sentence: str, evidence: Sequence[Backing], language: str) -> Backing | None:
    """The evidence that was attached to this sentence. A sentence that was reworded keeps it; one
    whose figures changed does not: the source backed other figures."""
    plain = " ".join(words_of(sentence))
    for row in evidence:
        if " ".join(words_of(row.claim)) == plain:
            return row
    figures = numbers(sentence)
    said = content_words(sentence, language)
    for row in evidence:
        words = content_words(row.claim, language)
        if words and numbers(row.claim) == figures and overlap(words, said) >= SAME_CLAIM:
            return row
    return None


def numbers(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\d+(?:[.,]\d+)*", text))
