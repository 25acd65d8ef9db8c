"""The rules on testimonials by name: what each says in plain words, and where it is law."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

USA, EU, UK = "USA", "EU", "UK"
EEA = frozenset(
    {"at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr", "hu", "ie", "is"}
    | {"it", "li", "lt", "lu", "lv", "mt", "nl", "no", "pl", "pt", "ro", "se", "si", "sk"}
)
"""Countries in which the EU's directives and its data protection are law, Norway's three included."""
PLACES = {"us": USA, "gb": UK, "uk": UK} | dict.fromkeys(EEA, EU)


class Topic(StrEnum):
    """What a rule is about."""

    CONSENT = "consent"
    WITHDRAWAL = "withdrawal"
    WORDS = "words"
    INSIDER = "insider"
    INCENTIVE = "incentive"
    BOUGHT = "bought"
    FAKE = "fake"
    SUPPRESSION = "suppression"
    AGE = "age"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its short name, what it says, and its sections by place of the audience."""

    name: str
    says: str
    sections: dict[str, str]


GDPR = "GDPR Article"
DMCC = "Digital Markets, Competition and Consumers Act 2024, Schedule 20"
RULES = {
    Topic.CONSENT: Rule(
        "Use only what was agreed to",
        "A person's name and words are used for the purposes that the person agreed to and for no "
        "other, and the firm must be able to show the agreement.",
        {EU: f"{GDPR} 6(1)(a) and 7(1)", UK: "UK GDPR Article 6(1)(a) and 7(1)"},
    ),
    Topic.WITHDRAWAL: Rule(
        "Who agreed may take it back",
        "Consent may be withdrawn at any time, as easily as it was given.",
        {EU: f"{GDPR} 7(3)", UK: "UK GDPR Article 7(3)"},
    ),
    Topic.WORDS: Rule(
        "The words stay as they were agreed to",
        "A testimonial must not be reworded or cut so that it says something else. Pushdown takes "
        "this strictly: any change of the words needs a new agreement.",
        {USA: "16 CFR 255.1(b)", EU: "Directive 2005/29/EC, Annex I, 23c"},
    ),
    Topic.INSIDER: Rule(
        "Nobody from inside without saying so",
        "Who works for the firm, owns it, acts for it or is family of such a person says so clearly "
        "beside the testimonial.",
        {
            USA: "16 CFR 465.5 and 255.5",
            EU: "Directive 2005/29/EC, Article 7 and Annex I, 22",
            UK: DMCC,
        },
    ),
    Topic.INCENTIVE: Rule(
        "What was given in return is told",
        "Money, a discount, a gift or any other advantage is disclosed clearly beside the testimonial.",
        {USA: "16 CFR 255.5", EU: "Directive 2005/29/EC, Article 7", UK: DMCC},
    ),
    Topic.BOUGHT: Rule(
        "No reward for a good word",
        "An advantage must never depend on what the person says. Telling about it does not cure it.",
        {USA: "16 CFR 465.4", EU: "Directive 2005/29/EC, Annex I, 23c", UK: DMCC},
    ),
    Topic.FAKE: Rule(
        "No made-up testimonial",
        "A testimonial comes from a real person who really used the product, in that person's own "
        "words; words made by a machine in somebody's name are made up.",
        {USA: "16 CFR 465.2", EU: "Directive 2005/29/EC, Annex I, 23b and 23c", UK: DMCC},
    ),
    Topic.SUPPRESSION: Rule(
        "Unhappy answers are not suppressed",
        "All customers are asked alike, unhappy answers are kept, and chosen testimonials are never "
        "shown as all or as typical ones.",
        {USA: "16 CFR 465.7", EU: "Directive 2005/29/EC, Article 7(6) and Annex I, 23c", UK: DMCC},
    ),
    Topic.AGE: Rule(
        "No testimonials of minors",
        "A child cannot agree alone. Pushdown uses no testimonial of a person below 18.",
        {},
    ),
    Topic.EXPIRED: Rule(
        "A claim needs a proof that holds",
        "Whoever claims something must be able to prove it at that time.",
        {USA: "16 CFR 255.2", EU: "Directive 2005/29/EC, Article 12"},
    ),
}


def places(countries: Iterable[str]) -> list[str]:
    """The places of law in which an audience in these countries (two letters) lives."""
    known = {PLACES[code.casefold()] for code in countries if code.casefold() in PLACES}
    return [place for place in (USA, EU, UK) if place in known]


def cited(topic: Topic, countries: Iterable[str]) -> str:
    """The rule by its name and the sections that apply to an audience in these countries.

    Where none of them is a place whose sections are known here, the rule is told as Pushdown's own,
    with the places in which it is law.
    """
    rule = RULES[topic]
    here = [
        f"{place}: {rule.sections[place]}" for place in places(countries) if place in rule.sections
    ]
    if here:
        return f"{rule.name} ({'; '.join(here)})"
    elsewhere = "; ".join(f"{place}: {text}" for place, text in rule.sections.items())
    own = f"a rule of Pushdown's{f', law elsewhere, {elsewhere}' if elsewhere else ''}"
    return f"{rule.name} ({own})"
