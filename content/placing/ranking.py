"""On how many result pages each place stands on page one, for the brand's keywords and for others here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from content.chances.hosts import LEAST_ELSEWHERE
from content.chances.rates import Rate
from content.models import Placement
from content.placing.scopes import Scopes, own_rooms
from content.placing.shipped import usual_share
from reputation.models import Mark
from serp.models import Brand, Keyword, Listing, Snapshot
from serp.providers.base import PAGE_ONE

MOST_OWN = 1000
MOST_ELSEWHERE = 300
"""Keywords of other brands that are counted at most, those read last."""
WEIGHT = 8.0
"""Keywords that a rate from elsewhere counts for beside the brand's own."""
NORWEGIAN = {"nb": "no", "nn": "no"}
OWN_SITE = Placement.Kind.OWN_SITE
OURS = (Mark.Ownership.OWNED, Mark.Ownership.INFLUENCED)


def base_language(code: str) -> str:
    """A language without its country, with one code for both forms of Norwegian: zh-cn is zh."""
    base = code.lower().partition("-")[0]
    return NORWEGIAN.get(base, base)


def fits(place: Placement, *, language: str, country: str) -> bool:
    """Whether a place comes into question for keywords of this language and country."""
    return (not place.languages or language in place.languages) and (
        not place.countries or country in place.countries
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """One result on page one: its page, address and title."""

    page: int
    url: str
    title: str


@dataclass(slots=True)
class ResultPage:
    """Page one of one keyword's newest reading, with the placements of each result by position."""

    keyword: Keyword
    results: list[tuple[int, Shown, tuple[int, ...]]]


@dataclass(slots=True)
class Record:
    """How a place does on page one. `best` is its best position there, `ours` the best result of a
    page that the brand owns or can edit, `others` that of a page which is neither."""

    seen: Rate = field(default_factory=Rate)
    elsewhere: Rate = field(default_factory=Rate)
    best: int | None = None
    ours: tuple[int, Shown] | None = None
    others: tuple[int, Shown] | None = None


class Finder:
    """Tells which placements a page belongs to: by domain, or on the brand's own hosts by room."""

    def __init__(self, brand: Brand, places: Collection[Placement]) -> None:
        self.scopes: Scopes[int] = Scopes((place.domain, place.pk) for place in places)
        self.own: Scopes[bool] = Scopes((host, True) for host in brand.hosts)
        self.rooms: dict[str, list[int]] = defaultdict(list)
        for place in places:
            if not place.domain:
                self.rooms[place.kind].append(place.pk)

    def is_own(self, url: str) -> bool:
        return bool(self.own.of(url))

    def of(self, url: str) -> tuple[int, ...]:
        """The ids of the placements that this address belongs to."""
        found = self.scopes.of(url)
        if self.is_own(url):
            found = [*found, *self.rooms[OWN_SITE]]
            for kind in own_rooms(url):
                found += self.rooms[kind]
        return tuple(dict.fromkeys(found))


def result_pages(keywords: Sequence[Keyword], finder: Finder) -> list[ResultPage]:
    """Page one of the newest readings of these keywords; two queries however many there are."""
    rows = dict(
        Snapshot.objects.filter(pk__in=[k.latest_id for k in keywords if k.latest_id]).values_list(
            "pk", "results"
        )
    )
    wanted = {x for results in rows.values() for x in results[:PAGE_ONE] if x is not None}
    listings = {
        pk: (Shown(page, url, title), finder.of(url))
        for pk, page, url, title in Listing.objects.filter(pk__in=wanted).values_list(
            "pk", "page_id", "page__url", "title"
        )
    }
    return [
        ResultPage(
            keyword,
            [
                (position, *listings[x])
                for position, x in enumerate(rows[keyword.latest_id][:PAGE_ONE], start=1)
                if x in listings
            ],
        )
        for keyword in keywords
        if keyword.latest_id in rows
    ]


def own_keywords(brand: Brand) -> list[Keyword]:
    """The brand's keywords in view, those with most searches first."""
    rows = brand.keywords.in_view().order_by("-volume", "phrase", "pk")[:MOST_OWN]
    return list(rows)


def other_keywords(brand: Brand) -> list[Keyword]:
    """The keywords of other brands that were read last; none where they are too few to stay nameless."""
    rows = Keyword.objects.filter(latest__isnull=False).exclude(brand=brand)
    found = list(
        rows.order_by("-latest_id").only("pk", "language", "country", "latest_id")[:MOST_ELSEWHERE]
    )
    return found if len(found) >= LEAST_ELSEWHERE else []


def records(
    places: Iterable[Placement],
    *,
    own: Sequence[ResultPage],
    others: Sequence[ResultPage],
    our_pages: Collection[int],
) -> dict[int, Record]:
    """The record of each place, counted over the keywords of its languages and countries.

    Of other brands' keywords only the number counts, and only from five on.
    """
    found = {place.pk: Record() for place in places}
    hits: Counter[int] = Counter()
    for page in own:
        seen: set[int] = set()
        for position, shown, ids in page.results:
            for pk in ids:
                note(found[pk], position, shown, is_ours=shown.page in our_pages)
            seen.update(ids)
        hits.update(seen)
    elsewhere = Counter(
        pk for page in others for pk in {x for *_, ids in page.results for x in ids}
    )
    bases = markets(own), markets(others)
    for place in places:
        of, of_others = (base_of(place, base) for base in bases)
        record = found[place.pk]
        record.seen = Rate(hits[place.pk], max(of, hits[place.pk]))
        if of_others >= LEAST_ELSEWHERE:
            record.elsewhere = Rate(elsewhere[place.pk], max(of_others, elsewhere[place.pk]))
    return found


def note(record: Record, position: int, shown: Shown, *, is_ours: bool) -> None:
    """Keep the best positions of a place."""
    if record.best is None or position < record.best:
        record.best = position
    kept = record.ours if is_ours else record.others
    if kept is None or position < kept[0]:
        if is_ours:
            record.ours = (position, shown)
        else:
            record.others = (position, shown)


def markets(pages: Sequence[ResultPage]) -> Counter[tuple[str, str]]:
    """How many keywords were read by language and country."""
    return Counter((base_language(page.keyword.language), page.keyword.country) for page in pages)


def base_of(place: Placement, base: Mapping[tuple[str, str], int]) -> int:
    """How many of these keywords a place comes into question for."""
    return sum(
        number
        for (language, country), number in base.items()
        if fits(place, language=language, country=country)
    )


def promise(place: Placement, record: Record) -> float:
    """How likely the place is on page one of a keyword of this brand, for sorting: the brand's own
    rate, pulled towards that of other keywords here, and this towards what was counted in a public
    history. Each pull weighs as much as eight keywords."""
    usual = usual_share(place.slug if place.brand_id is None else "", place.kind)
    return record.seen.shrunk(record.elsewhere.shrunk(usual, WEIGHT), WEIGHT)
