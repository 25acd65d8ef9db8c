"""Images: each has alternative text that says what it shows."""

from __future__ import annotations

import re

from content.drafting.finding import Finding, Level, Ruling, Where, unmeasured
from content.drafting.given import Given, Text

RULE, POINTS = "images", 4
FILE_NAME = re.compile(
    r"^[\w-]*\.(?:jpe?g|png|gif|webp|avif|svg)$|^(?:img|dsc|image|screenshot)[_ -]?\d+$", re.I
)
LONGEST = 200


def check(text: Text, given: Given) -> Ruling:
    images = text.document.images
    if not images:
        return unmeasured(RULE, POINTS, "It has no images.")
    found = []
    for image in images:
        where = Where(image.line, image.alt or image.url[:80])
        if not image.alt:
            found.append(
                Finding(
                    RULE,
                    Level.REQUIRED,
                    "An image has no alternative text: who cannot see it gets nothing.",
                    "Say in one sentence what it shows: ![a barista weighs beans](…).",
                    where,
                )
            )
        elif FILE_NAME.match(image.alt) or len(image.alt) > LONGEST:
            found.append(
                Finding(
                    RULE,
                    Level.RECOMMENDED,
                    "An alternative text is a file's name, or longer than 200 letters.",
                    "Say in one sentence what the image shows.",
                    where,
                )
            )
    good = len(images) - len(found)
    return Ruling(
        RULE,
        POINTS,
        good / len(images),
        f"{good} of {len(images)} images say what they show.",
        tuple(found),
    )
