"""Turns what was found in a result into weighed evidence, in words for a marketer."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reputation.tone.context import Context
from reputation.tone.hosts import Address
from reputation.tone.masking import Mask
from reputation.tone.ratings import Rating, rating_in
from reputation.tone.reading import Hit, Reading, reader
from reputation.tone.rules import effects_of
from reputation.tone.verdict import Category, Evidence, Text

FIELD_WEIGHTS = {"title": 1.0, "snippet": 0.7, "url": 0.5}
WITHOUT_BRAND = 0.4
WITHOUT_BRAND_HERE = 0.85
PROSE = 1.25
PROSE_WITHOUT_BRAND = 0.5
PROSE_OTHER_SENTENCE = 0.85
PROSE_OTHER_CLAUSE = 0.9
PROSE_SCENE = 0.5
# Chinese sentences are long: what stands far off speaks of others.
PROSE_FAR_IN_CHINESE = 0.4
PROSE_WITHOUT_BRAND_IN_CHINESE = 0.15
FAR_FROM_BRAND = 25
PAGE_PRAISE_MOOD = 0.4
PAGE_BLAME_MOOD = 0.7
MIDDLING_MOOD = 0.5
PROSE_KINDS = frozenset({"review", "forum", "complaints"})
GRAVE_FROM = -0.55
GRAVE = frozenset({Category.RECALL, Category.BREACH})
MIDDLING = (0.62, 0.799)
SECTION_COUNTS = 0.9
SOURCE_REACH = 12


@dataclass(frozen=True, slots=True)
class Joined:
    """Title, snippet and headline in the address as one text with masked brand, and its parts."""

    text: str
    snippet_at: int
    slug_at: int
    slug_offset: int

    def place(self, start: int) -> tuple[str, int]:
        """The field at an offset, and what to subtract to get the offset within it."""
        if start < self.snippet_at:
            return "title", 0
        if start < self.slug_at:
            return "snippet", self.snippet_at
        return "url", self.slug_at - self.slug_offset


@dataclass(frozen=True, slots=True)
class Page:
    """One result on its way to a verdict. `year` is the present one, or 0."""

    original: Text
    joined: Joined
    address: Address
    mask: Mask
    year: int
    rating: Rating | None = None
    rated_field: str = ""

    @property
    def is_middling(self) -> bool:
        """Whether its star rating is neither good nor bad, so that opinions differ."""
        return self.rating is not None and MIDDLING[0] < self.rating.share <= MIDDLING[1]

    @property
    def is_prose(self) -> bool:
        """Whether people write here as they talk: loose texts, reviews and posts."""
        kind = self.address.kind
        return not self.address.url or (kind is not None and kind.name in PROSE_KINDS)


def evidence_in_words(page: Page, language: str) -> list[Evidence]:
    """The lexicon's words in a page, each as far as its context lets it count."""
    reads = reader(language)
    reading = reads.read(page.joined.text)
    if reading is None:
        return []
    snippet = bisect_left(reading.offsets, page.joined.snippet_at)
    slug = bisect_left(reading.offsets, page.joined.slug_at)
    fields = ["title"] * snippet + ["snippet"] * (slug - snippet)
    fields += ["url"] * (len(reading.offsets) - slug)
    context = Context(
        reading,
        reads.lexicon,
        mask=page.mask,
        text=page.joined.text,
        fields=fields,
        site=page.address.kind.name if page.address.kind else "",
        is_page=bool(page.address.url),
        year=page.year,
    )
    effects = effects_of(context)
    found: dict[tuple[str, bool], Evidence] = {}
    for hit in reading.hits:
        evidence = _evidence(hit, reading, context, page)
        if _is_in_rating(page, evidence):
            continue
        effect = effects.get(hit.start)
        if effect is not None:
            weight = round(evidence.weight * effect.factor, 3) + 0.0
            category = evidence.category or (Category.QUALITY.value if weight < 0 else "")
            reason = f"{evidence.reason} – {effect.note}"
            evidence = replace(evidence, weight=weight, category=category, reason=reason)
        evidence = _seen_from(page.address, evidence, context)
        key = (hit.entry.words, evidence.weight == 0)
        if key not in found or abs(evidence.weight) > abs(found[key].weight):
            found[key] = evidence
    return list(found.values())


def _is_in_rating(page: Page, evidence: Evidence) -> bool:
    """ "1.4 of 5 stars" is a rating, and not "5 stars"."""
    rating = page.rating
    return (
        rating is not None
        and evidence.field == page.rated_field
        and evidence.start < rating.end
        and rating.start < evidence.end
    )


def _evidence(hit: Hit, reading: Reading, context: Context, page: Page) -> Evidence:
    """The hit at its full weight in this place of this kind of text."""
    first = reading.offsets[hit.start]
    field, shift = page.joined.place(first)
    start, end = first - shift, reading.ends[hit.end - 1] - shift
    words = getattr(page.original, field)[start:end]
    # A result without a title is judged by its snippet alone.
    share = FIELD_WEIGHTS[field] if page.original.title.strip() else 1.0
    nearness = _nearness(context, hit, page)
    mood = _mood(context, hit, page)
    reason = f"“{words}”: {hit.entry.reason}"
    if nearness <= 0.5:
        reason += " – far from the brand's name"
    if mood < 0.5:
        reason += " – general praise" if hit.entry.weight > 0 else " – general blame"
    weight = round(hit.entry.weight * share * nearness * mood, 3) + 0.0
    return Evidence(words, field, start, end, weight, hit.entry.category, reason)


