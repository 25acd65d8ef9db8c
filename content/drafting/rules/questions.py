"""Questions of searchers: which the draft answers, by its headings or its sentences."""

from __future__ import annotations

from dataclasses import dataclass

from content.drafting.document import Document
from content.drafting.finding import Finding, Level, Ruling, Where, unmeasured
from content.drafting.given import Given, Text
from content.drafting.sentences import count_words, unit_of
from content.drafting.vocabulary import content_words, overlap

RULE, POINTS = "questions", 14
HEADING_HOLDS = 0.6
SENTENCE_HOLDS = 0.75
NEARLY = 0.5
"""A sentence that holds this share of a question's words is named as the nearest one."""
ANSWER = {"words": 15, "characters": 25}
"""A heading alone answers nothing: so much must stand under it."""
LONGEST_QUOTE = 80


@dataclass(frozen=True, slots=True)
class Match:
    """The place that holds most of a question's words."""

    share: float
    where: Where
    is_heading: bool
    below: int = 0


def check(text: Text, given: Given) -> Ruling:
    """A question is answered where a heading holds 60 % of its words, in any form, and an answer
    stands below, or where one or two sentences hold 75 %."""
    asked = [(q, words) for q in given.questions if (words := wanted(q, text.language, given))]
    if not asked:
        return unmeasured(RULE, POINTS, "The brief has no questions: the engine showed none.")
    found = [judge(question, words, text) for question, words in asked]
    answered = sum(finding.level == Level.GOOD for finding in found)
    summary = (
        f"{answered} of {len(asked)} questions are answered, judged by the words that heading or "
        "sentence and question share; whether the answer is right only a reader can tell."
    )
    return Ruling(RULE, POINTS, answered / len(asked), summary, tuple(found))


def wanted(question: str, language: str, given: Given) -> frozenset[str]:
    """The words of a question that mean something, without the brand's name unless nothing else does."""
    words = content_words(question, language)
    names = frozenset(w for name in given.names for w in content_words(name, language))
    return words - names or words


def judge(question: str, words: frozenset[str], text: Text) -> Finding:
    best = best_match(words, text)
    shared = f"{round(best.share * len(words))} of its {len(words)} words"
    unit = unit_of(text.language)
    if best.is_heading and best.share >= HEADING_HOLDS:
        if best.below >= ANSWER[unit]:
            return Finding(
                RULE,
                Level.GOOD,
                f"“{question}” is answered: the heading holds {shared}, {best.below} {unit} follow.",
                where=best.where,
            )
        return Finding(
            RULE,
            Level.RECOMMENDED,
            f"“{question}” has a heading with {shared}, and {best.below} {unit} below it.",
            "Write the answer under it: the short one first, then the why.",
            best.where,
        )
    if best.share >= SENTENCE_HOLDS:
        return Finding(
            RULE,
            Level.GOOD,
            f"“{question}” is answered in the text: a place holds {shared}.",
            where=best.where,
        )
    near = f" The nearest place holds {shared}." if best.share >= NEARLY else ""
    return Finding(
        RULE,
        Level.RECOMMENDED,
        f"“{question}” is not answered.{near}",
        "Make it a heading and answer it in the first sentence below.",
        best.where if near else Where(),
    )


def best_match(words: frozenset[str], text: Text) -> Match:
    """The best of headings and of sentences two by two; a heading that holds enough comes first."""
    document = text.document
    best = Match(0.0, Where(), is_heading=False)
    for heading, said in zip(document.headings, text.heading_words, strict=True):
        share = overlap(words, said)
        if share > best.share:
            below = length_below(document, heading)
            best = Match(share, Where(heading.line, heading.text), is_heading=True, below=below)
    if best.share >= HEADING_HOLDS and best.below:
        return best
    sentences, spoken = document.sentences, text.sentence_words
    for place, sentence in enumerate(sentences):
        said = spoken[place] | (spoken[place + 1] if place + 1 < len(spoken) else frozenset())
        # Most sentences share no word at all: the exact words tell which are worth a closer look.
        if not may_share(words, said):
            continue
        share = overlap(words, said)
        if share > best.share:
            best = Match(share, Where(sentence.line, sentence.text[:LONGEST_QUOTE]), False)
    return best


def may_share(words: frozenset[str], said: frozenset[str]) -> bool:
    """Whether any of the words can be among the said ones, in any form."""
    beginnings = {word[:4] for word in said}
    return any(word[:4] in beginnings for word in words)


def length_below(document: Document, heading: object) -> int:
    block = next(each for each in document.headings if each is heading)
    return sum(count_words(each.text, document.language) for each in document.under(block))
