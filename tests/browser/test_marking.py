"""Marking by keyboard in a real browser, and the switch that turns the keys off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from reputation.models import Mark
from serp.models import Brand
from tests.cast import MakeSnapshot

pytestmark = pytest.mark.browser


@pytest.fixture
def marking(
    browser: Browser, live_server: Any, brand: Brand, editor: User, make_snapshot: MakeSnapshot
) -> Iterator[Page]:
    """The page of results to mark, with three results; the one most seen comes first: three, two, one."""
    make_snapshot("neutral:three", "neutral:two", "neutral:one")
    Mark.objects.update(confidence=0.5)
    page = opened(browser, live_server, editor)
    page.goto(live_server.url + reverse("marking", args=[brand.slug]))
    yield page
    page.context.close()


def opened(browser: Browser, live_server: Any, user: User, width: int = 1400) -> Page:
    """A page in which this person is signed in."""
    client = Client()
    client.force_login(user)
    context = browser.new_context(viewport={"width": width, "height": 900})
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    return context.new_page()


def title(page: Page) -> str:
    return page.locator("#r-title").inner_text()


def tone_of(name: str) -> tuple[str, str]:
    mark = Mark.objects.get(page__host=f"{name}.example")
    return mark.tone, mark.source


def test_keys_mark_and_show_the_next_result(marking: Page) -> None:
    assert title(marking) == "Title of three"
    marking.keyboard.press("n")
    expect(marking.locator("#r-title")).to_have_text("Title of two")
    expect(marking.locator(".messages")).to_contain_text("Marked negative for the one keyword")
    marking.keyboard.press("p")
    expect(marking.locator("#r-title")).to_have_text("Title of one")
    marking.keyboard.press("0")
    expect(marking.locator(".empty")).to_contain_text("All results are marked")
    assert [tone_of(name) for name in ("three", "two", "one")] == [
        ("negative", "person"),
        ("positive", "person"),
        ("neutral", "person"),
    ]


def test_after_a_mark_by_key_the_focus_is_on_the_next_result(marking: Page) -> None:
    marking.keyboard.press("n")
    expect(marking.locator("#r-title")).to_have_text("Title of two")
    expect(marking.locator("#r-title")).to_be_focused()


def test_j_and_k_walk_and_u_takes_back(marking: Page) -> None:
    marking.keyboard.press("j")
    expect(marking.locator("#r-title")).to_have_text("Title of two")
    marking.keyboard.press("k")
    expect(marking.locator("#r-title")).to_have_text("Title of three")
    marking.keyboard.press("n")
    expect(marking.locator("#r-title")).to_have_text("Title of two")
    marking.keyboard.press("u")
    expect(marking.locator(".messages")).to_contain_text("Undone")
    expect(marking.locator("#r-title")).to_have_text("Title of three")
    assert tone_of("three")[1] == "machine"


def test_the_keys_can_be_switched_off_and_stay_off(marking: Page) -> None:
    switch = marking.get_by_role("button", name="Single-key shortcuts")
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    marking.locator("body").press("n")
    marking.reload()
    marking.locator("body").press("n")
    marking.locator("body").press("j")
    marking.wait_for_timeout(300)
    assert title(marking) == "Title of three"
    assert tone_of("three")[1] == "machine"
    marking.get_by_role("button", name="Single-key shortcuts").click()
    marking.locator("body").press("n")
    expect(marking.locator("#r-title")).to_have_text("Title of two")


def test_keys_do_nothing_while_choosing_or_with_control_held(marking: Page) -> None:
    marking.locator("#ownership").focus()
    marking.keyboard.press("n")
    marking.locator("#ownership").blur()
    marking.keyboard.press("Control+p")
    marking.wait_for_timeout(300)
    assert title(marking) == "Title of three"
    assert tone_of("three")[1] == "machine"


def test_a_key_held_down_marks_one_result(marking: Page) -> None:
    marking.evaluate(
        "for (let i = 0; i < 5; i++) document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'n', repeat: i > 0, bubbles: true, cancelable: true}))"
    )
    expect(marking.locator("#r-title")).to_have_text("Title of two")
    assert tone_of("two")[1] == "machine"


@pytest.mark.parametrize(
    ("key", "shade"),
    [
        ("1", "very_negative"),
        ("n", "negative"),
        ("0", "neutral"),
        ("p", "positive"),
        ("5", "very_positive"),
    ],
)
def test_five_shades_have_five_keys(marking: Page, key: str, shade: str) -> None:
    marking.get_by_role("button", name="Five shades: off").click()
    expect(marking.get_by_role("button", name="Five shades: on")).to_be_visible()
    marking.keyboard.press(key)
    expect(marking.locator("#r-title")).to_have_text("Title of two")
    mark = Mark.objects.get(page__host="three.example")
    assert (mark.shade, mark.source) == (shade, "person")


def test_the_keys_of_the_outer_shades_do_nothing_with_three(marking: Page) -> None:
    marking.keyboard.press("1")
    marking.keyboard.press("5")
    marking.wait_for_timeout(300)
    assert title(marking) == "Title of three"
    assert tone_of("three")[1] == "machine"


def test_s_asks_for_a_second_look_at_a_persons_mark(marking: Page) -> None:
    marking.keyboard.press("n")
    expect(marking.locator("#r-title")).to_have_text("Title of two")
    marking.get_by_role("link", name="Title of three").click()
    expect(marking.locator("#r-title")).to_have_text("Title of three")
    marking.keyboard.press("s")
    expect(marking.locator(".messages")).to_contain_text("A second look is asked for")
    assert Mark.objects.get(page__host="three.example").second_asked_at is not None


def test_typing_a_reason_triggers_no_key_and_the_reason_is_kept(marking: Page) -> None:
    marking.locator("#why").focus()
    marking.keyboard.type("no 0 p j k s u 1 5")
    marking.wait_for_timeout(300)
    assert title(marking) == "Title of three"
    assert tone_of("three")[1] == "machine"
    marking.get_by_role("button", name="Negative", exact=False).first.click()
    expect(marking.locator("#r-title")).to_have_text("Title of two")
    entry = Mark.objects.get(page__host="three.example").entries.get()
    assert entry.why == "no 0 p j k s u 1 5"


def test_marking_works_without_javascript(
    browser: Browser, live_server: Any, brand: Brand, editor: User, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral:two", "neutral:one")
    Mark.objects.update(confidence=0.5)
    client = Client()
    client.force_login(editor)
    context = browser.new_context(java_script_enabled=False)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + reverse("marking", args=[brand.slug]))
    expect(page.get_by_role("button", name="Single-key shortcuts")).to_be_hidden()
    page.get_by_role("button", name="Negative").click()
    expect(page.locator("#r-title")).to_have_text("Title of one")
    assert tone_of("two") == ("negative", "person")
    context.close()


@pytest.mark.parametrize("width", [1400, 390])
def test_the_page_has_no_barriers_and_fits(
    browser: Browser,
    live_server: Any,
    brand: Brand,
    editor: User,
    make_snapshot: MakeSnapshot,
    width: int,
) -> None:
    make_snapshot("negative:one", "own", "positive:two")
    page = opened(browser, live_server, editor, width)
    address = live_server.url + reverse("marking", args=[brand.slug])
    for path in (address, f"{address}?which=marked", f"{address}agreement/"):
        page.goto(path)
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()
