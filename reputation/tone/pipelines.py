"""The blank spaCy pipelines, without what matching does not need."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import spacy
from spacy.attrs import LOWER
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc

from reputation.tone.chinese import ChineseTokenizer

CODES = {"no": "nb"}
MOST_CACHED = 15_000


def pipeline(language: str, phrases: Collection[str]) -> Language:
    """A fresh pipeline, to match these phrases with."""
    nlp = spacy.blank(CODES.get(language, language))
    # Of a new word spaCy works out a dozen attributes; the matcher asks for one.
    vocab: Any = nlp.vocab
    vocab.lex_attr_getters = {LOWER: vocab.lex_attr_getters[LOWER]}
    if isinstance(nlp.tokenizer, Tokenizer):
        # Behind a special case spaCy caches nothing more of a text, and the line break between title
        # and snippet is one, though it is cut off just the same without.
        rules = nlp.tokenizer.rules or {}
        nlp.tokenizer.rules = {word: parts for word, parts in rules.items() if not word.isspace()}
        nlp.tokenizer.max_cache_size = MOST_CACHED
    else:
        nlp.tokenizer = ChineseTokenizer(nlp.vocab, phrases)
    return nlp


def tokens_of(nlp: Language, phrase: str) -> Doc:
    """The tokens of a phrase. One word of letters is one token, and need not go through the rules."""
    tokenizer = nlp.tokenizer
    if isinstance(tokenizer, Tokenizer) and phrase.isalpha() and phrase not in tokenizer.rules:
        return Doc(nlp.vocab, words=[phrase])
    return nlp.make_doc(phrase)
