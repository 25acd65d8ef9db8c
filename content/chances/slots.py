"""The slot plan of one opportunity: pages to lift and to publish, with effort, likelihood and days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from content.chances.courses import Course, courses
from content.chances.difficulty import Difficulty
from content.chances.efforts import Effort, efforts_of, lift_effort, spoken_hours
from content.chances.hosts import HostRecord, Measured, Spot, histories, measured_for
from content.chances.leaving_alone import Advice, advice_of
from content.chances.likelihood import Climb, lift_chance, pass_chance, reach_chance
from content.chances.one_intent import Clash, Kin, clash_of, kin_of
from content.chances.outcomes import Outcomes, outcomes
from content.chances.passing import Page as Past
from content.chances.passing import Shot, page_in, past_of
from content.chances.rates import Chance, Rate, Trust, assumptions, at_least
from content.chances.weighing import difficulties, is_grave
from content.forecasting.forecast import Forecast, forecast_of
from content.models import Piece
from content.opportunities import Lift, Opportunity, Pieces
from content.places import Place
from content.suggestions import ON_OWN_SITE, PLACES_OF, Suggestion
from serp.addresses import registrable_domain
from serp.curves import curve_of
from serp.models import Brand
from serp.providers.base import PAGE_ONE

A_WEEK = 16.0
"""Hours a week that a plan may count on: two days of one person. Later pieces wait for earlier ones."""
SATURDAY = 5
LEAST_SEEN = 2
EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Where:
    """Where a new page is to stand: in words, with the id of its placement if it is one, and the
    domain whose record counts (empty: any of that sort)."""

    words: str
    domain: str = ""
    placement: int | None = None


Places = Mapping[str, Where]
"""By type of piece, where a new one of this plan is to stand."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One page of the plan. `chance` is that of standing above the negative, if that stays; `reach`
    for a new page that of page one. `hours` of work; `live_by` and `page_one_by` are days in the
    brand's zone, `page_one_by` None for a page that is there already."""

    kind: Piece.Kind
    hours: float
    chance: Chance
    live_by: date
    page_one_by: date | None
    reach: Chance | None = None
    lift: Lift | None = None
    suggestion: Suggestion | None = None
    piece: Piece | None = None
    where: Where | None = None
    clash: Clash | None = None

    @property
    def effort(self) -> str:
        return spoken_hours(self.hours)

    @property
    def bar(self) -> int:
        """The likelihood as whole per cent of the bar's width."""
        return round(100 * self.chance.value)

    @property
    def likelihood(self) -> float:
        """What is kept with the piece: for a new page reaching page one, for another passing."""
        return (self.reach or self.chance).value


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """Everything that the page of one plan says.

    `leaves` is the likelihood that the negative leaves page one by itself within `days`: by the
    forecast, or where there is none by `leaves_cases`, what such results did here. `pushed` is that
    enough of the slots pass it, each taken as independent of the others; `either` that one of the
    two happens. `kin` are the brand's keywords with the same intent.
    """

    opportunity: Opportunity
    lifts: tuple[Slot, ...]
    new: tuple[Slot, ...]
    reserve: tuple[Slot, ...]
    difficulty: Difficulty
    advice: Advice | None
    leaves: float
    leaves_cases: Rate
    days: int
    forecast: Forecast
    kin: tuple[Kin, ...]
    keywords: int
    moments: int
    course: Course

    @property
    def slots(self) -> tuple[Slot, ...]:
        return (*self.lifts, *self.new)

    @property
    def hours(self) -> float:
        return sum(slot.hours for slot in self.slots)

    @property
    def effort(self) -> str:
        return spoken_hours(self.hours)

    @property
    def pushed(self) -> float:
        return at_least(
            self.opportunity.distance.to_pass, [slot.chance.value for slot in self.slots]
        )

    @property
    def pushed_by_lifts(self) -> float:
        return at_least(
            self.opportunity.distance.to_pass, [slot.chance.value for slot in self.lifts]
        )

    @property
    def pushed_words(self) -> str:
        return self.words_of(self.pushed, self.slots)

    @property
    def lifted_words(self) -> str:
        return self.words_of(self.pushed_by_lifts, self.lifts)

    def words_of(self, chance: float, slots: Sequence[Slot]) -> str:
        """The likelihood in words; fewer pages than must pass cannot do it, however well they rank."""
        if len(slots) < self.opportunity.distance.to_pass:
            return "out of reach, too few pages"
        return per_cent(chance)

    @property
    def either(self) -> float:
        return 1 - (1 - self.leaves) * (1 - self.pushed)

    @property
    def expected(self) -> float:
        """The position to which the slots bring it on average, if it stays."""
        passing = sum(slot.chance.value for slot in self.slots)
        return min(PAGE_ONE + 1.0, self.opportunity.rung.position + passing)

    @property
    def more_needed(self) -> int | None:
        """Further pages, each as likely as the mean of these, until being pushed off is as likely
        as not; None where even thirty would not do."""
        chances = [slot.chance.value for slot in self.slots]
        if not chances:
            return None
        mean = sum(chances) / len(chances)
        for more in range(31):
            if at_least(self.opportunity.distance.to_pass, chances + [mean] * more) >= EVEN:
                return more
        return None

    def takes_after(self, brand: Brand) -> float:
        """The share of the keyword's clicks that the negative takes where the slots bring it on
        average, if it stays; 0.05 is 5 %."""
        return curve_of(brand).share(min(PAGE_ONE + 1, round(self.expected)))

    @property
    def timed(self) -> Opportunity:
        """The opportunity with day, hours and likelihood at each lift and each suggestion."""
        lifts = {slot.lift.page.pk: slot for slot in self.lifts if slot.lift}
        kinds = {slot.kind: slot for slot in (*self.new, *self.reserve) if slot.suggestion}
        return replace(
            self.opportunity,
            lifts=tuple(with_slot(one, lifts.get(one.page.pk)) for one in self.opportunity.lifts),
            suggestions=tuple(
                with_slot(one, kinds.get(one.kind)) for one in self.opportunity.suggestions
            ),
        )

    @property
    def to_start(self) -> int:
        """Pieces that “make all” makes: those that are not there and clash with none."""
        return sum(1 for slot in self.slots if slot.piece is None and slot.clash is None)

    @property
    def last_live_by(self) -> date | None:
        return max((slot.live_by for slot in self.slots), default=None)

    @property
    def weakest(self) -> Trust:
        """How far the least measured of the likelihoods may be trusted."""
        order = list(Trust)
        return max(
            (slot.chance.trust for slot in self.slots), key=order.index, default=Trust.ASSUMED
        )


