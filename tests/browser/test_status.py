"""The status page in a real browser: it renews itself, leaves a person alone who is at work on it, and fits."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from serp.models import Brand, Heartbeat, Keyword, Notice, Pause
from serp.notices import close_notice, open_notice
from tests.browser.test_marking import opened

pytestmark = pytest.mark.browser
A_ROUND = 16_000


def test_what_happens_is_shown_without_reloading(
    browser: Browser, live_server: Any, brand: Brand, keyword: Keyword, editor: User
) -> None:
    page = opened(browser, live_server, editor)
    page.clock.install()
    Heartbeat.beat("worker", timezone.now())
    page.goto(live_server.url + reverse("status", args=[brand.slug]))
    expect(page.get_by_text("None: nothing is known that needs a person.")).to_be_visible()
    open_notice(Notice.Kind.DRIFT, "drift:1", "Half a run failed.", timezone.now(), brand=brand)
    page.clock.fast_forward(A_ROUND)
    expect(page.get_by_text("Half a run failed.")).to_be_visible()
    close_notice("drift:1", timezone.now(), ending="It is over.")
    Keyword.objects.filter(pk=keyword.pk).update(quarantined_at=timezone.now())
    page.clock.fast_forward(A_ROUND)
    button = page.get_by_role("button", name="Let “hallway coffee” go on")
    expect(button).to_be_visible()
    expect(page.get_by_text("It is over.")).to_be_visible()
    button.focus()
    close_notice("drift:1", timezone.now())
    page.clock.fast_forward(A_ROUND)
    expect(button).to_be_focused()
    button.press("Enter")
    expect(page.get_by_text("goes on: it is checked within the minute")).to_be_visible()
    page.context.close()


def test_a_server_that_does_not_answer_is_told(
    browser: Browser, live_server: Any, brand: Brand, keyword: Keyword, editor: User
) -> None:
    page = opened(browser, live_server, editor)
    page.clock.install()
    page.goto(live_server.url + reverse("status", args=[brand.slug]))
    note = page.get_by_text("not renewed since: the server does not answer")
    expect(note).to_be_hidden()
    page.route("**/status/?part=1", lambda route: route.abort())
    page.clock.fast_forward(A_ROUND)
    expect(note).to_be_visible()
    page.unroute("**/status/?part=1")
    page.clock.fast_forward(A_ROUND)
    expect(note).to_be_hidden()
    page.context.close()


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_status_has_no_barriers_and_fits(
    browser: Browser,
    live_server: Any,
    brand: Brand,
    keyword: Keyword,
    admin_user: User,
    width: int,
    scheme: Any,
) -> None:
    now = timezone.now()
    Keyword.objects.filter(pk=keyword.pk).update(quarantined_at=now)
    Pause.begin("restored from a backup of yesterday", now)
    for number in range(2):
        open_notice(Notice.Kind.DRIFT, f"drift:{number}", "Half a run failed.", now, brand=brand)
    close_notice("drift:1", now, ending="It is over.")
    page = opened(browser, live_server, admin_user, width)
    page.emulate_media(color_scheme=scheme)
    for path in (reverse("status", args=[brand.slug]), reverse("status-all")):
        page.goto(live_server.url + path)
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Pushdown goes on")).to_be_visible()
    page.context.close()
