"""Each rule stops what it forbids, names its sections, and lets the rest through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from content.proof.law import RULES, Topic, cited, places
from content.proof.rules import (
    Agreed,
    Facts,
    proof_findings,
    usable_for,
    use_findings,
)
from content.proof.text_rules import (
    draft_findings,
    request_findings,
    selection_findings,
)

WORDS = "It halved our queue."
GOOD = Facts("Ida Moe", WORDS, consents=[Agreed(frozenset({"website"}), WORDS)])
TODAY = date(2026, 11, 20)


def topics(facts: Facts, purpose: str = "website") -> list[str]:
    return [str(one.topic) for one in use_findings(facts, purpose=purpose, countries=["us"])]


def test_the_control_a_consented_testimonial_of_a_customer_is_free() -> None:
    assert topics(GOOD) == []
    assert usable_for(GOOD, ["website", "ads"]) == ["website"]


@pytest.mark.parametrize(
    ("change", "topic"),
    [
        ({"is_withdrawn": True}, Topic.WITHDRAWAL),
        ({"is_erased": True}, Topic.WITHDRAWAL),
        ({"is_refused": True}, Topic.CONSENT),
        ({"consents": []}, Topic.CONSENT),
        ({"consents": [Agreed(frozenset({"website"}), WORDS, True)]}, Topic.CONSENT),
        ({"consents": [Agreed(frozenset({"press"}), WORDS)]}, Topic.CONSENT),
        ({"text": ""}, Topic.CONSENT),
        ({"text": "It halved our queue!"}, Topic.WORDS),
        ({"text": "It … our queue."}, Topic.WORDS),
        ({"is_insider": True, "relation": "employee"}, Topic.INSIDER),
        ({"incentive": "a bag of coffee"}, Topic.INCENTIVE),
        ({"statements": {"conditional": True}, "disclosure": "Paid."}, Topic.BOUGHT),
        ({"statements": {"own_words": False}}, Topic.FAKE),
        ({"statements": {"used_it": False}}, Topic.FAKE),
        ({"statements": {"adult": False}}, Topic.AGE),
        ({"has_source": False}, Topic.FAKE),
        ({"twins": ["Ola Vik"]}, Topic.FAKE),
    ],
)
def test_each_fault_is_stopped_by_its_rule(change: dict, topic: Topic) -> None:
    assert topics(replace(GOOD, **change)) == [str(topic)]


@pytest.mark.parametrize("tie", [{"is_insider": True}, {"incentive": "a discount"}])
def test_a_disclosure_cures_what_it_may_cure(tie: dict) -> None:
    assert topics(replace(GOOD, **tie)) != []
    assert topics(replace(GOOD, disclosure="Works for us; got a discount.", **tie)) == []


def test_only_line_ends_and_the_form_of_accents_may_differ() -> None:
    consent = Agreed(frozenset({"website"}), "Cafe\u0301 rules.\r\nReally.")
    assert topics(replace(GOOD, text="Café rules.\nReally.", consents=[consent])) == []
    assert topics(replace(GOOD, text="Cafe rules.\nReally.", consents=[consent])) == ["words"]


def test_a_second_consent_to_new_words_makes_them_usable() -> None:
    longer = "It halved our queue. Really."
    both = [*GOOD.consents, Agreed(frozenset({"website"}), longer)]
    assert topics(replace(GOOD, text=longer, consents=both)) == []


def test_a_finding_says_what_is_wrong_what_to_do_and_the_section() -> None:
    (found,) = use_findings(
        replace(GOOD, is_insider=True, relation="employee"),
        purpose="website",
        countries=["us", "de"],
    )
    assert "employee" in found.says
    assert found.do.startswith("Write a disclosure")
    assert "16 CFR 465.5" in found.rule
    assert "Directive 2005/29/EC" in found.rule
    assert str(found).count("465.5") == 1


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("If you are happy, please write to us.", Topic.SUPPRESSION),
        ("Since you're very satisfied, tell others!", Topic.SUPPRESSION),
        ("Give us 5 stars.", Topic.SUPPRESSION),
        ("Leave a positive review.", Topic.SUPPRESSION),
        ("Leave a positive review and get a voucher.", Topic.BOUGHT),
    ],
)
def test_a_request_that_gates_or_buys_praise_is_stopped(text: str, topic: Topic) -> None:
    assert [one.topic for one in request_findings(text, ["us"])] == [topic]


@pytest.mark.parametrize(
    "text",
    [
        "How was it, good or bad? Figures help.",
        "Tell us what happened. Everybody who answers gets a voucher, whatever they say.",
        "What would you like to see next?",
    ],
)
def test_a_fair_request_passes(text: str) -> None:
    assert request_findings(text, ["us"]) == []


def test_a_proof_stops_the_day_after_it_ran_out_and_without_a_source() -> None:
    def found(day: date | None, has_source: bool = True) -> int:
        return len(
            proof_findings(claim="Fast", has_source=has_source, holds_until=day, today=TODAY)
        )

    assert [found(None), found(TODAY), found(date(2026, 11, 19))] == [0, 0, 1]
    assert found(None, has_source=False) == 1


def test_chosen_testimonials_may_not_be_shown_as_all() -> None:
    def found(text: str, unhappy: int) -> list[bool]:
        return [one.stops for one in selection_findings(text, unhappy=unhappy, total=9)]

    assert found("What all our customers say", 0) == []
    assert found("What all our customers say", 2) == [True]
    assert found("Every customer loves it", 1) == [True]
    assert found("What three cafés say", 2) == [False]


def test_a_draft_must_hold_the_words_whole_with_their_disclosure() -> None:
    def found(text: str) -> list[str]:
        return [
            str(one.topic)
            for one in draft_findings(
                text, name="Ida", quote="It works.\n\nAlways *so*.", disclosure="Works for us."
            )
        ]

    assert found("> It works.\n>\n> Always \\*so\\*.\n\nWorks for us.") == []
    assert found("Ida: “It works. Always *so*.” (Works for us.)") == []
    assert found("> It works. … so.\n\nWorks for us.") == ["words"]
    assert found("> It works.\n>\n> Always \\*so\\*.") == ["incentive"]


def test_the_sections_are_those_of_the_audience() -> None:
    assert places(["NO", "us", "cn"]) == ["USA", "EU"]
    assert "465.4" in cited(Topic.BOUGHT, ["us"])
    assert "465.4" not in cited(Topic.BOUGHT, ["de"])
    assert "23c" in cited(Topic.BOUGHT, ["de"])
    assert "a rule of Pushdown's" in cited(Topic.BOUGHT, ["cn"])
    assert "a rule of Pushdown's" in cited(Topic.AGE, ["us"])


def test_every_topic_has_a_rule() -> None:
    assert set(RULES) == set(Topic)
