"""Copies: of another draft of the brand, of a page that it has, or of the ranking pages' headings."""

from __future__ import annotations

from content.drafting.finding import Finding, Level, Ruling, Where, unmeasured
from content.drafting.given import Given, Text
from content.drafting.sketches import LEAST, share_of, sketch
from content.drafting.vocabulary import content_words

RULE, POINTS = "copies", 8
COPY, NEAR = 0.5, 0.2
SAME_TITLE = 0.8
LEAST_TITLE_WORDS = 3
LEAST_HEADINGS = 3
SAME_HEADINGS = 0.5


def check(text: Text, given: Given) -> Ruling:
    """Half or more of the text elsewhere is a copy and is held back; a fifth is worth a look."""
    ours = sketch(text.document.text, text.language)
    if len(ours) < LEAST:
        return unmeasured(RULE, POINTS, "Too short to tell a copy.")
    drafts, titles = drafts_like(ours, given), titles_like(text, given)
    headings = headings_like(text, given)
    found = [*drafts, *titles, *headings]
    share = 0.0 if any(finding.is_required for finding in found) else max(0.0, 1 - 0.4 * len(found))
    words = (
        f"Compared with {len(given.others)} other drafts, {len(given.own_titles)} titles of own pages and "
        f"{len(given.ranking_headings)} headings of ranking pages. The web is not searched."
    )
    return Ruling(RULE, POINTS, share, words, tuple(found))


def drafts_like(ours: frozenset[int], given: Given) -> list[Finding]:
    shares = sorted(
        ((share_of(ours, other.sketch), other.name) for other in given.others), reverse=True
    )
    return [
        Finding(
            RULE,
            Level.REQUIRED if share >= COPY else Level.RECOMMENDED,
            f"About {100 * share:.0f} % of it stands in “{name}” too.",
            "Two pages of one brand with the same text take each other's place. Write this one for its "
            "own question, or make one page of both.",
        )
        for share, name in shares[:3]
        if share >= NEAR
    ]


def titles_like(text: Text, given: Given) -> list[Finding]:
    """Own pages with nearly the same title: they would compete for one intent."""
    ours = content_words(text.title, text.language)
    if len(ours) < LEAST_TITLE_WORDS:
        return []
    return [
        Finding(
            RULE,
            Level.RECOMMENDED,
            f"A page of the brand has nearly the same title: “{title}”.",
            "Give this one its own intent, or rework that page instead of adding a second.",
            Where(part="title"),
        )
        for title in given.own_titles
        if likeness(ours, content_words(title, text.language)) >= SAME_TITLE
    ][:2]


def headings_like(text: Text, given: Given) -> list[Finding]:
    """Whether the outline is that of the ranking pages, word for word."""
    theirs = {plain(heading) for heading in given.ranking_headings} - {""}
    ours = [block for block in text.document.headings if plain(block.text)]
    same = [block for block in ours if plain(block.text) in theirs]
    if len(same) < LEAST_HEADINGS or len(same) / len(ours) < SAME_HEADINGS:
        return []
    return [
        Finding(
            RULE,
            Level.RECOMMENDED,
            f"{len(same)} of {len(ours)} headings are those of ranking pages, word for word.",
            "Order it by what your readers need and you know; engines have that page already.",
            Where(same[0].line, same[0].text),
        )
    ]


def likeness(ours: frozenset[str], theirs: frozenset[str]) -> float:
    return len(ours & theirs) / len(ours | theirs) if theirs else 0.0


def plain(heading: str) -> str:
    return " ".join(heading.casefold().split()).strip(" .:?？!！")
