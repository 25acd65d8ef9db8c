"""The slot plan of one opportunity as the pages read it: slots to lift and to publish, and their sums. Pure but for the CTR curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from content.chances.courses import Course
from content.chances.difficulty import Difficulty
from content.chances.efforts import spoken_hours
from content.chances.leaving_alone import Advice
from content.chances.one_intent import Clash, Kin
from content.chances.rates import Chance, Rate, Trust, at_least
from content.forecasting.forecast import Forecast
from content.models import Piece
from content.opportunities import Lift, Opportunity
from content.suggestions import Suggestion
from serp.curves import curve_of
from serp.models import Brand
from serp.providers.base import PAGE_ONE

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
