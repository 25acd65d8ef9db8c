"""The page of a piece in a real browser: decided without script, for outsiders too, and accessible."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, expect

from content.approving import checklist, commenting, links, rounds
from content.drafting.saving import Typed, save
from content.models import Piece, ReviewStage
from content.workflow import move
from serp.models import Brand, Keyword
from tests.browser.planner import NARROW, WIDE, faults, open_as, overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def piece(brand: Brand, keyword: Keyword, editor: User, manager: User) -> Piece:
    """In its second round of review, with a comment, ticks and a link."""
    now = timezone.now()
    made = Piece.objects.create(
        brand=brand,
        title="Is the switch safe?",
        status="draft",
        owner=editor,
        keyword=keyword,
        no_draft_reason="The engineers wrote it.",
    )
    for order, name in enumerate(("Facts", "Legal"), start=1):
        ReviewStage.objects.create(brand=brand, name=name, order=order, is_required=order == 1)
    move(made, "review", by=editor, now=now)
    move(made, "draft", by=editor, now=now)
    move(made, "review", by=editor, now=now)
    first = commenting.say(made, text="Which year?", quote="last year", by=manager)
    commenting.say(made, text="2026.", by=editor, answers=first)
    return made


def tick_all(piece: Piece, by: User) -> None:
    points = [line.point.text for line in checklist.checklist(piece)]
    checklist.set_ticks(piece, points, by=by, now=timezone.now())


def test_a_piece_is_approved_without_script(
    browser: Browser, live_server: Any, piece: Piece, manager: User
) -> None:
    tick_all(piece, manager)
    path = f"/b/hallway/pieces/{piece.pk}/"
    page = open_as(browser, live_server, manager, path, java_script_enabled=False)
    page.get_by_role("button", name="Claim it").click()
    expect(page.locator(".messages")).to_contain_text("is yours now")
    page.get_by_label("Note").fill("Sources checked.")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".messages")).to_contain_text("“Facts” is given")
    page.get_by_role("button", name="Skip it").click()
    expect(page.locator(".messages")).to_contain_text("is approved")
    piece.refresh_from_db()
    assert piece.status == "approved"
    page.context.close()


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit(
    browser: Browser,
    live_server: Any,
    piece: Piece,
    manager: User,
    width: int,
    scheme: str,
) -> None:
    _, token = links.open_link(
        piece,
        name="Kari Nes",
        approval=rounds.rows_of(piece)[-2],
        days=7,
        by=manager,
        now=timezone.now(),
    )
    text = "# Safe\n\n" + "a" * 120 + "\n\n| a | b |\n| - | - |\n| 1 | 2 |\n"
    save(piece, Typed(text=text), revision=0, by=manager, now=timezone.now())
    for path in (
        f"/b/hallway/pieces/{piece.pk}/",
        f"/b/hallway/pieces/{piece.pk}/?edit=1",
        "/b/hallway/workflow/?stage=new",
        f"/review/{token}/",
    ):
        page = open_as(browser, live_server, manager, path, width=width, color_scheme=scheme)
        for fold in page.locator("details.older > summary").all():
            fold.click()
        assert faults(page) == [], path
        assert not overflows(page), path
        page.context.close()


def test_an_outsider_answers_without_an_account(
    browser: Browser, live_server: Any, piece: Piece, manager: User
) -> None:
    tick_all(piece, manager)
    ReviewStage.objects.filter(name="Legal").delete()
    move(piece, "draft", by=manager, now=timezone.now())
    move(piece, "review", by=manager, now=timezone.now())
    _, token = links.open_link(
        piece,
        name="Kari Nes",
        approval=rounds.rows_of(piece)[-1],
        days=7,
        by=manager,
        now=timezone.now(),
    )
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": NARROW, "height": 800}
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/review/{token}/")
    page.get_by_role("button", name="Ask for changes").click()
    expect(page.get_by_role("alert")).to_contain_text("Not sent")
    page.get_by_label("Your note").fill("Fine by me.")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_contain_text("Your approval is noted")
    piece.refresh_from_db()
    assert piece.status == "approved"
    context.close()
