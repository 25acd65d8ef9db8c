"""What corrections are learned from: words, site, kind of page and reasons of a text, as plain names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from spacy.util import get_lang_class

from reputation.tone.hosts import address_of
from reputation.tone.lexicon import LANGUAGES
from reputation.tone.masking import Mask, mask_of
from reputation.tone.verdict import BrandNames, Evidence, Text, Verdict
from serp.addresses import BadAddress, registrable_domain

READ_AT_MOST = 2_000
WORD = re.compile(r"[^\W\d_]{2,}")
HAN = re.compile(r"[\u3400-\u9fff]")
WORD_SIGN, PAIR_SIGN, HOST_SIGN, KIND_SIGN = "word:", "pair:", "host:", "kind:"
REASON_SIGN = "reason:"
OWN = "own"
SPACY_CODES = {"no": "nb"}


@dataclass(frozen=True, slots=True)
class Parts:
    """A text taken apart: the `words` of title and snippet in order, and `traits`, the features that
    are no words."""

    words: tuple[list[str], ...]
    traits: tuple[str, ...]

    def pairs(self, among: Collection[str]) -> Iterator[str]:
        """Each two of these words that follow each other, as features."""
        for line in self.words:
            for first, second in pairwise(line):
                if first in among and second in among:
                    yield f"{PAIR_SIGN}{first} {second}"

    def features(self) -> set[str]:
        """All features of the text."""
        words = {word for line in self.words for word in line}
        return {*(WORD_SIGN + word for word in words), *self.pairs(words), *self.traits}


def parts_of(text: Text, verdict: Verdict, names: BrandNames) -> Parts:
    """Take a text and the verdict on it apart. The brand's own name is never a feature."""
    mask, idle = mask_of(names), idle_words(verdict.language)
    words = tuple(words_of(field, mask, idle) for field in (text.title, text.snippet) if field)
    return Parts(words, tuple(_traits(text, verdict, names)))


def words_of(field: str, mask: Mask, idle: Collection[str]) -> list[str]:
    """The words of a title or snippet in lower case: no names of the brand, numbers or idle words."""
    shown = mask.hide(field[:READ_AT_MOST]).lower()
    words = WORD.findall(shown)
    if not shown.isascii() and HAN.search(shown):
        words = [part for word in words for part in split(word)]
    return [word for word in words if word not in idle and word not in mask.partial]


def split(word: str) -> list[str]:
    """Chinese puts no spaces between words; two characters are a word most often."""
    return [word[at : at + 2] for at in range(len(word) - 1)] if HAN.match(word) else [word]


@cache
def idle_words(language: str) -> frozenset[str]:
    """Words that carry no meaning alone ("the", "und"): as reasons they would only puzzle."""
    if language not in LANGUAGES:
        return frozenset()
    return frozenset(get_lang_class(SPACY_CODES.get(language, language)).Defaults.stop_words)


def domain_of(url: str) -> str:
    """The registrable domain of a page, or what stands there for one that cannot be read."""
    try:
        return registrable_domain(url)
    except BadAddress:
        return url.lower()


def reason_feature(piece: Evidence) -> str:
    """A reason of the rules as a feature, without the words that it was found in."""
    way = "−" if piece.weight < 0 else "+" if piece.weight > 0 else ""
    return f"{REASON_SIGN}{way}{piece.reason.partition('”: ')[2]}"


def _traits(text: Text, verdict: Verdict, names: BrandNames) -> Iterator[str]:
    """Site, kind of page and reasons; not language or category, which bent the judgement on all
    results of a language after a few hundred marks."""
    if text.url:
        address = address_of(text.url, names)
        yield HOST_SIGN + domain_of(text.url)
        if address.is_own or address.kind is not None:
            yield KIND_SIGN + (OWN if address.is_own or not address.kind else address.kind.name)
    yield from dict.fromkeys(map(reason_feature, verdict.evidence))
