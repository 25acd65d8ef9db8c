"""The draft's page in a real browser: findings while one types, and nothing typed is ever lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from content.drafting.saving import Typed, save
from content.models import Brief, Draft, Piece
from serp.models import Brand, Keyword
from tests.browser.planner import NARROW, WIDE, faults, open_as, overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = (
    "# Hallway coffee\n\nIt is calm. 94 % of customers stayed.\n\n## Is it loud?\n\nTODO\n\n"
    "| a | b |\n| - | - |\n| 1 | 2 |\n\n![A cup](https://x.example/c.png)\n\n> Quiet, she said.\n"
)


@pytest.fixture
def piece(brand: Brand, keyword: Keyword, editor: User) -> Piece:
    made = Piece.objects.create(brand=brand, title="Grinder", kind="faq", keyword=keyword)
    Brief.objects.create(piece=made, questions=["Is it loud?"], terms=[{"term": "steel"}])
    save(made, Typed(TEXT, "Hallway coffee"), revision=0, by=editor, now=timezone.now())
    return made


@pytest.fixture
def open_draft(browser: Browser, live_server: Any, piece: Piece) -> Callable[..., Page]:
    return lambda user, **options: open_as(
        browser, live_server, user, f"/b/hallway/pieces/{piece.pk}/draft/", **options
    )


def test_findings_and_preview_follow_what_is_typed(
    open_draft: Callable[..., Page], editor: User
) -> None:
    page = open_draft(editor)
    findings = page.locator('[data-part="findings"]')
    expect(findings).to_contain_text("“TODO” is a placeholder")
    page.fill("#id_text", "# Hallway coffee\n\nOur steel parts are calm.")
    expect(findings).not_to_contain_text("is a placeholder")
    expect(page.locator('[data-part="preview"]')).to_contain_text("Our steel parts are calm.")
    page.fill("#id_title", "W" * 60)
    expect(page.locator('[data-part="title"]')).to_contain_text("the end will be cut")
    assert Draft.objects.get().text == TEXT
    page.context.close()


def test_a_finding_leads_to_its_line_by_keyboard(
    open_draft: Callable[..., Page], editor: User
) -> None:
    page = open_draft(editor)
    page.locator('a[data-line="7"]').first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_text")).to_be_focused()
    chosen = page.evaluate(
        "(() => { const t = document.getElementById('id_text');"
        " return t.value.slice(t.selectionStart, t.selectionEnd); })()"
    )
    assert chosen == "TODO"
    page.context.close()


def test_evidence_is_attached_to_a_claim_and_saved(
    open_draft: Callable[..., Page], editor: User
) -> None:
    page = open_draft(editor)
    page.get_by_role("button", name="Attach evidence to “94 %").click()
    page.keyboard.type("Survey.pdf")
    page.keyboard.press("Control+s")
    expect(page.locator(".messages")).to_contain_text("Saved as revision 2")
    (row,) = Draft.objects.get().evidence
    assert (row["claim"], row["source"]) == ("94 % of customers stayed.", "Survey.pdf")
    page.context.close()


def test_unsaved_text_is_offered_back_after_a_reload(
    open_draft: Callable[..., Page], editor: User
) -> None:
    page = open_draft(editor)
    page.fill("#id_text", "Typed and not saved.")
    page.reload()
    expect(page.locator("#keptnotice")).to_be_visible()
    expect(page.locator("#id_text")).to_have_value(TEXT)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("#id_text")).to_have_value("Typed and not saved.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("Saved as revision 2")
    expect(page.locator("#keptnotice")).to_be_hidden()
    page.context.close()


@pytest.mark.parametrize("with_script", [True, False])
def test_a_second_writer_is_told_and_loses_nothing(
    open_draft: Callable[..., Page], editor: User, manager: User, piece: Piece, with_script: bool
) -> None:
    page = open_draft(editor, java_script_enabled=with_script)
    save(piece, Typed("Theirs", "Hallway coffee"), revision=1, by=manager, now=timezone.now())
    page.fill("#id_text", "Mine")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#conflict")).to_contain_text("manager saved meanwhile")
    expect(page.locator("#theirtext")).to_have_value("Theirs")
    expect(page.locator("#id_text")).to_have_value("Mine")
    page.get_by_role("button", name="Save mine over theirs").click()
    expect(page.locator(".messages")).to_contain_text("Saved as revision 3")
    page.context.close()


def test_the_check_button_works_without_a_script(
    open_draft: Callable[..., Page], editor: User
) -> None:
    page = open_draft(editor, java_script_enabled=False)
    page.fill("#id_text", "Call [...] today.")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator('[data-part="findings"]')).to_contain_text("“[...]” is a placeholder")
    expect(page.locator("#id_text")).to_have_value("Call [...] today.")
    page.context.close()


def test_a_viewer_reads_and_has_no_field(open_draft: Callable[..., Page], viewer: User) -> None:
    page = open_draft(viewer)
    expect(page.locator('[data-part="preview"]')).to_contain_text("It is calm.")
    expect(page.locator("#draftform")).to_have_count(0)
    page.context.close()


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_draft_is_accessible_and_fits(
    open_draft: Callable[..., Page], editor: User, width: int, scheme: str
) -> None:
    page = open_draft(editor, width=width, color_scheme=scheme)
    page.locator('[data-fold="score"] summary').click()
    assert faults(page) == []
    assert not overflows(page)
    text, findings = (page.locator(css).bounding_box() for css in ("#id_text", "#findings"))
    assert text
    assert findings
    assert (findings["x"] > text["x"] + text["width"]) == (width == WIDE)
    page.context.close()
