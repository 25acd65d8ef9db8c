"""How likely a lifted page passes a negative, and a new one reaches page one, with the reasons. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from content.chances.courses import Course
from content.chances.hosts import HostRecord, Measured
from content.chances.outcomes import Outcomes
from content.chances.passing import Page, Tenure, Trend
from content.chances.rates import Chance, Rate, assumptions, trust_in, with_odds
from content.ladder import Side
from content.models import Piece
from serp.providers.base import PAGE_ONE

WEIGHT = 8.0
"""Cases that a general assumption about work and types counts for."""
MOST_FRESH = 20
"""Cases that new pages of a host count for at most: not all were made with as much care."""
USUAL_SHARE = 0.3
"""Share of keywords with its host on page one at which a host makes a new page no likelier."""
LEAST_FACTOR, MOST_FACTOR = 1 / 3, 3.0
HOST_WEIGHT = 6.0
TRENDS = {
    Trend.SLIPPED: "It has slipped from {was}; such pages come back more often than others rise.",
    Trend.ROSE: "It has risen from {was} in four weeks; such pages often fall back.",
    Trend.ENTERED: "It was not there four weeks ago.",
    Trend.STOOD: "It stands where it stood four weeks ago.",
}


def plural(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def host_words(host: str, record: HostRecord) -> str:
    """How a host does on such keywords, with its counts."""
    if record.position is None:
        return f"{host} is on page one of none of {plural(record.seen.of, 'such keyword')}."
    return (
        f"{host} is on page one of {record.seen.hits} of {plural(record.seen.of, 'such keyword')}, "
        f"on average at {record.position:.1f}."
    )


@dataclass(frozen=True, slots=True)
class Climb:
    """A page to lift: how far below the negative it stands, how it came there, how near it is to the
    brand, and what is known of its host and of the negative's own course."""

    distance: int
    position: int
    page: Page
    side: Side
    negative: Course
    host: str


def lift_chance(climb: Climb, measured: Measured, done: Outcomes) -> Chance:
    """That the page stands above the negative after the horizon, if the negative stays on page one.

    Pages that stood as far below another here, pulled towards the wider group; its odds are raised
    for the work by an assumption, which the outcomes of this brand's lifts outweigh with time.
    """
    counts, tenure = measured.counts, climb.negative.as_page.tenure
    trend = climb.page.trend(climb.position)
    alone, cases = counts.passing(climb.distance, tenure, trend)
    factor = assumptions()["work"][climb.side.name.lower()]
    value = done.lifts.shrunk(with_odds(alone, factor), WEIGHT)
    steady = "stood steadily" if tenure == Tenure.STEADY else "came and went"
    grounds = []
    if cases.of:
        grounds.append(
            f"{cases.hits} of {cases.of} pages that stood {far(climb.distance)} below one that {steady} "
            f"stood above it {counts.horizon.days} days later, without anybody's work."
        )
    grounds.append(TRENDS[trend].format(was=climb.page.was))
    grounds.append(host_words(climb.host, measured.of_domain(climb.host)))
    grounds.append(
        f"Work on {article(climb.side)} page raises the odds {factor:g} times by our estimate; "
        + lifted_words(done.lifts)
    )
    return Chance(value, tuple(grounds), trust_in(cases.of))


def article(side: Side) -> str:
    return {
        Side.OWN: "an own",
        Side.INFLUENCED: "an influenced",
        Side.FRIENDLY: "a friendly",
        Side.NEUTRAL: "a neutral",
    }[side]


def far(distance: int) -> str:
    return {1: "1", 2: "2", 3: "3 to 4", 4: "3 to 4"}.get(distance, "5 or more")


def lifted_words(lifts: Rate) -> str:
    if not lifts.of:
        return "no page that was lifted here has been measured yet."
    return f"{lifts.hits} of {plural(lifts.of, 'page')} that were lifted here stand above the negative."


def reach_chance(
    kind: str, *, record: HostRecord, host: str, domain: str, measured: Measured, done: Outcomes
) -> Chance:
    """That a new page of this type reaches page one within 90 days of publication.

    The general assumption for the type, its odds raised or lowered by how often its host stands on
    page one of such keywords (at most threefold), then outweighed by the brand's own pieces of the
    type and by pages that appeared new on that `domain` (empty: no one host is meant).
    """
    general = assumptions()["publishing"][kind]
    share = record.seen.shrunk(USUAL_SHARE, HOST_WEIGHT)
    factor = share / (1 - share) / (USUAL_SHARE / (1 - USUAL_SHARE))
    prior = with_odds(general, min(MOST_FACTOR, max(LEAST_FACTOR, factor)))
    own = done.kinds.get(kind, Rate())
    fresh = (measured.fresh or {}).get(domain, Rate())
    cases = own + capped(fresh)
    label = Piece.Kind(kind).label
    grounds = [
        f"General assumption for {label}: {general:.0%} of new pages.".replace("%", "\u00a0%")
    ]
    grounds.append(host_words(host, record))
    if own.of:
        grounds.append(
            f"{own.hits} of {plural(own.of, 'piece')} of this type reached page one for this brand."
        )
    if fresh.of:
        grounds.append(
            f"{fresh.hits} of {plural(fresh.of, 'page')} that appeared new on {domain} came in on "
            "page one."
        )
    elif measured.fresh is None:
        grounds.append("The keywords were not read beyond page one: new pages cannot be counted.")
    return Chance(cases.shrunk(prior, WEIGHT), tuple(grounds), trust_in(cases.of))


def capped(rate: Rate) -> Rate:
    """At most so many cases as new pages of a host count for, in the same proportion."""
    if rate.of <= MOST_FRESH:
        return rate
    return Rate(round(rate.hits * MOST_FRESH / rate.of), MOST_FRESH)


def pass_chance(reach: Chance, position: int, measured: Measured) -> float:
    """That a new page stands above the negative at `position`: it must reach page one, and above it.

    How high new pages come in here, pulled towards every place being as likely as the others.
    """
    evenly = (position - 1) / PAGE_ONE
    return reach.value * measured.above(position).shrunk(max(evenly, 0.05), 2 * WEIGHT)
