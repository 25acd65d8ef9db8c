"""Title and description for result pages: their width, the keyword in them, and no avoided word."""

from __future__ import annotations

from content.brief.widths import Fit, description_fit, title_fit
from content.drafting.finding import Finding, Level, Ruling, Where
from content.drafting.given import Given, Text
from content.drafting.vocabulary import content_words, covered
from content.wording import repeats

RULE, POINTS = "snippet", 10
LEAST_OF_TITLE = 0.35
LEAST_OF_DESCRIPTION = 0.45
"""Below these shares of the room there is more to say."""


def check(text: Text, given: Given) -> Ruling:
    """Title 6 points of 10, description 4; each loses by what is wrong with it."""
    title = about_title(text, given)
    description = about_description(text, given)
    share = 0.6 * left(title) + 0.4 * left(description)
    words = "Widths in Arial as on a desktop result page; engines rewrite titles when they like."
    return Ruling(RULE, POINTS, share, words, (*title, *description))


def left(found: list[Finding]) -> float:
    """What remains of one part: nothing when it is missing or repeats the negative, half for less."""
    if any(finding.is_required for finding in found):
        return 0.0
    return 0.5 if any(finding.level == Level.RECOMMENDED for finding in found) else 1.0


def about_title(text: Text, given: Given) -> list[Finding]:
    where = Where(part="title")
    title = text.title.strip()
    if not title:
        return [
            Finding(
                RULE,
                Level.REQUIRED,
                "The title for result pages is missing.",
                "Write one: the keyword first, then what the reader gets.",
                where,
            )
        ]
    found = width(title_fit(title), LEAST_OF_TITLE, "title", where)
    missing = lacks(title, given, text.language)
    if missing:
        found.append(
            Finding(
                RULE,
                Level.RECOMMENDED,
                f"The title does not say “{'”, “'.join(missing)}” of the keyword “{given.phrase}”.",
                "Put the keyword in, as near to the beginning as it reads well.",
                where,
            )
        )
    return found + said(title, given, where)


def about_description(text: Text, given: Given) -> list[Finding]:
    where = Where(part="description")
    description = text.description.strip()
    if not description:
        return [
            Finding(
                RULE,
                Level.RECOMMENDED,
                "The description is missing: engines then cut one out of the text.",
                "Write one or two sentences that answer the search.",
                where,
            )
        ]
    found = width(description_fit(description), LEAST_OF_DESCRIPTION, "description", where)
    missing = lacks(description, given, text.language)
    if missing:
        found.append(
            Finding(
                RULE,
                Level.RECOMMENDED,
                f"The description does not say “{'”, “'.join(missing)}” of the keyword.",
                "Say the keyword once: engines show it in bold.",
                where,
            )
        )
    return found + said(description, given, where)


def width(fit: Fit, least: float, name: str, where: Where) -> list[Finding]:
    if not fit.is_fine:
        return [
            Finding(
                RULE,
                Level.RECOMMENDED,
                f"The {name} is {fit.pixels} px wide; engines cut it at about {fit.limit} px.",
                "Shorten it, or move what matters to its beginning.",
                where,
            )
        ]
    if fit.pixels < least * fit.limit:
        return [
            Finding(
                RULE,
                Level.RECOMMENDED,
                f"The {name} uses {fit.words}.",
                "Say more: who it is for, what one gets, a figure.",
                where,
            )
        ]
    return [Finding(RULE, Level.GOOD, f"The {name} fits: {fit.words}.", where=where)]


def lacks(text: str, given: Given, language: str) -> list[str]:
    """The words of the keyword that the text does not say. Words that are to be avoided need not be."""
    wanted = content_words(given.phrase, language)
    missing = wanted - covered(wanted, content_words(text, language))
    if language == "zh":
        missing = frozenset(word for word in missing if word not in text.casefold())
    return sorted(word for word in missing if not repeats(word, given.avoid))


def said(text: str, given: Given, where: Where) -> list[Finding]:
    return [
        Finding(
            RULE,
            Level.REQUIRED,
            f"The {where.part} says “{word}”, a word of the negative.",
            "Take it out: it helps the negative rank for it, and readers meet it first here.",
            where,
        )
        for word in dict.fromkeys(repeats(text, given.avoid))
    ]
