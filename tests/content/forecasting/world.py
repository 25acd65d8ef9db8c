"""An invented search engine: pages leave page one with known rates, so that forecasts can be judged."""

from __future__ import annotations

from random import Random

from content.forecasting.lives import Sight
from content.forecasting.moments import Course
from content.forecasting.traits import About
from content.places import Place

START = 739_000
FAST, SLOW = 0.08, 0.004
"""Chance to leave on a day: of news, and of everything else."""


def course(number: int, *, days: int = 300, size: int = 8) -> Course:
    """A keyword whose page one holds news, which go soon, and others, which stay."""
    random = Random(number)
    about: dict[object, About] = {}

    def fresh() -> str:
        page = f"k{number}p{len(about)}"
        place = Place.NEWS if random.random() < 0.5 else Place.OTHER
        about[page] = About(host=f"{page}.example", place=place)
        return page

    shown = [fresh() for _ in range(size)]
    sights = []
    for day in range(days):
        for index, page in enumerate(shown):
            rate = FAST if about[page].place == Place.NEWS else SLOW
            if random.random() < rate:
                shown[index] = fresh()
        sights.append(Sight(START + day, tuple(shown)))
    return Course(f"keyword {number}", f"group {number}", number % 2 == 0, tuple(sights), about)
