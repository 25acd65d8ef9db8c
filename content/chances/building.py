"""Builds the slot plan of one opportunity from what is measured: each slot with effort, likelihood and days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from content.chances.courses import Course, courses
from content.chances.efforts import Effort, efforts_of, lift_effort
from content.chances.hosts import HostRecord, Measured, Spot, histories, measured_for
from content.chances.leaving_alone import advice_of
from content.chances.likelihood import Climb, lift_chance, pass_chance, reach_chance
from content.chances.one_intent import Kin, clash_of, kin_of
from content.chances.outcomes import Outcomes, outcomes
from content.chances.passing import Page as Past
from content.chances.passing import Shot, page_in, past_of
from content.chances.rates import Chance, Rate, assumptions
from content.chances.slots import Places, Slot, SlotPlan, Where
from content.chances.weighing import difficulties, is_grave
from content.forecasting.forecast import forecast_of
from content.models import Piece
from content.opportunities import Lift, Opportunity, Pieces
from content.places import Place
from content.suggestions import ON_OWN_SITE, PLACES_OF, Suggestion
from serp.addresses import registrable_domain
from serp.models import Brand
from serp.providers.base import PAGE_ONE

A_WEEK = 16.0
"""Hours a week that a plan may count on: two days of one person. Later pieces wait for earlier ones."""
SATURDAY = 5
LEAST_SEEN = 2


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
