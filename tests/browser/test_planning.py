"""A full month in a real browser: it drags smoothly, works by keyboard alone, by finger, many at once."""

from collections.abc import Callable
from datetime import date, timedelta
from math import cos, pi, sin
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from content.editorial_calendar import neighbour, weeks_of
from content.models import Piece
from serp.models import Brand, Keyword
from tests.browser.planner import NARROW, WIDE, drag, faults, open_as, overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PIECES = 120
SMOOTH = 33.4
"""Milliseconds: two frames of a screen with 60 a second."""
WATCH_FRAMES = """() => {
  window.frames_ms = []; let last = 0;
  const look = (t) => { if (last) window.frames_ms.push(t - last); last = t; requestAnimationFrame(look); };
  requestAnimationFrame(look);
}"""


@pytest.fixture
def first(brand: Brand) -> date:
    """The first day of next month, in which no day has passed."""
    found = neighbour(timezone.now().astimezone(brand.zone).date().replace(day=1), 1)
    assert found
    return found


@pytest.fixture
def full_month(brand: Brand, editor: User, keyword: Keyword, first: date) -> list[Piece]:
    """120 pieces: four or five on each day, of all types, with owners and without."""
    kinds = Piece.Kind.values
    return Piece.objects.bulk_create(
        Piece(
            brand=brand,
            title=f"Answer {n} to a question that people ask",
            kind=kinds[n % len(kinds)],
            status="draft",
            owner=editor if n % 3 else None,
            keyword=keyword,
            publish_on=first + timedelta(n % 28),
        )
        for n in range(PIECES)
    )


@pytest.fixture
def open_month(
    browser: Browser, live_server: Any, first: date, full_month: list[Piece]
) -> Callable[..., Page]:
    path = f"/b/hallway/calendar/{first.year}/{first.month}/"
    return lambda user, **options: open_as(browser, live_server, user, path, **options)


def slot(page: Page, day: date) -> Locator:
    return page.locator(f'[data-slot="{day}"]')


def card(page: Page, piece: Piece) -> Locator:
    return page.locator(f"#piece-{piece.pk}")


def day_of(piece: Piece) -> date | None:
    piece.refresh_from_db()
    return piece.publish_on


def message(page: Page) -> Locator:
    return page.locator(".toast p")


def test_a_month_with_120_pieces_drags_smoothly(
    open_month: Callable[..., Page], editor: User, full_month: list[Piece]
) -> None:
    page = open_month(editor)
    box = card(page, full_month[7]).bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 45, box["y"] + 20, steps=3)
    page.evaluate(WATCH_FRAMES)
    for n in range(180):
        turn = n / 180 * 2 * pi
        page.mouse.move(680 + 360 * cos(turn), 560 + 280 * sin(2 * turn))
    frames = sorted(page.evaluate("window.frames_ms"))
    assert page.locator(".ghost").count() == 1
    assert len(frames) > 60
    assert frames[int(len(frames) * 0.95)] <= SMOOTH
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".ghost")).to_have_count(0)
    assert Piece.objects.get(pk=full_month[7].pk).publish_on == full_month[7].publish_on
    page.context.close()


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_full_month(
    open_month: Callable[..., Page], editor: User, width: int, scheme: str
) -> None:
    page = open_month(editor, width=width, color_scheme=scheme)
    assert faults(page) == []
    page.locator(".pick input").first.check()
    page.locator(".clash > summary").first.click()
    page.locator(".keyhelp > summary").click()
    page.locator(".morefilters > summary").click()
    assert faults(page) == []
    assert not overflows(page)
    page.context.close()


def test_by_keyboard_alone_from_the_address_bar_to_a_moved_piece(
    open_month: Callable[..., Page], editor: User, full_month: list[Piece], first: date
) -> None:
    page = open_month(editor)
    page.locator("h2.month").evaluate("one => { one.tabIndex = -1; one.focus(); }")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.day')"):
            break
    page.keyboard.press("ArrowRight")  # the second day: its first card has the focus now
    start = page.evaluate("document.activeElement.closest('[data-piece]').dataset.piece")
    piece = Piece.objects.get(pk=start)
    was = piece.publish_on
    assert was
    page.keyboard.press("g")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#live")).to_contain_text((was + timedelta(8)).strftime("%b"))
    page.keyboard.press("Enter")
    expect(message(page)).to_contain_text("stands on")
    assert day_of(piece) == was + timedelta(8)
    page.keyboard.press("z")
    expect(message(page)).to_contain_text("1 piece is as before.")
    assert day_of(piece) == was
    page.context.close()


