"""The board in a real browser: cards move between lanes by mouse, keys and menu."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Locator, Page, expect

from content.models import Piece
from serp.models import Brand, Keyword
from tests.browser.planner import NARROW, WIDE, drag, faults, open_as, overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def piece(brand: Brand, keyword: Keyword, editor: User) -> Piece:
    return Piece.objects.create(
        brand=brand, title="Is the switch safe?", status="draft", owner=editor, keyword=keyword
    )


@pytest.fixture
def open_board(browser: Browser, live_server: Any, piece: Piece) -> Callable[..., Page]:
    return lambda user, query="", **options: open_as(
        browser, live_server, user, f"/b/hallway/board/{query}", **options
    )


def lane(page: Page, status: str) -> Locator:
    return page.locator(f'section[data-slot="{status}"]')


def status_of(piece: Piece) -> str:
    piece.refresh_from_db()
    return piece.status


def test_a_card_dragged_to_the_next_lane_is_saved(
    open_board: Callable[..., Page], editor: User, piece: Piece
) -> None:
    page = open_board(editor)
    drag(page.locator(".piece"), lane(page, "review"))
    expect(page.locator(".toast p")).to_contain_text("is now “in review”")
    assert status_of(piece) == "review"
    expect(lane(page, "review").locator(".piece")).to_have_count(1)
    expect(lane(page, "review").locator("header")).to_contain_text("1")
    page.get_by_role("button", name="Undo").click()
    expect(lane(page, "draft").locator(".piece")).to_have_count(1)
    assert status_of(piece) == "draft"
    page.context.close()


def test_a_leap_is_refused_and_rolls_back(
    open_board: Callable[..., Page], editor: User, piece: Piece
) -> None:
    page = open_board(editor)
    drag(page.locator(".piece"), lane(page, "approved"))
    expect(page.locator(".toast p")).to_contain_text("the next step is “in review”")
    expect(lane(page, "draft").locator(".piece")).to_have_count(1)
    assert status_of(piece) == "draft"
    page.context.close()


def test_dropping_on_published_asks_for_the_address(
    open_board: Callable[..., Page], editor: User, piece: Piece
) -> None:
    Piece.objects.update(status="approved")
    page = open_board(editor)
    drag(page.locator(".piece"), lane(page, "published"))
    expect(page.locator(".toast p")).to_contain_text("Publishing needs the address")
    link = page.get_by_role("link", name="Open the piece")
    assert (link.get_attribute("href") or "").endswith(f"/pieces/{piece.pk}/")
    expect(lane(page, "approved").locator(".piece")).to_have_count(1)
    page.context.close()


def test_keys_move_a_card_from_lane_to_lane(
    open_board: Callable[..., Page], editor: User, piece: Piece
) -> None:
    page = open_board(editor)
    page.locator("[data-grip]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#live")).to_have_text("briefed")
    page.keyboard.press("Enter")
    expect(page.locator(".toast p")).to_contain_text("is now “briefed”")
    assert status_of(piece) == "briefed"
    expect(page.locator("[data-grip]")).to_be_focused()
    page.context.close()


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("with_script", [True, False])
def test_move_to_works_with_and_without_script(
    open_board: Callable[..., Page], editor: User, piece: Piece, width: int, with_script: bool
) -> None:
    page = open_board(editor, width=width, java_script_enabled=with_script)
    page.locator(".piece summary").click()
    page.get_by_role("button", name="Back to idea").click()
    expect(page.locator(".toast, .messages")).to_contain_text("is now “idea”")
    assert status_of(piece) == "idea"
    page.context.close()


def test_a_card_that_somebody_else_moved_is_not_overwritten(
    open_board: Callable[..., Page], editor: User, piece: Piece
) -> None:
    page = open_board(editor)
    Piece.objects.update(status="approved")
    drag(page.locator(".piece"), lane(page, "briefed"))
    expect(page.locator(".toast p")).to_contain_text("meanwhile")
    assert status_of(piece) == "approved"
    page.context.close()


def test_a_viewer_cannot_drag(open_board: Callable[..., Page], viewer: User, piece: Piece) -> None:
    page = open_board(viewer)
    drag(page.locator(".piece"), lane(page, "review"))
    expect(lane(page, "draft").locator(".piece")).to_have_count(1)
    expect(page.locator("[data-grip], details.mv")).to_have_count(0)
    assert status_of(piece) == "draft"
    page.context.close()


def test_a_narrow_screen_picks_one_lane(
    open_board: Callable[..., Page], editor: User, piece: Piece
) -> None:
    page = open_board(editor, width=NARROW)
    expect(lane(page, "draft")).to_be_visible()
    expect(lane(page, "review")).to_be_hidden()
    page.locator(".lanepick").get_by_text("In review").click()
    expect(lane(page, "review")).to_be_visible()
    expect(lane(page, "draft")).to_be_hidden()
    page.context.close()


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_board_is_accessible_and_fits(
    open_board: Callable[..., Page], editor: User, piece: Piece, width: int, scheme: str
) -> None:
    page = open_board(editor, width=width, color_scheme=scheme)
    page.locator(".piece summary").click()
    assert faults(page) == []
    assert not overflows(page)
    page.context.close()
