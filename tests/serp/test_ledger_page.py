"""The ledger: what was spent and reserved, every call with its outcome, and the same as CSV."""

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from serp.ledger_sheet import HEADERS, Filters, entries, months, sums
from serp.models import Brand, BudgetUse, Keyword, LedgerEntry, ProviderAccount

BACKEND = "django.contrib.auth.backends.ModelBackend"
URL = "/b/hallway/ledger/"
CSV = "/b/hallway/ledger.csv"
NOW = datetime.now(UTC).replace(microsecond=0)
"""The page asks the real clock; entries are dated from it."""
THEN = datetime(2026, 11, 18, 6, tzinfo=UTC)


@pytest.fixture
def paid(brand: Brand) -> ProviderAccount:
    return ProviderAccount.objects.create(name="Paid", provider="serper", key="k", brand=brand)


@pytest.fixture
def entry(brand: Brand, keyword: Keyword, paid: ProviderAccount):
    """Make a ledger entry; settled at 0.02 where nothing else is said."""

    def make(**fields: Any) -> LedgerEntry:
        base = {
            "brand": brand, "keyword": keyword, "account": paid, "provider": "serper", "fence": 1,
            "at": NOW, "reserved_calls": 2, "reserved": Decimal("0.05"), "state": "settled",
            "calls": 2, "cost": Decimal("0.02"), "outcome": "measured",
        }  # fmt: skip
        return LedgerEntry.objects.create(**base | fields)

    return make


@pytest.fixture
def page(client, viewer: User):
    client.force_login(viewer, backend=BACKEND)
    return lambda url=URL: client.get(url).content.decode()


def test_the_sums_tell_spent_reserved_and_unknown_by_account(brand, paid, entry) -> None:
    entry(at=THEN)
    entry(at=THEN - timedelta(days=2))
    entry(at=THEN.replace(day=1) - timedelta(days=31), cost=Decimal(7))
    entry(at=THEN, state="open", calls=None, cost=None)
    entry(at=THEN, state="unknown", calls=None, cost=None, outcome="")
    second = ProviderAccount.objects.create(name="Second", provider="brave", key="k", brand=brand)
    entry(at=THEN, account=second, provider="brave", cost=Decimal(1))
    total, accounts = sums(brand, THEN)
    assert (total.today, total.month) == (Decimal("1.07"), Decimal("1.09"))
    assert (total.reserved, total.unknown) == (Decimal("0.05"), Decimal("0.05"))
    assert [(one.name, one.month) for one in accounts] == [
        ("Second", Decimal(1)),
        ("Paid", Decimal("0.09")),
    ]


def test_what_is_still_open_from_last_month_is_reserved_and_not_spent(brand, entry) -> None:
    entry(at=THEN.replace(day=1) - timedelta(minutes=1), state="open", calls=None, cost=None)
    total, _ = sums(brand, THEN)
    assert (total.reserved, total.month) == (Decimal("0.05"), 0)


def test_every_row_says_what_came_of_the_call_in_words(entry, page) -> None:
    entry()
    entry(state="open", calls=None, cost=None, outcome="")
    entry(state="unknown", calls=None, cost=None, outcome="")
    entry(cost=Decimal(0), calls=1, outcome="timeout")
    entry(keyword=None, account=None)
    text = page()
    for words in (
        "$0.0200", "under way", "up to 2", "reserved", "outcome unknown, counted as spent",
        "never learnt", "deleted keyword", "deleted account", "5 calls, $0.14",
    ):  # fmt: skip
        assert words in text, words
    assert "timeout" not in text, "an error stands there in words, not as its code"


def test_the_brands_budget_and_what_is_left_stand_on_top(brand, page) -> None:
    assert "left this month" not in page()
    Brand.objects.filter(pk=brand.pk).update(month_budget=20)
    first = NOW.date().replace(day=1)
    BudgetUse.objects.create(brand=brand, span="month", starts_on=first, used=Decimal("7.60"))
    assert "has $12.40 of $20.00 left this month" in page()


def test_filters_leave_what_they_say(brand, paid, entry, page) -> None:
    other = Keyword.objects.create(brand=brand, phrase="hallway recall")
    entry(at=THEN - timedelta(days=40), keyword=other)
    entry(state="unknown", cost=None)
    entry(account=None)
    counts = {
        "": "3 calls, ",
        "?q=recall": "1 call, ",
        "?q=recall+hallway": "1 call, ",
        f"?month={NOW:%Y-%m}": "2 calls, ",
        "?state=unknown": "1 call, ",
        f"?account={paid.pk}": "2 calls, ",
        "?account=0": "1 call, ",
        "?q=no+such": "0 calls, ",
    }
    for query, words in counts.items():
        assert f'<span class="muted">{words}$' in page(URL + query), query


