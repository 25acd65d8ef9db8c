"""Judges what a result says about a brand: words in their context, ratings and the kind of site."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from reputation.tone.hosts import Address, address_of
from reputation.tone.language import language_of
from reputation.tone.lexicon import LANGUAGES
from reputation.tone.masking import MASK, Mask, mask_of
from reputation.tone.verdict import BrandNames, Category, Evidence, Text, Tone, Verdict
from reputation.tone.weighing import (
    Joined,
    Page,
    evidence_in_address,
    evidence_in_rating,
    evidence_in_words,
    with_rating,
)

VERSION = "rules-2"

# Titles and snippets have a few hundred characters; of a pasted page only the beginning is read.
READ_AT_MOST = 20_000
LONGEST_RUN = re.compile(r"\S{80}")
NEGATIVE_AT = -1 / 3
POSITIVE_AT = 0.36
HALF_SCORE_AT = 0.8
SAME_KIND_AGAIN = 0.5
SLUG = re.compile(r"[^/?#]*(?:[-_][^/?#]*){3}")


def judge_texts(texts: Iterable[Text], brand: BrandNames, *, year: int = 0) -> Iterator[Verdict]:
    """One verdict for each text, in order, as the texts come; nothing is kept between them.

    Matters that lie ten years back count half: seen from the present `year`, if it is given.
    """
    mask = mask_of(brand)
    for text in texts:
        yield _judge(text, brand, mask, year)


def _judge(text: Text, brand: BrandNames, mask: Mask, year: int) -> Verdict:
    address = address_of(text.url, brand)
    joined = _join(text, mask, address)
    language, sure = language_of(text.language, joined.text[: joined.slug_at].replace(MASK, ""))
    short = Text(text.title[:READ_AT_MOST], text.snippet[:READ_AT_MOST], text.url, text.language)
    page = with_rating(Page(short, joined, address, mask, year), language)
    is_read = language in LANGUAGES
    evidence = evidence_in_words(page, language) if is_read else []
    evidence += evidence_in_rating(page) + evidence_in_address(address)
    return _verdict(evidence, language, sure if is_read else 0.3)


def _join(text: Text, mask: Mask, address: Address) -> Joined:
    title, snippet = text.title[:READ_AT_MOST], text.snippet[:READ_AT_MOST]
    slug_offset, slug = _slug(address)
    title, snippet = (mask.hide(part).replace("\n", " ") for part in (title, snippet))
    slug = mask.hide_any_case(slug.replace("-", " ").replace("_", " "))
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
        # Of equal ones the plainer charge: quality is also what praise that was denied is filed under.
        vague = ("", Category.QUALITY)
        category = Category(min(sums, key=lambda name: (round(sums[name], 2), name in vague, name)))
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
