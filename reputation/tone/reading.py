"""Reads a text with a blank spaCy pipeline: its words, the lexicon's hits and the cues around them."""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache

from spacy.attrs import IDX, LENGTH
from spacy.language import Language
from spacy.matcher import PhraseMatcher

from reputation.tone.gaps import GAP, Span, ends_of, heads_with_tails
from reputation.tone.lexicon import Entry, Lexicon, lexicon
from reputation.tone.pipelines import pipeline, tokens_of

# spaCy cuts at an underscore too.
WORDS = re.compile(r"[^\W_]+")
NOTHING: tuple[None, tuple[str, ...]] = (None, ())
# spaCy keeps every word it sees, which makes the common ones fast; of the many rare ones it shall
# keep none, so that memory stays flat.
MOST_STRINGS = 6_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A lexicon entry found at the tokens `start` to `end` (end excluded)."""

    entry: Entry
    start: int
    end: int


@dataclass(slots=True)
class Reading:
    """One text as read: `cues` names the tokens at which each kind of cue begins or stands."""

    words: list[str]
    offsets: list[int]
    ends: list[int]
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
        self.single, self.needs = _needs(self.entries) if language != "zh" else (frozenset(), {})
        self.signs = frozenset(
            entry.words
            for entry in self.entries.values()
            if entry.weight and not WORDS.search(entry.words)
        )
        self._open()

    def read(self, text: str) -> Reading | None:
        """The reading of a text, or nothing if it holds no word of the lexicon."""
        if self.single and not self._may_hit(text):
            return None
        found, spans = self._matches(text)
        if not found:
            return None
        hits: list[Hit] = []
        gapped: dict[str, tuple[list[Span], list[Span]]] = {}
        cues: dict[str, set[int]] = {}
        for key, start, end in found:
            for phrase, is_tail in self.gapped.get(key, ()):
                gapped.setdefault(phrase, ([], []))[is_tail].append((start, end))
            entry, parts = self.parts.get(key, NOTHING)
            if entry is not None:
                hits.append(Hit(entry, start, end))
            for part in parts:
                cues.setdefault(part, set()).update(range(start, end))
        if not hits and not gapped:
            return None
        words = [text[start : start + length].lower() for start, length in spans]
        offsets = [start for start, _ in spans]
        ends = [start + length for start, length in spans]
        wide: list[Hit] = []
        for phrase, (heads, tails) in gapped.items():
            if not heads or not tails:
                continue
            entry, parts = self._meaning(phrase)
            for start, end in heads_with_tails(heads, tails, words):
                if entry is not None:
                    wide.append(Hit(entry, start, end))
                for part in parts:
                    cues.setdefault(part, set()).update(range(start, end))
        if not hits and not wide:
            return None
        return Reading(words, offsets, ends, _longest(hits, wide), cues)

    def _matches(self, text: str) -> tuple[list[tuple[int, int, int]], list[tuple[int, int]]]:
        """The phrases found, by key and tokens; and where each token begins and how long it is."""
        knows_enough = len(self.nlp.vocab.strings) > self.limit
        with self.nlp.memory_zone() if knows_enough else nullcontext():
            doc = self.nlp.make_doc(text)
            found = self.matcher(doc)
            return found, doc.to_array([IDX, LENGTH]).tolist() if found else []

    def _may_hit(self, text: str) -> bool:
        """Whether all words of some entry are there: most texts need no closer look."""
        if self.signs and any(sign in text for sign in self.signs):
            return True
        words = set(WORDS.findall(text.lower()))
        if not self.single.isdisjoint(words):
            return True
        return any(
            words.issuperset(need)
            for word in self.needs.keys() & words
            for need in self.needs[word]
        )

    def _open(self) -> None:
        self.nlp: Language = pipeline(self.lexicon.language, self._phrases())
        self.matcher = PhraseMatcher(self.nlp.vocab, attr="LOWER")
        self.parts: dict[int, tuple[Entry | None, tuple[str, ...]]] = {}
        self.gapped: dict[int, list[tuple[str, bool]]] = {}
        for phrase in self._phrases():
            if GAP in phrase:
                for is_tail, end in enumerate(ends_of(phrase)):
                    key = self._listen_for(end)
                    self.gapped.setdefault(key, []).append((phrase, bool(is_tail)))
            else:
                self.parts[self._listen_for(phrase)] = self._meaning(phrase)
        self.limit = len(self.nlp.vocab.strings) + MOST_STRINGS

    def _listen_for(self, phrase: str) -> int:
        self.matcher.add(phrase, [tokens_of(self.nlp, phrase)])
        return self.nlp.vocab.strings[phrase]

    def _meaning(self, phrase: str) -> tuple[Entry | None, tuple[str, ...]]:
        parts = tuple(name for name, phrases in self.cues.items() if phrase in phrases)
        return self.entries.get(phrase), parts

    def _phrases(self) -> set[str]:
        return set(self.entries).union(*self.cues.values())


@cache
def reader(language: str) -> Reader:
    """The reader of one of the lexicon's languages, made once."""
    return Reader(language)


def _needs(
    entries: dict[str, Entry],
) -> tuple[frozenset[str], dict[str, list[tuple[str, ...]]]]:
    """The weighty entries of one word; and the words of longer ones, by the longest of them."""
    single: set[str] = set()
    needs: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for entry in entries.values():
        words = WORDS.findall(entry.words) if entry.weight else []
        if len(words) == 1:
            single.add(words[0])
        elif words:
            needs[max(sorted(words), key=len)].append(tuple(words))
    # Where one word is enough, no more are asked for.
    longer = {word: each for word, each in needs.items() if word not in single}
    return frozenset(single), longer


def _longest(hits: list[Hit], wide: list[Hit]) -> list[Hit]:
    """Without the hits inside longer ones: "fraud department" hides "fraud". Of equal length,
    those of `wide` phrases win, which have more words behind a gap, and of these the longest."""
    wide = sorted(wide, key=lambda hit: (-len(hit.entry.words), hit.entry.words))
    taken: set[int] = set()
    kept = []
    for hit in sorted([*wide, *hits], key=lambda hit: (hit.start - hit.end, hit.start)):
        span = range(hit.start, hit.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(hit)
    return sorted((hit for hit in kept if hit.entry.weight), key=lambda hit: hit.start)