@pytest.mark.parametrize(
    "query",
    ["?month=2026-13", "?month=x", "?month=9999-12", "?month=0001-01", "?account=x", "?state=odd",
     "?account=99999999999999999999", "?page=999", "?page=x", "?q=%00"],
)  # fmt: skip
def test_what_makes_no_sense_in_the_address_breaks_nothing(entry, client, viewer, query) -> None:
    entry()
    client.force_login(viewer, backend=BACKEND)
    for url in (URL, CSV):
        assert client.get(url + query).status_code == 200


def test_months_are_all_from_the_first_entry_to_the_last(brand, entry) -> None:
    assert months(brand) == []
    entry(at=datetime(2026, 11, 30, 23, 59, tzinfo=UTC))
    entry(at=datetime(2027, 2, 1, tzinfo=UTC))
    assert [f"{month:%Y-%m}" for month in months(brand)] == [
        "2027-02", "2027-01", "2026-12", "2026-11",
    ]  # fmt: skip


def test_a_month_is_one_of_utc(brand, entry) -> None:
    entry(at=datetime(2026, 11, 30, 23, 59, tzinfo=UTC))
    entry(at=datetime(2026, 12, 1, tzinfo=UTC), outcome="empty")
    from_december = Filters.of({"month": "2026-12"})
    assert [row.outcome for row in entries(brand, from_december)] == ["empty"]


def test_other_brands_entries_are_not_shown_counted_or_exported(
    brand, other_brand, entry, page, client
) -> None:
    theirs = Keyword.objects.create(brand=other_brand, phrase="kettle works secret")
    entry(brand=other_brand, keyword=theirs, cost=Decimal(99))
    entry()
    assert "kettle works secret" not in page()
    assert "$99" not in page()
    assert "kettle" not in b"".join(client.get(CSV).streaming_content).decode()
    assert client.get("/b/kettle/ledger/").status_code == 404
    assert client.get("/b/kettle/ledger.csv").status_code == 404


def exported(client, url: str = CSV) -> list[dict[str, str]]:
    text = b"".join(client.get(url).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_the_export_holds_all_rows_of_the_filter_with_units(
    brand, entry, client, viewer, keyword
) -> None:
    client.force_login(viewer, backend=BACKEND)
    for _ in range(120):
        entry(at=THEN, settled_at=THEN + timedelta(seconds=3))
    entry(at=THEN, state="open", cost=None, calls=None, outcome="")
    rows = exported(client)
    assert tuple(rows[0]) == HEADERS
    assert len(rows) == 121, "more than a page of the list"
    last = rows[-1]
    assert last["noted at (UTC)"] == "2026-11-18 06:00:00"
    assert last["settled at (UTC)"] == "2026-11-18 06:00:03"
    assert Decimal(last["cost (USD)"]) == Decimal("0.02")
    assert last["outcome"] == "measured"
    (still_open,) = exported(client, CSV + "?state=open")
    assert (still_open["cost (USD)"], Decimal(still_open["counted as spent (USD)"])) == (
        "", Decimal("0.05"),
    )  # fmt: skip


def test_no_cell_of_the_export_runs_as_a_formula(brand, paid, entry, client, viewer) -> None:
    client.force_login(viewer, backend=BACKEND)
    ProviderAccount.objects.filter(pk=paid.pk).update(name='=HYPERLINK("x")')
    entry(keyword=Keyword.objects.create(brand=brand, phrase="=cmd|calc"))
    (row,) = exported(client)
    assert row["keyword"] == "'=cmd|calc"
    assert row["account"] == '\'=HYPERLINK("x")'


def test_the_export_is_streamed(entry, client, viewer) -> None:
    entry()
    client.force_login(viewer, backend=BACKEND)
    answer = client.get(CSV)
    assert answer.streaming
    assert answer["Content-Disposition"] == 'attachment; filename="hallway-ledger.csv"'


def test_queries_do_not_grow_with_the_ledger(brand, entry, page) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            page()
        return len(caught)

    entry()
    before = count()
    for number in range(60):
        entry(keyword=Keyword.objects.create(brand=brand, phrase=f"hallway {number}"))
        if number % 10 == 0:
            entry(
                account=ProviderAccount.objects.create(
                    name=f"A{number}", provider="serper", brand=brand
                )
            )
    assert count() == before


def test_an_empty_ledger_says_what_it_will_hold(page) -> None:
    text = page()
    assert "No provider was called yet." in text
    assert "Export CSV" not in text
