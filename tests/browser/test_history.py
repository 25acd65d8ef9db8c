"""The ranking history in a real browser: drawn, read out by mouse and keys, sound at both widths."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from reputation.models import Incident
from serp.models import Brand, Check, Keyword
from tests.browser.planner import NARROW, WIDE, faults, open_as, overflows
from tests.cast import MakeSnapshot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WEEK = timedelta(weeks=1)


@pytest.fixture
def told(brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot) -> Keyword:
    """Twenty weeks: a negative breaks in at 2 and falls to 4; one week failed."""
    now = timezone.now()
    keyword.cadence = "1w"
    keyword.save()
    calm = ["own:shop", "neutral:guide", "positive:test", "neutral:wiki", "neutral:store"]
    for ago in range(20, -1, -1):
        at = now - ago * WEEK - timedelta(minutes=1)
        if ago == 9:
            Check.objects.create(
                keyword=keyword, period=at, not_before=at, finished_at=at, state="failed",
                error_kind="timeout",
            )  # fmt: skip
            continue
        place = {0: 3, 1: 2, 2: 1, 3: 1}.get(ago)
        tones = [*calm[:place], "negative:recall", *calm[place:]] if place else calm
        make_snapshot(*tones, at=at, depth=20)
    Incident.objects.create(
        brand=brand, title="Recall announced", keyword=keyword, opened_at=now - 3 * WEEK, due_at=now
    )
    return keyword


@pytest.fixture
def open_history(
    browser: Browser, live_server: Any, told: Keyword, viewer: User
) -> Iterator[Callable[..., Page]]:
    """Open the page and collect what the browser complains about; fails at the end if it did."""
    complaints: list[str] = []
    pages: list[Page] = []

    def start(width: int = WIDE, **options: Any) -> Page:
        path = f"/b/hallway/history/{told.pk}/"
        page = open_as(browser, live_server, viewer, path, width=width, **options)
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.reload()
        pages.append(page)
        return page

    yield start
    for page in pages:
        page.context.close()
    assert complaints == []


@pytest.mark.parametrize(("width", "name"), [(WIDE, "wide"), (NARROW, "narrow")])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chart_is_drawn_and_sound(
    open_history: Callable[..., Page], width: int, name: str, scheme: str
) -> None:
    page = open_history(width, color_scheme=scheme)
    charts = page.locator("svg[data-chart]:visible")
    expect(charts).to_have_count(1)
    expect(charts).to_have_attribute("data-chart", name)
    assert charts.locator("path.ln.neg").count() == 1
    assert charts.locator("path.ln.own").count() == 1
    expect(page.locator("#h-story")).to_have_text(
        "The highest negative stands at 4; it stood at 2 on "
        + page.locator("table.hist thead th").nth(3).inner_text()
    )
    assert faults(page) == []
    assert not overflows(page)


def test_a_phone_begins_with_13_weeks_and_a_desk_with_26(open_history: Callable[..., Page]) -> None:
    current = "nav.seg:visible a[aria-current]"
    expect(open_history(NARROW).locator(current)).to_have_text("13 weeks")
    expect(open_history(WIDE).locator(current)).to_have_text("26 weeks")


def test_arrow_keys_read_out_one_reading_after_the_other(
    open_history: Callable[..., Page],
) -> None:
    page = open_history()
    slider = page.get_by_role("slider", name="Reading")
    held = page.locator("[data-held] li")
    cursor = page.locator("svg[data-chart]:visible .cursor")
    expect(held).to_have_count(6)
    expect(held.nth(3)).to_contain_text("recall.example")
    expect(cursor).to_have_attribute("visibility", "hidden")
    newest = page.locator("[data-when]").inner_text()
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-when]")).not_to_have_text(newest)
    expect(held.nth(2)).to_contain_text("recall.example")
    expect(cursor).to_have_attribute("visibility", "visible")
    assert "negatives at 3" in (slider.get_attribute("aria-valuetext") or "")
    page.keyboard.press("Home")
    expect(held).to_have_count(5)


def test_a_gap_is_read_out_as_a_gap(open_history: Callable[..., Page]) -> None:
    page = open_history()
    page.get_by_role("slider", name="Reading").focus()
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-note]")).to_have_text(
        "the provider did not answer in time: nothing was read"
    )
    expect(page.locator("[data-held] li")).to_have_count(0)


def test_the_mouse_reads_out_what_lies_beneath_it(open_history: Callable[..., Page]) -> None:
    page = open_history()
    box = page.locator("svg[data-chart]:visible").bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 100)
    expect(page.locator("[data-held] li")).to_have_count(5)
    early = page.locator("[data-when]").inner_text()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 100)
    expect(page.locator("[data-when]")).not_to_have_text(early)


def test_no_line_is_drawn_across_the_failed_week(open_history: Callable[..., Page]) -> None:
    page = open_history()
    crossed = page.evaluate(
        """() => {
          const svg = [...document.querySelectorAll('svg[data-chart]')].find(s => s.getClientRects().length);
          const hatch = svg.querySelector('.f-hatch').getBBox();
          const middle = hatch.x + hatch.width / 2;
          return [...svg.querySelectorAll('path.ln')].some(path =>
            path.getAttribute('d').split('M').filter(Boolean).some(run => {
              const xs = run.split('L').map(point => parseFloat(point));
              return Math.min(...xs) < middle && Math.max(...xs) > middle;
            }));
        }"""
    )
    assert crossed is False


def test_without_javascript_the_table_holds_the_numbers(open_history: Callable[..., Page]) -> None:
    page = open_history(java_script_enabled=False)
    expect(page.locator("[data-readout]")).to_be_hidden()
    expect(page.locator("table.hist tbody tr")).to_have_count(6)
    expect(page.locator("svg[data-chart]:visible")).to_have_count(1)
