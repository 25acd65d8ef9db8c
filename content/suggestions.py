"""Which kinds of piece to publish against a negative, by rules in words; each says its reason. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from content.models import Piece
from content.places import Place
from reputation.models import Mark
from reputation.tone.verdict import Category
from serp.models import Keyword

Kind = Piece.Kind

OWN_STATEMENT = {
    Category.REGULATOR,
    Category.RECALL,
    Category.LAWSUIT,
    Category.BREACH,
    Category.FINANCES,
}
"""Negatives about something that happened: what searchers miss is the brand's own dated word on it."""
EXPERIENCE = {Category.SERVICE, Category.QUALITY, Category.PRICE}
"""Negatives about what customers went through: other customers are believed, the brand is not."""
HEATED = {Category.CRIME, Category.FRAUD, Category.ETHICS, Category.LAWSUIT, Category.LABOUR}
"""Negatives that people argue about: an answer in a forum there feeds the story."""
UNFIT = {
    Keyword.Kind.PERSON: {Kind.COMPARISON, Kind.CASE_STUDY, Kind.TESTIMONIAL, Kind.WHITE_PAPER},
}
"""Types that make no sense for such a keyword."""
ONLY_SEEN = {Kind.COMPARISON: set(Keyword.Kind.values), Kind.FAQ: {Keyword.Kind.PERSON.value}}
"""Types that need a reason on the result page, for such keywords."""
BOUGHT = {Keyword.Kind.PRODUCT, Keyword.Kind.PROBLEM}
CROWDED = 2
"""Engines seldom show more than two results of one host on a page."""
ON_OWN_SITE = frozenset(
    {Kind.FAQ, Kind.NEWS, Kind.CASE_STUDY, Kind.TESTIMONIAL, Kind.WHITE_PAPER, Kind.COMPARISON}
)
"""Types that usually stand on the brand's own site; the others stand elsewhere."""
PLACES_OF = {
    Kind.VIDEO: (Place.VIDEO,),
    Kind.PROFILE: (Place.ENCYCLOPAEDIA, Place.PROFILE),
    Kind.FORUM: (Place.FORUM, Place.QUESTION),
    Kind.GUEST_POST: (Place.NEWS,),
}
"""Sorts of place where the other types stand."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules look at. `places` are the kinds of place on page one with their positions;
    `own` counts the brand's own pages there, `questions` are those that the engine shows."""

    keyword_kind: str
    category: str
    places: tuple[tuple[int, Place], ...]
    own: int
    questions: tuple[str, ...]
    has_videos: bool

    def first(self, *wanted: Place) -> int | None:
        """The best position of such a place on page one."""
        return next((position for position, place in self.places if place in wanted), None)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A kind of piece and why. `is_seen`: the reason stands on this result page; otherwise it is
    what holds in general. In a plan it also has its day in the brand's zone, its work in hours,
    the likelihood that it reaches page one, and the id of the placement where it is to stand."""

    kind: Piece.Kind
    reason: str
    is_seen: bool
    live_by: date | None = None
    hours: float | None = None
    likelihood: float | None = None
    placement: int | None = None


def faq(s: Situation) -> str:
    count = len(s.questions)
    if not count:
        return ""
    return (
        f"Searchers ask {count} question{'s' if count > 1 else ''} here: answer them on one page."
    )


def news(s: Situation) -> str:
    if s.category in OWN_STATEMENT:
        return "The negative is about an event: searchers look for your own dated word on it."
    return ""


def video(s: Situation) -> str:
    if s.has_videos or s.first(Place.VIDEO):
        return ""
    return "No video on page one yet."


def case_study(s: Situation) -> str:
    if s.keyword_kind in BOUGHT and not s.first(Place.REVIEW):
        return "People who search for this weigh a purchase, and page one shows no case or test."
    return ""


def comparison(s: Situation) -> str:
    if s.keyword_kind in BOUGHT and s.first(Place.REVIEW):
        return "People compare before they buy, and do it on other sites so far."
    return ""


def testimonial(s: Situation) -> str:
    if s.category in EXPERIENCE:
        return "The negative tells what a customer went through: other customers can tell theirs."
    return ""


def profile(s: Situation) -> str:
    if s.keyword_kind not in (Keyword.Kind.BRAND, Keyword.Kind.PERSON):
        return ""
    if s.first(Place.ENCYCLOPAEDIA, Place.PROFILE):
        return ""
    return "No encyclopaedia or profile page on page one yet."


def forum(s: Situation) -> str:
    position = s.first(Place.FORUM, Place.QUESTION)
    if position is None:
        return ""
    return f"A forum or question page stands at {position}: answer there, by name and openly."


def guest_post(s: Situation) -> str:
    if s.own < CROWDED:
        return ""
    return (
        f"{s.own} of your own pages are on page one already: the next one should stand elsewhere."
    )


def white_paper(s: Situation) -> str:
    if s.keyword_kind == Keyword.Kind.TOPIC or s.category in (Category.QUALITY, Category.RECALL):
        return "Figures and tests of your own that others can cite."
    return ""


RULES: dict[Piece.Kind, tuple[Callable[[Situation], str], str]] = {
    Kind.FAQ: (faq, "A page that answers what people ask is read and quoted by engines."),
    Kind.NEWS: (news, "A dated note on what is new keeps the subject fresh."),
    Kind.VIDEO: (video, "Another video can hold a place of its own."),
    Kind.PROFILE: (profile, "A further profile that you can edit holds a place of its own."),
    Kind.COMPARISON: (comparison, "What sets it apart, in facts that can be checked."),
    Kind.CASE_STUDY: (case_study, "One customer's result in figures."),
    Kind.TESTIMONIAL: (testimonial, "Customers in their own words."),
    Kind.FORUM: (forum, "An open answer where people ask each other."),
    Kind.GUEST_POST: (guest_post, "A page on another site counts as a place of its own."),
    Kind.WHITE_PAPER: (white_paper, "Figures that others can cite."),
}
"""In the order of effort, small first: of two kinds with equal reason the cheaper one comes first."""


def suggest(
    situation: Situation, *, taken: Collection[str] = (), own_room: int | None = None
) -> list[Suggestion]:
    """Kinds of piece that are not `taken` yet, those with a reason on this result page first.

    Each kind serves an intent of its own, so none comes twice: two pages for one intent would
    compete with each other. Of kinds for the own site no more than `own_room` come, the number of
    its pages that the engine would still show; None: no limit is known.
    """
    found = []
    for kind, (rule, in_general) in RULES.items():
        if kind not in taken and fits(kind, situation):
            seen = rule(situation)
            if not seen and situation.keyword_kind in ONLY_SEEN.get(kind, ()):
                continue
            found.append(Suggestion(kind, seen or in_general, bool(seen)))
    found.sort(key=lambda suggestion: not suggestion.is_seen)
    if own_room is None:
        return found
    own = [s for s in found if s.kind in ON_OWN_SITE][: max(0, own_room)]
    return [s for s in found if s.kind not in ON_OWN_SITE or s in own]


def fits(kind: Piece.Kind, situation: Situation) -> bool:
    """Whether a type makes sense for such a keyword, and does not feed the story."""
    if kind == Kind.FORUM and situation.category in HEATED:
        return False
    return kind not in UNFIT.get(Keyword.Kind(situation.keyword_kind), ())


KIND_AT = {
    Place.VIDEO: Kind.VIDEO,
    Place.ENCYCLOPAEDIA: Kind.PROFILE,
    Place.PROFILE: Kind.PROFILE,
    Place.QUESTION: Kind.FORUM,
    Place.FORUM: Kind.FORUM,
    Place.REVIEW: Kind.TESTIMONIAL,
    Place.NEWS: Kind.GUEST_POST,
}
WHAT_TO_DO = {
    Kind.VIDEO: "put the keyword into title, description and subtitles",
    Kind.PROFILE: "bring facts and sources up to date, by the site's rules and with disclosure",
    Kind.FORUM: "give an open answer there, by name",
    Kind.TESTIMONIAL: "ask customers for honest words there, without a reward",
    Kind.GUEST_POST: "offer the author news, figures or a quote for an update",
    Kind.FAQ: "answer the searchers' questions there, and link to it from your other pages",
    Kind.NEWS: "bring it up to date, and link to it from your other pages",
}


def lift_of(place: Place, ownership: str, *, is_about: bool = False) -> tuple[Piece.Kind, str]:
    """What to do with a page that exists: the kind of the work, and the work in words. `is_about`:
    its address names the brand or the person, so it is a page about them."""
    if ownership == Mark.Ownership.OWNED:
        kind = (
            Kind.NEWS if place == Place.NEWS else Kind.VIDEO if place == Place.VIDEO else Kind.FAQ
        )
    elif ownership == Mark.Ownership.INFLUENCED:
        kind = KIND_AT.get(place, Kind.PROFILE)
    elif place == Place.OTHER and is_about:
        return Kind.PROFILE, "ask its editors to bring the facts up to date, and link to it"
    else:
        kind = Kind.GUEST_POST if place == Place.VIDEO else KIND_AT.get(place, Kind.GUEST_POST)
    return kind, WHAT_TO_DO[kind]
