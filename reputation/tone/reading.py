"""Reads a text with a blank spaCy pipeline: its words, the lexicon's hits and the cues around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from reputation.tone.chinese import ChineseTokenizer
from reputation.tone.lexicon import Entry, Lexicon, lexicon

WORDS = re.compile(r"\w+")
SPACY_CODES = {"no": "nb"}
# spaCy keeps every word it has ever seen; a fresh pipeline now and then keeps memory flat.
MOST_STRINGS = 60_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A lexicon entry found at the tokens `start` to `end` (end excluded)."""

    entry: Entry
    start: int
    end: int


@dataclass(slots=True)
class Reading:
    """One text as read: `cues` names the tokens at which each kind of cue begins or stands."""

    doc: Doc
    words: list[str]
    offsets: list[int]
    hits: list[Hit]
    cues: dict[str, set[int]] = field(default_factory=dict)


class Reader:
    """Reads texts in one language."""

    def __init__(self, language: str) -> None:
        self.lexicon: Lexicon = lexicon(language)
        # English words inside Chinese text are English; in Norwegian or Latvian they may not be.
        borrowed = lexicon("en").entries if language == "zh" else ()
        self.entries = {entry.words: entry for entry in (*borrowed, *self.lexicon.entries)}
        self.cues = self.lexicon.cues()
        self.needs = _needs(self.entries) if language != "zh" else {}
        self._open()

    def read(self, text: str) -> Reading | None:
        """The reading of a text, or nothing if it holds no word of the lexicon."""
        if self.needs and not self._may_hit(text):
            return None
        if len(self.nlp.vocab.strings) > self.limit:
            self._open()
        doc = self.nlp.make_doc(text)
        found = self.matcher(doc)
        if not found:
            return None
        hits: list[Hit] = []
        cues: dict[str, set[int]] = {}
        for key, start, end in found:
            entry, parts = self.parts[key]
            if entry is not None:
                hits.append(Hit(entry, start, end))
            for part in parts:
                cues.setdefault(part, set()).update(range(start, end))
        if not hits:
            return None
        words, offsets = [], []
        for token in doc:
            words.append(token.lower_)
            offsets.append(token.idx)
        return Reading(doc, words, offsets, _longest(hits), cues)

    def _may_hit(self, text: str) -> bool:
        """Whether all words of some entry are there: most texts need no closer look."""
        words = set(WORDS.findall(text.lower()))
        return any(need <= words for word in self.needs.keys() & words for need in self.needs[word])

    def _open(self) -> None:
        self.nlp: Language = _blank(self.lexicon.language, frozenset(self._phrases()))
        self.matcher = PhraseMatcher(self.nlp.vocab, attr="LOWER")
        self.parts: dict[int, tuple[Entry | None, tuple[str, ...]]] = {}
        for phrase in self._phrases():
            self.matcher.add(phrase, [self.nlp.make_doc(phrase)])
            parts = tuple(name for name, phrases in self.cues.items() if phrase in phrases)
            self.parts[self.nlp.vocab.strings[phrase]] = (self.entries.get(phrase), parts)
        self.limit = len(self.nlp.vocab.strings) + MOST_STRINGS

    def _phrases(self) -> set[str]:
        return set(self.entries).union(*self.cues.values())


@cache
def reader(language: str) -> Reader:
    """The reader of one of the lexicon's languages, made once."""
    return Reader(language)


def _needs(entries: dict[str, Entry]) -> dict[str, list[frozenset[str]]]:
    """The words each weighty entry is made of, by the longest of them."""
    needs: dict[str, list[frozenset[str]]] = {}
    for entry in entries.values():
        words = frozenset(WORDS.findall(entry.words))
        if entry.weight and words:
            needs.setdefault(max(sorted(words), key=len), []).append(words)
    return needs


def _blank(language: str, phrases: frozenset[str]) -> Language:
    if language != "zh":
        return spacy.blank(SPACY_CODES.get(language, language))
    nlp = spacy.blank("zh")
    nlp.tokenizer = ChineseTokenizer(nlp.vocab, phrases)
    return nlp


def _longest(hits: list[Hit]) -> list[Hit]:
    """Without the hits inside longer ones: "fraud department" hides "fraud"."""
    taken: set[int] = set()
    kept = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        span = range(hit.start, hit.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(hit)
    return sorted((hit for hit in kept if hit.entry.weight), key=lambda hit: hit.start)
