"""The calendar in a real browser: pieces move by mouse, by keys and without any script."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from content.editorial_calendar import neighbour, weeks_of
from content.models import Piece
from serp.models import Brand
from tests.browser.planner import NARROW, WIDE, drag, faults, open_as, overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Plan:
    """A piece on the second Tuesday of next month, where no day has passed."""

    piece: Piece
    path: str
    tuesday: date

    def now(self) -> date | None:
        self.piece.refresh_from_db()
        return self.piece.publish_on


@pytest.fixture
def plan(brand: Brand, editor: User) -> Plan:
    first = neighbour(timezone.now().astimezone(brand.zone).date().replace(day=1), 1)
    assert first
    tuesday = weeks_of(first.year, first.month)[1][1]
    piece = Piece.objects.create(
        brand=brand, title="Is the switch safe?", owner=editor, publish_on=tuesday
    )
    return Plan(piece, f"/b/hallway/calendar/{first.year}/{first.month}/", tuesday)


@pytest.fixture
def open_page(browser: Browser, live_server: Any, plan: Plan) -> Callable[..., Page]:
    return lambda user, **options: open_as(browser, live_server, user, plan.path, **options)


def slot(page: Page, day: date | str) -> Locator:
    return page.locator(f'[data-slot="{day}"]')


def card(page: Page, plan: Plan) -> Locator:
    return page.locator(f"#piece-{plan.piece.pk}")


def grip(page: Page, plan: Plan) -> Locator:
    return card(page, plan).locator("[data-grip]")


def message(page: Page) -> Locator:
    return page.locator(".toast p")


def test_a_piece_dragged_to_another_day_is_saved(
    open_page: Callable[..., Page], editor: User, plan: Plan
) -> None:
    page, thursday = open_page(editor), plan.tuesday + timedelta(2)
    drag(card(page, plan), slot(page, thursday))
    expect(message(page)).to_contain_text("“Is the switch safe?” stands on Thu")
    assert plan.now() == thursday
    expect(slot(page, thursday).locator(".piece")).to_have_count(1)
    page.reload()
    expect(slot(page, thursday).locator(".piece")).to_have_count(1)
    page.context.close()


def test_a_drag_can_be_undone(open_page: Callable[..., Page], editor: User, plan: Plan) -> None:
    page = open_page(editor)
    drag(card(page, plan), slot(page, plan.tuesday + timedelta(2)))
    page.get_by_role("button", name="Undo").click()
    expect(slot(page, plan.tuesday).locator(".piece")).to_have_count(1)
    assert plan.now() == plan.tuesday
    page.context.close()


def test_a_piece_is_dragged_to_and_from_the_unscheduled(
    open_page: Callable[..., Page], editor: User, plan: Plan
) -> None:
    page = open_page(editor)
    drag(card(page, plan), slot(page, ""))
    expect(message(page)).to_contain_text("stands on no day now")
    assert plan.now() is None
    expect(slot(page, "").locator("header")).to_contain_text("1")
    drag(card(page, plan), slot(page, plan.tuesday))
    expect(message(page)).to_contain_text("stands on Tue")
    assert plan.now() == plan.tuesday
    page.context.close()


def test_the_same_move_by_keys_is_saved_and_announced(
    open_page: Callable[..., Page], editor: User, plan: Plan
) -> None:
    page, live = open_page(editor), "#live"
    grip(page, plan).focus()
    page.keyboard.press("Enter")
    expect(page.locator(live)).to_contain_text("Picked up “Is the switch safe?”")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    target = plan.tuesday + timedelta(8)
    expect(page.locator(live)).to_have_text(f"{target:%a} {target.day} {target:%b}")
    assert plan.now() == plan.tuesday
    page.keyboard.press("Enter")
    expect(page.locator(live)).to_contain_text("stands on Wed")
    assert plan.now() == target
    expect(grip(page, plan)).to_be_focused()
    expect(slot(page, target).locator(".piece")).to_have_count(1)
    page.context.close()


def test_escape_puts_a_picked_up_piece_back(
    open_page: Callable[..., Page], editor: User, plan: Plan
) -> None:
    page = open_page(editor)
    grip(page, plan).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(slot(page, plan.tuesday + timedelta(7)).locator(".piece")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(slot(page, plan.tuesday).locator(".piece")).to_have_count(1)
    expect(page.locator("#live")).to_contain_text("was not moved")
    expect(grip(page, plan)).to_be_focused()
    assert plan.now() == plan.tuesday
    page.context.close()


def test_a_refused_drop_rolls_back_with_the_reason(
    open_page: Callable[..., Page], editor: User, plan: Plan
) -> None:
    page = open_page(editor)
    Piece.objects.update(
        status="published", url="https://hallwaycoffee.example/x", published_at=timezone.now()
    )
    drag(card(page, plan), slot(page, plan.tuesday + timedelta(2)))
    expect(message(page)).to_contain_text("Not moved. It is published: it keeps the day")
    expect(slot(page, plan.tuesday).locator(".piece")).to_have_count(1)
    assert plan.now() == plan.tuesday
    page.context.close()


def test_a_lost_connection_rolls_back(
    open_page: Callable[..., Page], editor: User, plan: Plan
) -> None:
    page = open_page(editor)
    page.route("**/calendar/change/", lambda route: route.abort())
    drag(card(page, plan), slot(page, plan.tuesday + timedelta(2)))
    expect(message(page)).to_contain_text("The server did not answer")
    expect(slot(page, plan.tuesday).locator(".piece")).to_have_count(1)
    page.context.close()


def test_a_viewer_cannot_drag(open_page: Callable[..., Page], viewer: User, plan: Plan) -> None:
    page = open_page(viewer)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    drag(card(page, plan), slot(page, plan.tuesday + timedelta(2)))
    expect(slot(page, plan.tuesday).locator(".piece")).to_have_count(1)
    expect(page.locator("[data-grip], details.mv")).to_have_count(0)
    assert "POST" not in sent
    assert plan.now() == plan.tuesday
    page.context.close()


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("with_script", [True, False])
def test_move_to_works_with_and_without_script(
    open_page: Callable[..., Page], editor: User, plan: Plan, width: int, with_script: bool
) -> None:
    page = open_page(editor, width=width, java_script_enabled=with_script)
    target = plan.tuesday + timedelta(40)  # another month
    card(page, plan).locator("summary").click()
    card(page, plan).locator("input[type=date]").fill(target.isoformat())
    card(page, plan).get_by_role("button", name="Save").click()
    expect(page.locator(".toast, .messages")).to_contain_text("“Is the switch safe?” stands on")
    assert plan.now() == target
    expect(card(page, plan)).to_have_count(0)
    page.context.close()


def test_a_folded_piece_unfolds_and_drags(
    open_page: Callable[..., Page], editor: User, brand: Brand, plan: Plan
) -> None:
    for n in range(4):
        Piece.objects.create(brand=brand, title=f"Other {n}", publish_on=plan.tuesday)
    page, thursday = open_page(editor), plan.tuesday + timedelta(2)
    hidden = page.locator(".piece", has_text="Other 3")
    expect(hidden).to_be_hidden()
    page.get_by_text("+3 more").click()
    drag(hidden, slot(page, thursday))
    expect(message(page)).to_contain_text("“Other 3” stands on Thu")
    assert Piece.objects.get(title="Other 3").publish_on == thursday
    page.context.close()


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_and_fits(
    open_page: Callable[..., Page],
    editor: User,
    brand: Brand,
    plan: Plan,
    width: int,
    scheme: str,
) -> None:
    for n in range(4):
        Piece.objects.create(brand=brand, title=f"Other {n} " * 8, publish_on=plan.tuesday)
    Piece.objects.create(brand=brand, title="Late", publish_on=date(2026, 1, 5))
    page = open_page(editor, width=width, color_scheme=scheme)
    assert faults(page) == []
    page.locator("details.more > summary").click()
    card(page, plan).locator("summary").click()
    assert faults(page) == []
    assert not overflows(page)
    page.context.close()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_new_feeds_address_is_shown_and_the_page_is_accessible(
    browser: Browser, live_server: Any, viewer: User, width: int
) -> None:
    page = open_as(browser, live_server, viewer, "/b/hallway/calendar/feeds/", width=width)
    assert faults(page) == []
    page.get_by_role("button", name="Feed of Hallway Coffee").click()
    expect(page.locator("#feed-address")).to_contain_text(".ics")
    assert faults(page) == []
    assert not overflows(page)
    page.context.close()
