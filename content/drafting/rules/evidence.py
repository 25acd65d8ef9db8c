"""Evidence: each claim has a source attached or linked in its paragraph."""

from __future__ import annotations

from content.drafting.claims import Claim, claims_of
from content.drafting.finding import Finding, Level, Ruling, Where, unmeasured
from content.drafting.given import Backing, Given, Text
from content.drafting.rules.links import leads_to_negative
from content.drafting.wordlists import is_known

RULE, POINTS = "evidence", 14
HALF = 0.5
"""A length of time or a date counts half a claim."""


def check(text: Text, given: Given) -> Ruling:
    """The share of claims that are backed."""
    claims = claims_in(text, given)
    stale = loose(text, claims, given)
    if not claims:
        if not is_known(text.language):
            return unmeasured(
                RULE, POINTS, "There are no word lists to find claims in this language."
            )
        return Ruling(
            RULE,
            POINTS,
            None,
            "No sentence claims anything that would need a source.",
            tuple(stale),
        )
    weights = [(1.0 if claim.is_firm else HALF, claim.is_backed) for claim in claims]
    share = sum(weight for weight, is_backed in weights if is_backed) / sum(w for w, _ in weights)
    backed = sum(is_backed for _, is_backed in weights)
    words = f"{backed} of {len(claims)} claims are backed. A source is noted, not verified."
    found = [finding_of(claim) for claim in claims]
    return Ruling(RULE, POINTS, share, words, (*found, *stale))


def claims_in(text: Text, given: Given) -> list[Claim]:
    """The claims of the draft, each with its evidence."""
    return claims_of(
        text.document,
        evidence=given.evidence,
        wanted=[str(row.get("text") or "") for row in given.claims],
        is_source=lambda url: not leads_to_negative(url, given),
    )


def finding_of(claim: Claim) -> Finding:
    where = Where(claim.sentence.line, claim.text[:160])
    what = " and ".join(claim.sorts[:2])
    said = f" (“{claim.words}”)" if claim.words else ""
    if claim.is_backed:
        source = claim.backing.source or claim.backing.note if claim.backing else "a link beside it"
        return Finding(
            RULE,
            Level.GOOD,
            f"Backed: {what}{said}, by {source[:120]}.",
            where=where,
            claim=claim.text,
        )
    return Finding(
        RULE,
        Level.REQUIRED if claim.is_firm else Level.RECOMMENDED,
        f"{what[:1].upper()}{what[1:]}{said} without evidence.",
        "Attach its source, link it in the same paragraph, or say less.",
        where,
        claim=claim.text,
    )


def loose(text: Text, claims: list[Claim], given: Given) -> list[Finding]:
    """Evidence whose sentence is no longer there, or whose figures have changed."""
    used = {claim.backing for claim in claims if claim.backing}
    return [
        Finding(
            RULE,
            Level.RECOMMENDED,
            f"Evidence for “{row.claim[:100]}” fits no sentence any more.",
            "Attach it to the sentence as it is now, after looking whether it still holds; or remove it.",
        )
        for row in given.evidence
        if row.claim.strip() and row not in used and not still_said(row, text)
    ]


def still_said(row: Backing, text: Text) -> bool:
    """Whether the sentence stands there, although the rules see no claim in it."""
    return " ".join(row.claim.split()).casefold() in " ".join(text.document.text.split()).casefold()
