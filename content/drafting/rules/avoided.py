"""Words of the negative, and its title, in text and headings."""

from __future__ import annotations

from content.drafting.document import Block
from content.drafting.finding import Finding, Level, Ruling, Where, unmeasured
from content.drafting.given import Given, Text
from content.drafting.vocabulary import content_words, covered
from content.terms import words_of
from content.wording import HAN, repeats

RULE, POINTS = "avoided", 10
TITLE_HOLDS = 0.75
LEAST_TITLE_WORDS = 3
PER_MENTION = 0.2
MOST_NAMED = 8


def check(text: Text, given: Given) -> Ruling:
    """Each heading that says such a word costs all points, each block of text a fifth of them."""
    title = negative_words(given, text.language)
    if not given.avoid and not title:
        return unmeasured(RULE, POINTS, "No negative is known whose words could be repeated.")
    present = [entry for entry in given.avoid if text.vocabulary.count(entry)]
    forms = {
        form
        for entry in present
        for word in words_of(entry)
        for form in text.vocabulary.forms(word)
    }
    found: list[Finding] = []
    for block in text.document.blocks:
        is_worth_it = bool(forms.intersection(words_of(block.text))) or bool(HAN.search(block.text))
        said = repeats(block.text, present) if present and is_worth_it else []
        if said:
            found.append(finding_of(block, said))
        elif title and tells_title(block, title, text.language):
            found.append(
                Finding(
                    RULE,
                    Level.REQUIRED,
                    "This repeats the negative's title.",
                    "Answer the question behind it in words of your own; the title makes it rank.",
                    Where(block.line, block.text[:80]),
                )
            )
    if any(finding.is_required for finding in found):
        share = 0.0
    else:
        share = max(0.0, 1 - PER_MENTION * len(found))
    words = (
        f"{len(found)} places repeat words of the negative."
        if found
        else "Nothing repeats the negative."
    )
    found.sort(key=lambda finding: not finding.is_required)
    return Ruling(RULE, POINTS, share, words, tuple(found[:MOST_NAMED]))


def finding_of(block: Block, said: list[str]) -> Finding:
    words = "”, “".join(dict.fromkeys(said if not HAN.search("".join(said)) else shown(said)))
    if block.is_heading:
        return Finding(
            RULE,
            Level.REQUIRED,
            f"A heading says “{words}”, a word of the negative.",
            "Write the heading without it: what stands in headings is what a page ranks for.",
            Where(block.line, block.text[:80]),
        )
    return Finding(
        RULE,
        Level.RECOMMENDED,
        f"The text says “{words}”, a word of the negative.",
        "Say what is the case now instead. Once, where nothing else is clear, does no great harm.",
        Where(block.line, around(block.text, said[0])),
    )


def shown(said: list[str]) -> list[str]:
    """Runs of Chinese are long: their beginning is enough to find them."""
    return [word[:16] for word in said]


def around(text: str, word: str) -> str:
    at = max(0, text.casefold().find(word.casefold()) - 30)
    return text[at : at + 90]


def negative_words(given: Given, language: str) -> frozenset[str]:
    """What the negative's title says beyond the brand's name and the keyword."""
    if given.negative is None or not given.negative.title:
        return frozenset()
    own = content_words(" ".join((*given.names, given.phrase)), language)
    words = content_words(given.negative.title, language)
    words -= covered(words, own)
    return words if len(words) >= LEAST_TITLE_WORDS else frozenset()


def tells_title(block: Block, title: frozenset[str], language: str) -> bool:
    """Whether one block says most of the negative's title."""
    if not block.is_heading and len(block.text) < sum(map(len, title)):
        return False
    return len(covered(title, content_words(block.text, language))) / len(title) >= TITLE_HOLDS
