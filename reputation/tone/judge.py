"""Judges what a result says about a brand: words in their context, ratings and the kind of site."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reputation.tone.context import Context
from reputation.tone.hosts import Address, address_of
from reputation.tone.language import language_of
from reputation.tone.lexicon import LANGUAGES
from reputation.tone.masking import MASK, Mask, mask_of
from reputation.tone.ratings import Rating, rating_in
from reputation.tone.reading import Hit, Reading, reader
from reputation.tone.verdict import BrandNames, Category, Evidence, Text, Tone, Verdict

VERSION = "rules-1"

# Titles and snippets have a few hundred characters; of a pasted page only the beginning is read.
READ_AT_MOST = 20_000
LONGEST_RUN = re.compile(r"\S{80}")
NEGATIVE_AT = -1 / 3
POSITIVE_AT = 0.36
HALF_SCORE_AT = 0.8
FIELD_WEIGHTS = {"title": 1.0, "snippet": 0.7, "url": 0.5}
WITHOUT_BRAND = 0.6
WITHOUT_BRAND_HERE = 0.85
SAME_KIND_AGAIN = 0.5
GRAVE = frozenset({Category.RECALL, Category.BREACH})
SLUG = re.compile(r"[^/?#]*(?:[-_][^/?#]*){3}")


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


def judge_texts(texts: Iterable[Text], brand: BrandNames) -> Iterator[Verdict]:
    """One verdict for each text, in order, as the texts come; nothing is kept between them."""
    mask = mask_of(brand)
    for text in texts:
        yield _judge(text, brand, mask)


def _judge(text: Text, brand: BrandNames, mask: Mask) -> Verdict:
    address = address_of(text.url, brand, mask)
    joined = _join(text, mask, address)
    language, sure = language_of(text.language, joined.text[: joined.slug_at].replace(MASK, ""))
    evidence = _from_words(joined, text, language, mask) if language in LANGUAGES else []
    evidence += _from_ratings(text)
    weighed = [_seen_from(address, each) for each in evidence] + _from_address(address)
    return _verdict(weighed, language, sure if language in LANGUAGES else 0.3)


def _join(text: Text, mask: Mask, address: Address) -> Joined:
    title, snippet = text.title[:READ_AT_MOST], text.snippet[:READ_AT_MOST]
    slug_offset, slug = _slug(address)
    title, snippet = (mask.hide(part).replace("\n", " ") for part in (title, snippet))
    slug = mask.hide(slug.replace("-", " ").replace("_", " "))
    whole = f"{title}\n{snippet}\n{slug}"
    if not whole.isascii() or LONGEST_RUN.search(whole):
        whole = LONGEST_RUN.sub(lambda run: run[0] if _is_cjk(run[0]) else run[0][:79] + " ", whole)
    return Joined(whole, len(title) + 1, len(title) + len(snippet) + 2, slug_offset)


def _is_cjk(run: str) -> bool:
    return any("\u3040" <= letter <= "\u9fff" or letter == MASK for letter in run)


def _slug(address: Address) -> tuple[int, str]:
    """The headline that many addresses end with, as words, and where it begins in the URL."""
    offset = address.start + len(address.host)
    found = max(SLUG.finditer(address.url, offset), key=lambda each: len(each[0]), default=None)
    return (found.start(), found[0]) if found and found[0].isascii() else (0, "")


def _from_words(joined: Joined, text: Text, language: str, mask: Mask) -> list[Evidence]:
    reads = reader(language)
    reading = reads.read(joined.text)
    if reading is None:
        return []
    fields = [joined.place(offset)[0] for offset in reading.offsets]
    context = Context(reading, reads.lexicon, mask=mask, fields=fields)
    found: dict[tuple[str, bool], Evidence] = {}
    for hit in reading.hits:
        evidence = _evidence(hit, reading, context, joined, text)
        key = (hit.entry.words, evidence.weight == 0)
        if key not in found or abs(evidence.weight) > abs(found[key].weight):
            found[key] = evidence
    return list(found.values())


def _evidence(hit: Hit, reading: Reading, context: Context, joined: Joined, text: Text) -> Evidence:
    span = reading.doc[hit.start : hit.end]
    field, shift = joined.place(span.start_char)
    start, end = span.start_char - shift, span.end_char - shift
    words = getattr(text, field)[start:end]
    # A result without a title is judged by its snippet alone.
    share = FIELD_WEIGHTS[field] if text.title.strip() else 1.0
    weight = hit.entry.weight * share * _nearness(context, field)
    category, reason = hit.entry.category, f"“{words}”: {hit.entry.reason}"
    effect = context.effect(hit)
    if effect is not None:
        weight *= effect.factor
        reason += f" – {effect.note}"
        category = category or (Category.QUALITY if weight < 0 else "")
    return Evidence(words, field, start, end, round(weight, 3) + 0.0, category, reason)


def _nearness(context: Context, field: str) -> float:
    """How far words count that stand apart from the brand's name; fully if it has none to find."""
    if not context.expects_brand or context.names_brand(field):
        return 1.0
    return WITHOUT_BRAND_HERE if context.names_brand() else WITHOUT_BRAND


