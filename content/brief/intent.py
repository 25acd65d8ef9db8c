"""What searchers of a keyword want, read off its stored result page and its own words. Pure.

Engines choose results and features by what people do with them, so the page itself tells the intent.
Each sign gives points; the intent with most points is named, with its signs as reasons. The points
are a rule of thumb of ours, not measured: words of the phrase count most because they say it outright.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from content.brief.words import is_question, said, word_list
from content.models import Brief
from content.places import Place
from serp.models import Keyword
from serp.providers.base import ResultKind

Intent = Brief.Intent
BY_WORD = 4
BY_FEATURE = 2
MANY = 3
"""So many of ten results make a kind of place telling."""
FEATURES: dict[ResultKind, tuple[Intent, str]] = {
    ResultKind.PEOPLE_ALSO_ASK: (Intent.INFORMATIONAL, "the engine shows questions"),
    ResultKind.AI_OVERVIEW: (Intent.INFORMATIONAL, "the engine writes an overview of its own"),
    ResultKind.ANSWER_BOX: (Intent.INFORMATIONAL, "the engine answers in a box"),
    ResultKind.TOP_STORIES: (Intent.NEWS, "the engine shows top stories"),
    ResultKind.KNOWLEDGE_PANEL: (Intent.NAVIGATIONAL, "the engine shows a panel about the name"),
    ResultKind.LOCAL: (Intent.NAVIGATIONAL, "the engine shows places near the searcher"),
    ResultKind.ADS: (Intent.TRANSACTIONAL, "advertisers pay for this search"),
}
PLACES: dict[Place, tuple[Intent, str]] = {
    Place.REVIEW: (Intent.COMMERCIAL, "review sites"),
    Place.NEWS: (Intent.NEWS, "news pages"),
    Place.ENCYCLOPAEDIA: (Intent.INFORMATIONAL, "encyclopaedia pages"),
    Place.QUESTION: (Intent.INFORMATIONAL, "question sites"),
    Place.FORUM: (Intent.INFORMATIONAL, "forums"),
    Place.VIDEO: (Intent.INFORMATIONAL, "videos"),
}
WORD_LISTS = (
    ("transactional", Intent.TRANSACTIONAL),
    ("commercial", Intent.COMMERCIAL),
    ("news", Intent.NEWS),
    ("navigational", Intent.NAVIGATIONAL),
)
ORDER = (
    Intent.NEWS,
    Intent.TRANSACTIONAL,
    Intent.COMMERCIAL,
    Intent.NAVIGATIONAL,
    Intent.INFORMATIONAL,
)
"""Of two with equal points the rarer one: nearly every page has something to read."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What the intent is read from. `features` and `places` (of page one) are empty for a keyword
    that was never read; `own` counts the brand's own pages among `results` of page one."""

    phrase: str
    language: str
    keyword_kind: str = ""
    features: Collection[str] = ()
    places: tuple[Place, ...] = ()
    own: int = 0
    results: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """The intent, or "" where nothing tells it, and the signs that spoke for it."""

    intent: str
    why: list[str]


def intent_of(signs: Signs) -> Found:
    """The search intent with its reasons in words, strongest first."""
    points: Counter[Intent] = Counter()
    why: dict[Intent, list[tuple[int, str]]] = {intent: [] for intent in Intent}
    for intent, weight, words in votes(signs):
        points[intent] += weight
        why[intent].append((weight, words))
    if not points:
        return Found("", [])
    best = max(points.values())
    intent = next(one for one in ORDER if points[one] == best)
    return Found(intent.value, [words for _, words in sorted(why[intent], key=lambda r: -r[0])])


def votes(signs: Signs) -> Iterator[tuple[Intent, int, str]]:
    """Each sign: for which intent, its points, and the reason in words."""
    for name, intent in WORD_LISTS:
        found = said(signs.phrase, word_list(name, signs.language))
        if found:
            yield intent, BY_WORD, f"the phrase says “{found[0]}”"
    if is_question(signs.phrase, signs.language):
        yield Intent.INFORMATIONAL, BY_WORD, "the phrase is a question"
    for kind in signs.features:
        if kind in FEATURES:
            intent, words = FEATURES[ResultKind(kind)]
            yield intent, BY_FEATURE, words
    counts = Counter(signs.places)
    for place, (intent, name) in PLACES.items():
        if counts[place] >= MANY:
            words = f"{counts[place]} of {signs.results} results are {name}"
            yield intent, counts[place] - 1, words
    if signs.own >= MANY:
        words = f"{signs.own} of {signs.results} results are the brand's own pages"
        yield Intent.NAVIGATIONAL, signs.own - 1, words
    if signs.keyword_kind in (Keyword.Kind.BRAND, Keyword.Kind.PERSON):
        yield Intent.NAVIGATIONAL, 1, "it is a search for a name"
    if signs.keyword_kind in (Keyword.Kind.PROBLEM, Keyword.Kind.TOPIC):
        yield Intent.INFORMATIONAL, 1, "it is a search about a matter, not for a page"
    if signs.keyword_kind == Keyword.Kind.PRODUCT:
        yield Intent.COMMERCIAL, 1, "it is a search for a product"
