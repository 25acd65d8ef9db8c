"""A model's opinion beside the verdict of the rules: neither overrules the other lightly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.tone import BrandNames, Category, Evidence, Text, Tone, Verdict, judge_texts
from reputation.tone.corrections import BORDERS
from reputation.tone.opinion import Opinion, blend

NAMES = BrandNames(("Hallway Coffee",), ("hallwaycoffee.example",))
PAGE = "https://news.example/a"
FRAUD = Text("Hallway Coffee convicted of fraud, founder jailed for embezzlement", "", PAGE)
PLAIN = Text("Hallway Coffee opens a shop in Oslo", "", PAGE)
SURE_ILL, SURE_WELL = Opinion(0.99, 0.01, 0.0), Opinion(0.0, 0.01, 0.99)


def judged(text: Text) -> Verdict:
    return next(judge_texts([text], NAMES))


def test_a_sure_verdict_stands_against_the_opposite_opinion() -> None:
    verdict = judged(FRAUD)
    assert verdict.tone == Tone.NEGATIVE
    for opinion in (SURE_WELL, Opinion(0.1, 0.3, 0.6), Opinion(0.05, 0.9, 0.05)):
        blended = blend(FRAUD, verdict, opinion, NAMES)
        assert (blended.tone, blended.category) == (Tone.NEGATIVE, verdict.category)


def test_a_lukewarm_opinion_turns_nothing_plain() -> None:
    verdict = judged(PLAIN)
    for opinion in (Opinion(0.7, 0.2, 0.1), Opinion(0.1, 0.2, 0.7)):
        assert blend(PLAIN, verdict, opinion, NAMES).tone == Tone.NEUTRAL


@pytest.mark.parametrize(
    ("opinion", "tone"), [(SURE_ILL, Tone.NEGATIVE), (SURE_WELL, Tone.POSITIVE)]
)
def test_a_sure_opinion_turns_what_the_rules_found_nothing_in(opinion: Opinion, tone: Tone) -> None:
    blended = blend(PLAIN, judged(PLAIN), opinion, NAMES)
    assert blended.tone == tone
    assert [piece.reason for piece in blended.evidence] == [f"the model reads it as {tone} (99 %)"]


def test_the_evidence_of_the_rules_stays() -> None:
    text = Text("Hallway Coffee criticised", "", PAGE)
    verdict = judged(text)
    blended = blend(text, verdict, SURE_ILL, NAMES)
    assert verdict.evidence
    assert set(verdict.evidence) < set(blended.evidence)
    assert blended.score < verdict.score


def test_the_model_says_nothing_about_the_brands_own_page() -> None:
    text = Text("Hallway Coffee", "The best coffee", "https://hallwaycoffee.example/")
    verdict = judged(text)
    assert blend(text, verdict, SURE_WELL, NAMES) == verdict
    elsewhere = Text(text.title, text.snippet, PAGE)
    assert blend(elsewhere, judged(elsewhere), SURE_WELL, NAMES).tone == Tone.POSITIVE


SHARES = st.tuples(*[st.floats(0.0, 1.0)] * 3).filter(lambda row: sum(row) > 0.01)


@given(score=st.floats(-1, 1), shares=SHARES, has_address=st.booleans())
def test_score_tone_and_confidence_always_go_together(
    score: float, shares: tuple[float, float, float], has_address: bool
) -> None:
    score = round(score, 3)
    tone = next(tone for tone, (low, high) in BORDERS.items() if low - 0.001 <= score <= high)
    piece = Evidence("x", "title", 0, 1, score, "fraud" if score < 0 else "", "“x”: a word")
    category = Category.FRAUD if tone == Tone.NEGATIVE else Category.NONE
    verdict = Verdict(tone, score, category, "en", 0.7, (piece,))
    opinion = Opinion(*(share / sum(shares) for share in shares))
    text = Text("Hallway Coffee", "", PAGE if has_address else "")
    blended = blend(text, verdict, opinion, NAMES)
    low, high = BORDERS[blended.tone]
    assert low <= blended.score <= high
    assert 0 <= blended.confidence <= 1
    assert (blended.category == "") or blended.tone == Tone.NEGATIVE
    assert piece in blended.evidence
    worse = blend(text, verdict, SURE_ILL, NAMES)
    better = blend(text, verdict, SURE_WELL, NAMES)
    assert worse.score - 0.002 <= score <= better.score + 0.002
