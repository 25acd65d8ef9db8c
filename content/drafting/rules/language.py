"""Language: the text is written in that of the keyword."""

from __future__ import annotations

from content.drafting.finding import Finding, Level, Ruling, Where, unmeasured
from content.drafting.given import Given, Text
from reputation.tone.language import language_of

RULE, POINTS = "language", 4
LEAST_WORDS = 30
SAMPLE = 300
NAMES = {
    "en": "English",
    "no": "Norwegian",
    "lv": "Latvian",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "ru": "Russian",
    "zh": "Chinese",
}


def check(text: Text, given: Given) -> Ruling:
    if text.words < LEAST_WORDS:
        return unmeasured(RULE, POINTS, f"Fewer than {LEAST_WORDS} words: too few to tell.")
    found = language_in(text.document.text, given.names)
    if found == text.language or (text.language == "da" and found == "no"):
        return Ruling(RULE, POINTS, 1.0, f"It is written in {name(found)}, as the keyword is.")
    return Ruling(
        RULE,
        POINTS,
        0.0,
        f"It reads as {name(found)}; the keyword is searched in {name(text.language)}.",
        (
            Finding(
                RULE,
                Level.REQUIRED,
                f"It reads as {name(found)}, and its keyword is searched in {name(text.language)}.",
                f"Write it in {name(text.language)}, or give the piece a keyword in {name(found)}.",
                Where(1),
            ),
        ),
    )


def language_in(text: str, names: tuple[str, ...]) -> str:
    """The language that most of three samples are in: beginning, middle and end."""
    for each in names:
        text = text.replace(each, " ")
    places = (0, max(0, len(text) // 2 - SAMPLE // 2), max(0, len(text) - SAMPLE))
    votes = [language_of("", text[place : place + SAMPLE])[0] for place in places]
    return max(votes, key=votes.count)


def name(code: str) -> str:
    return NAMES.get(code, f"the language “{code}”")