def test_arrows_go_from_piece_to_piece_and_from_day_to_day(
    open_month: Callable[..., Page], editor: User, full_month: list[Piece], first: date
) -> None:
    page = open_month(editor)

    def where() -> Any:
        return page.evaluate("document.activeElement.closest('[data-slot]').dataset.slot")

    card(page, full_month[2]).locator(".ttl").focus()
    page.keyboard.press("ArrowRight")
    assert where() == (first + timedelta(3)).isoformat()
    page.keyboard.press("ArrowDown")  # the second card of that day
    assert where() == (first + timedelta(3)).isoformat()
    page.keyboard.press("ArrowDown")
    assert where() == (first + timedelta(10)).isoformat()
    page.keyboard.press("ArrowLeft")
    assert where() == (first + timedelta(9)).isoformat()
    page.context.close()


def test_single_keys_can_be_switched_off(
    open_month: Callable[..., Page], editor: User, full_month: list[Piece]
) -> None:
    page = open_month(editor)
    title = card(page, full_month[2]).locator(".ttl")
    tick = card(page, full_month[2]).locator(".pick input")
    title.focus()
    page.keyboard.press("x")
    expect(tick).to_be_checked()
    page.keyboard.press("x")
    expect(tick).not_to_be_checked()
    page.locator(".keyhelp > summary").click()
    page.get_by_role("button", name="Single-key shortcuts").click()
    title.focus()
    page.keyboard.press("x")
    page.keyboard.press("g")
    expect(tick).not_to_be_checked()
    expect(page.locator(".piece.held")).to_have_count(0)
    page.context.close()


def test_many_ticked_pieces_move_with_one_of_them_and_come_back(
    open_month: Callable[..., Page], editor: User, full_month: list[Piece], first: date
) -> None:
    page = open_month(editor)
    chosen = [full_month[1], full_month[2], full_month[3]]
    card(page, chosen[0]).locator(".pick input").check()
    for piece in chosen[1:]:
        card(page, piece).locator(".ttl").click(modifiers=["Control"])
    expect(page.locator("#bulkcount")).to_have_text("3 pieces ticked")
    target = first + timedelta(9)
    drag(card(page, chosen[0]), slot(page, target))
    expect(message(page)).to_contain_text("3 pieces stand on")
    assert {day_of(piece) for piece in chosen} == {target}
    page.get_by_role("button", name="Undo").click()
    expect(message(page)).to_contain_text("3 pieces are as before.")
    assert [day_of(piece) for piece in chosen] == [first + timedelta(n) for n in (1, 2, 3)]
    page.context.close()


def test_shift_and_a_click_ticks_all_between_and_a_day_is_ticked_whole(
    open_month: Callable[..., Page], editor: User, full_month: list[Piece], first: date
) -> None:
    page = open_month(editor)
    ticks = page.locator('.pick input[name="piece"]')
    ticks.nth(0).check()
    ticks.nth(1).click(modifiers=["Shift"])
    expect(page.locator("#bulkcount")).to_have_text("2 pieces ticked")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#bulk")).to_be_hidden()
    day = slot(page, first + timedelta(5))
    day.hover()
    day.locator("[data-day-all]").click()
    here = Piece.objects.filter(publish_on=first + timedelta(5)).count()
    expect(page.locator("#bulkcount")).to_have_text(f"{here} pieces ticked")
    page.context.close()


