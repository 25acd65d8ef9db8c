"""Readability: LIX where its scale holds, the length of sentences in Chinese, and which are too long.

LIX (Björnsson 1968): words a sentence plus the percentage of words longer than six letters. It needs no
syllables, and Björnsson measured newspapers in eleven languages with it, ours among them except Latvian
and Chinese ("Readability of Newspapers in 11 Languages", Reading Research Quarterly 18, 1983).
"""

from __future__ import annotations

from content.drafting.finding import Finding, Level, Ruling, Where, unmeasured
from content.drafting.given import Given, Text
from content.drafting.sentences import WORD, count_words, unit_of

RULE, POINTS = "readability", 8
MEASURED = frozenset({"en", "no", "da", "sv", "de", "fr", "es", "it", "pt", "ru", "fi"})
BANDS = ((30, "very easy"), (40, "easy"), (50, "medium, as newspapers are"), (60, "hard"))
FINE, HOPELESS = 50.0, 65.0
LONG_WORD = 6
LONGEST = {"words": 30, "characters": 60}
USUAL_CHINESE, LONG_CHINESE = 35.0, 60.0
"""Characters a sentence: up to the first is plain reading, from the second on nobody follows. A house
rule; there is no formula for Chinese that all agree on."""
LEAST_SENTENCES = 5
MOST_NAMED = 5


def check(text: Text, given: Given) -> Ruling:
    sentences = text.document.sentences
    if len(sentences) < LEAST_SENTENCES:
        return unmeasured(
            RULE, POINTS, f"Fewer than {LEAST_SENTENCES} sentences: too few to measure."
        )
    language = text.language
    if language == "zh":
        share, words = chinese(text)
    elif language in MEASURED:
        share, words = lix_share(text)
    else:
        return Ruling(
            RULE,
            POINTS,
            None,
            "No measure for this language: no readability scale was tested for it. Long sentences "
            "are named all the same.",
            tuple(long_sentences(text)),
        )
    return Ruling(RULE, POINTS, share, words, tuple(long_sentences(text)))


def lix(text: Text) -> float:
    """The index over all sentences of the text."""
    words = [word for sentence in text.document.sentences for word in WORD.findall(sentence.text)]
    long = sum(len(word) > LONG_WORD for word in words)
    return len(words) / len(text.document.sentences) + 100 * long / max(1, len(words))


def lix_share(text: Text) -> tuple[float, str]:
    value = lix(text)
    band = next((name for limit, name in BANDS if value < limit), "very hard")
    share = min(1.0, max(0.0, (HOPELESS - value) / (HOPELESS - FINE)))
    return share, f"LIX {value:.0f}: {band}. Up to {FINE:.0f} costs nothing."


def chinese(text: Text) -> tuple[float, str]:
    mean = text_length(text) / len(text.document.sentences)
    share = min(1.0, max(0.0, (LONG_CHINESE - mean) / (LONG_CHINESE - USUAL_CHINESE)))
    return share, (
        f"{mean:.0f} characters a sentence on average. Up to {USUAL_CHINESE:.0f} costs nothing; "
        "there is no formula for Chinese that all agree on."
    )


def text_length(text: Text) -> int:
    return sum(count_words(sentence.text, text.language) for sentence in text.document.sentences)


def long_sentences(text: Text) -> list[Finding]:
    """The longest sentences, the longest first."""
    unit = unit_of(text.language)
    most = LONGEST[unit]
    long = [
        (count, sentence)
        for sentence in text.document.sentences
        if (count := count_words(sentence.text, text.language)) > most
    ]
    long.sort(key=lambda pair: -pair[0])
    return [
        Finding(
            RULE,
            Level.RECOMMENDED,
            f"This sentence has {count} {unit}.",
            f"Make two of it: {most} at most.",
            Where(sentence.line, sentence.text[:80]),
        )
        for count, sentence in long[:MOST_NAMED]
    ]
