"""The wording that a person agrees to, by version: a version that was used once is never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

VERSION = "2026-11"
PURPOSES = {
    "website": "on the website of {brand}, with its blog, help pages and newsroom",
    "social": "on the social media profiles and video channels of {brand}",
    "press": "in press releases and in articles of other publishers",
    "ads": "in paid advertisements",
    "case_study": "in a case study that tells how I use it",
}
"""For what a testimonial may be used, as it stands beside each box."""
INTRODUCTION = (
    "I agree that {brand} publishes my words, with my name and, if I give them, my role and my "
    "organisation:"
)
ENDING = (
    "I can take this back at any time, as easily as I gave it, with the link that I get now; {brand} "
    "then takes my words off. I need no account and give no reason. Nothing else depends on whether I "
    "agree."
)
QUESTIONS = {
    "own_words": "Did you write these words yourself, without a program writing them for you?",
    "used_it": "Have you used what you write about?",
    "adult": "Are you 18 or older?",
}
"""Asked on the form; the answers become part of the text agreed to."""
KEEP = "Please keep this mail: with it you can take your words back whenever you like."


def purpose_words(brand: str) -> list[tuple[str, str]]:
    """The purposes with their wording for this brand, in the order of the form."""
    return [(key, text.format(brand=brand)) for key, text in PURPOSES.items()]


def introduction(brand: str) -> str:
    """The sentence above the purposes."""
    return INTRODUCTION.format(brand=brand)


def ending(brand: str) -> str:
    """What stands below the purposes: how to take it back."""
    return ENDING.format(brand=brand)


def statement(
    brand: str,
    *,
    name: str,
    quote: str,
    purposes: Sequence[str],
    role: str = "",
    organisation: str = "",
    answers: Mapping[str, bool] | None = None,
) -> str:
    """The whole text that a person agrees to, kept word for word with the consent. `answers` are those
    to QUESTIONS."""
    texts = dict(purpose_words(brand))
    told = answers or {}
    lines = [
        introduction(brand),
        *(f"- {texts[key]}" for key in PURPOSES if key in purposes),
        ending(brand),
        "",
        *(
            f"{question} {'Yes' if told[key] else 'No'}."
            for key, question in QUESTIONS.items()
            if key in told
        ),
        "",
        "My words:",
        quote,
        "",
        ", ".join(part for part in (name, role, organisation) if part),
    ]
    return "\n".join(lines)
