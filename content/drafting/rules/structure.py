"""Structure: one title, headings in order, a usual length, short paragraphs, the answer first."""

from __future__ import annotations

from itertools import pairwise

from content.drafting.finding import Finding, Level, Ruling, Where
from content.drafting.given import Given, Text
from content.drafting.sentences import count_words, unit_of
from content.drafting.vocabulary import content_words, overlap

RULE, POINTS = "structure", 12
LONGEST_PARAGRAPH = {"words": 120, "characters": 250}
SECTION = {"words": 350, "characters": 600}
"""A longer stretch without a heading is hard to scan."""
INTRO = {"words": 100, "characters": 180}
INTRO_HOLDS = 0.5
MOST_NAMED = 5


def check(text: Text, given: Given) -> Ruling:
    """Five points of equal weight; those that cannot be told (no keyword, no length) are left out."""
    parts = [
        one_title(text),
        order(text),
        length(text, given),
        paragraphs(text),
        intro(text, given),
    ]
    told = [part for part in parts if part is not None]
    found = [finding for part in told for finding in part]
    bad = sum(any(finding.level != Level.GOOD for finding in part) for part in told)
    unit = unit_of(text.language)
    words = f"{text.words:,} {unit}, {len(text.document.headings)} headings; {len(told) - bad} of {len(told)} points are in order."
    return Ruling(RULE, POINTS, 1 - bad / len(told), words, tuple(found))


def one_title(text: Text) -> list[Finding]:
    firsts = [block for block in text.document.headings if block.level == 1]
    if not text.title.strip() and not firsts:
        return [
            Finding(
                RULE,
                Level.REQUIRED,
                "It has no title.",
                "Fill in the title field, or begin the text with “# Title”.",
                Where(part="title"),
            )
        ]
    return [
        Finding(
            RULE,
            Level.RECOMMENDED,
            "It has more than one heading of the first level.",
            "Keep one “#” and make the others “##”.",
            Where(block.line, block.text),
        )
        for block in firsts[1:]
    ]


def order(text: Text) -> list[Finding]:
    """A heading may be one level deeper than the one above it; the page's title is the first."""
    found = []
    levels = [(1, None), *((block.level, block) for block in text.document.headings)]
    for (above, _), (level, block) in pairwise(levels):
        if block is not None and level > above + 1:
            found.append(
                Finding(
                    RULE,
                    Level.RECOMMENDED,
                    f"The heading jumps from level {above} to {level}.",
                    f"Make it level {above + 1}: “{'#' * (above + 1)}”.",
                    Where(block.line, block.text),
                )
            )
    unit = unit_of(text.language)
    if text.words > SECTION[unit] and not text.document.headings:
        found.append(
            Finding(
                RULE,
                Level.RECOMMENDED,
                f"{text.words:,} {unit} stand without a heading.",
                "Begin each thought with a heading of its own: “## …”.",
            )
        )
    return found[:MOST_NAMED]


def length(text: Text, given: Given) -> list[Finding] | None:
    if given.length is None:
        return None
    low, high = given.length
    unit = unit_of(text.language)
    usual = f"pages that rank have {low:,} to {high:,}"
    if text.words < low:
        return [
            Finding(
                RULE,
                Level.RECOMMENDED,
                f"It has {text.words:,} {unit}; {usual}.",
                "Answer the open questions below and say what is missing; do not pad.",
            )
        ]
    if text.words > high:
        return [
            Finding(
                RULE,
                Level.RECOMMENDED,
                f"It has {text.words:,} {unit}; {usual}.",
                "Cut what answers no question, or make it a piece of its own.",
            )
        ]
    good = f"It has {text.words:,} {unit}, as pages that rank do ({low:,} to {high:,})."
    return [Finding(RULE, Level.GOOD, good)]


def paragraphs(text: Text) -> list[Finding]:
    unit = unit_of(text.language)
    most = LONGEST_PARAGRAPH[unit]
    return [
        Finding(
            RULE,
            Level.RECOMMENDED,
            f"This paragraph has {long} {unit}.",
            f"Cut it where the thought changes: {most} at most read well on a phone.",
            Where(block.line, block.text[:60]),
        )
        for block in text.document.prose
        if (long := count_words(block.text, text.language)) > most
    ][:MOST_NAMED]


def intro(text: Text, given: Given) -> list[Finding] | None:
    """Whether the words before the second thought name what the page is about."""
    wanted = content_words(given.phrase, text.language)
    first = next((block for block in text.document.prose if block.text.strip()), None)
    if not wanted or first is None:
        return None
    unit = unit_of(text.language)
    begun, said = 0, frozenset[str]()
    for block in text.document.prose:
        if begun >= INTRO[unit]:
            break
        begun += count_words(block.text, text.language)
        said |= content_words(block.text, text.language)
    if overlap(wanted, said) >= INTRO_HOLDS:
        return []
    return [
        Finding(
            RULE,
            Level.RECOMMENDED,
            f"The first {INTRO[unit]} {unit} do not say what “{given.phrase}” asks for.",
            "Begin with the answer in one or two sentences, then explain.",
            Where(first.line, first.text[:60]),
        )
    ]
