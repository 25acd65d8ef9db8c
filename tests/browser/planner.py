"""What the browser tests of calendar and board share: signing in and looking for faults."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Locator, Page

WIDE, NARROW = 1400, 390


def open_as(
    browser: Browser, live_server: Any, user: User, path: str, *, width: int = WIDE, **options: Any
) -> Page:
    """A page of the site, opened by this person in a window of its own."""
    client = Client()
    client.force_login(user)
    context = browser.new_context(viewport={"width": width, "height": 1000}, **options)
    context.set_default_timeout(20_000)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(live_server.url + path)
    return page


def faults(page: Page) -> list[str]:
    """What axe finds wrong, with the first place of each."""
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['target']}" for fault in found]


def overflows(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def drag(source: Locator, target: Locator) -> None:
    """Drag with the mouse as a hand does: press, move in small steps, hold, let go."""
    page = source.page
    target.scroll_into_view_if_needed()
    source.scroll_into_view_if_needed()
    source.hover()
    start, end = source.bounding_box(), target.bounding_box()
    assert start
    assert end
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 6, y + 6, steps=3)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + min(end["height"] / 2, 40), steps=8)
    page.mouse.up()
