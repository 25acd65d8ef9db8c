"""Disclosure: who speaks and what was paid for is said openly, and no review is bought.

FTC 16 CFR 255.5 (material connections), 16 CFR 465.4 (incentives for a given sentiment) and 465.5 (insiders);
in the EU points 11, 23b and 23c of Annex I to Directive 2005/29/EC, as changed by Directive 2019/2161.
"""

from __future__ import annotations

from content.drafting.document import Sentence
from content.drafting.finding import Finding, Level, Ruling, Where, unmeasured
from content.drafting.given import Given, Text
from content.drafting.wordlists import is_known, pattern

RULE, POINTS = "disclosure", 6
ALWAYS = frozenset({"guest_post", "forum", "profile"})
"""Types that stand among other people's words."""
VOICES = frozenset({"testimonial", "case_study", "video"})
"""Types in which customers speak."""
BEFORE = 24
"""Letters before a reward in which a "no" says that there was none."""


def check(text: Text, given: Given) -> Ruling:
    if not is_known(text.language):
        return unmeasured(
            RULE, POINTS, "There are no word lists to look for a disclosure in this language."
        )
    sentences = text.document.sentences
    said = next((s for s in sentences if pattern(text.language, "disclosure").search(s.text)), None)
    is_needed = given.kind in ALWAYS or bool(given.disclosures)
    found = [*bought(sentences, text.language, said), *insiders(sentences, text, given, said)]
    if is_needed and said is None:
        found.append(missing(given))
    elif is_needed and said is not None:
        found.append(
            Finding(
                RULE,
                Level.GOOD,
                "It discloses who speaks.",
                where=Where(said.line, said.text[:120]),
            )
        )
    if not is_needed and not found:
        return Ruling(
            RULE, POINTS, None, "This type needs no disclosure, and nothing in it asks for one."
        )
    share = 0.0 if any(finding.is_required for finding in found) else 1.0
    return Ruling(
        RULE, POINTS, share, "Found by usual wordings; a person must read it.", tuple(found)
    )


def missing(given: Given) -> Finding:
    wanted = " ".join(str(line) for line in given.disclosures[:2])
    return Finding(
        RULE,
        Level.REQUIRED,
        "It does not say who stands behind it.",
        f"Say it near the top, in one sentence. {wanted}".strip()
        if wanted
        else "Say near the top who writes and for whom, such as “I work for …” or “Sponsored by …”.",
    )


def bought(sentences: list[Sentence], language: str, said: Sentence | None) -> list[Finding]:
    """Sentences in which a reward and a review meet."""
    found = []
    for sentence in sentences:
        reward = pattern(language, "incentive").search(sentence.text)
        review = pattern(language, "testimony").search(sentence.text)
        if not reward or not review:
            continue
        before = sentence.text[max(0, reward.start() - BEFORE) : reward.start()]
        if pattern(language, "negation").search(before):
            continue
        is_open = said is not None and said.block is sentence.block
        found.append(
            Finding(
                RULE,
                Level.RECOMMENDED if is_open else Level.REQUIRED,
                f"“{reward[0]}” and “{review[0]}” stand in one sentence: this reads as a reward for a review.",
                "Offer none for a good review. If the customer got something, say so in the same paragraph "
                "(16 CFR 465.4 and 255.5; UCPD Annex I no. 23c).",
                Where(sentence.line, sentence.text[:160]),
            )
        )
    return found


def insiders(
    sentences: list[Sentence], text: Text, given: Given, said: Sentence | None
) -> list[Finding]:
    """People from inside who are quoted as if they were customers."""
    if given.kind not in VOICES or said is not None:
        return []
    inside = pattern(text.language, "insider")
    return [
        Finding(
            RULE,
            Level.REQUIRED,
            f"“{match[0]}”: somebody from inside speaks for the product, and nothing discloses it.",
            "Say beside the quote that this person belongs to the firm, or use a customer's words "
            "(16 CFR 465.5).",
            Where(sentence.line, sentence.text[:160]),
        )
        for sentence in sentences
        if (match := inside.search(sentence.text))
    ][:1]
