"""Difficulty and advice for many negatives at once, with a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from content.chances.courses import Course, courses
from content.chances.difficulty import Difficulty, Facts, difficulty_of
from content.chances.leaving_alone import Advice, advice_of
from content.chances.rates import Rate
from content.forecasting.forecast import Forecast, forecasts_of
from content.ladder import Side
from content.opportunities import Opportunity
from reputation.severity import GRAVITY
from reputation.tone.verdict import Category
from serp.models import Brand, Keyword, Listing, Snapshot
from serp.providers.base import PAGE_ONE

FEW, MOST = 8, 64
Pair = tuple[int, int]
"""Keyword id and page id."""


@dataclass(frozen=True, slots=True)
class Weight:
    """How hard one negative is, when it leaves page one if nothing changes, and the advice to leave
    it alone, if there is one."""

    difficulty: Difficulty
    advice: Advice | None
    forecast: Forecast


def pair_of(one: Opportunity) -> Pair:
    return (one.keyword.pk, one.page.pk)


def is_grave(one: Opportunity) -> bool:
    """Whether it is about more than single buys: see reputation.severity."""
    return GRAVITY[Category(one.rung.judged.category)] > 1


def weigh(brand: Brand, opportunities: Sequence[Opportunity], now: datetime) -> dict[Pair, Weight]:
    """Difficulty and advice by keyword and page. Where a reading is old, it is looked back from it."""
    if not opportunities:
        return {}
    at = max(one.reading.taken_at for one in opportunities)
    found = courses(brand, {pair_of(one) for one in opportunities}, at)
    hard = difficulties(brand, opportunities, with_courses=found)
    foreseen = forecasts_of(opportunities, now)
    return {
        pair_of(one): Weight(
            hard[pair_of(one)],
            advice_of(
                found[pair_of(one)],
                one.rung.position,
                zone=brand.zone,
                now=now,
                is_grave=is_grave(one),
                forecast=forecast,
            ),
            forecast,
        )
        for one, forecast in zip(opportunities, foreseen, strict=True)
    }


def difficulties(
    brand: Brand, opportunities: Sequence[Opportunity], *, with_courses: Mapping[Pair, Course]
) -> dict[Pair, Difficulty]:
    """The difficulty of each of these negatives."""
    reach = host_reach(brand, {one.page.domain for one in opportunities})
    found = {}
    for one in opportunities:
        best, keywords = reach[one.page.domain]
        near = {
            c.rung.page_id for c in one.distance.candidates if c.side in (Side.OWN, Side.INFLUENCED)
        }
        found[pair_of(one)] = difficulty_of(
            Facts(
                position=one.rung.position,
                host=Rate(len(best), keywords),
                host_position=fmean(best) if best else None,
                course=with_courses[pair_of(one)],
                read_at=one.reading.taken_at,
                title=one.rung.shown.title,
                names=brand.names,
                own_near=len(near),
                features=one.features,
            )
        )
    return found


def host_reach(brand: Brand, domains: Collection[str]) -> dict[str, tuple[list[int], int]]:
    """By domain its best positions on page one of the brand's keywords in view, one a keyword, and
    how many of them were read. Where the brand has fewer than eight, those of all brands count."""
    latest = brand.keywords.in_view().filter(latest__isnull=False).values("latest")
    every = Keyword.objects.filter(latest__isnull=False).order_by("-latest").values("latest")[:MOST]
    own = list(Snapshot.objects.filter(pk__in=latest).values_list("results", flat=True))
    all_brands = list(Snapshot.objects.filter(pk__in=every).values_list("results", flat=True))
    rows = own if len(own) >= FEW else all_brands
    # Host by listing, asked by domain: their pages are fewer than all that the keywords show.
    domain_of = dict(
        Listing.objects.filter(page__domain__in=domains).values_list("pk", "page__domain")
    )
    best: dict[str, list[int]] = defaultdict(list)
    for results in rows:
        seen = set()
        for position, x in enumerate(results[:PAGE_ONE], start=1):
            domain = domain_of.get(x)
            if domain is not None and domain not in seen:
                seen.add(domain)
                best[domain].append(position)
    return {domain: (best[domain], len(rows)) for domain in domains}
