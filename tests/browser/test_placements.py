"""The page of places in a real browser: saying, undoing, making a piece, without scripts, without faults."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, expect

from content.models import Piece, Presence
from serp.models import Brand, Keyword
from tests.browser.planner import NARROW, WIDE, faults, open_as, overflows
from tests.content.placing.world import place, show

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATH = "/b/hallway/placements/"


def test_a_word_is_said_refused_kept_and_taken_back_without_scripts(
    browser: Browser, live_server: Any, brand: Brand, keyword: Keyword, editor: User
) -> None:
    show(keyword, {2: "https://en.wikipedia.org/wiki/Hallway_Coffee"})
    desk = open_as(browser, live_server, editor, PATH, width=NARROW, java_script_enabled=False)
    row = desk.locator(f"#place-{place('linkedin').pk}")
    row.locator(".placesay > summary").click()
    row.get_by_label("Our address there").fill("https://elsewhere.example/hallway")
    row.get_by_role("button", name="We are there").click()
    expect(row.get_by_role("alert")).to_contain_text("Not saved")
    expect(row).to_contain_text("is not at linkedin.com")
    row.get_by_label("Our address there").fill("https://www.linkedin.com/company/hallway")
    row.get_by_role("button", name="We are there").click()
    expect(desk.locator(".messages")).to_contain_text("LinkedIn: is there")
    expect(row.locator(".pill")).to_have_text("is there")
    row.get_by_role("button", name="Take back").click()
    expect(row.locator(".pill")).to_have_text("missing")
    assert not Presence.objects.exists()

    article = desk.locator(f"#place-{place('wikipedia-en').pk}")
    expect(article.locator(".pill")).to_have_text("to confirm")
    article.locator(".placesay > summary").click()
    article.get_by_role("button", name="We are there").click()
    expect(article.locator(".pill")).to_have_text("is there")

    desk.locator(f"#place-{place('youtube').pk}").get_by_role("button").click()
    expect(desk.get_by_role("heading", name="YouTube: ").first).to_be_visible()
    assert Piece.objects.get().placement == place("youtube")
    desk.context.close()


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_have_no_faults(
    browser: Browser,
    live_server: Any,
    brand: Brand,
    keyword: Keyword,
    manager: User,
    width: int,
    scheme: Any,
) -> None:
    show(keyword, {2: "https://en.wikipedia.org/wiki/" + "Hallway_Coffee" * 20})
    desk = open_as(browser, live_server, manager, PATH, width=width, color_scheme=scheme)
    for fold in desk.locator("main details").all():
        fold.evaluate("fold => fold.open = true")
    assert not overflows(desk)
    found = faults(desk)
    desk.goto(f"{live_server.url}{PATH}new/")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("alert")).to_contain_text("Not saved")
    assert not overflows(desk)
    assert found + faults(desk) == []
    desk.context.close()
