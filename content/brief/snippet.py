"""A title and description for the result page that fit where engines cut, without the negative's words. Pure."""

from __future__ import annotations

from collections.abc import Collection

from content.brief.widths import (
    DESCRIPTION_LIMIT,
    DESCRIPTION_LIMIT_MOBILE,
    DESCRIPTION_SIZE,
    TITLE_LIMIT,
    TITLE_SIZE,
    cut,
    pixel_width,
)
from content.wording import repeats

JOIN = " | "


def seo_title(title: str, brand: str, avoid: Collection[str]) -> str:
    """The working title with the brand's name behind it where there is room and it lacks it."""
    with_name = f"{title}{JOIN}{brand}"
    if brand.casefold() in title.casefold() or repeats(brand, avoid):
        with_name = title
    fits = pixel_width(with_name, TITLE_SIZE) <= TITLE_LIMIT
    return with_name if fits else cut(title, size=TITLE_SIZE, limit=TITLE_LIMIT)


def description(pattern: str, subject: str, *, avoid: Collection[str], device: str) -> str:
    """The pattern about the subject, within the room of the device ("desktop" or "mobile").

    Empty where the pattern itself would say a word to avoid: then a person has to write it.
    """
    if not pattern or repeats(pattern.replace("{subject}", ""), avoid):
        return ""
    limit = DESCRIPTION_LIMIT_MOBILE if device == "mobile" else DESCRIPTION_LIMIT
    return cut(pattern.replace("{subject}", subject), size=DESCRIPTION_SIZE, limit=limit)
