"""Cuts Chinese text into words for spaCy: rjieba, with the lexicon's words kept whole."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from spacy.tokens import Doc
from spacy.vocab import Vocab

from reputation.tone.masking import MASK

HAN = re.compile(r"[\u3400-\u9fff]")


class ChineseTokenizer:
    """A spaCy tokenizer. `kept` words of two or more characters are one token wherever they stand,
    because the segmenter would hide "涨价" in a longer word; a masked brand is one token too."""

    def __init__(self, vocab: Vocab, kept: Iterable[str]) -> None:
        # It holds 50 MB, which an installation without Chinese results need not.
        from rjieba import tokenize

        self.vocab, self.cut = vocab, tokenize
        # One pattern of thousands of words is tried word by word at every place: a hundred times
        # slower than a pattern for each first letter.
        patterns: dict[str, list[str]] = defaultdict(list, {MASK: [MASK + "+"]})
        for word in sorted(kept, key=len, reverse=True):
            if len(word) > 1 and HAN.search(word):
                patterns[word[0]].append(re.escape(word))
        self.whole = {first: re.compile("|".join(each)) for first, each in patterns.items()}

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
        cuts = {start for _, start, _ in self.cut(text, "default", False)} | {len(text)}
        for start, end in self._kept(text):
            # The end of one word and the beginning of the next are none: "空气|炸锅" is not "气炸".
            if end - start == 2 and start + 1 in cuts and cuts.isdisjoint((start, end)):
                continue
            cuts.difference_update(range(start + 1, end))
            cuts.update((start, end))
        ends = sorted(cuts | {0})
        return [text[start:end] for start, end in pairwise(ends)]

    def _kept(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the kept words stand: from left to right, the longest at each place."""
        place = 0
        while place < len(text):
            pattern = self.whole.get(text[place])
            found = pattern.match(text, place) if pattern else None
            if found:
                yield found.span()
            place = found.end() if found else place + 1
