"""Storing readings: everything once, exactly as it was read, and with a few statements however much it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from serp import bulk
from serp.models import Keyword, Listing, Page, ProviderAccount, Sighting, Snapshot
from serp.providers.base import Item
from serp.recording import Reading, record
from tests.cast import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def reading(keyword: Keyword, *items: Item, days: int = 0) -> Reading:
    return Reading(
        keyword=keyword,
        taken_at=NOW + days * DAY,
        items=items,
        features=(),
        depth=len(items),
        asked=10,
        provider="sample",
        source=Snapshot.Source.CHECK,
    )


def page(number: int, *, at: int, title: str = "Title") -> Item:
    return Item(at, f"https://www.h{number}.example/story", title, "Snippet")


def sighting(number: int) -> tuple[int, int]:
    """When a page was first seen, in days after NOW, and where."""
    row = Sighting.objects.get(page__host=f"h{number}.example")
    return (row.first_seen_at - NOW).days, row.first_position


ODD = (
    'Quote\'s "two" kinds',
    "C:\\new\\table {} [] $.key",
    "100 % %s %(name)s",
    "Ærlig talt 悪い評判 \U0001f600 שלום",
    "null",
    "",
)


def test_texts_are_stored_letter_by_letter(keyword: Keyword) -> None:
    items = [Item(n, f"https://h{n}.example/", text, text) for n, text in enumerate(ODD, start=1)]
    (snapshot,) = record([reading(keyword, *items)])
    stored = [Listing.objects.get(pk=pk) for pk in snapshot.results]
    assert [(row.title, row.snippet) for row in stored] == [(text, text) for text in ODD]


def test_a_page_holds_its_address_as_first_seen_its_host_and_its_domain(keyword: Keyword) -> None:
    record([reading(keyword, Item(1, "http://www.shop.h1.co.uk:8080/x?b=1&a=2&gclid=3", "T"))])
    row = Page.objects.get()
    assert row.url == "https://shop.h1.co.uk:8080/x?a=2&b=1"
    assert row.seen_url == "http://www.shop.h1.co.uk:8080/x?b=1&a=2&gclid=3"
    assert (row.host, row.domain) == ("shop.h1.co.uk", "h1.co.uk")


def test_the_same_readings_again_store_nothing(keyword: Keyword) -> None:
    two = [reading(keyword, page(1, at=1)), reading(keyword, page(1, at=1), days=1)]
    assert len(record(two)) == 2
    assert record(two) == []
    assert (Page.objects.count(), Listing.objects.count(), Snapshot.objects.count()) == (1, 1, 2)


def test_a_new_title_is_a_new_listing_of_a_page_seen_before(keyword: Keyword) -> None:
    record([reading(keyword, page(1, at=3))])
    record([reading(keyword, page(1, at=1, title="Other"), page(2, at=2), days=1)])
    assert Listing.objects.filter(page__host="h1.example").count() == 2
    assert sighting(1) == (0, 3)
    assert sighting(2) == (1, 2)


def test_a_page_that_comes_back_keeps_when_it_was_first_seen(keyword: Keyword) -> None:
    record([reading(keyword, page(1, at=1))])
    record([reading(keyword, page(2, at=1), days=1)])
    record([reading(keyword, page(2, at=1), page(1, at=2), days=2)])
    assert sighting(1) == (0, 1)


def test_older_readings_move_the_first_sighting_back_and_not_the_pointer(keyword: Keyword) -> None:
    record([reading(keyword, page(1, at=1), days=5)])
    record([reading(keyword, page(1, at=4), days=2), reading(keyword, page(1, at=7), days=1)])
    assert sighting(1) == (1, 7)
    record([reading(keyword, page(1, at=9), days=3)])
    assert sighting(1) == (1, 7)
    keyword.refresh_from_db()
    assert keyword.latest is not None
    assert keyword.latest.taken_at == NOW + 5 * DAY


def test_of_readings_stored_together_the_newest_is_pointed_to(keyword: Keyword) -> None:
    record([reading(keyword, page(1, at=1), days=n) for n in (3, 1, 2)])
    keyword.refresh_from_db()
    assert keyword.latest is not None
    assert keyword.latest.taken_at == NOW + 3 * DAY
    assert sighting(1) == (1, 1)


def test_each_keyword_has_its_own_sightings_and_pointer(keyword: Keyword) -> None:
    other = Keyword.objects.create(brand=keyword.brand, phrase="another", account=keyword.account)
    first, second = record(
        [reading(keyword, page(1, at=1)), reading(other, page(1, at=2), page(2, at=1))]
    )
    for row, snapshot in ((keyword, first), (other, second)):
        row.refresh_from_db()
        assert row.latest == snapshot
    assert Sighting.objects.filter(page__host="h1.example").count() == 2


def test_what_is_no_address_keeps_its_place_as_unknown(keyword: Keyword) -> None:
    (snapshot,) = record([reading(keyword, Item(1, "nan", "T"), page(1, at=2))])
    assert snapshot.results[0] is None
    assert snapshot.results[1] == Listing.objects.get().pk


def test_fifty_readings_take_as_many_statements_as_two(keyword: Keyword) -> None:
    def statements(keywords: int, start: int) -> int:
        made = [
            Keyword.objects.create(brand=keyword.brand, phrase=f"phrase {n}")
            for n in range(start, start + keywords)
        ]
        items = [page(start + n, at=n) for n in range(1, 11)]
        with CaptureQueriesContext(connection) as queries:
            record([reading(one, *items) for one in made])
        return len(queries)

    assert statements(50, start=1000) == statements(2, start=2000) <= 14


def test_a_time_and_a_price_are_stored_as_the_model_reads_them(account: ProviderAccount) -> None:
    bulk.change(
        ProviderAccount, [{"id": account.pk, "held_until": NOW, "price": "0.00125", "failures": 3}]
    )
    account.refresh_from_db()
    assert account.held_until == NOW
    assert (str(account.price), account.failures) == ("0.00125", 3)
    bulk.change(ProviderAccount, [{"id": account.pk, "held_until": None}])
    account.refresh_from_db()
    assert account.held_until is None