def _from_ratings(text: Text) -> list[Evidence]:
    for field, content in (("title", text.title), ("snippet", text.snippet)):
        rating = rating_in(content[:READ_AT_MOST])
        if rating is not None:
            weight, reason = _rating_weight(rating)
            words = content[rating.start : rating.end]
            category = Category.SERVICE.value if weight < 0 else ""
            reason = f"“{words}”: {reason}"
            return [Evidence(words, field, rating.start, rating.end, weight, category, reason)]
    return []


def _rating_weight(rating: Rating) -> tuple[float, str]:
    if rating.share <= 0.5:
        return -0.8, "a low rating"
    if rating.share <= 0.62:
        return -0.45, "a rating below average"
    if rating.share >= 0.88:
        return 0.7, "a high rating"
    if rating.share >= 0.8:
        return 0.4, "a good rating"
    return 0.0, "a middling rating"


def _seen_from(address: Address, evidence: Evidence) -> Evidence:
    """The evidence as far as the kind of site lets it count."""
    if address.is_own:
        counts = evidence.category in GRAVE and evidence.weight < 0
        factor, site = (0.7 if counts else 0.0), "the brand's own page"
    elif address.kind is not None:
        kind = address.kind
        factor, site = kind.negative if evidence.weight < 0 else kind.positive, kind.reason
    else:
        return evidence
    if factor == 1 or evidence.weight == 0:
        return evidence
    return Evidence(
        evidence.words,
        evidence.field,
        evidence.start,
        evidence.end,
        round(evidence.weight * factor, 3) + 0.0,
        evidence.category,
        f"{evidence.reason} – counts less on {site}",
    )


def _from_address(address: Address) -> list[Evidence]:
    """What the site says by itself: a complaints board, a domain made against the brand."""
    if address.is_hostile:
        weight, category, reason = -0.6, Category.NONE.value, "a site about trouble with the brand"
    elif address.kind is not None and address.kind.weight and not address.is_own:
        weight, category, reason = (
            address.kind.weight,
            address.kind.category,
            address.kind.reason,
        )
    else:
        return []
    start, end = address.start, address.start + len(address.host)
    words = address.url[start:end]
    return [Evidence(words, "url", start, end, weight, category, f"“{words}”: {reason}")]


def _verdict(evidence: list[Evidence], language: str, sure: float) -> Verdict:
    by_category: dict[str, list[float]] = defaultdict(list)
    for each in evidence:
        by_category[each.category].append(each.weight)
    sums = {category: _sum(weights) for category, weights in by_category.items()}
    total = sum(sums.values())
    score = total / (abs(total) + HALF_SCORE_AT)
    tone = _tone(score)
    category = Category.NONE
    if tone == Tone.NEGATIVE:
        category = Category(min(sums, key=lambda name: (sums[name], name)))
    ordered = tuple(sorted(evidence, key=lambda each: (-abs(each.weight), each.field, each.start)))
    return Verdict(
        tone, round(score, 3) + 0.0, category, language, _confidence(score, sure), ordered
    )


def _sum(weights: list[float]) -> float:
    """Every further word of the same kind says less that is new."""
    ordered = sorted(weights, key=abs, reverse=True)
    return sum(weight * SAME_KIND_AGAIN**place for place, weight in enumerate(ordered))


def _tone(score: float) -> Tone:
    if score <= NEGATIVE_AT:
        return Tone.NEGATIVE
    return Tone.POSITIVE if score >= POSITIVE_AT else Tone.NEUTRAL


def _confidence(score: float, sure: float) -> float:
    """How far the score is from the nearest border between two tones, and how sure the language."""
    distance = min(abs(score - NEGATIVE_AT), abs(score - POSITIVE_AT))
    return round((0.5 + min(distance, 0.45)) * (0.6 + 0.4 * sure), 3)