def _nearness(context: Context, hit: Hit, page: Page) -> float:
    """How far words count that stand apart from the brand's name; fully if it has none to find."""
    if not context.expects_brand:
        return 1.0 if page.address.url else PROSE
    if not page.address.url:
        return PROSE * _nearness_in_prose(context, hit)
    if context.fields[hit.start] in context.brand_fields:
        return 1.0
    return WITHOUT_BRAND_HERE if context.brand else WITHOUT_BRAND


def _nearness_in_prose(context: Context, hit: Hit) -> float:
    """Prose speaks of many: what stands in the brand's clause is said of it."""
    is_chinese = context.lexicon.language == "zh"
    if not context.brand:
        return PROSE_WITHOUT_BRAND_IN_CHINESE if is_chinese else PROSE_WITHOUT_BRAND
    if hit.entry.weight < 0 and _is_scene(context):
        return PROSE_SCENE
    reach = FAR_FROM_BRAND
    if context.has_brand(context.clause_left(hit.start, reach)) or context.has_brand(
        context.clause_right(hit.end, reach)
    ):
        return 1.0
    if context.has_brand(context.left(hit.start, reach)) or context.has_brand(
        context.right(hit.end, reach)
    ):
        return PROSE_OTHER_CLAUSE
    return PROSE_FAR_IN_CHINESE if is_chinese else PROSE_OTHER_SENTENCE


def _is_scene(context: Context) -> bool:
    """ "В X", "из X": the brand is only where it happens."""
    places = context.lexicon.places
    return bool(places) and all(context.word(at - 1) in places for at in context.brand)


def _mood(context: Context, hit: Hit, page: Page) -> float:
    """Liking and blame in general are mostly boilerplate on result pages, unless people talk."""
    if not hit.entry.is_mood:
        return 1.0
    if page.is_middling:
        return MIDDLING_MOOD
    if page.is_prose:
        return 1.0
    if "sources" in context.cues:
        for around in (
            context.left(hit.start, SOURCE_REACH),
            context.right(hit.end, SOURCE_REACH),
        ):
            if context.cue_in("sources", around) is not None:
                return 1.0
    return PAGE_PRAISE_MOOD if hit.entry.weight > 0 else PAGE_BLAME_MOOD


def _seen_from(address: Address, evidence: Evidence, context: Context | None = None) -> Evidence:
    """The evidence as far as the kind of site lets it count."""
    if address.is_own:
        counts = evidence.category in GRAVE and evidence.weight <= GRAVE_FROM
        factor, site = (0.7 if counts else 0.0), "the brand's own page"
    elif address.kind is not None:
        kind = address.kind
        factor, site = kind.negative if evidence.weight < 0 else kind.positive, kind.reason
        is_section = context is not None and context.has_cue("sections")
        if kind.name == "reference" and is_section and evidence.weight < 0:
            factor, site = SECTION_COUNTS, "an encyclopaedia's section on trouble"
    else:
        return evidence
    if factor == 1 or evidence.weight == 0:
        return evidence
    weight = round(evidence.weight * factor, 3) + 0.0
    share = "less" if factor < 1 else "more"
    return replace(evidence, weight=weight, reason=f"{evidence.reason} – counts {share} on {site}")


def with_rating(page: Page, language: str) -> Page:
    """The page with the first star rating in its title or snippet."""
    for field in ("title", "snippet"):
        rating = rating_in(getattr(page.original, field), language)
        if rating is not None:
            return replace(page, rating=rating, rated_field=field)
    return page


def evidence_in_rating(page: Page) -> list[Evidence]:
    """What the page's star rating says."""
    rating, field = page.rating, page.rated_field
    if rating is None:
        return []
    weight, reason = _rating_weight(rating)
    words = getattr(page.original, field)[rating.start : rating.end]
    category = Category.SERVICE.value if weight < 0 else ""
    evidence = Evidence(
        words, field, rating.start, rating.end, weight, category, f"“{words}”: {reason}"
    )
    return [_seen_from(page.address, evidence)]


def _rating_weight(rating: Rating) -> tuple[float, str]:
    few = rating.is_by_few
    weight, reason = next(
        (weight, reason) for share, weight, reason in RATINGS if rating.share <= share
    )
    return (weight / 2, f"{reason} by few people") if few else (weight, reason)


RATINGS: Sequence[tuple[float, float, str]] = (
    (0.5, -0.8, "a low rating"),
    (0.62, -0.45, "a rating below average"),
    (0.799, 0.0, "a middling rating"),
    (0.879, 0.4, "a good rating"),
    (1.0, 0.7, "a high rating"),
)


def evidence_in_address(address: Address) -> list[Evidence]:
    """What the site says by itself: a complaints board, a domain made against the brand."""
    if address.is_hostile:
        weight, category, reason = -0.6, Category.NONE.value, "a site about trouble with the brand"
    elif address.kind is not None and address.kind.weight and not address.is_own:
        kind = address.kind
        weight, category, reason = kind.weight, kind.category, kind.reason
    else:
        return []
    start, end = address.start, address.start + len(address.host)
    words = address.url[start:end]
    return [Evidence(words, "url", start, end, weight, category, f"“{words}”: {reason}")]