def per_cent(chance: float) -> str:
    """A small likelihood without a false zero."""
    if 0 < chance < 0.01:
        return "under 1\u00a0%"
    return f"{100 * chance:.0f}\u00a0%"


Timed = TypeVar("Timed", Lift, Suggestion)


def with_slot(one: Timed, slot: Slot | None) -> Timed:
    """A lift or suggestion with what its slot says of day, work, likelihood and place."""
    if slot is None:
        return one
    timed = replace(one, live_by=slot.live_by, hours=slot.hours, likelihood=slot.likelihood)
    if isinstance(timed, Suggestion) and slot.where is not None:
        return replace(timed, placement=slot.where.placement)
    return timed


class Builder:
    """Collects what is measured once, then makes the slots of one opportunity."""

    def __init__(self, brand: Brand, one: Opportunity, now: datetime, places: Places) -> None:
        self.brand, self.one, self.now, self.places = brand, one, now, places
        at = one.reading.taken_at
        self.measured: Measured = measured_for(brand, one.keyword, at)
        self.done: Outcomes = outcomes(brand, now)
        self.pair = (one.keyword.pk, one.page.pk)
        self.course: Course = courses(brand, {self.pair}, at)[self.pair]
        shots = histories([one.keyword.pk], at).get(one.keyword.pk, [])
        self.past: Sequence[Shot] = past_of(shots, at)
        self.efforts = efforts_of(brand, one.keyword.language)
        self.domains = [registrable_domain(host) for host in brand.hosts]
        self.here = {r.listing.page.domain for r in one.rungs[:PAGE_ONE] if r.listing}
        self.hours = 0.0

    def day(self, effort: Effort) -> date:
        """The first weekday on which the piece can be out: after its own time, and after the work
        on those before it."""
        self.hours += effort.hours
        days = max(effort.days, round(self.hours / A_WEEK * 7))
        day = self.now.astimezone(self.brand.zone).date() + timedelta(days=days)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
        return day

    def lift(self, lift: Lift) -> Slot:
        candidate = lift.candidate
        rung, effort = candidate.rung, lift_effort(candidate.side)
        if lift.piece is not None and lift.piece.hours is not None:
            effort = Effort(lift.piece.hours, effort.days)
        climb = Climb(
            candidate.distance,
            rung.position,
            page_in(self.past, lift.page.pk) if self.past else Past(0.0, 0, None),
            candidate.side,
            self.course,
            lift.page.domain,
        )
        live = self.day(effort)
        if lift.piece is not None and lift.piece.publish_on:
            live = lift.piece.publish_on
        days = assumptions()["ranking_days"]["lift"]
        return Slot(
            kind=lift.kind,
            hours=effort.hours,
            chance=lift_chance(climb, self.measured, self.done),
            live_by=live,
            page_one_by=None if rung.position <= PAGE_ONE else live + timedelta(days=days),
            lift=lift,
            piece=lift.piece,
        )

    def record(self, kind: str) -> tuple[HostRecord, str, str]:
        """Whose record counts for a new page of this type: its host's, or that of places of its
        sort; with a name for it, and the domain if it is one."""
        where = self.places.get(kind)
        if where is not None and where.domain:
            return self.measured.of_domain(where.domain), where.domain, where.domain
        if kind in ON_OWN_SITE:
            own = self.measured.record(lambda spot: spot.domain in self.domains, only_ours=True)
            return own, "Your own site", self.domains[0] if self.domains else ""
        where = self.usual_place(kind)
        if where is not None and where.domain:
            return self.measured.of_domain(where.domain), where.domain, where.domain
        sorts = PLACES_OF[Piece.Kind(kind)]
        is_place = self.is_place(sorts)
        other = self.measured.record(lambda spot: spot.domain not in self.here and is_place(spot))
        return other, SORTS[sorts[0]], ""

    def is_place(self, sorts: Sequence[Place]) -> Callable[[Spot], bool]:
        own = set(self.domains)
        return lambda spot: spot.place in sorts and spot.domain not in own

    def new(
        self, kind: str, *, suggestion: Suggestion | None = None, piece: Piece | None = None
    ) -> Slot:
        effort = self.efforts[kind]
        if piece is not None and piece.hours is not None:
            effort = Effort(piece.hours, effort.days)
        record, host, domain = self.record(kind)
        reach = reach_chance(
            kind, record=record, host=host, domain=domain, measured=self.measured, done=self.done
        )
        position = self.one.rung.position
        above = pass_chance(reach, position, self.measured)
        live = self.day(effort)
        if piece is not None and piece.publish_on:
            live = piece.publish_on
        return Slot(
            kind=Piece.Kind(kind),
            hours=effort.hours,
            chance=Chance(
                above,
                (*reach.grounds, above_words(self.measured.above(position), position)),
                reach.trust,
            ),
            live_by=live,
            page_one_by=live + timedelta(days=assumptions()["ranking_days"]["new"]),
            reach=reach,
            suggestion=suggestion,
            piece=piece,
            where=self.places.get(kind) or self.usual_place(kind),
        )

    def usual_place(self, kind: str) -> Where | None:
        """Where such a piece stands when no placement was chosen: on the own site, or at the place of
        its sort that is on page one of most such keywords, those with a profile of ours first."""
        if kind in ON_OWN_SITE:
            return Where("on your own site")
        here = self.here
        is_place = self.is_place(PLACES_OF[Piece.Kind(kind)])
        seen: Counter[str] = Counter()
        for page in self.measured.pages:
            for domain in {s.domain for s in page.spots if s.position <= PAGE_ONE and is_place(s)}:
                seen[domain] += 1
        ours = {registrable_domain(profile) for profile in self.brand.profiles}
        found = sorted(
            (
                (domain in ours, count, domain)
                for domain, count in seen.items()
                if domain not in here
                and not (kind == Piece.Kind.GUEST_POST and domain in self.measured.against)
            ),
            reverse=True,
        )
        if not found or found[0][1] < LEAST_SEEN:
            return None
        is_ours, count, domain = found[0]
        there = "; you have a page there: begin with it" if is_ours else ""
        return Where(
            f"for instance at {domain}: on page one of {count} of {len(self.measured.pages)} such "
            f"keywords, not of this one{there}",
            domain,
        )


