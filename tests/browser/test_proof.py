"""From asking a customer to taking the words off again, in a real browser with a real mail server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from content.models import Consent, Piece, Testimonial, Use
from content.proof.mailing import send_waiting
from serp.models import Brand, Keyword
from tests.browser.planner import NARROW, WIDE, faults, open_as, overflows
from tests.mail_server import MailServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "The grinder halved our queue: from nine minutes to four."


@pytest.fixture
def post_office(settings: Any, live_server: Any) -> Iterator[MailServer]:
    started = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", started.port
    settings.SITE_URL = live_server.url
    yield started
    started.stop()


@pytest.fixture
def piece(brand: Brand, keyword: Keyword, editor: User) -> Piece:
    return Piece.objects.create(
        brand=brand, title="How cafés use it", kind="faq", owner=editor, keyword=keyword
    )


def newest_link(office: MailServer, end: str = "/") -> str:
    payload = office.mails[-1].get_payload(decode=True)
    assert isinstance(payload, bytes)
    found = re.search(rf"http\S+/testimonial/[\w-]+{end}", payload.decode())
    assert found
    return found[0]


def customers_window(browser: Browser, address: str, width: int = NARROW) -> Page:
    """A window of somebody without an account and without scripts."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=False
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(address)
    return page


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()


def test_ask_answer_use_withdraw_and_take_off(
    browser: Browser,
    live_server: Any,
    post_office: MailServer,
    brand: Brand,
    editor: User,
    piece: Piece,
) -> None:
    desk = open_as(browser, live_server, editor, "/b/hallway/proof/new/")
    desk.get_by_label("Name").fill("Ida Moe")
    desk.get_by_label("E-mail").fill("ida@cafe.example")
    desk.get_by_role("button", name="Save, then ask").click()
    desk.get_by_role("button", name="Make the link").click()
    expect(desk.locator(".messages")).to_contain_text("goes out by mail")
    assert send_waiting(timezone.now()) == 1

    customer = customers_window(browser, newest_link(post_office))
    customer.get_by_label("Your experience").fill(WORDS)
    customer.get_by_label("Your rating").select_option("5")
    customer.get_by_label("No, I am a customer").check()
    choose(customer, "Did you receive", "No")
    customer.get_by_label("on the website of Hallway Coffee").check()
    customer.get_by_role("button", name="Send").click()
    expect(customer.get_by_role("alert")).to_contain_text("Not sent yet: 3 answers")
    expect(customer.get_by_label("Your experience")).to_have_value(WORDS)
    for question in ("Did you write", "Have you used", "Are you 18"):
        choose(customer, question, "Yes")
    customer.get_by_role("button", name="Send").click()
    expect(customer.get_by_role("heading", name="Thank you")).to_be_visible()
    assert Consent.objects.get().scope == ["website"]
    assert send_waiting(timezone.now()) == 1
    to_withdraw = newest_link(post_office, "/withdraw/")

    desk.goto(f"{live_server.url}/b/hallway/pieces/{piece.pk}/")
    desk.get_by_role("button", name="Use it for").click()
    expect(desk.locator(".snippet")).to_contain_text(WORDS)
    assert Use.objects.get().piece == piece
    now = timezone.now()
    Piece.objects.update(
        status="published", published_at=now, url="https://hallwaycoffee.example/use"
    )

    customer.goto(to_withdraw)
    expect(customer.locator("main")).to_contain_text(WORDS)
    customer.get_by_role("button", name="Take it back").click()
    expect(customer.get_by_role("heading", name="It is withdrawn")).to_be_visible()

    desk.goto(f"{live_server.url}/b/hallway/pieces/{piece.pk}/")
    expect(desk.locator("#proof")).to_contain_text("Take it off by")
    expect(desk.locator("#proof")).to_contain_text("has withdrawn the consent")
    desk.goto(f"{live_server.url}/b/hallway/proof/")
    expect(desk.locator(".lead")).to_contain_text("1 use must come off")
    expect(desk.locator("main")).to_contain_text("on the web now")
    desk.locator(".uses").get_by_role("button", name="It is off").click()
    desk.goto(f"{live_server.url}/b/hallway/proof/")
    expect(desk.locator("main")).not_to_contain_text("must come off")
    customer.goto(to_withdraw)
    expect(customer.get_by_role("heading", name="It is withdrawn")).to_be_visible()
    for window in (customer, desk):
        window.context.close()


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_have_no_faults(
    browser: Browser,
    live_server: Any,
    post_office: MailServer,
    manager: User,
    brand: Brand,
    width: int,
    scheme: Any,
) -> None:
    desk = open_as(
        browser, live_server, manager, "/b/hallway/proof/new/", width=width, color_scheme=scheme
    )
    found = faults(desk)
    desk.get_by_label("Name").fill("Ida Moe")
    desk.get_by_label("E-mail").fill("ida@cafe.example")
    desk.get_by_label("Words").fill("Averyveryverylongwordwithoutaspace" * 8)
    desk.get_by_label("Figures").fill("Time to the first cup | 9 | 4 | min | stopwatch, 20 times")
    desk.get_by_role("button", name="Save, then ask").click()
    expect(desk.get_by_role("heading", name="Words", exact=True)).to_be_visible()
    desk.get_by_role("button", name="Make the link").click()
    assert send_waiting(timezone.now()) == 1
    row = Testimonial.objects.get()
    for path in (
        f"/b/hallway/proof/{row.pk}/",
        f"/b/hallway/proof/{row.pk}/consent/",
        "/b/hallway/proof/",
        "/b/hallway/proof/claims/new/",
        newest_link(post_office).removeprefix(live_server.url),
    ):
        desk.goto(live_server.url + path)
        assert not overflows(desk), path
        found += [f"{path}: {fault}" for fault in faults(desk)]
    assert found == []
    desk.context.close()
