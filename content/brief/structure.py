"""What the pages that rank look like: length, headings, pictures, and how many have lists, tables, questions. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from content.places import Place

SHORTEST = 50
"""A page of fewer words is a shell that a script fills, or a wall: it says nothing about length."""
LEAST_USED = 2
PLACE_WORDS = {
    Place.VIDEO: "video",
    Place.ENCYCLOPAEDIA: "encyclopaedia",
    Place.PROFILE: "profile",
    Place.QUESTION: "question site",
    Place.FORUM: "forum",
    Place.REVIEW: "review site",
    Place.NEWS: "news",
    Place.OTHER: "other page",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """One page by its structure; `headings` counts those of levels 2 and 3."""

    words: int
    headings: int
    images: int
    lists: int
    tables: int
    has_faq: bool
    has_video: bool
    schema_types: tuple[str, ...] = ()


def of_results(
    places: Sequence[Place], *, has_videos: bool, related: Sequence[str]
) -> dict[str, Any]:
    """What the stored result page alone tells: kinds of place, a box of videos, related searches."""
    counts = Counter(PLACE_WORDS[place] for place in places)
    return {
        "results": len(places),
        "places": dict(counts.most_common()),
        "video_box": has_videos,
        "related": list(related),
    }


def of_pages(shapes: Sequence[Shape]) -> dict[str, Any]:
    """What the pages that were read look like: `of` pages; spans as low, median, high; the others
    count pages. Empty where no page had text to count."""
    full = [shape for shape in shapes if shape.words >= SHORTEST]
    if not full:
        return {}
    types = Counter(name for shape in full for name in set(shape.schema_types))
    return {
        "of": len(full),
        "words": span([shape.words for shape in full]),
        "headings": span([shape.headings for shape in full]),
        "images": span([shape.images for shape in full]),
        "lists": sum(1 for shape in full if shape.lists),
        "tables": sum(1 for shape in full if shape.tables),
        "faq": sum(1 for shape in full if shape.has_faq),
        "video": sum(1 for shape in full if shape.has_video),
        "schema": {name: n for name, n in types.most_common() if n >= LEAST_USED},
    }


def span(values: Sequence[int]) -> dict[str, int]:
    """Lowest, median and highest."""
    return {"low": min(values), "median": round(median(values)), "high": max(values)}


def facts_of(structure: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A stored structure in words: name and finding, for people; unknown parts are left out."""
    found: list[tuple[str, str]] = []
    if structure.get("places"):
        named = ", ".join(
            f"{n} {name}{'s' if n > 1 and name != 'news' else ''}"
            for name, n in structure["places"].items()
        )
        found.append((f"The {structure.get('results', 10)} results", named))
    if structure.get("video_box"):
        found.append(("On the result page", "a box of videos"))
    of = structure.get("of")
    if not of:
        return found
    for key, name in (("words", "Words"), ("headings", "Headings"), ("images", "Images")):
        if key in structure:
            row = structure[key]
            found.append((name, f"{row['low']:,}–{row['high']:,}, median {row['median']:,}"))
    for key, name in (
        ("lists", "With a list"),
        ("tables", "With a table"),
        ("faq", "With questions and answers"),
        ("video", "With a video"),
    ):
        if key in structure:
            found.append((name, f"{structure[key]} of {of}"))
    if structure.get("schema"):
        named = ", ".join(f"{name} {n}" for name, n in structure["schema"].items())
        found.append(("Structured data", f"{named} of {of}"))
    return found
