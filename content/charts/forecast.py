"""Draws a forecast: the probability that a page still stands on page one, day by day, and its interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from content.charts.drawing import TimeScale, element, short, spoken_day, ticks, together
from content.charts.words import width_of
from content.forecasting.forecast import Forecast

TOP = 20
QUARTERS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class ForecastFrame:
    """Measures of one drawing in pixels."""

    name: str
    width: int
    plot: int
    left: int = 48
    right: int = 16


WIDE = ForecastFrame("wide", width=700, plot=190)
NARROW = ForecastFrame("narrow", width=350, plot=170)


class ForecastChart:
    """One drawing of a forecast that was given; `zone` is the brand's."""

    def __init__(self, forecast: Forecast, zone: ZoneInfo, frame: ForecastFrame) -> None:
        self.forecast, self.zone, self.frame = forecast, zone, frame
        self.edge = frame.width - frame.right
        self.base = TOP + frame.plot
        first, last = forecast.read_on, forecast.horizon_on
        self.x = TimeScale(self.noon(first), self.noon(last), float(frame.left), float(self.edge))

    def noon(self, day: date) -> datetime:
        return datetime.combine(day, time(12), tzinfo=self.zone)

    def at(self, days: float) -> float:
        """Where so many days after the reading lie."""
        return self.x(self.noon(self.forecast.read_on) + timedelta(days=days))

    def y(self, probability: float) -> float:
        return TOP + (1 - probability) * self.frame.plot

    def days(self, day: date) -> int:
        return (day - self.forecast.read_on).days

    def svg(self) -> SafeString:
        name = self.frame.name
        return element(
            "svg",
            element("title", "Still on page one, if nothing changes", id=f"forecast-title-{name}"),
            element("desc", self.described(), id=f"forecast-desc-{name}"),
            together(self.interval()),
            together(self.axes()),
            together(self.line()),
            class_=f"chart only-{name}",
            viewBox=f"0 0 {self.frame.width} {self.base + 30}",
            role="img",
            aria_labelledby=f"forecast-title-{name} forecast-desc-{name}",
        )

    def described(self) -> str:
        """What the drawing says, for those who do not see it."""
        chances = ", ".join(
            f"{round(c.probability * 100)} percent on {spoken_day(c.on)}"
            for c in self.forecast.still_there
        )
        return f"Probability to stand on page one still: {chances}."

    def interval(self) -> Iterator[str]:
        """The days that hold 80 % of the departures, as a band; open to the right where the end lies
        beyond what can be seen."""
        low, high = self.forecast.low_on, self.forecast.high_on
        if low is None:
            return
        left = self.at(self.days(low) - 0.5)
        right = self.at(self.days(high) + 0.5) if high else float(self.edge)
        left, right = max(left, float(self.frame.left)), min(right, float(self.edge))
        yield element(
            "rect", class_="f-negsoft", x=left, y=TOP, width=max(right - left, 2.0),
            height=self.frame.plot,
        )  # fmt: skip

    def axes(self) -> Iterator[str]:
        for percent in QUARTERS:
            y = self.y(percent / 100)
            css = "edge" if percent == 50 else "ax"
            yield element("line", class_=css, x1=self.frame.left, x2=self.edge, y1=y, y2=y)
            yield element("text", f"{percent} %", x=self.frame.left - 8, y=y + 4, text_anchor="end")
        for x, words in ticks(self.x, self.zone, room=44, year_room=34):
            yield element("line", class_="ax2", x1=x, x2=x, y1=self.base, y2=self.base + 5)
            if x + 4 + width_of(words) < self.frame.width:
                yield element("text", words, x=x + 4, y=self.base + 18)

    def line(self) -> Iterator[str]:
        """The curve, the day of the reading, and the day by which half of such pages are gone."""
        curve = self.forecast.curve
        points = "L".join(
            f"{short(self.at(day))} {short(self.y(stands))}" for day, stands in enumerate(curve)
        )
        yield element("path", class_="ln neg", d=f"M{points}", fill="none")
        yield element("circle", class_="dot neg", cx=self.at(0), cy=self.y(1), r=5)
        median = self.forecast.median_on
        if median is not None:
            x, y = self.at(self.days(median)), self.y(0.5)
            yield element("circle", class_="dot neg", cx=x, cy=y, r=5)
            yield self.words(spoken_day(median), x, y)
        else:
            words = f"{round(curve[-1] * 100)} % on {spoken_day(self.forecast.horizon_on)}"
            yield element(
                "circle", class_="dot neg", cx=float(self.edge), cy=self.y(curve[-1]), r=5
            )
            yield self.words(words, float(self.edge), self.y(curve[-1]))

    def words(self, text: str, x: float, y: float) -> SafeString:
        """A label beside a point, on the side where there is room; on the left, where the curve still
        stands higher, above it."""
        is_right = x + 12 + width_of(text) < self.edge
        if not is_right:
            left = x - 12 - width_of(text)
            stands = (one for day, one in enumerate(self.forecast.curve) if self.at(day) >= left)
            y = max(min(y, self.y(next(stands, 0.0))), 21)
        return element(
            "text", text, class_="t-neg halo", x=x + 9 if is_right else x - 9, y=y - 9,
            text_anchor=None if is_right else "end",
        )  # fmt: skip
