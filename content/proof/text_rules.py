"""Decides what stands against the words of a request, a draft or a choice of testimonials. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from content.proof.law import Topic
from content.proof.rules import Finding, found, plain

MANY = re.compile(
    r"\b(?:all|every(?:\s+one\s+of)?|each(?:\s+of)?|100\s?%\s+of)\s+(?:of\s+)?(?:our|the|their)?\s*"
    r"(?:customers?|clients?|users?|buyers?|guests?|reviews?|opinions?|testimonials?)\b",
    re.IGNORECASE,
)
GATES = re.compile(
    r"\b(?:if|as|when|since|provided)\s+you(?:\s+are|’re|'re|\s+were)\s+(?:\w+\s+)?"
    r"(?:happy|satisfied|pleased|glad)\b"
    r"|\bif\s+you\s+(?:\w+\s+)?(?:like|liked|love|loved|enjoyed?)\b"
    r"|\b(?:positive|good|great|glowing|favou?rable|nice|kind)\s+(?:review|word|words|rating|testimonial|"
    r"feedback|things?)\b"
    r"|\b(?:5|five)[\s-]stars?\b"
    r"|\bonly\s+(?:happy|satisfied)\b",
    re.IGNORECASE,
)
REWARDS = re.compile(
    r"\b(?:voucher|gift\s?card|discount|coupon|cash|refund|prize|raffle|free\s+\w+|reward|bonus)\b|%\s*off\b",
    re.IGNORECASE,
)
QUOTE_SIGNS = re.compile(r"^\s*(?:>\s?)+")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def request_findings(text: str, countries: Sequence[str] = ()) -> list[Finding]:
    """What stands against asking in these words: only the happy asked, or a reward for praise. It knows
    the usual English phrases; a person must read the text all the same."""
    gate = GATES.search(text)
    if gate is None:
        return []
    said = " ".join(gate[0].split())
    topic = Topic.BOUGHT if REWARDS.search(text) else Topic.SUPPRESSION
    return [
        found(
            topic,
            countries,
            says=f"“{said}” asks for praise or only those who would praise.",
            do="Ask everybody alike, and for their experience, good or bad.",
        )
    ]


def selection_findings(
    text: str, *, unhappy: int, total: int, countries: Sequence[str] = ()
) -> list[Finding]:
    """What stands against showing chosen testimonials as if they were all: `unhappy` of the `total`
    answers of the brand are unhappy ones, and `text` is the piece's title and words."""
    if not unhappy:
        return []
    claim = MANY.search(text)
    says = f"{unhappy} of {total} answers {'is an unhappy one' if unhappy == 1 else 'are unhappy ones'}"
    if claim is None:
        return [
            found(
                Topic.SUPPRESSION,
                countries,
                says=f"{says}.",
                do="Do not show the chosen ones as all or as typical.",
                stops=False,
            )
        ]
    return [
        found(
            Topic.SUPPRESSION,
            countries,
            says=f"It says “{' '.join(claim[0].split())}”, but {says}.",
            do="Take that out, or show the unhappy ones as well.",
        )
    ]


def draft_findings(
    text: str, *, name: str, quote: str, disclosure: str, countries: Sequence[str] = ()
) -> list[Finding]:
    """What stands against a draft in Markdown that uses this testimonial: its words must stand in it
    whole and unchanged, and its disclosure with them."""
    said = flat(text)
    wrong = []
    if one_line(quote) not in said:
        wrong.append(
            found(
                Topic.WORDS,
                countries,
                says=f"The draft does not hold the words of {name} as they were agreed to.",
                do="Copy them again from the testimonial, whole, or take the testimonial off this piece.",
            )
        )
    if disclosure.strip() and one_line(disclosure) not in said:
        wrong.append(
            found(
                Topic.INCENTIVE,
                countries,
                says=f"The draft does not hold the disclosure “{disclosure.strip()}”.",
                do=f"Put it right beside the words of {name}.",
            )
        )
    return wrong


def flat(text: str) -> str:
    """Markdown as its words in one line: quote signs, escapes and line ends left out, so that quoting in
    Markdown is no change of the words."""
    lines = [QUOTE_SIGNS.sub("", line) for line in plain(text).splitlines()]
    return one_line(ESCAPED.sub(r"\1", " ".join(lines)))


def one_line(text: str) -> str:
    return " ".join(plain(text).split())
