"""What engines say and the agreement page in a real browser: keys, barriers, width."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from reputation.marking import mark as mark_page
from reputation.models import Mark, Passage
from serp.models import Brand
from serp.providers.base import Feature, Link, ResultKind
from tests.browser.test_marking import opened
from tests.cast import MakeSnapshot

pytestmark = pytest.mark.browser

LONG = "https://engine.example/" + "a-very-long-address-without-a-space-" * 9
TEXTS = (
    "Hallway Coffee was fined for fraud. Coffee is a drink.",
    "Hallway Coffee sells coffee in Oslo.",
    "Hallway咖啡因欺诈被罚款。" * 20,
    "Hallway" + "x" * 300,
)


@pytest.fixture
def told(make_snapshot: MakeSnapshot) -> list[Passage]:
    """Texts as engines show them, in the order of the list: negatives first."""
    link = Link("Source", LONG)
    features = [Feature(ResultKind.AI_OVERVIEW, text=text, links=(link,)) for text in TEXTS]
    make_snapshot(*["neutral"] * 10, features=tuple(features), at=timezone.now())
    Passage.objects.filter(pk__gt=Passage.objects.earliest("pk").pk).update(
        tone="neutral", shade="neutral"
    )
    first = Passage.objects.earliest("pk")
    assert first.tone == "negative"
    return [first, *Passage.objects.exclude(pk=first.pk).order_by("-last_seen_at", "-pk")]


@pytest.fixture
def answer(
    browser: Browser, live_server: Any, brand: Brand, editor: User, told: list[Passage]
) -> Iterator[Page]:
    page = opened(browser, live_server, editor)
    page.goto(live_server.url + reverse("answers-one", args=[brand.slug, told[0].pk]))
    yield page
    page.context.close()


def test_keys_mark_a_text_and_show_the_next_one(answer: Page, told: list[Passage]) -> None:
    answer.keyboard.press("0")
    expect(answer.locator(".messages")).to_contain_text("Marked neutral")
    answer.wait_for_url(f"**/{told[1].pk}/")
    told[0].refresh_from_db()
    assert (told[0].tone, told[0].source) == ("neutral", "person")
    answer.keyboard.press("u")
    expect(answer.locator(".messages")).to_contain_text("Undone: it is negative again")


def test_typing_a_reason_marks_nothing(answer: Page, told: list[Passage]) -> None:
    answer.locator("#why").focus()
    answer.keyboard.type("n p 0")
    answer.wait_for_timeout(300)
    told[0].refresh_from_db()
    assert told[0].source == "machine"


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_have_no_barriers_and_fit(
    browser: Browser,
    live_server: Any,
    brand: Brand,
    editor: User,
    told: list[Passage],
    width: int,
    scheme: Any,
) -> None:
    for mark in Mark.objects.select_related("brand"):
        mark_page(mark, by=editor, now=timezone.now(), tone="neutral")
    page = opened(browser, live_server, editor, width)
    page.emulate_media(color_scheme=scheme)
    for name, *rest in (
        ("answers",),
        ("answers-one", told[0].pk),
        ("answers-one", told[2].pk),
        ("marking-agreement",),
    ):
        page.goto(live_server.url + reverse(name, args=[brand.slug, *rest]))
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    expect(page.locator("svg.chart:visible")).to_have_count(1)
    page.context.close()
