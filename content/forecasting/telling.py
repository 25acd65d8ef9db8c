"""A forecast in words: when half of such pages are gone, the interval, and how far to trust it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from content.charts.drawing import spoken_day, spoken_span
from content.forecasting.trust import Trust


def leaves(median: date | None, horizon: date, *, outlasts: float) -> str:
    """When the page leaves page one, in a few words."""
    if median is not None:
        return spoken_day(median)
    if outlasts >= 0.5:
        return f"after {spoken_day(horizon)}, more likely than not"
    return f"about {spoken_day(horizon)}"


def interval(low: date | None, high: date | None, horizon: date, *, outlasts: float) -> str:
    """The interval, closed or open."""
    if low is None:
        return f"{whole(outlasts)} still there on {spoken_day(horizon)}"
    if high is None:
        return f"80 %: not before {spoken_day(low)}; the end lies beyond {spoken_day(horizon)}"
    return f"80 %: {spoken_day(low)}" if low == high else f"80 %: {spoken_span(low, high)}"


def tried(trust: Trust | None, *, is_public: bool) -> str:
    """What the back-test came to."""
    if trust is None:
        return "Not tried on your own past yet: that takes 100 days of readings."
    where = "on public histories" if is_public else "on your own past"
    return (
        f"{trust.forecasts:,} forecasts {where}, each made without the keyword’s own past: "
        f"{whole(trust.held)} held, {whole(trust.claimed)} promised. The median missed by "
        f"{trust.missed:.0f} days of {trust.horizon}; “it stays” by {trust.missed_by_staying:.0f}, "
        f"the mean by {trust.missed_by_mean:.0f}."
    )


def weak_points(
    *, is_public: bool, trust: Trust | None, is_open: bool, horizon_days: int
) -> Sequence[str]:
    """What a reader should bear in mind, each a sentence."""
    found = []
    if is_public:
        found.append("Learnt from other brands, on Google in the United States only.")
    if trust is not None and not trust.is_right:
        found.append("In the back-test the interval held less or more often than it promised.")
    if trust is not None and not trust.is_better:
        found.append("In the back-test a simple guess was no worse than the median.")
    if is_open:
        found.append(f"Nothing is known beyond {horizon_days} days.")
    return found


def whole(share: float) -> str:
    """A share of 1 as whole per cent; never a certainty."""
    percent = round(share * 100)
    if percent >= 100:
        return "over 99 %"
    return "under 1 %" if percent <= 0 else f"{percent} %"
