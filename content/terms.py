"""Words of titles and snippets: cut by spaCy, without stop words, counted over results. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import spacy
from spacy.language import Language

from reputation.tone.chinese import ChineseTokenizer

LEAST_RESULTS = 2
MOST_TERMS = 24
SHORT = 200
WORDS = re.compile(r"[^\W_]+")
PIPELINES = {"no": "nb", "nn": "nb"}
UNKNOWN = "xx"
"""spaCy's pipeline without a language: it still cuts words, and has no stop words."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or pair of words, and in how many of the results it stands."""

    term: str
    results: int


@cache
def pipeline(language: str) -> Language:
    """spaCy's blank pipeline of an ISO 639-1 language; the one without language for unknown ones."""
    try:
        return spacy.blank(PIPELINES.get(language, language))
    except ImportError:
        return spacy.blank(UNKNOWN)


def base_language(code: str) -> str:
    """The language of a keyword's code: "zh" for "zh-cn"."""
    return code.split("-")[0].lower()


def tokens(text: str, language: str, *, kept: Collection[str] = ()) -> list[str]:
    """The words and signs of a text in small letters. `kept` words of Chinese stay whole."""
    nlp = pipeline(language)
    doc = ChineseTokenizer(nlp.vocab, kept)(text) if language == "zh" else nlp(text)
    return [token.text.casefold() for token in doc if not token.is_space]


def is_word(token: str, language: str) -> bool:
    """Whether a token can be a term: letters, no stop word, and not one Latin letter."""
    stops = pipeline(language).Defaults.stop_words
    is_long = len(token) > 2 or (len(token) == 2 and not token.isascii())
    return is_long and token not in stops and any(letter.isalpha() for letter in token)


def top_terms(
    texts: Iterable[str],
    language: str,
    *,
    is_out: Callable[[str], bool] = lambda word: False,
    kept: Collection[str] = (),
) -> list[Term]:
    """Terms that stand in at least two of the texts, the most common first, at most 24.

    `is_out` says of a word in small letters that it is no term here: a brand's name, a word to
    avoid. `kept` words of Chinese stay whole. A pair of words displaces its single words where these
    stand in no further text.
    """
    found: Counter[str] = Counter()
    for text in texts:
        found.update(counted(text, language, is_out=is_out, kept=kept).keys())
    common = {term: n for term, n in found.items() if n >= LEAST_RESULTS}
    inside = {(word, n) for term, n in common.items() if " " in term for word in term.split()}
    found_terms = [Term(term, n) for term, n in common.items() if (term, n) not in inside]
    return sorted(found_terms, key=lambda t: (-t.results, -t.term.count(" "), t.term))[:MOST_TERMS]


def counted(
    text: str,
    language: str,
    *,
    is_out: Callable[[str], bool] = lambda word: False,
    kept: Collection[str] = (),
) -> Counter[str]:
    """How often each term, a word or a pair of neighbours, stands in one text."""
    cut = tokens(text, language, kept=kept)
    good = [is_word(token, language) and not is_out(token) for token in cut]
    found = Counter(token for token, is_good in zip(cut, good, strict=True) if is_good)
    if language != "zh":
        found.update(f"{a} {b}" for a, b in pairs(cut, good))
    return found


def pairs(cut: Sequence[str], good: Sequence[bool]) -> Iterable[tuple[str, str]]:
    """Neighbours that may both be terms."""
    marked = zip(cut, good, strict=True)
    return ((a, b) for (a, a_good), (b, b_good) in pairwise(marked) if a_good and b_good)


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, for comparing: letters and digits, nothing cut finer."""
    return list(kept_words(text)) if len(text) <= SHORT else WORDS.findall(text.casefold())


@lru_cache(maxsize=20_000)
def kept_words(text: str) -> tuple[str, ...]:
    """The words of a short text: names, phrases, titles and addresses come again and again."""
    return tuple(WORDS.findall(text.casefold()))
