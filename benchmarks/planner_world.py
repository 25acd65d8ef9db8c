"""Makes the world that `benchmarks.planner` looks at: a brand with many keywords, a past, pieces and drafts.

All of it is invented, and the same each time. A third of the keywords has a negative on page one that is
seen nowhere else; two of eighty further pages that many keywords share are negative, too.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.contrib.auth.models import User

from benchmarks.drafting import WORDS, draft, sentence
from content.models import Draft, Piece
from reputation.models import BrandScore, Judgement, Mark
from serp.bulk import add
from serp.models import Brand, Check, Keyword, Listing, Membership, Page, Sighting, Snapshot

LANGUAGES = ("en", "en", "en", "de", "es")
SHARED, OF_SHARED, OF_OWN = 400, 14, 10
RESULTS = 20
SWAPS = 3
OWNERS = 6
HOSTS = (
    "news.example",
    "www.trustpilot.com",
    "www.youtube.com",
    "www.linkedin.com",
    "forum.example",
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything; `drafts` are those of the brand beside the one that is written."""

    keywords: int = 1_000
    days: int = 365
    pieces: int = 2_000
    this_month: int = 120
    published: int = 60
    drafts: int = 500


def make(size: Size, now: datetime) -> Brand:
    """Make the brand; `now` is aware. The database must be empty and SQLite: rows bring their ids."""
    brand = Brand.objects.create(
        name="Halden", slug="halden", aliases=["Halden Grinders"], domains=["halden.example"]
    )
    people = [User.objects.create_user(f"person{n}", password=None) for n in range(OWNERS)]
    for person in people:
        Membership.objects.create(brand=brand, user=person, role=Membership.Role.MANAGER)
    keywords = keywords_of(brand, size)
    pages_of(brand, size, now)
    past(brand, keywords, size, now)
    pieces_of(brand, keywords, people, size, now)
    drafts_of(brand, size, now)
    return brand


def keywords_of(brand: Brand, size: Size) -> list[Keyword]:
    kinds = Keyword.Kind.values
    rows = []
    for number in range(size.keywords):
        language = LANGUAGES[number % len(LANGUAGES)]
        words = WORDS[language].split()
        said = f"{words[number % len(words)]} {words[number // len(words) % len(words)]}"
        rows.append(
            Keyword(
                brand=brand,
                phrase=f"halden {said} {number}",
                kind=kinds[number % len(kinds)],
                language=language,
                volume=10 * (number % 90 + 1),
            )
        )
    Keyword.objects.bulk_create(rows)
    return list(Keyword.objects.order_by("pk"))


def address(number: int, size: Size) -> tuple[str, str]:
    """Host and address of the page with this number, which is its id too."""
    if number % 19 == 0:
        return "halden.example", f"https://halden.example/page-{number}"
    if number <= SHARED and number % 4 == 0:
        host = HOSTS[number % len(HOSTS)]
    else:
        host = f"site{number % 900}.example"
    return host, f"https://{host}/halden-{number}"


def is_negative(number: int) -> bool:
    """Two of eighty shared pages, and of every third keyword its first own page."""
    if number <= SHARED:
        return number % 80 in (7, 41)
    place = (number - SHARED - 1) % OF_OWN
    return place == 0 and (number - SHARED - 1) // OF_OWN % 3 == 0


def pages_of(brand: Brand, size: Size, now: datetime) -> None:
    dice = random.Random(1)
    pages, listings, marks = [], [], []
    for number in range(1, SHARED + OF_OWN * size.keywords + 1):
        host, url = address(number, size)
        bad = is_negative(number) and host != "halden.example"
        domain = host.removeprefix("www.")
        pages.append(
            Page(pk=number, key=f"p{number}", url=url, seen_url=url, host=host, domain=domain)
        )
        listings.append(
            Listing(
                pk=number,
                key=f"l{number}",
                page_id=number,
                title=sentence("en", dice)[:70],
                snippet=sentence("en", dice),
            )
        )
        marks.append(
            Mark(
                brand=brand,
                page_id=number,
                listing_id=number,
                tone="negative" if bad else "positive" if number % 9 == 0 else "neutral",
                category="service" if bad else "",
                ownership="owned" if host == "halden.example" else "third",
                evidence=[{"words": "broken", "weight": -1.0, "rule": "lexicon"}]
                * (3 if bad else 1),
                marked_at=now,
                first_seen_at=now,
            )
        )
    Page.objects.bulk_create(pages, batch_size=2_000)
    Listing.objects.bulk_create(listings, batch_size=2_000)
    Mark.objects.bulk_create(marks, batch_size=1_000)


def courses(keywords: list[Keyword], days: int) -> Iterator[list[list[int]]]:
    """Day by day the results of each keyword: a few neighbours change places, seldom a page goes."""
    dice = random.Random(2)
    rows = []
    for place, _ in enumerate(keywords):
        own = [SHARED + place * OF_OWN + n for n in range(1, OF_OWN + 1)]
        row = dice.sample(range(1, SHARED + 1), OF_SHARED) + own[1:]
        dice.shuffle(row)
        row.insert(2 + place % 8, own[0])
        rows.append(row)
    for _ in range(days):
        for row in rows:
            for _ in range(SWAPS):
                at = dice.randrange(len(row) - 1)
                row[at], row[at + 1] = row[at + 1], row[at]
            if dice.random() < 0.05:
                row.append(row.pop(dice.randrange(len(row))))
        yield [row[:RESULTS] for row in rows]


