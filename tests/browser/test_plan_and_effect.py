"""The plan of a negative, a piece, what it did, sites, table and reminders in a real browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from content import briefing
from content.models import Piece, Site
from content.workflow import move
from reputation.models import Mark
from reputation.tone.verdict import Tone
from serp.models import Brand, Keyword
from tests.browser.planner import NARROW, WIDE, faults, open_as, overflows
from tests.cast import MakeSnapshot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "https://ours.example/" + "a-very-long-part-of-an-address-" * 6
REST = [f"neutral:n{n}" for n in range(8)]


@pytest.fixture
def out(brand: Brand, keyword: Keyword, manager: User, make_snapshot: MakeSnapshot) -> Piece:
    """A piece that is out for forty days and has passed the negative, beside one in its first step."""
    now = timezone.now()
    day = timedelta(days=1)
    piece = Piece.objects.create(
        brand=brand, title="What was changed", status="approved", keyword=keyword, owner=manager
    )
    make_snapshot("negative:bad", *REST, at=now - 41 * day)
    move(
        piece,
        Piece.Status.PUBLISHED,
        by=manager,
        now=now - 40 * day,
        url="https://ours.example/ours",
    )
    make_snapshot("neutral:ours", "negative:bad", *REST, at=now - 9 * day)
    make_snapshot("neutral:ours", "negative:bad", *REST, at=now)
    Site.objects.create(brand=brand, name="Blog", base_url="https://blog.example", username="press")
    fresh = Piece.objects.create(brand=brand, title=LONG, keyword=keyword, owner=manager)
    briefing.draw(fresh, now=now)
    return piece


def address(name: str, piece: Piece) -> str:
    """The path of a page by its short name."""
    negative = Mark.objects.get(brand=piece.brand, tone=Tone.NEGATIVE)
    fresh = Piece.objects.get(brand=piece.brand, title=LONG)
    more = {
        "opportunities-plan": [piece.keyword_id, negative.page_id],
        "board-piece": [piece.pk],
        "board-brief": [fresh.pk],
    }
    if name == "fresh":
        return reverse("board-piece", args=[piece.brand.slug, fresh.pk])
    return reverse(name, args=[piece.brand.slug, *more.get(name, [])])


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "name",
    ["opportunities", "opportunities-plan", "board-piece", "fresh", "board-brief", "effect",
     "sites", "calendar-bring", "calendar-reminders", "calendar-feeds"],
)  # fmt: skip
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    browser: Browser,
    live_server: Any,
    manager: User,
    out: Piece,
    name: str,
    scheme: str,
    width: int,
) -> None:
    page = open_as(
        browser, live_server, manager, address(name, out), width=width, color_scheme=scheme
    )
    for summary in page.locator("main details:not([open]) > summary").all():
        if summary.is_visible():
            summary.click()
    assert faults(page) == []
    assert not overflows(page)
    page.context.close()


def test_from_the_plan_to_the_piece_its_draft_and_back(
    browser: Browser, live_server: Any, manager: User, out: Piece
) -> None:
    page = open_as(browser, live_server, manager, address("opportunities-plan", out))
    page.get_by_role("button", name="Make piece").first.click()
    expect(page.locator(".way [aria-current]")).to_contain_text("briefed")
    page.get_by_role("link", name="Write the draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Draft")
    page.get_by_role("link", name="Brief").click()
    expect(page.get_by_role("heading", name="Brief", exact=True)).to_be_in_viewport()
    page.locator(".facts a", has_text="bad.example").click()
    expect(page.get_by_role("link", name="Open piece").first).to_be_visible()
    page.context.close()


def test_the_effect_opens_by_keyboard_and_leads_to_the_piece(
    browser: Browser, live_server: Any, manager: User, out: Piece
) -> None:
    page = open_as(browser, live_server, manager, address("effect", out))
    expect(page.locator("main h2").first).to_contain_text("1 of 1 piece")
    summary = page.locator(".met > summary")
    expect(page.locator(".met li")).to_be_hidden()
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".met li")).to_contain_text("bad.example")
    page.get_by_role("link", name="What was changed").click()
    expect(page.locator(".met li")).to_be_visible()
    page.get_by_role("link", name="Effect of all pieces").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Effect")
    page.context.close()
