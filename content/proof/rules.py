"""Decides what stands against using a testimonial or a proof, and names the rule that says so. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from content.proof.law import RULES, Topic, cited

UNHAPPY = 2
"""A rating up to this is an unhappy answer."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What stands against it: the topic of the rule, what is wrong, what to do, the rule with its
    sections. `stops`: nothing goes out before it is put right; otherwise it is advice."""

    topic: Topic
    says: str
    do: str
    rule: str
    stops: bool = True

    def __str__(self) -> str:
        return f"{self.says} {self.do} Rule: {self.rule}."


@dataclass(frozen=True, slots=True)
class Agreed:
    """One consent: for what, to which words, and whether it was taken back."""

    purposes: frozenset[str]
    quote: str
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """A testimonial as the rules see it. `relation` is in words; `twins` are the names of others who
    are said to have written the same words; `statements` is what the person answered on the form."""

    name: str
    text: str
    relation: str = "customer"
    is_insider: bool = False
    incentive: str = ""
    disclosure: str = ""
    is_withdrawn: bool = False
    is_erased: bool = False
    is_refused: bool = False
    has_source: bool = True
    statements: dict[str, bool] = field(default_factory=dict)
    consents: Sequence[Agreed] = ()
    twins: Sequence[str] = ()


def plain(text: str) -> str:
    """The words as they are compared: line ends and the form of accents alike, nothing else."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def use_findings(facts: Facts, *, purpose: str, countries: Sequence[str] = ()) -> list[Finding]:
    """What stands against using this testimonial for `purpose` before an audience in `countries`;
    empty when nothing does. What cannot be cured stands first and alone."""
    if facts.is_erased:
        return [
            found(
                Topic.WITHDRAWAL,
                countries,
                says="The person had their data erased.",
                do="Take the testimonial off; it cannot come back.",
            )
        ]
    ends = list(endings(facts, countries))
    if ends:
        return ends
    return [
        *consent_findings(facts, purpose=purpose, countries=countries),
        *disclosure_findings(facts, countries),
        *source_findings(facts, countries),
    ]


def usable_for(
    facts: Facts, purposes: Sequence[str], *, countries: Sequence[str] = ()
) -> list[str]:
    """Those of the purposes for which nothing stands against the testimonial."""
    return [
        purpose
        for purpose in purposes
        if not use_findings(facts, purpose=purpose, countries=countries)
    ]


def endings(facts: Facts, countries: Sequence[str]) -> Iterator[Finding]:
    """What no further act of ours can cure."""
    if facts.is_withdrawn:
        yield found(
            Topic.WITHDRAWAL,
            countries,
            says=f"{facts.name} has withdrawn the consent.",
            do="Take the testimonial off. Do not ask again unless they come back by themselves.",
        )
    if facts.is_refused:
        yield found(
            Topic.CONSENT,
            countries,
            says=f"{facts.name} did not want to be quoted.",
            do="Leave it out.",
        )
    if facts.statements.get("conditional"):
        yield found(
            Topic.BOUGHT,
            countries,
            says=f"{facts.name} was promised something for a good word.",
            do="Leave it out: no disclosure makes it usable.",
        )
    if facts.statements.get("adult") is False:
        yield found(
            Topic.AGE,
            countries,
            says=f"{facts.name} is not 18 yet.",
            do="Leave it out.",
        )
    for key, wrong in (
        ("own_words", "did not write these words"),
        ("used_it", "has not used it"),
    ):
        if facts.statements.get(key) is False:
            yield found(
                Topic.FAKE,
                countries,
                says=f"{facts.name} {wrong}, by their own answer.",
                do="Leave it out.",
            )


def consent_findings(facts: Facts, *, purpose: str, countries: Sequence[str]) -> Iterator[Finding]:
    """Whether the person agreed, to this purpose and to these words."""
    standing = [one for one in facts.consents if not one.is_withdrawn]
    if not facts.text.strip():
        yield found(
            Topic.CONSENT,
            countries,
            says=f"There are no words of {facts.name} yet.",
            do="Ask for them with a request.",
        )
        return
    if not standing:
        yield found(
            Topic.CONSENT,
            countries,
            says=f"{facts.name} has not agreed to any use.",
            do="Send a request, or record the consent that you hold, with its evidence.",
        )
        return
    right = [one for one in standing if purpose in one.purposes]
    if not right:
        held = ", ".join(
            sorted({name.replace("_", " ") for one in standing for name in one.purposes})
        )
        yield found(
            Topic.CONSENT,
            countries,
            says=f"{facts.name} agreed to: {held or 'nothing'}. This use is: {purpose.replace('_', ' ')}.",
            do="Use it only there, or ask for this purpose too.",
        )
        return
    if all(plain(one.quote) != plain(facts.text) for one in right):
        yield found(
            Topic.WORDS,
            countries,
            says=f"The words differ from those that {facts.name} agreed to.",
            do="Put the agreed words back, or ask for consent to the new ones.",
        )


def disclosure_findings(facts: Facts, countries: Sequence[str]) -> Iterator[Finding]:
    """Whether readers are told what ties the person to the firm."""
    if facts.disclosure.strip():
        return
    if facts.is_insider:
        yield found(
            Topic.INSIDER,
            countries,
            says=f"{facts.name} is no ordinary customer ({facts.relation}), and nothing tells readers so.",
            do="Write a disclosure that readers will see beside the words.",
        )
    if facts.incentive.strip():
        yield found(
            Topic.INCENTIVE,
            countries,
            says=f"{facts.name} got something in return ({facts.incentive.strip()}), and nothing tells "
            "readers so.",
            do="Write a disclosure that readers will see beside the words.",
        )


def source_findings(facts: Facts, countries: Sequence[str]) -> Iterator[Finding]:
    """Whether anything shows that a real person said it."""
    if not facts.has_source:
        yield found(
            Topic.FAKE,
            countries,
            says="Nothing shows where these words come from.",
            do="Send the person a request, or name the letter, mail or recording that holds them.",
        )
    if facts.twins:
        yield found(
            Topic.FAKE,
            countries,
            says=f"The same words stand under the name of {' and '.join(facts.twins)} as well.",
            do="Find out who wrote them; use neither until then.",
        )


def proof_findings(
    *,
    claim: str,
    has_source: bool,
    holds_until: date | None,
    today: date,
    countries: Sequence[str] = (),
) -> list[Finding]:
    """What stands against a proof of a claim on `today`, the brand's."""
    wrong = []
    if holds_until is not None and holds_until < today:
        wrong.append(
            found(
                Topic.EXPIRED,
                countries,
                says=f"The proof of “{claim}” held until {holds_until.day} {holds_until:%b %Y}.",
                do="Renew it, or take the claim out.",
            )
        )
    if not has_source:
        wrong.append(
            found(
                Topic.EXPIRED,
                countries,
                says=f"The proof of “{claim}” names no source.",
                do="Name the study, test or document, or its address.",
            )
        )
    return wrong


def found(
    topic: Topic, countries: Sequence[str], *, says: str, do: str, stops: bool = True
) -> Finding:
    return Finding(topic, says, do, cited(topic, countries), stops)


def all_rules() -> list[tuple[Topic, str, str]]:
    """Every rule with its name and what it says, for the page that lists them."""
    return [(topic, rule.name, rule.says) for topic, rule in RULES.items()]
