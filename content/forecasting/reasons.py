"""Says in words what hurries or slows a page's leaving, each with how much. Pure."""

from __future__ import annotations

from math import exp, expm1, log
from typing import NamedTuple

import numpy as np

from content.forecasting.hazards import FADE, Hazard
from content.forecasting.traits import NAMES, OLDEST, PLACES, WINDOW

AT = 5
"""Effects are told as they are in the third week: neither today's noise nor the distant end."""
LEAST = 0.1
"""A factor that changes the rate by less than 10 % is not worth a line."""
MOST = 6


class Factor(NamedTuple):
    """`effect` multiplies the rate of leaving: 2 is twice as fast as the usual page, 0.5 half as fast."""

    name: str
    words: str
    effect: float

    @property
    def is_hurrying(self) -> bool:
        return self.effect > 1


GROUPS = (
    ("Place on the page", ("position", "below", "room", "is_last", "size")),
    ("Time on page one", ("age", "is_new")),
    ("Steadiness", ("presence", "flapping", "unrest")),
    ("Trend", ("trend",)),
    ("Neighbours", ("churn",)),
    ("Own pages right below", ("ours_below",)),
    ("Kind of page", ("is_root", "host_twice", *(place.value for place in PLACES))),
    ("Tone", ("is_negative",)),
    ("Keyword", ("is_person",)),
)
PLACES_OF = [(title, [NAMES.index(name) for name in names]) for title, names in GROUPS]
"""Where each group's traits stand among all."""


def factors(hazard: Hazard, values: tuple[float, ...]) -> tuple[Factor, ...]:
    """The groups of traits that matter for this page, the strongest first."""
    scaled = hazard.standard(np.array([values]))[0]
    pulls = (scaled * (np.array(hazard.effects) + np.array(hazard.fading) * FADE[AT])).tolist()
    by_name = dict(zip(NAMES, values, strict=True))
    effects = [(title, exp(sum(pulls[at] for at in places))) for title, places in PLACES_OF]
    worth = [(title, effect) for title, effect in effects if abs(effect - 1) >= LEAST]
    worth.sort(key=lambda row: -abs(log(row[1])))
    return tuple(Factor(title, words(title, by_name), effect) for title, effect in worth[:MOST])


def words(title: str, traits: dict[str, float]) -> str:
    """What was read of this group, as it stands."""
    position = round(exp(traits["position"]))
    match title:
        case "Place on the page":
            return f"{position} of {round(traits['size'] * 10)}"
        case "Time on page one":
            days = round(expm1(traits["age"]))
            return f"{OLDEST} days or more" if days >= OLDEST else f"{days} day{'s' * (days != 1)}"
        case "Steadiness":
            return f"there in {traits['presence']:.0%} of the last {WINDOW} days’ readings".replace(
                "%", " %"
            )
        case "Trend":
            return moved(traits["trend"])
        case "Neighbours":
            return f"{traits['churn']:.0%} of them change from reading to reading".replace(
                "%", " %"
            )
        case "Own pages right below":
            return f"{round(traits['ours_below'])} within three places"
        case "Kind of page":
            return kind(traits)
        case "Tone":
            return "reads as negative" if traits["is_negative"] else "not negative"
        case _:
            return "about a person" if traits["is_person"] else "about a brand or product"


def moved(places: float) -> str:
    """The change of position in a week; more is lower on the page."""
    if abs(places) < 0.1:
        return "stands still"
    return f"{'fell' if places > 0 else 'rose'} {abs(places):.1f} places in a week"


def kind(traits: dict[str, float]) -> str:
    """What kind of page it is, by its address."""
    place = next((place.value for place in PLACES if traits[place.value]), "no kind we know")
    more = ["front page"] if traits["is_root"] else []
    more += ["its host stands there twice"] if traits["host_twice"] else []
    return ", ".join([place, *more])
