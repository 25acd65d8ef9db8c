"""The keyword builder, the coverage and the clusters in a real browser: ticking, keyboard, phone, faults."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from content.models import Cluster
from serp.models import Brand, Keyword, ProviderAccount
from tests.browser.planner import NARROW, WIDE, faults, open_as, overflows
from tests.cast import MakeSnapshot

pytestmark = pytest.mark.browser


@pytest.fixture
def world(brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot) -> Brand:
    """Two keywords read, in a cluster, and an account that costs one cent a request."""
    other = Keyword.objects.create(brand=brand, phrase="hallway refund", country="no", volume=90)
    Cluster.objects.create(brand=brand, name="refund").keywords.add(other)
    make_snapshot("own", "negative:recall", "positive", "neutral")
    make_snapshot("neutral", "neutral", of=other)
    brand.account = ProviderAccount.objects.create(
        name="Paid", provider="serper", key="k", price="0.01", month_budget=500
    )
    brand.save()
    return brand


def built(browser: Browser, live_server: Any, user: User, brand: Brand, **options: Any) -> Page:
    """The builder with its phrases."""
    address = reverse("portfolio", args=[brand.slug])
    page = open_as(browser, live_server, user, address, **options)
    page.get_by_label("Products and services").fill("Grinder One")
    page.get_by_role("button", name="Build the phrases").click()
    expect(page.get_by_role("heading", name="Phrases")).to_be_visible()
    return page


def test_ticking_shows_the_new_cost_and_that_cost_can_be_saved(
    browser: Browser, live_server: Any, manager: User, world: Brand
) -> None:
    page = built(browser, live_server, manager, world)
    cost = page.locator("[data-cost]")
    page.get_by_role("button", name="Untick all", exact=True).click()
    expect(cost).to_contain_text("0 keywords more: no cost.")
    page.get_by_label("Grinder One", exact=True).check()
    expect(cost).to_contain_text("1 keyword more: 1 check a day, 2 requests")
    expect(page.locator("[data-picked]")).to_have_text("1 ticked")
    page.get_by_role("button", name="Watch what is ticked").click()
    expect(page.locator(".messages")).to_contain_text("1 keyword is watched now")
    assert world.keywords.filter(phrase="Grinder One", kind="product").exists()
    page.context.close()


def test_without_javascript_count_tells_the_cost_and_save_agrees_to_it(
    browser: Browser, live_server: Any, manager: User, world: Brand
) -> None:
    page = built(browser, live_server, manager, world, java_script_enabled=False)
    boxes = page.locator("input[name=tick]")
    for n in range(1, boxes.count()):
        boxes.nth(n).uncheck()
    page.get_by_role("button", name="Count").click()
    expect(page.locator("[data-cost]")).to_contain_text("1 keyword more")
    page.get_by_role("button", name="Watch what is ticked").click()
    expect(page.locator(".messages")).to_contain_text("1 keyword is watched now")
    page.context.close()


def test_a_long_group_is_folded_and_counts_whole(
    browser: Browser, live_server: Any, manager: User, world: Brand
) -> None:
    page = open_as(browser, live_server, manager, reverse("portfolio", args=[world.slug]))
    page.get_by_label("Misspellings of each name").fill("8")
    page.get_by_label("Further phrases").fill("\n".join(f"hallway coffee {n}" for n in range(12)))
    page.get_by_role("button", name="Build the phrases").click()
    group = page.locator("tbody", has=page.locator("[aria-expanded]")).first
    lines = group.locator("input[name=tick]")
    total = lines.count()
    assert total > 9
    assert group.locator("input[name=tick]:visible").count() == 6
    group.get_by_role("button", name=f"Show all {total}").press("Enter")
    assert group.locator("input[name=tick]:visible").count() == total
    group.get_by_role("button", name="Show fewer").press("Enter")
    page.get_by_role("button", name="Untick all", exact=True).click()
    group.locator("[data-group]").click()
    expect(page.locator("[data-picked]")).to_have_text(f"{total} ticked")
    page.context.close()


def test_a_merged_phrase_is_put_back_by_keyboard_alone(
    browser: Browser, live_server: Any, manager: User, world: Brand
) -> None:
    address = reverse("portfolio", args=[world.slug])
    page = open_as(browser, live_server, manager, address)
    page.get_by_label("Further phrases").fill("refund hallway")
    page.get_by_role("button", name="Build the phrases").press("Enter")
    page.locator(".merged summary").press("Enter")
    page.get_by_label("refund hallway into “hallway refund”").press("Space")
    page.get_by_role("button", name="Put the ticked ones back").press("Enter")
    expect(page.get_by_label("refund hallway", exact=True)).to_be_checked()
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_page_has_faults_or_is_too_wide(
    browser: Browser, live_server: Any, manager: User, world: Brand, width: int, scheme: str
) -> None:
    page = built(browser, live_server, manager, world, width=width, color_scheme=scheme)
    page.locator("details.fold").evaluate_all("folds => folds.forEach(f => { f.open = true; })")
    assert (faults(page), overflows(page)) == ([], False)
    for name in ("fortress", "clusters"):
        page.goto(live_server.url + reverse(name, args=[world.slug]))
        assert (name, faults(page), overflows(page)) == (name, [], False)
    page.context.close()


def test_the_coverage_leads_to_the_plan_and_to_a_piece(
    browser: Browser, live_server: Any, manager: User, world: Brand
) -> None:
    page = open_as(browser, live_server, manager, reverse("fortress", args=[world.slug]))
    expect(
        page.locator(".fort").get_by_role("link", name="Plan against the negative")
    ).to_be_visible()
    page.get_by_role("link", name="Make a first page for it").click()
    expect(page.get_by_label("Target keyword")).to_contain_text("hallway refund")
    page.context.close()
