"""A day on which every check fails: no number moves, one message goes out, and every page says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content.overview import overview_of
from reputation.judging import judge_new_snapshots
from reputation.models import BrandScore, Judgement
from reputation.surprises import look
from serp import confirming, delivery, drift, monitoring
from serp.asking import bounded_fetch
from serp.history import readings
from serp.models import Brand, Check, Heartbeat, Keyword, Notice, ProviderAccount, Snapshot
from serp.scheduling import resume
from serp.tracking import check_due
from tests.cast import person
from tests.local_provider import LocalProvider

pytestmark = pytest.mark.django_db
YESTERDAY = datetime(2026, 11, 17, 21, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 17, 23, 0, tzinfo=UTC)
"""In Oslo."""
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
TICK = timedelta(minutes=10)
KEYWORDS = 12


class Site:
    """An installation with a clock that a test moves; its provider is a process with a real socket."""

    def __init__(self, brand: Brand, provider: LocalProvider) -> None:
        self.brand, self.provider = brand, provider
        self.now = YESTERDAY

    def tick(self) -> None:
        """What the workers do, one after the other."""
        Heartbeat.beat("worker", self.now)
        check_due(clock=lambda: self.now)
        judge_new_snapshots()
        look(self.now)
        drift.watch(self.now)
        confirming.work(self.now)
        monitoring.watch(self.now)
        delivery.send_waiting(self.now)

    def go_on_until(self, end: datetime) -> None:
        while self.now < end:
            self.now += TICK
            self.tick()

    def numbers(self) -> dict[str, Any]:
        """All that a score, a rank or a chart line is drawn from, and the lines themselves."""
        page = overview_of(self.brand, now=self.now)
        rows = list(self.brand.keywords.order_by("pk"))
        ever = datetime(2026, 1, 1, tzinfo=UTC)
        return {
            "snapshots": list(Snapshot.objects.order_by("pk").values()),
            "judgements": list(Judgement.objects.order_by("pk").values()),
            "scores": list(BrandScore.objects.order_by("pk").values()),
            "latest": [row.latest_id for row in rows],
            "score": page.glance and page.glance.score,
            "line": (page.picture.times, page.picture.scores),
            "history": [readings(row, since=ever, until=self.now) for row in rows],
        }


@pytest.fixture
def site(
    brand: Brand,
    account: ProviderAccount,
    manager: User,
    serp_stub: Callable[..., LocalProvider],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Site]:
    """Twelve daily keywords, read late yesterday."""
    provider = serp_stub(error_codes="500,503", day="2026-11-17")
    settings.ALLOWED_PROVIDER_HOSTS = [provider.url.removeprefix("http://")]
    bounded_fetch.cache_clear()
    ProviderAccount.objects.filter(pk=account.pk).update(
        provider="serpapi", base_url=provider.url, key="key", name="Local"
    )
    person("chief", is_superuser=True)
    one = Site(brand, provider)
    monkeypatch.setattr(timezone, "now", lambda: one.now)
    for number in range(KEYWORDS):
        row = Keyword.objects.create(brand=brand, phrase=f"hallway {number}", depth=10)
        resume(row, YESTERDAY)
    Keyword.objects.update(created_at=YESTERDAY)
    one.tick()
    assert Snapshot.objects.count() == KEYWORDS
    assert BrandScore.objects.count() == 1
    one.go_on_until(MIDNIGHT)
    assert not mail.outbox
    yield one
    bounded_fetch.cache_clear()


def fruitless() -> int:
    return Check.objects.filter(state=Check.State.FAILED).count()


def test_a_day_of_failures_moves_no_number_and_sends_one_message(
    site: Site, client: Client, viewer: User
) -> None:
    before = site.numbers()
    site.provider.configure(error_rate=1)
    site.go_on_until(NOON)
    assert fruitless() + Check.objects.filter(state=Check.State.DUE).count() == KEYWORDS
    assert fruitless() >= 5, "the control: checks did fail"
    assert site.provider.stats()["requests"] <= KEYWORDS + 3 * KEYWORDS
    after = site.numbers()
    for name in before:
        assert after[name] == before[name], name
    assert len(mail.outbox) == 1, [message.subject for message in mail.outbox]
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert {"monitoring", "account"} <= kinds, "the control: several notices, one message"

    client.force_login(viewer)
    row = site.brand.keywords.order_by("phrase")[0]
    pages = {
        name: client.get(reverse(name, args=[site.brand.slug, *more])).content.decode()
        for name, more in (("overview", []), ("grid", []), ("history-keyword", [row.pk]))
    }
    for name, text in pages.items():
        assert "Nothing has been measured since" in text or "Nothing is measured:" in text, name
    assert "Nothing was measured today" in pages["overview"]
    assert re.search(r"This is the score of [^.]*17 Nov", pages["overview"])
    assert '<b class="strong">Nothing was measured</b> on this day' in pages["grid"]
    assert "Not measured since" in pages["history-keyword"]

    site.provider.configure(error_rate=0)
    site.go_on_until(MIDNIGHT + timedelta(hours=31))
    assert len(mail.outbox) == 2, [message.subject for message in mail.outbox]
    assert mail.outbox[1].subject == "Pushdown: Monitoring is back"
    assert "nothing was read from 17 Nov 21:00 UTC to" in mail.outbox[1].body
    assert not Notice.objects.open().filter(key="monitoring").exists()
    assert Snapshot.objects.count() >= 2 * KEYWORDS
    text = client.get(reverse("overview", args=[site.brand.slug])).content.decode()
    assert "Nothing was measured today" not in text


def test_a_day_on_which_the_provider_is_gone_is_no_different(site: Site) -> None:
    before = site.numbers()
    site.provider.stop()
    site.go_on_until(MIDNIGHT + timedelta(hours=8))
    after = site.numbers()
    for name in before:
        assert after[name] == before[name], name
    assert len(mail.outbox) == 1, [message.subject for message in mail.outbox]


def test_a_day_with_one_success_does_move_the_numbers(
    site: Site, client: Client, viewer: User
) -> None:
    before = site.numbers()
    site.go_on_until(MIDNIGHT + TICK)
    while Snapshot.objects.count() == KEYWORDS:
        site.go_on_until(site.now + TICK)
    site.provider.configure(error_rate=1)
    site.go_on_until(NOON)
    after = site.numbers()
    assert after["snapshots"] != before["snapshots"]
    assert after["scores"] != before["scores"]
    client.force_login(viewer)
    text = client.get(reverse("overview", args=[site.brand.slug])).content.decode()
    assert "Nothing was measured today" not in text
