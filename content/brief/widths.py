"""How wide a title or description is on a result page, in pixels, and where the engine would cut it. Pure.

Google sets titles and descriptions in Arial and cuts by width, not by number of letters. It publishes
no limit and says so ("there is no limit on how long", Search Central, "Control your title links" and
"Control your snippets"); 580 px for a title at 20 px, 920 px for a description at 14 px on a desktop
and 680 px on a phone are what makers of measuring tools agree on. They are limits to aim below, no
rules of the engine. Signs of Chinese, Japanese and Korean are one em wide.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WIDTHS_FILE = Path(__file__).parent.parent / "data" / "arial_widths.json"
TITLE_SIZE = 20.0
DESCRIPTION_SIZE = 14.0
TITLE_LIMIT = 580
DESCRIPTION_LIMIT = 920
DESCRIPTION_LIMIT_MOBILE = 680
USUAL = 0.556
"""Width of most small letters in em: what an unknown sign counts as."""
ELLIPSIS = "…"


@cache
def advances() -> dict[str, float]:
    """The width of each known sign in em, out of the data file that names its source."""
    data = json.loads(WIDTHS_FILE.read_text(encoding="utf-8"))
    em = data["units_per_em"]
    return {sign: int(units) / em for units, signs in data["widths"].items() for sign in signs}


def pixel_width(text: str, size: float) -> float:
    """The width of one line of text in Arial at `size` pixels, in pixels, without kerning."""
    known = advances()
    return size * sum(
        known[sign] if sign in known else unknown_width(sign)
        for sign in unicodedata.normalize("NFC", text)
    )


def unknown_width(sign: str) -> float:
    """A sign that the table lacks, in em: none for marks that stand on others, one for wide signs."""
    if unicodedata.category(sign) in {"Mn", "Me", "Cf", "Cc"}:
        return 0.0
    return 1.0 if unicodedata.east_asian_width(sign) in "WF" else USUAL


@dataclass(frozen=True, slots=True)
class Fit:
    """How a text fits into its room: pixels used and allowed, both whole."""

    pixels: int
    limit: int

    @property
    def is_fine(self) -> bool:
        return self.pixels <= self.limit

    @property
    def words(self) -> str:
        """The measure for people: "512 of 580 px"."""
        return f"{self.pixels} of {self.limit} px"


def title_fit(text: str) -> Fit:
    """How a title fits on Google's desktop page."""
    return Fit(round(pixel_width(text, TITLE_SIZE)), TITLE_LIMIT)


def description_fit(text: str, *, is_mobile: bool = False) -> Fit:
    """How a description fits on Google's desktop page, or on a phone."""
    limit = DESCRIPTION_LIMIT_MOBILE if is_mobile else DESCRIPTION_LIMIT
    return Fit(round(pixel_width(text, DESCRIPTION_SIZE)), limit)


def cut(text: str, *, size: float, limit: float) -> str:
    """The text if it fits, otherwise its first whole words that do, with an ellipsis.

    Where not even the first word fits, or nothing separates words, as in Chinese, signs are cut.
    """
    text = " ".join(text.split())
    if pixel_width(text, size) <= limit:
        return text
    room = limit - pixel_width(ELLIPSIS, size)
    kept = ""
    for sign in text:
        if pixel_width(kept + sign, size) > room:
            break
        kept += sign
    whole, gap, _ = kept.rpartition(" ")
    at_end = text[len(kept) : len(kept) + 1] in ("", " ")
    kept = kept if at_end or not gap or len(whole) < len(kept) / 2 else whole
    return kept.rstrip(" ,;:–-") + ELLIPSIS
