"""The SERP grid in a real browser: arrow keys, cards, unfolding, views without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from reputation.models import Mark
from serp.models import Brand, Keyword
from tests.browser.test_marking import opened
from tests.cast import MakeSnapshot

pytestmark = pytest.mark.browser


@pytest.fixture
def address(live_server: Any, brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot) -> str:
    """A grid of two keywords: "hallway coffee" with 12 results above one with 3, and a waiting one."""
    now = timezone.now()
    other = Keyword.objects.create(brand=brand, phrase="hallway refund", country="no")
    Keyword.objects.create(brand=brand, phrase="not read yet", country="no")
    make_snapshot("neutral", "negative:recall", *["neutral"] * 9, at=now - timedelta(days=1))
    make_snapshot("negative:recall", "own", *["neutral"] * 9, "negative:low", at=now)
    make_snapshot("own", "neutral", "positive:praise", of=other, at=now)
    return str(live_server.url + reverse("grid", args=[brand.slug]))


@pytest.fixture
def grid(browser: Browser, live_server: Any, editor: User, address: str) -> Iterator[Page]:
    page = opened(browser, live_server, editor)
    page.goto(address)
    yield page
    page.context.close()


def cell(page: Page, phrase: str, position: int) -> Locator:
    return page.get_by_role("link", name=f"{phrase}, position {position}:")


def test_arrow_keys_walk_between_cells(grid: Page) -> None:
    cell(grid, "hallway coffee", 1).focus()
    for key, phrase, position in (
        ("ArrowRight", "hallway coffee", 2),
        ("ArrowDown", "hallway refund", 2),
        ("ArrowLeft", "hallway refund", 1),
        ("ArrowLeft", "hallway refund", 1),
        ("ArrowUp", "hallway coffee", 1),
    ):
        grid.keyboard.press(key)
        expect(cell(grid, phrase, position)).to_be_focused()


def test_a_card_loads_when_opened_follows_the_arrows_and_closes(grid: Page) -> None:
    asked: list[str] = []
    grid.on("request", lambda request: asked.append(request.url))
    assert grid.locator(".tip").count() == 0
    cell(grid, "hallway coffee", 1).focus()
    grid.keyboard.press("Enter")
    card = grid.locator(".tip .resultcard")
    expect(card).to_contain_text("Title of recall")
    expect(card).to_contain_text("position 1, up 1")
    expect(cell(grid, "hallway coffee", 1)).to_have_attribute("aria-expanded", "true")
    grid.keyboard.press("ArrowRight")
    expect(card).to_contain_text("position 2, new")
    assert len([url for url in asked if "part=1" in url]) == 2
    grid.keyboard.press("Escape")
    expect(grid.locator(".tip")).to_have_count(0)
    expect(cell(grid, "hallway coffee", 2)).to_be_focused()


def test_a_click_elsewhere_closes_the_card(grid: Page) -> None:
    cell(grid, "hallway coffee", 1).click()
    expect(grid.locator(".tip .resultcard")).to_be_visible()
    grid.locator(".answer").click()
    expect(grid.locator(".tip")).to_have_count(0)


def test_positions_11_to_20_unfold_in_place(grid: Page) -> None:
    fold = grid.get_by_role("link", name="hallway coffee, 11 to 20: 1 negative, 1 other")
    fold.click()
    expect(cell(grid, "hallway coffee", 12)).to_be_visible()
    expect(fold).to_have_attribute("aria-expanded", "true")
    fold.click()
    expect(cell(grid, "hallway coffee", 12)).to_be_hidden()


def test_the_view_changes_without_a_script_of_its_own(grid: Page) -> None:
    signs = cell(grid, "hallway coffee", 2).locator("b:visible")
    expect(signs).to_have_text("0")
    grid.get_by_role("radio", name="Ownership").check(force=True)
    expect(signs).to_have_text("O")
    grid.get_by_role("radio", name="Movement").check(force=True)
    expect(signs).to_have_text("new")


def test_without_javascript_a_cell_leads_to_its_card(
    browser: Browser, live_server: Any, editor: User, address: str
) -> None:
    signed = opened(browser, live_server, editor)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(signed.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    cell(page, "hallway coffee", 1).click()
    expect(page.locator("h1")).to_contain_text("Position 1 for “hallway coffee”")
    page.get_by_role("link", name="Back to the SERP grid").click()
    page.get_by_role("link", name="hallway coffee, 11 to 20").click()
    expect(cell(page, "hallway coffee", 12)).to_be_visible()
    for one in (signed.context, context):
        one.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_the_grid_has_no_barriers_and_fits(
    browser: Browser, live_server: Any, editor: User, address: str, width: int, scheme: Any
) -> None:
    page = opened(browser, live_server, editor, width)
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}?open=all")
    for mode in ("Tone", "Ownership", "Movement"):
        page.get_by_role("radio", name=mode).check(force=True)
        assert Axe().run(page).response["violations"] == []
    cell(page, "hallway coffee", 1).click()
    expect(page.locator(".tip .resultcard")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_a_result_is_put_right_with_one_key_in_its_open_card(grid: Page) -> None:
    grid.goto(grid.url.split("?")[0] + "?q=hallway")
    grid.keyboard.press("0")
    grid.wait_for_timeout(200)
    cell(grid, "hallway coffee", 1).click()
    expect(grid.locator(".tip .cardtitle")).to_be_visible()
    grid.keyboard.press("0")
    expect(grid.locator(".messages")).to_contain_text("Marked neutral")
    assert "?q=hallway#k" in grid.url, "the grid stays filtered"
    expect(cell(grid, "hallway coffee", 1)).to_have_attribute("aria-label", re.compile("neutral"))
    person = Mark.objects.filter(source="person").values_list("page__host", flat=True)
    assert list(person) == ["recall.example"], "no key marks while no card is open"