SORTS = {
    Place.VIDEO: "A video",
    Place.ENCYCLOPAEDIA: "An encyclopaedia or profile page",
    Place.FORUM: "A forum or question page",
    Place.NEWS: "A page of a news or trade site",
}


def above_words(rate: Rate, position: int) -> str:
    if not rate.of:
        return "How high new pages come in was not measured here: every place counts as likely."
    return f"{rate.hits} of {rate.of} new pages that came in on page one here came in above {position}."


def slot_plan(
    brand: Brand, one: Opportunity, now: datetime, *, places: Places | None = None
) -> SlotPlan:
    """The plan against one negative; a constant number of queries.

    `places` says by type where new pieces are to stand; without it the own site or a place of the
    usual sort is named.
    """
    build = Builder(brand, one, now, places or {})
    pieces = Pieces(brand)
    kin = kin_of(
        one.keyword.phrase,
        {p for p in one.reading.pages[:PAGE_ONE] if p is not None},
        [
            (page.keyword, page.phrase, {s.page for s in page.spots if s.position <= PAGE_ONE})
            for page in build.measured.ours
            if page.keyword != one.keyword.pk
        ],
    )
    lifts = tuple(build.lift(lift) for lift in one.lifts)
    planned = [build.new(piece.kind, piece=piece) for piece in one.planned]
    to_make = [
        with_clash(build.new(s.kind, suggestion=s), kin, pieces.open_ones) for s in one.to_make
    ]
    spent = build.hours
    reserve = [build.new(s.kind, suggestion=s) for s in one.suggestions[one.missing :][:2]]
    build.hours = spent
    days = build.measured.counts.horizon.days
    leaves, cases = build.measured.counts.leaving(one.rung.position, build.course.as_page.tenure)
    forecast = forecast_of(one, now)
    if forecast.is_given:
        leaves = 1 - forecast.curve[min(days, len(forecast.curve) - 1)]
    return SlotPlan(
        opportunity=one,
        lifts=lifts,
        new=(*planned, *to_make),
        reserve=tuple(reserve),
        difficulty=difficulties(brand, [one], with_courses={build.pair: build.course})[build.pair],
        advice=advice_of(
            build.course,
            one.rung.position,
            zone=brand.zone,
            now=now,
            is_grave=is_grave(one),
            forecast=forecast,
        ),
        leaves=leaves,
        leaves_cases=cases,
        days=days,
        forecast=forecast,
        kin=tuple(kin),
        keywords=len(build.measured.pages),
        moments=build.measured.counts.moments,
        course=build.course,
    )


def with_clash(slot: Slot, kin: Sequence[Kin], pieces: Sequence[Piece]) -> Slot:
    return replace(slot, clash=clash_of(slot.kind, kin, pieces))
