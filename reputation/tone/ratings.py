"""Finds star ratings in a text: "1.8 out of 5", "Rating: 4.6", "4,2 av 5", "★★☆☆☆"."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBER = r"(?<![\d.,])(?P<{0}>10|\d(?:[.,]\d{{1,2}})?)"
SCALE = r"(?P<{0}>5|10)(?![\d%]|[.,]\d)"
STAR_WORDS = (
    r"(?:stars?|stjerner|zvaigznes|zvaigznēm|sterne|sternen|estrellas|étoiles|звезды|звёзд|звезд"
    r"|звёзды|балла|баллов|punkte|puntos|points|poeng)"
)
NAMES = (
    r"(?:rating|rated|trustscore|score|vurdering|karakter|vērtējums|novērtējums|评分"
    r"|得分|打分|综合评分|bewertung|gesamtnote|note|calificación|valoración|puntuación|nota|оценка"
    r"|рейтинг)"
)
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        NUMBER.format("a") + rf"(?: {STAR_WORDS})?\s*(?:out of|/|av|no|sobre|sur|von|из|de)\s*"
        + SCALE.format("b") + r"(?!/|\s+[^\W\d_]{3,})",
        r"(?<![\d.,])(?P<f>\d[.,]\d{1,2})\s*/\s*(?P<g>5|10)(?![\d%]|[.,/]\d)",
        NUMBER.format("a") + rf"(?: {STAR_WORDS})?\s*(?:(?:out )?of|/|av|no|sobre|sur|von|из|de)\s*"
        + SCALE.format("b") + rf"(?=\s+(?:{STAR_WORDS}|based|basert|basierend|bei|aus|con|sur"
        r"|avec|from|by|på|pēc|по|на|with|fra|reviews?))",
        NAMES + r"(?: of)?\s*[:：]?\s*" + NUMBER.format("c") + r"(?![\d%]|[.,]\d)",
        r"terningkast:?\s*(?P<e>[1-6])(?![\d%]|[.,]\d)",
        r"(?<![\d.,])(?P<d>\d[.,]\d)\s*"
        rf"(?:{STAR_WORDS}(?!\w)|★|⭐|星|分(?!钟))",
    )
)  # fmt: skip
# Germans mark as in school: 1 is the best, 6 the worst.
GERMAN_MARK = re.compile(
    r"(?:gesamt|schul|test|durchschnitts)?note\s*[:：]?\s*(?P<m>[1-6](?:[.,]\d{1,2})?)"
    r"(?![\d%]|[.,]\d|\s*(?:/|von|out))",
    re.IGNORECASE,
)
STARS = re.compile(r"★{0,5}☆{1,5}")
HINT = re.compile(r"\d[.,/\s]|\d[★⭐星分]|☆|terningkast", re.IGNORECASE)
# Dates and prices have numbers too; the patterns only look at what has a scale or a name.
MAYBE = re.compile(
    rf"[/a-zа-я]\s*(?:5|10)(?!\d)|[★⭐☆星分]|{NAMES}|terningkast|{STAR_WORDS}", re.IGNORECASE
)
COUNT = re.compile(
    r"(?<![\d.,])(\d{1,3})\s+(?:reviews?|ratings?|votes?|bewertung(?:en)?|opinion(?:es)?|reseñas?"
    r"|avis|отзыв\w{0,2}|оцен\w{1,3}|anmeldelser?|vurdering(?:er)?|stemmer?|atsauksm\w{1,3}"
    r"|vērtējum\w{1,3})(?!\w)",
    re.IGNORECASE,
)
MANY = 3
FEW = 3
COUNT_WITHIN = 50


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating as a share of the best one (0 to 1), where it stands, and whether few gave it."""

    share: float
    start: int
    end: int
    is_by_few: bool = False


def rating_in(text: str, language: str = "") -> Rating | None:
    """The first rating in the text; none where three or more different ones make it a list."""
    if not (HINT.search(text) and MAYBE.search(text)):
        return None
    mark = GERMAN_MARK.search(text) if language == "de" else None
    if mark is not None:
        share = 1 - 0.17 * (float(mark["m"].replace(",", ".")) - 1)
        return Rating(share, mark.start(), mark.end())
    found = [
        rating for pattern in PATTERNS for rating in map(_read, pattern.finditer(text)) if rating
    ]
    for stars in STARS.finditer(text):
        if len(stars[0]) == 5:
            found.append(Rating(stars[0].count("★") / 5, stars.start(), stars.end()))
    if not found or len({rating.share for rating in found}) >= MANY:
        return None
    first = min(found, key=lambda rating: rating.start)
    count = COUNT.search(text, first.end, first.end + COUNT_WITHIN)
    is_by_few = count is not None and int(count[1]) <= FEW
    return Rating(first.share, first.start, first.end, is_by_few)


def _read(match: re.Match[str]) -> Rating | None:
    groups = match.groupdict()
    value = float(next(groups[key] for key in "acdef" if groups.get(key)).replace(",", "."))
    # Norwegian papers throw dice.
    scale = (
        6.0
        if groups.get("e")
        else float(groups.get("b") or groups.get("g") or (10 if value > 5 else 5))
    )
    if value > scale:
        return None
    return Rating(value / scale, match.start(), match.end())
