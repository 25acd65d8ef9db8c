"""Draws how well said probabilities came true: the calibration plot of docs/forecast.md, as SVG without styles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from content.charts.drawing import element, together
from content.forecasting.backtest import Bin

SIDE, LEFT, TOP = 360, 56, 24
LOOKS = (("#6b4fd8", "circle"), ("#c23b22", "square"), ("#1f7a4d", "diamond"))
INK, LINE = "#333333", "#cccccc"


def calibration_plot(curves: Mapping[int, Sequence[Bin]]) -> str:
    """One line a horizon (days): what was said from left to right, what came from below to the top."""
    width, height = LEFT + SIDE + 230, TOP + SIDE + 56
    return str(
        element(
            "svg",
            element("title", "Calibration of the forecast", id="title"),
            element(
                "desc",
                "Said probability to stand on page one still, against the share that did; on the "
                "diagonal both are equal.",
                id="desc",
            ),
            element("rect", width=width, height=height, fill="#ffffff"),
            together(axes()),
            together(lines(curves)),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {width} {height}",
            role="img",
            aria_labelledby="title desc",
            font_family="sans-serif",
            font_size="12",
        )
    )


def x(share: float) -> float:
    return LEFT + share * SIDE


def y(share: float) -> float:
    return TOP + (1 - share) * SIDE


def axes() -> Iterator[str]:
    for step in range(0, 11, 2):
        share = step / 10
        yield element("line", x1=x(0), x2=x(1), y1=y(share), y2=y(share), stroke=LINE)
        yield element("line", x1=x(share), x2=x(share), y1=y(0), y2=y(1), stroke=LINE)
        words = f"{step * 10} %"
        yield element("text", words, x=x(share), y=y(0) + 18, text_anchor="middle", fill=INK)
        yield element("text", words, x=x(0) - 8, y=y(share) + 4, text_anchor="end", fill=INK)
    yield element(
        "line", x1=x(0), x2=x(1), y1=y(0), y2=y(1), stroke="#888888", stroke_dasharray="5 4"
    )
    yield element(
        "text", "said: still there", x=x(0.5), y=y(0) + 42, text_anchor="middle", fill=INK
    )
    yield element("text", "came", x=x(0), y=TOP - 8, text_anchor="middle", fill=INK)


def lines(curves: Mapping[int, Sequence[Bin]]) -> Iterator[str]:
    for number, (days, bins) in enumerate(curves.items()):
        color, shape = LOOKS[number % len(LOOKS)]
        points = " ".join(f"{x(one.said):.1f},{y(one.came):.1f}" for one in bins)
        yield element("polyline", points=points, fill="none", stroke=color, stroke_width="1.5")
        for one in bins:
            size = 3 + 5 * min(one.trials / 150, 1)
            words = f"{one.trials} forecasts: said {one.said:.0%}, came {one.came:.0%}"
            yield mark(shape, x(one.said), y(one.came), size, color=color, words=words)
        top = TOP + 20 + 24.0 * number
        yield mark(shape, x(1) + 24, top, 5, color=color, words="")
        total = sum(one.trials for one in bins)
        words = f"after {days} days ({total} forecasts)"
        yield element("text", words, x=x(1) + 36, y=top + 4, fill=INK)


def mark(shape: str, cx: float, cy: float, size: float, *, color: str, words: str) -> str:
    """A sign with its words; signs differ by shape too, not by colour alone."""
    title = element("title", words)
    if shape == "circle":
        return element("circle", title, cx=cx, cy=cy, r=size, fill=color)
    turn = f"rotate(45 {cx:.1f} {cy:.1f})" if shape == "diamond" else None
    return element(
        "rect", title, x=cx - size, y=cy - size, width=2 * size, height=2 * size, fill=color,
        transform=turn,
    )  # fmt: skip
