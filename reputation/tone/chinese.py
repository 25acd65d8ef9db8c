"""Cuts Chinese text into words for spaCy: rjieba, with the lexicon's words kept whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

import rjieba
from spacy.tokens import Doc
from spacy.vocab import Vocab

from reputation.tone.masking import MASK

HAN = re.compile(r"[\u3400-\u9fff]")


class ChineseTokenizer:
    """A spaCy tokenizer. `kept` words of two or more characters are one token wherever they stand,
    because the segmenter would hide "涨价" in a longer word; a masked brand is one token too."""

    def __init__(self, vocab: Vocab, kept: Iterable[str]) -> None:
        self.vocab = vocab
        words = sorted((word for word in kept if len(word) > 1 and HAN.search(word)), key=len)
        alternatives = [MASK + "+", *map(re.escape, reversed(words))]
        self.whole = re.compile("|".join(alternatives))

    def __call__(self, text: str) -> Doc:
        """The words of the text; a space after a word is its white space, as spaCy has it."""
        words: list[str] = []
        spaces: list[bool] = []
        for piece in self._pieces(text):
            if piece == " " and words and not spaces[-1]:
                spaces[-1] = True
            else:
                words.append(piece)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)

    def _pieces(self, text: str) -> list[str]:
        """The segmenter's cuts, plus a cut around each kept word and none within it."""
        cuts = {start for _, start, _ in rjieba.tokenize(text, "default", False)}
        for match in self.whole.finditer(text):
            cuts.difference_update(range(match.start() + 1, match.end()))
            cuts.update(match.span())
        ends = sorted(cuts | {0, len(text)})
        return [text[start:end] for start, end in pairwise(ends)]
