"""The frame around every page in a real browser: theme, folded side bar, brand switcher, no barriers."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Browser, expect

from serp.models import Brand, Membership
from tests.browser.test_marking import opened

pytestmark = pytest.mark.browser


def test_the_theme_is_kept_and_drawn_by_the_server(
    browser: Browser, live_server: Any, brand: Brand, editor: User
) -> None:
    page = opened(browser, live_server, editor)
    page.emulate_media(color_scheme="light")
    page.goto(live_server.url + reverse("incidents", args=[brand.slug]))
    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    answer = page.reload()
    assert answer is not None
    assert '<html lang="en" data-theme="dark">' in answer.text()
    page.context.close()


def test_the_side_bar_folds_and_stays_folded(
    browser: Browser, live_server: Any, brand: Brand, editor: User
) -> None:
    page = opened(browser, live_server, editor)
    page.goto(live_server.url + reverse("incidents", args=[brand.slug]))
    word = page.locator(".side nav .word", has_text="Incidents")
    expect(word).to_be_visible()
    page.get_by_role("button", name="Side bar").click()
    expect(word).to_be_hidden()
    page.reload()
    expect(word).to_be_hidden()
    expect(page.get_by_role("button", name="Side bar")).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.context.close()


def test_choosing_a_brand_opens_it(
    browser: Browser, live_server: Any, brand: Brand, other_brand: Brand, editor: User
) -> None:
    Membership.objects.create(brand=other_brand, user=editor, role=Membership.Role.VIEWER)
    page = opened(browser, live_server, editor)
    page.goto(live_server.url + reverse("incidents", args=[brand.slug]))
    expect(page.locator(".brandpick button")).to_be_hidden()
    page.get_by_label("Brand").select_option(other_brand.slug)
    page.wait_for_url(f"**{reverse('overview', args=[other_brand.slug])}")
    page.context.close()


@pytest.mark.parametrize("width", [1400, 1000, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_frame_has_no_barriers_and_fits(
    browser: Browser, live_server: Any, brand: Brand, editor: User, width: int, scheme: Any
) -> None:
    page = opened(browser, live_server, editor, width)
    page.emulate_media(color_scheme=scheme)
    for path in (
        reverse("incidents", args=[brand.slug]),
        reverse("incidents-open", args=[brand.slug]),
        "/no/such/page",
    ):
        page.goto(live_server.url + path)
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.clear_cookies()
    page.goto(live_server.url + reverse("login"))
    assert Axe().run(page).response["violations"] == []
    page.context.close()