@pytest.mark.parametrize("with_script", [True, False])
def test_many_are_assigned_by_the_form_with_and_without_script(
    open_month: Callable[..., Page],
    editor: User,
    full_month: list[Piece],
    with_script: bool,
) -> None:
    page = open_month(editor, java_script_enabled=with_script)
    chosen = [full_month[3], full_month[6]]  # of nobody
    for piece in chosen:
        card(page, piece).locator(".pick input").check()
    page.locator("#b-owner").select_option(str(editor.pk))
    page.get_by_role("button", name="Assign").click()
    expect(page.locator(".toast p, .messages")).to_contain_text("2 pieces belong to editor now.")
    assert set(Piece.objects.filter(pk__in=[one.pk for one in chosen]).values_list("owner")) == {
        (editor.pk,)
    }
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast p, .messages")).to_contain_text("2 pieces are as before.")
    page.context.close()


def test_a_finger_drags_by_the_grip(
    open_month: Callable[..., Page], editor: User, full_month: list[Piece], first: date
) -> None:
    page = open_month(editor, width=NARROW, has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": NARROW, "height": 2400})
    piece = full_month[1]
    card(page, piece).evaluate("one => one.scrollIntoView({ block: 'center' })")
    touch(page, card(page, piece).locator("[data-grip]"), slot(page, first + timedelta(2)))
    expect(message(page)).to_contain_text("stands on")
    assert day_of(piece) == first + timedelta(2)
    page.context.close()


def test_a_finger_that_swipes_over_a_card_scrolls_and_moves_nothing(
    open_month: Callable[..., Page], editor: User, full_month: list[Piece], first: date
) -> None:
    page = open_month(editor, width=NARROW, has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": NARROW, "height": 2400})
    piece = full_month[1]
    card(page, piece).evaluate("one => one.scrollIntoView({ block: 'center' })")
    touch(page, card(page, piece).locator(".ttl"), slot(page, first + timedelta(2)))
    expect(page.locator(".ghost")).to_have_count(0)
    assert day_of(piece) == first + timedelta(1)
    page.context.close()


def touch(page: Page, source: Locator, target: Locator) -> None:
    """Put a finger on the source, move it to the target in small steps, and lift it."""
    start = source.bounding_box()
    assert start
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    wire = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        wire.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]},
        )

    send("touchStart", (x, y))
    send("touchMove", (x - 4, y + 8))
    send("touchMove", (x - 8, y + 12))
    # Empty days open up for the piece, so the target is looked for only now.
    end = target.bounding_box()
    assert end
    to_x, to_y = end["x"] + end["width"] / 2, end["y"] + min(end["height"] / 2, 30)
    for n in range(1, 11):
        send("touchMove", (x + (to_x - x) * n / 10, y + (to_y - y) * n / 10))
    send("touchEnd")


def test_in_the_week_a_piece_goes_to_another_person(
    browser: Browser,
    live_server: Any,
    editor: User,
    manager: User,
    full_month: list[Piece],
    first: date,
) -> None:
    monday = weeks_of(first.year, first.month)[1][0]
    week = monday.isocalendar()
    page = open_as(
        browser, live_server, editor, f"/b/hallway/calendar/week/{week.year}/{week.week}/"
    )
    page.set_viewport_size({"width": WIDE, "height": 3000})
    assert faults(page) == []
    piece = next(one for one in full_month if one.publish_on == monday and one.owner_id)
    target = page.locator(f'[data-slot="{monday + timedelta(1)}"][data-owner="{manager.pk}"]')
    drag(card(page, piece), target)
    expect(message(page)).to_contain_text("with manager")
    piece.refresh_from_db()
    assert (piece.owner, piece.publish_on) == (manager, monday + timedelta(1))
    page.get_by_role("button", name="Undo").click()
    expect(message(page)).to_contain_text("1 piece is as before.")
    piece.refresh_from_db()
    assert (piece.owner, piece.publish_on) == (editor, monday)
    page.context.close()


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(
    "path",
    ["calendar/list/", "calendar/capacity/", "calendar/conflicts/", "calendar/freezes/",
     "calendar/recurring/", "calendar/recurring/new/", "calendar/week/", "board/"],
)  # fmt: skip
def test_axe_finds_nothing_on_the_other_pages(
    browser: Browser,
    live_server: Any,
    manager: User,
    full_month: list[Piece],
    path: str,
    width: int,
) -> None:
    page = open_as(browser, live_server, manager, f"/b/hallway/{path}", width=width)
    assert faults(page) == []
    assert not overflows(page)
    page.context.close()
