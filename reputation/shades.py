"""The buttons of a mark: three tones or five shades, each with its sign and its key."""

from __future__ import annotations

from dataclasses import dataclass

from reputation.tone.verdict import Shade

FIVE = "five_shades"
"""In the session: this person marks with five shades."""
KEYS = {
    Shade.VERY_NEGATIVE: "1",
    Shade.NEGATIVE: "n",
    Shade.NEUTRAL: "0",
    Shade.POSITIVE: "p",
    Shade.VERY_POSITIVE: "5",
}
SIGNS = {
    Shade.VERY_NEGATIVE: "−−",
    Shade.NEGATIVE: "−",
    Shade.NEUTRAL: "0",
    Shade.POSITIVE: "+",
    Shade.VERY_POSITIVE: "++",
}
STYLES = {"negative": "neg", "neutral": "neu", "positive": "pos"}
COLOURS = {
    Shade.VERY_NEGATIVE.value: "danger",
    Shade.NEGATIVE.value: "danger",
    Shade.POSITIVE.value: "info",
    Shade.VERY_POSITIVE.value: "info",
}
"""Of the admin's labels: red, grey and blue as on the pages; green and grey are one colour to many."""
THREE = (Shade.NEGATIVE, Shade.NEUTRAL, Shade.POSITIVE)


@dataclass(frozen=True, slots=True)
class Button:
    """One choice: what the form sends, its words, and whether it stands now."""

    value: str
    label: str
    key: str
    sign: str
    style: str
    is_chosen: bool


def buttons(*, five: bool, tone: str, shade: str) -> list[Button]:
    """The choices for a mark that stands at this tone and shade."""
    chosen = shade if five else tone
    return [
        Button(
            value=one.value,
            label=one.label.capitalize(),
            key=KEYS[one],
            sign=SIGNS[one],
            style=STYLES[one.tone],
            is_chosen=one.value == chosen,
        )
        for one in (Shade if five else THREE)
    ]
