"""A million stored results: the list pages ask the database no more often than with a few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reputation.models import Judgement, Mark
from serp.models import Brand, Check, Keyword, Listing, Page, Snapshot

pytestmark = pytest.mark.django_db
LISTS = [
    "overview",
    "grid",
    "history",
    "checks",
    "marking",
    "incidents",
    "opportunities",
    "calendar",
    "board",
    "status",
    "ledger",
]
KEYWORDS, DAYS, RESULTS = 500, 100, 20


def grow(brand: Brand, *, keywords: int, days: int) -> None:
    """Give a brand keywords with one judged reading of 20 results a day each, up to now."""
    now = timezone.now()
    first = Keyword.objects.count()
    Keyword.objects.bulk_create(
        Keyword(brand=brand, phrase=f"acme {first + number}") for number in range(keywords)
    )
    rows = list(Keyword.objects.order_by("pk"))[-keywords:]
    if not Listing.objects.exists():
        names = [f"page{number}.example" for number in range(2 * RESULTS)]
        Page.objects.bulk_create(
            Page(
                key=name,
                url=f"https://{name}/",
                seen_url=f"https://{name}/",
                host=name,
                domain=name,
            )
            for name in names
        )
        Listing.objects.bulk_create(
            Listing(key=page.key, page=page, title=page.host) for page in Page.objects.all()
        )
        Mark.objects.bulk_create(
            Mark(brand=brand, page=page, marked_at=now, first_seen_at=now)
            for page in Page.objects.all()
        )
    listings = list(Listing.objects.order_by("pk").values_list("pk", flat=True))
    for day in range(days):
        at = now - timedelta(days=days - day)
        checks = Check.objects.bulk_create(
            Check(keyword=row, period=at, state="measured", not_before=at, finished_at=at, depth=20)
            for row in rows
        )
        shown = [listings[(day + place) % len(listings)] for place in range(RESULTS)]
        snapshots = Snapshot.objects.bulk_create(
            Snapshot(
                keyword=row, check_row=check, taken_at=at, depth=20, asked=20, provider="sample",
                results=shown,
            )
            for row, check in zip(rows, checks, strict=True)
        )  # fmt: skip
        Judgement.objects.bulk_create(
            Judgement(snapshot=one, score=0, neutral=1, coverage=1, curve="x", curve_version="1")
            for one in snapshots
        )
    for row, one, check in zip(rows, snapshots, checks, strict=True):
        row.latest, row.last_check = one, check
    Keyword.objects.bulk_update(rows, ["latest", "last_check"], batch_size=200)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself, but not within a transaction


def queries(client: Client, brand: Brand) -> dict[str, int]:
    found = {}
    for name in LISTS:
        url = reverse(name, args=[brand.slug])
        client.get(url, follow=True)  # what is asked once for all, such as content types
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url, follow=True).status_code == 200, name
        found[name] = len(asked)
    return found


def test_list_pages_ask_no_more_of_a_million_results(brand: Brand, client: Client, manager) -> None:
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    grow(brand, keywords=60, days=DAYS)
    few = queries(client, brand)
    grow(brand, keywords=KEYWORDS - 60, days=DAYS)
    assert Snapshot.objects.count() * RESULTS == 1_000_000
    many = queries(client, brand)
    assert {name: (few[name], many[name]) for name in LISTS if many[name] > few[name]} == {}
    with CaptureQueriesContext(connection) as control:
        for row in Keyword.objects.all()[:100]:
            assert row.brand
    assert len(control) > 100, "the control: a query a row is seen"
