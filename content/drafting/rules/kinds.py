"""What each type of piece needs to be one, and for its structured data: pairs of question and answer, a quote, a transcript."""

from __future__ import annotations

import re
from collections.abc import Callable

from content.drafting.claims import NUMBER, date_in
from content.drafting.finding import Finding, Level, Ruling, unmeasured
from content.drafting.given import Given, Text
from content.drafting.rules.links import is_own
from content.drafting.sentences import count_words
from content.drafting.wordlists import is_known, lists, pattern

RULE, POINTS = "kind", 8
Need = tuple[bool, str, str]
"""Whether it is there, what is wrong if it is not, and what to do then."""
LEAST_PAIRS = 3
LEAST_ANSWER = 10
ASKS = re.compile(r"[?？]\W{0,20}$")
LEAST_SOURCES = 2


def check(text: Text, given: Given) -> Ruling:
    """The share of the type's needs that are met."""
    needs_of = NEEDS.get(given.kind)
    if needs_of is None:
        return unmeasured(RULE, POINTS, "This type has no form of its own.")
    if not is_known(text.language) and given.kind != "faq":
        return unmeasured(
            RULE, POINTS, "There are no word lists for this type's parts in this language."
        )
    needs = needs_of(text, given)
    found = tuple(
        Finding(RULE, Level.RECOMMENDED, wrong, todo) for is_met, wrong, todo in needs if not is_met
    )
    met = len(needs) - len(found)
    words = f"{met} of {len(needs)} things that this type needs are there."
    return Ruling(RULE, POINTS, met / len(needs), words, found)


def has(text: Text, name: str) -> bool:
    return bool(pattern(text.language, name).search(text.document.text))


def has_quote(text: Text) -> bool:
    return any(block.is_quote for block in text.document.blocks)


def has_figure(text: Text) -> bool:
    return bool(re.search(rf"{NUMBER}", text.document.text))


def pairs(text: Text) -> int:
    """Headings that ask, with an answer below: what FAQPage is made of."""
    document = text.document
    asks = re.compile(rf"^(?:{'|'.join(map(re.escape, question_words(text)))})\b", re.I)
    return sum(
        bool(ASKS.search(heading.text) or (question_words(text) and asks.match(heading.text)))
        and sum(count_words(b.text, text.language) for b in document.under(heading)) >= LEAST_ANSWER
        for heading in document.headings
        if heading.level > 1
    )


def question_words(text: Text) -> list[str]:
    return [] if text.language == "zh" else lists(text.language).get("question", [])


def faq(text: Text, given: Given) -> list[Need]:
    count = pairs(text)
    return [
        (
            count >= LEAST_PAIRS,
            f"It has {count} questions with an answer below; a FAQ has {LEAST_PAIRS} or more.",
            "Write each question as a heading (“## How …?”) and its answer as text below it.",
        )
    ]


def case_study(text: Text, given: Given) -> list[Need]:
    return [
        (
            has_quote(text),
            "The customer does not speak.",
            "Add a quote as “> …”, with name and date.",
        ),
        (
            has(text, "consent"),
            "Consent is not mentioned.",
            "Say that the customer agreed to the text, and when.",
        ),
        (has_figure(text), "It has no figure.", "Give the result in figures, before and after."),
        (
            has(text, "method"),
            "It does not say how the result was measured.",
            "Add a sentence on how, when and on how many.",
        ),
    ]


def testimonial(text: Text, given: Given) -> list[Need]:
    return [
        (has_quote(text), "It has no quote.", "Put the customer's words, unchanged, as “> …”."),
        (
            has(text, "consent"),
            "Consent is not mentioned.",
            "Say that the customer agreed to this text, and when.",
        ),
        (
            bool(date_in(text.document.text, text.language)),
            "It has no date.",
            "Say when the customer said it.",
        ),
    ]


def white_paper(text: Text, given: Given) -> list[Need]:
    sources = sum(not is_own(link.url, given) for link in text.document.links)
    return [
        (
            has(text, "method"),
            "It has no method.",
            "Say how, when and on how many it was measured.",
        ),
        (
            has_figure(text),
            "It has no figures.",
            "Give the measurements, also the unfavourable ones.",
        ),
        (
            sources >= LEAST_SOURCES,
            f"It links {sources} sources outside the brand.",
            f"Name {LEAST_SOURCES} or more that a reader can look up.",
        ),
    ]


def video(text: Text, given: Given) -> list[Need]:
    return [
        (
            has(text, "transcript"),
            "It has no transcript or subtitles.",
            "Add a section “Transcript”: engines and deaf readers need it.",
        ),
        (
            has(text, "picture") or bool(text.document.images),
            "It has no still picture.",
            "Name or insert the preview image: VideoObject needs a thumbnail.",
        ),
        (has(text, "chapters"), "It has no chapters.", "List them with their times: “0:00 …”."),
        (
            bool(text.description.strip()),
            "It has no description.",
            "Fill in the description: VideoObject needs it.",
        ),
    ]


def news(text: Text, given: Given) -> list[Need]:
    first = next((block.text for block in text.document.prose if block.text.strip()), "")
    return [
        (
            bool(date_in(first, text.language)),
            "The first paragraph has no date.",
            "Say on which day it happened in the first sentence.",
        ),
        (
            has_quote(text) or "“" in text.source or "「" in text.source or "«" in text.source,
            "Nobody is quoted.",
            "Add a quote of the person responsible.",
        ),
        (has(text, "contact"), "It names no contact.", "Add a contact for the press."),
    ]


def profile(text: Text, given: Given) -> list[Need]:
    sources = sum(not is_own(link.url, given) for link in text.document.links)
    praise = pattern(text.language, "superlative").search(text.document.text)
    return [
        (
            sources >= LEAST_SOURCES,
            f"It links {sources} independent sources.",
            f"Each fact needs one; {LEAST_SOURCES} at least, none of them the brand's own.",
        ),
        (
            praise is None,
            f"“{praise[0] if praise else ''}” praises.",
            "Write neutrally: such pages take facts only.",
        ),
    ]


NEEDS: dict[str, Callable[[Text, Given], list[Need]]] = {
    "faq": faq,
    "case_study": case_study,
    "testimonial": testimonial,
    "white_paper": white_paper,
    "video": video,
    "news": news,
    "profile": profile,
}
