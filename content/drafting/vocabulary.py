"""The words of a draft with their places: counting terms in any form without reading it again. Pure."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path

from content.terms import PIPELINES, words_of
from content.wording import HAN, SHORTEST_STEM, is_same_word

MOST_CACHED = 20_000


class Vocabulary:
    """A text's words in small letters. Looking one up tries only words that begin alike."""

    def __init__(self, text: str, language: str) -> None:
        self.text, self.language = text.casefold(), language
        self.words = words_of(text)
        self.places: dict[str, list[int]] = defaultdict(list)
        self.alike: dict[str, set[str]] = defaultdict(set)
        for place, word in enumerate(self.words):
            self.places[word].append(place)
        for word in self.places:
            self.alike[word[:SHORTEST_STEM]].add(word)

    def forms(self, word: str) -> list[str]:
        """The forms of a word that the text has: "recalled" for "recall"."""
        near = self.alike.get(word[:SHORTEST_STEM], ())
        return [each for each in near if is_same_word(each, word)]

    def count(self, term: str) -> int:
        """How often a term of one or more words stands in the text, in any form. What is written
        without spaces is searched letter by letter."""
        if HAN.search(term):
            return self.text.count(term.casefold())
        first, *rest = words_of(term) or [""]
        starts = [place for form in self.forms(first) for place in self.places[form]]
        return sum(1 for place in starts if self._goes_on(place, rest))

    def _goes_on(self, place: int, rest: list[str]) -> bool:
        window = self.words[place + 1 : place + 1 + len(rest)]
        return len(window) == len(rest) and all(
            is_same_word(word, part) for word, part in zip(window, rest, strict=True)
        )


@cache
def stop_words(language: str) -> frozenset[str]:
    """spaCy's stop words of a language; none for one that it does not know.

    Only their file is run: the package around the French one takes three seconds to import, for a
    tokenizer that nobody needs here, while a writer waits.
    """
    try:
        found = find_spec(f"spacy.lang.{PIPELINES.get(language, language)}")
    except ModuleNotFoundError:
        return frozenset()
    file = Path(found.origin).with_name("stop_words.py") if found and found.origin else None
    if file is None or not file.is_file():
        return frozenset()
    return frozenset(run_path(str(file))["STOP_WORDS"])


def is_word(word: str, language: str) -> bool:
    """Whether a word in small letters means something: letters, no stop word, not one Latin letter."""
    is_long = len(word) > 2 or (len(word) == 2 and not word.isascii())
    return is_long and word not in stop_words(language) and any(map(str.isalpha, word))


@lru_cache(MOST_CACHED)
def content_words(text: str, language: str) -> frozenset[str]:
    """The words of a text that mean something: no stop words, in small letters."""
    if language == "zh":
        return frozenset(word for word in cut(text) if is_word(word, language))
    return frozenset(word for word in words_of(text) if is_word(word, language) or word.isdigit())


def cut(text: str) -> list[str]:
    """The words of a Chinese text."""
    # It holds 50 MB, which an installation without Chinese need not.
    from rjieba import cut as cut_words

    return [word.casefold() for word in cut_words(text) if not word.isspace()]


def covered(wanted: frozenset[str], said: frozenset[str]) -> frozenset[str]:
    """Which of the wanted words are said, in any form."""
    exact = wanted & said
    return exact | frozenset(word for word in wanted - exact if is_said(word, said))


def is_said(word: str, said: frozenset[str]) -> bool:
    """Whether another form of the word is said: two forms begin alike."""
    if len(word) < SHORTEST_STEM:
        return False
    begin = word[:SHORTEST_STEM]
    return any(each.startswith(begin) and is_same_word(each, word) for each in said)


def overlap(wanted: frozenset[str], said: frozenset[str]) -> float:
    """The share of the wanted words that are said, 0 to 1."""
    return len(covered(wanted, said)) / len(wanted) if wanted else 0.0
