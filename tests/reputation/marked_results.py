"""Results that people marked, made to order: the rules hold them neutral, and a word gives each tone away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from reputation.models import Mark
from reputation.tone import Tone
from serp.models import Brand, Listing, Page
from serp.models.snapshot import digest
from tests.cast import NOW

WORDS = {Tone.NEGATIVE: "walnut", Tone.NEUTRAL: "almond", Tone.POSITIVE: "hazel"}
NAMES = "abcdefghij"


def mark_results(
    brand: Brand,
    tones: Sequence[Tone],
    *,
    words: dict[Tone, str] | None = None,
    start: int = 0,
    at: datetime = NOW,
    source: str = Mark.Source.PERSON,
) -> list[Mark]:
    """Marks of these tones, each on a result of its own on a domain of its own."""
    made = []
    for number, tone in enumerate(tones, start=start):
        word = (words or WORDS)[tone]
        filler = "".join(NAMES[int(figure)] for figure in f"{number:05d}")
        host = f"{filler}-{brand.slug}.example"
        url = f"https://{host}/page"
        page = Page.objects.create(key=digest(url), url=url, seen_url=url, host=host, domain=host)
        listing = Listing.objects.create(
            key=digest(url, word), page=page, title=f"{word.title()} seen by {filler}"
        )
        made.append(
            Mark.objects.create(
                brand=brand,
                page=page,
                listing=listing,
                tone=tone,
                shade=tone,
                machine_tone=Tone.NEUTRAL,
                source=source,
                marked_at=at,
                first_seen_at=at,
            )
        )
    return made


def even(number: int) -> list[Tone]:
    """So many tones: half of them neutral, a quarter each negative and positive."""
    order = (Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE, Tone.NEUTRAL)
    return [order[at % 4] for at in range(number)]