def past(brand: Brand, keywords: list[Keyword], size: Size, now: datetime) -> None:
    """A judged reading a keyword and day, the last an hour ago; and what the brand scored."""
    features = json.dumps([{"kind": "people_also_ask", "title": "How does Halden measure?"}])
    seen: dict[tuple[int, int], tuple[datetime, int]] = {}
    number = 0
    for day, shown in enumerate(courses(keywords, size.days)):
        at = now - timedelta(hours=1, days=size.days - 1 - day)
        # As the database keeps it: thousands of rows share it.
        when = at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        checks, snapshots, judged = [], [], []
        for keyword, results in zip(keywords, shown, strict=True):
            number += 1
            for position, page in enumerate(results, start=1):
                seen.setdefault((keyword.pk, page), (at, position))
            bad = [n for n, page in enumerate(results[:10], 1) if is_negative(page)]
            checks.append(
                {"id": number, "keyword_id": keyword.pk, "period": when, "sequence": 0,
                 "purpose": "scheduled", "state": "measured", "turn": 0, "not_before": when,
                 "fence": 1, "attempts": 1, "tries": 1, "calls": 1, "cost": 0, "task": "",
                 "depth": RESULTS, "error_kind": "", "message": "", "sent_at": when,
                 "finished_at": when, "created_at": when}
            )  # fmt: skip
            snapshots.append(
                {"id": number, "keyword_id": keyword.pk, "check_row_id": number, "taken_at": when,
                 "depth": RESULTS, "asked": RESULTS, "is_partial": 0, "provider": "sample",
                 "source": "check", "results": json.dumps(results), "features": features}
            )  # fmt: skip
            judged.append(
                {"snapshot_id": number, "score": 20 - 10 * len(bad), "negative": 0.1 * len(bad),
                 "neutral": 0.9 - 0.1 * len(bad), "positive": 0.1, "own": 0, "coverage": 1,
                 "curve": "desktop", "curve_version": "1", "negatives": len(bad),
                 "worst": min(bad, default=None), "rank": None, "is_stale": 0}
            )  # fmt: skip
        add(Check, checks)
        add(Snapshot, snapshots)
        add(Judgement, judged)
        BrandScore.objects.create(
            brand=brand, day=at.date(), score=10, negative=0.1, neutral=0.8, positive=0.1, coverage=1,
            curve="desktop", curve_version="1", keywords=len(keywords), measured=len(keywords),
            with_negative=len(keywords) // 3, with_negative_top=len(keywords) // 9,
        )  # fmt: skip
    Sighting.objects.bulk_create(
        (
            Sighting(keyword_id=keyword, page_id=page, first_seen_at=at, first_position=position)
            for (keyword, page), (at, position) in seen.items()
        ),
        batch_size=5_000,
    )
    last = number - len(keywords)
    for place, keyword in enumerate(keywords, start=1):
        keyword.latest_id = keyword.last_check_id = last + place
        keyword.next_check_at = now + timedelta(hours=23)
    Keyword.objects.bulk_update(keywords, ["latest", "last_check", "next_check_at"], batch_size=200)


def pieces_of(
    brand: Brand, keywords: list[Keyword], people: list[User], size: Size, now: datetime
) -> None:
    """Pieces over two years, so many of them in this month, the newest of those out long ago with a
    page that ranks for their keyword."""
    today = now.astimezone(brand.zone).date()
    first = today.replace(day=1)
    kinds, open_states = (
        Piece.Kind.values,
        ("idea", "briefed", "draft", "review", "approved", "scheduled"),
    )
    rows = []
    for number in range(size.pieces):
        keyword = keywords[number * 7 % len(keywords)]
        if number < size.this_month:
            day = first + timedelta(days=number % 28)
        else:
            away = 32 + number % 330
            day = first + timedelta(days=away) if number % 3 else first - timedelta(days=away)
        is_out = day < first
        rows.append(
            Piece(
                brand=brand,
                title=f"What Halden measured, part {number}",
                kind=kinds[number % len(kinds)],
                status="measured" if is_out else open_states[number % len(open_states)],
                keyword=keyword,
                owner=people[number % len(people)] if number % 5 else None,
                due_on=day - timedelta(days=7),
                publish_on=day,
                hours=4.0,
                url=f"https://halden.example/piece-{number}" if is_out else "",
                published_at=datetime.combine(day, time(9), tzinfo=UTC) if is_out else None,
            )
        )
    recent = now - timedelta(days=200)
    out = [row for row in rows if row.published_at and row.published_at > recent]
    for row in out[: size.published]:
        place = (row.keyword_id or 1) - 1
        row.page_id = SHARED + place * OF_OWN + 3
        row.displaces_id = SHARED + place * OF_OWN + 1
    Piece.objects.bulk_create(rows, batch_size=500)


def drafts_of(brand: Brand, size: Size, now: datetime) -> None:
    """A draft of 2,000 words for each of the newest pieces, in its keyword's language, and a brief."""
    pieces = list(Piece.objects.filter(brand=brand).select_related("keyword").order_by("pk"))
    texts = {language: draft(language, 2_000, seed=9) for language in set(LANGUAGES)}
    rows = []
    for piece in pieces[: size.drafts]:
        language = piece.keyword.language if piece.keyword else "en"
        extra = sentence(language, random.Random(piece.pk))
        text = f"{texts[language]}\n\n{extra}"
        rows.append(Draft(piece=piece, text=text, title=piece.title, revision=1, saved_at=now))
    Draft.objects.bulk_create(rows, batch_size=100)
