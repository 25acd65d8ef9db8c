"""Threats, and promises that other people's pages will be removed: neither may be published."""

from __future__ import annotations

from collections.abc import Iterator

from content.drafting.document import Sentence
from content.drafting.finding import Finding, Level, Ruling, Where, unmeasured
from content.drafting.given import Given, Text
from content.drafting.wordlists import is_known, pattern

RULE, POINTS = "promises", 6
BEFORE, BEHIND = 24, 12
"""Letters around the verb in which a "not" takes the promise back."""


def check(text: Text, given: Given) -> Ruling:
    if not is_known(text.language):
        return unmeasured(
            RULE, POINTS, "There are no word lists to look for threats in this language."
        )
    found = tuple(
        finding
        for sentence in text.document.sentences
        for finding in findings_in(sentence, text.language)
    )
    words = (
        "By its words; who reads between the lines sees more."
        if found
        else "No threat and no promise of removal was found, by its words."
    )
    return Ruling(RULE, POINTS, 0.0 if found else 1.0, words, found)


def findings_in(sentence: Sentence, language: str) -> Iterator[Finding]:
    where = Where(sentence.line, sentence.text[:160])
    threat = pattern(language, "threats").search(sentence.text)
    if threat:
        yield Finding(
            RULE,
            Level.REQUIRED,
            f"“{threat[0]}” reads as a threat.",
            "Take it out. A threat on a page becomes the next negative; counsel writes letters, not pages.",
            where,
        )
    if removal := promise_of_removal(sentence.text, language):
        yield Finding(
            RULE,
            Level.REQUIRED,
            f"“{removal}” promises that other people's words disappear.",
            "Take it out: say what was done for the people concerned, not about what they wrote.",
            where,
        )


def promise_of_removal(text: str, language: str) -> str:
    """The words that promise it: a verb of removal, what is removed, and who speaks. A sentence that
    denies it ("we never delete a review") promises nothing."""
    if not pattern(language, "removal_objects").search(text):
        return ""
    first = pattern(language, "removal_first").search(text)
    verb = first or pattern(language, "removal_verbs").search(text)
    speaks = first or pattern(language, "first_person").search(text)
    if not verb or not speaks:
        return ""
    near = text[max(0, verb.start() - BEFORE) : verb.end() + BEHIND]
    return "" if pattern(language, "negation").search(near) else verb[0]
