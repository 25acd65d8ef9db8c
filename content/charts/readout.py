"""Gives the hover and keyboard readout its numbers: what each reading held, and where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from content.charts.ranking import RankingChart
from content.rankings import hides_deeper
from content.story import Story

UNREAD = "?"


def readout(story: Story, charts: Sequence[RankingChart]) -> dict[str, Any]:
    """Plain data for `history.js`: `lines` by name; `stops` with one position a line (None: not in the
    depth read; "?": not read that deep) or the reason of a gap; `begin`, the stop of the last reading;
    `charts`, where the stops lie in each chart (None: before it begins)."""
    lines = story.picture.lines
    stops: list[tuple[datetime, dict[str, Any]]] = []
    for index, number in enumerate(story.drawn):
        reading = story.readings[number]
        missing = UNREAD if hides_deeper(reading, story.depth) else None
        held = [line.positions[index] or missing for line in lines]
        stops.append(
            (
                reading.taken_at,
                {"when": moment(story, reading.taken_at), "depth": reading.depth, "held": held},
            )
        )
    for hole in story.picture.holes:
        middle = hole.start + (hole.end - hole.start) / 2
        words = "; ".join(hole.reasons)
        stops.append((middle, {"when": moment(story, middle, is_day=True), "gap": words}))
    stops.sort(key=lambda stop: stop[0])
    return {
        "lines": [
            {"name": line.named.address, "sign": line.named.sign, "tone": line.named.tone,
             "word": line.named.word}
            for line in lines
        ],
        "begin": max((n for n, (_, stop) in enumerate(stops) if "gap" not in stop), default=0),
        "stops": [stop for _, stop in stops],
        "charts": {
            chart.frame.name: [
                round(chart.x(at), 1) if at >= chart.picture.first else None for at, _ in stops
            ]
            for chart in charts
        },
    }  # fmt: skip


def moment(story: Story, at: datetime, *, is_day: bool = False) -> str:
    """A moment in the brand's zone, in words."""
    local = at.astimezone(story.picture.zone)
    day = f"{local:%a} {local.day} {local:%b %Y}"
    return day if is_day else f"{day}, {local:%H:%M} {local:%Z}"
