"""Finds star ratings in a text: "1.8 out of 5", "Rating: 4.6", "4,2 av 5", "★★☆☆☆"."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBER = r"(?<![\d.,])(?P<{0}>10|\d(?:[.,]\d{{1,2}})?)"
SCALE = r"(?P<{0}>5|10)(?![\d%]|[.,]\d)"
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        NUMBER.format("a") + r"(?: stars?| stjerner| zvaigznes)?\s*(?:out of|/|av|no|sur|von|из)\s*"
        + SCALE.format("b") + r"(?!/)",
        r"(?:rating|rated|trustscore|score|vurdering|karakter|vērtējums|novērtējums|评分|得分|打分)"
        r"(?: of)?\s*[:：]?\s*" + NUMBER.format("c") + r"(?![\d%]|[.,]\d)",
        r"(?<![\d.,])(?P<d>\d[.,]\d)\s*(?:stars?\b|★|⭐|stjerner|zvaigznes|星|分(?!钟))",
    )
)  # fmt: skip
STARS = re.compile(r"★{0,5}☆{1,5}")
HINT = re.compile(r"\d[.,/\s]|\d[★⭐星分]|☆")
MANY = 3


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating as a share of the best one (0 to 1), and where it stands."""

    share: float
    start: int
    end: int


def rating_in(text: str) -> Rating | None:
    """The first rating in the text; none where three or more different ones make it a list."""
    if not HINT.search(text):
        return None
    found = [
        rating for pattern in PATTERNS for rating in map(_read, pattern.finditer(text)) if rating
    ]
    for stars in STARS.finditer(text):
        if len(stars[0]) == 5:
            found.append(Rating(stars[0].count("★") / 5, stars.start(), stars.end()))
    if not found or len({rating.share for rating in found}) >= MANY:
        return None
    return min(found, key=lambda rating: rating.start)


def _read(match: re.Match[str]) -> Rating | None:
    groups = match.groupdict()
    value = float(next(groups[key] for key in "acd" if groups.get(key)).replace(",", "."))
    scale = float(groups.get("b") or (10 if value > 5 else 5))
    if value > scale:
        return None
    return Rating(value / scale, match.start(), match.end())
