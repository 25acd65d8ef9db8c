"""Asking autocomplete: what a real local server is asked, what it costs, and what failures leave behind."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from serp import asking, suggesting
from serp.models import Brand, BudgetUse, LedgerEntry, Pause, ProviderAccount
from serp.providers.base import ErrorKind
from tests.cast import NOW


class Engine(BaseHTTPRequestHandler):
    """Completes any phrase to two, unless it is told to fail."""

    status = 200
    asked: list[dict[str, list[str]]] = []

    def do_GET(self) -> None:
        question = parse_qs(urlsplit(self.path).query)
        type(self).asked.append(question)
        phrase = question["q"][0]
        listed = [{"value": f"{phrase} <b>refund</b>"}, {"value": f"{phrase} jobs"}, {"value": 7}]
        body = json.dumps(
            {"suggestions": listed} if self.status == 200 else {"error": "Invalid API key"}
        ).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def engine(settings: Any) -> Iterator[type[Engine]]:
    handler = type("Fresh", (Engine,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.ALLOWED_PROVIDER_HOSTS = ["127.0.0.1"]
    asking.bounded_fetch.cache_clear()
    handler.port = server.server_address[1]  # type: ignore[attr-defined]
    yield handler
    server.shutdown()
    server.server_close()
    asking.bounded_fetch.cache_clear()


@pytest.fixture
def paid(engine: Any, db: None) -> ProviderAccount:
    return ProviderAccount.objects.create(
        name="Paid",
        provider="serpapi",
        key="secret",
        base_url=f"http://127.0.0.1:{engine.port}",
        price=Decimal("0.01"),
        per_second=1000,
    )


def ask(account: ProviderAccount, brand: Brand, *phrases: str) -> suggesting.Asked:
    queries = suggesting.queries_of(account, phrases, [("no", "nb")], ["google", "bing"])
    return suggesting.ask(account, brand, queries, lambda: NOW)


def used(brand: Brand) -> set[Decimal]:
    return set(BudgetUse.objects.filter(brand=brand).values_list("used", flat=True))


def test_names_are_completed_and_paid_for(
    brand: Brand, paid: ProviderAccount, engine: type[Engine]
) -> None:
    asked = ask(paid, brand, "Acme", "Acme Bank")
    assert [one.phrase for one in asked.found] == [
        "Acme refund", "Acme jobs", "Acme Bank refund", "Acme Bank jobs",
    ]  # fmt: skip
    assert asked.found[0].language == "nb"
    assert (asked.calls, asked.cost, asked.troubles) == (2, Decimal("0.02"), [])
    assert [q["engine"] for q in engine.asked] == [["google_autocomplete"]] * 2
    entries = list(LedgerEntry.objects.filter(brand=brand))
    assert {(e.state, e.cost, e.outcome) for e in entries} == {
        ("settled", Decimal("0.01"), "suggestions")
    }
    assert used(brand) == {Decimal("0.02")}


def test_a_budget_stops_what_it_cannot_pay(
    brand: Brand, paid: ProviderAccount, engine: type[Engine]
) -> None:
    brand.day_budget = Decimal("0.01")
    brand.save()
    asked = ask(paid, brand, "Acme", "Acme Bank")
    assert asked.calls == len(engine.asked) == 1
    assert asked.troubles[0].startswith("1 of 2 not asked: the day's budget")


def test_a_refused_key_ends_it_at_once_and_costs_nothing(
    brand: Brand, paid: ProviderAccount, engine: type[Engine]
) -> None:
    engine.status = 401
    asked = ask(paid, brand, "Acme", "Acme Bank")
    assert len(engine.asked) == 1
    assert asked.found == []
    assert asked.cost == 0
    assert "API key" in asked.troubles[0]
    assert "secret" not in asked.troubles[0]
    outcomes = LedgerEntry.objects.order_by("pk").values_list("outcome", "calls")
    assert list(outcomes) == [(ErrorKind.BAD_KEY, 1), (ErrorKind.LIMITS, 0)]
    assert used(brand) == {Decimal(0)}
    paid.refresh_from_db()
    assert paid.failures == 1


def test_no_server_is_a_trouble_and_no_crash(brand: Brand, paid: ProviderAccount) -> None:
    paid.base_url = "http://127.0.0.1:9"
    paid.save()
    asked = ask(paid, brand, "Acme")
    assert asked.troubles
    assert not LedgerEntry.objects.exclude(state="settled").exists()


def test_no_more_is_asked_than_a_person_waits_for(paid: ProviderAccount) -> None:
    phrases = [f"name {n}" for n in range(100)]
    queries = suggesting.queries_of(paid, phrases, [("no", "nb")], ["google"])
    assert len(queries) == suggesting.MOST_CALLS


def test_the_sample_world_completes_without_a_cost(brand: Brand, account: ProviderAccount) -> None:
    asked = ask(account, brand, "Acme")
    assert "Acme anmeldelser" in [one.phrase for one in asked.found]
    assert asked.cost == 0
    assert not BudgetUse.objects.exists()


@pytest.mark.django_db
def test_who_cannot_be_asked_says_why(account: ProviderAccount) -> None:
    assert suggesting.refusal(account, NOW) == ""
    assert "Choose one" in suggesting.refusal(None, NOW)
    serper = ProviderAccount.objects.create(name="S", provider="serper", key="k")
    assert "Serper has no autocomplete" in suggesting.refusal(serper, NOW)
    account.is_paused = True
    assert "is paused" in suggesting.refusal(account, NOW)
    account.is_paused = False
    Pause.begin("moving house", NOW)
    assert "moving house" in suggesting.refusal(account, NOW)


@pytest.mark.django_db
def test_the_list_price_of_suggestions_is_the_live_one() -> None:
    queue = ProviderAccount(name="D", provider="dataforseo", options={"mode": "task"})
    assert suggesting.price_of(queue) == Decimal("0.002")
    assert suggesting.queries_of(queue, ["a"], [("no", "nb")], ["bing"]) == []
