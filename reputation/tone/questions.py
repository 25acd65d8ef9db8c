"""Which sentences only ask, and what the sentence after a question answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reputation.tone.lexicon import Lexicon
from reputation.tone.sentences import SOFT_STOPS, sentences_of

PRESUMES_WITHIN = 3
CLAIM_ENDS = frozenset(":：–—")
# Chinese sentences are long, and only their last clauses ask.
ASKED_AT_LEAST, ASKED_AT_MOST = 14, 30
PRESUMED_WITHIN = 25


@dataclass(frozen=True, slots=True)
class Questions:
    """The tokens of sentences that ask without presuming the answer, of questions answered with
    yes, of answers that say no, and of questions so answered."""

    asked: frozenset[int] = frozenset()
    affirmed: frozenset[int] = frozenset()
    refuted: frozenset[int] = frozenset()
    doubted: frozenset[int] = frozenset()


def questions_in(
    words: Sequence[str],
    lexicon: Lexicon,
    stops: Sequence[int],
    has_brand: Callable[[range], bool],
) -> Questions:
    """The questions of a text. `stops` are the places at which its sentences end, and `has_brand`
    says whether the brand is named at some places."""
    asked: set[int] = set()
    affirmed: set[int] = set()
    refuted: set[int] = set()
    doubted: set[int] = set()
    question: range | None = None
    for sentence in sentences_of(words, stops):
        if question is not None:
            opening = _opening(words, sentence)
            if not opening.isdisjoint(lexicon.answers_yes):
                affirmed.update(question)
            elif not opening.isdisjoint(lexicon.answers_no):
                refuted.update(sentence)
                doubted.update(question)
        part = _question(words, sentence, lexicon, has_brand)
        question = part or None
        asked.update(part or ())
    return Questions(*map(frozenset, (asked, affirmed, refuted, doubted)))


def _opening(words: Sequence[str], sentence: range) -> frozenset[str]:
    """The first word, and the first two and three as phrases."""
    first = [words[place] for place in sentence[:3]]
    return frozenset(" ".join(first[:count]) for count in (1, 2, 3))


def _question(
    words: Sequence[str], sentence: range, lexicon: Lexicon, has_brand: Callable[[range], bool]
) -> range | None:
    """The part of a sentence that asks without presuming."""
    if lexicon.language == "zh":
        return _chinese_question(words, sentence, lexicon)
    is_marked = sentence.stop < len(words) and words[sentence.stop] in ("?", "？")
    if is_marked:
        sentence = _behind_claim(words, sentence, lexicon)
    texts = [words[place] for place in sentence]
    if not lexicon.presuming.isdisjoint(texts[:PRESUMES_WITHIN]):
        return None
    if is_marked:
        return sentence
    subject = texts[1] if len(texts) > 1 else ""
    asks = texts[0] in lexicon.question_openers and (
        subject in lexicon.question_subjects or has_brand(sentence[1:3])
    )
    return sentence if asks else None


def _behind_claim(words: Sequence[str], sentence: range, lexicon: Lexicon) -> range:
    """In "X fined: what now?" only what follows the colon asks."""
    for place in reversed(sentence[1:-1]):
        opener = words[place + 1]
        if words[place] in CLAIM_ENDS and (
            opener in lexicon.question_openers or opener in lexicon.presuming
        ):
            return range(place + 1, sentence.stop)
    return sentence


def _chinese_question(words: Sequence[str], sentence: range, lexicon: Lexicon) -> range | None:
    texts = [words[place] for place in sentence[-PRESUMED_WITHIN:]]
    if not lexicon.presuming.isdisjoint(texts):
        return None
    if not _has_question_mark(words, sentence.stop):
        opened = lexicon.question_openers.intersection(words[place] for place in sentence)
        if not opened:
            return None
    first = max(sentence.start, sentence.stop - ASKED_AT_LEAST)
    while first > max(sentence.start, sentence.stop - ASKED_AT_MOST):
        if words[first - 1] in SOFT_STOPS:
            break
        first -= 1
    return range(first, sentence.stop)


def _has_question_mark(words: Sequence[str], end: int) -> bool:
    """A single mark right behind a word; rows of ASCII marks stand for lost characters."""
    mark = words[end] if end < len(words) else ""
    following = words[end + 1] if end + 1 < len(words) else ""
    return mark == "？" or (mark == "?" and following != "?" and not words[end - 1].isspace())
