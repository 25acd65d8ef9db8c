"""Which keys lie next to each other, by the keyboard layout that a language is typed on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("layouts.json")
STAGGER = (0.0, 0.5, 0.75, 1.25)
"""How far each row begins to the right, in key widths, on ISO and ANSI boards alike."""
REACH = 1.2
"""Keys whose middles are no farther apart than this, in key widths, touch."""


def layout_of(language: str) -> str:
    """The name of the layout of a language; qwerty where none is known."""
    of: Mapping[str, str] = layouts()["of"]
    return of.get(language.split("-")[0].lower(), "qwerty")


@cache
def layouts() -> dict[str, dict]:
    """The data file: rows of keys by layout, and under "of" the layout of each language."""
    found: dict[str, dict] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


@cache
def neighbours(layout: str) -> Mapping[str, str]:
    """For each key the keys that touch it, those in its own row first, digits left out."""
    places = {
        key: (column + STAGGER[row], float(row))
        for row, keys in enumerate(layouts()[layout])
        for column, key in enumerate(keys)
        if not key.isdigit()
    }
    found = {}
    for key, (x, y) in places.items():
        near = [
            (abs(y - other_y), abs(x - other_x), other)
            for other, (other_x, other_y) in places.items()
            if other != key and (x - other_x) ** 2 + (y - other_y) ** 2 <= REACH**2
        ]
        found[key] = "".join(other for _, _, other in sorted(near))
    return found
