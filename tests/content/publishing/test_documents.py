"""Files to take along: the same words in each, nothing raw let through, readable by the usual programs."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from content.models import Draft, Piece
from content.publishing.documents import as_docx, as_html, as_markdown
from serp.models import Brand
from tests.content.publishing.test_structured import FULL

TEXT = """Intro with **bold**, *slant* and [a link](https://hallwaycoffee.example/x).

## Is it safe?

> Said a customer.

1. one
2. two
   - deep

| Test | Result |
| --- | --- |
| Noise | 61 dB |

![The switch](https://hallwaycoffee.example/s.jpg)

<script>alert(1)</script> [bad](javascript:alert(1))
"""
FACTS = replace(FULL, markdown=TEXT)


def test_a_word_file_holds_headings_lists_tables_quotes_and_links() -> None:
    file = Document(io.BytesIO(as_docx(FACTS)))
    found = {paragraph.text: paragraph.style.name for paragraph in file.paragraphs}
    assert found[FACTS.title] == "Heading 1"
    assert found["Is it safe?"] == "Heading 2"
    assert found["Said a customer."] == "Quote"
    assert found["two"] == "List Number"
    assert found["deep"] == "List Bullet 2"
    assert [[cell.text for cell in row.cells] for row in file.tables[0].rows] == [
        ["Test", "Result"],
        ["Noise", "61 dB"],
    ]
    first = next(p for p in file.paragraphs if p.text.startswith("Intro"))
    assert first.text == "Intro with bold, slant and a link."
    assert [run.text for run in first.runs if run.bold] == ["bold"]
    assert first.hyperlinks[0].address == "https://hallwaycoffee.example/x"
    assert any("[Image: The switch, https://hallwaycoffee.example/s.jpg]" in p for p in found)
    assert file.core_properties.title == FACTS.title


def test_a_page_shows_the_text_and_lets_nothing_raw_through() -> None:
    page = as_html(FACTS)
    assert page.count("<h1>") == 1
    assert '<link rel="canonical" href="https://help.hallwaycoffee.example/answers">' in page
    assert "&lt;script&gt;alert(1)" in page
    assert 'href="javascript' not in page
    own = as_html(replace(FACTS, markdown="# Own heading\n\nText."))
    assert own.count("<h1>") == 1
    assert "Own heading" in own


def test_markdown_comes_back_as_it_was_written_below_its_facts() -> None:
    text = as_markdown(replace(FACTS, title='A "title": with\nsigns', markdown="a\r\n\r\nb\r\n"))
    head, _, body = text.removeprefix("---\n").partition("\n---\n")
    assert body == "\na\n\nb\n".lstrip("\n") or body.strip() == "a\n\nb"
    assert 'title: "A \\"title\\": with\\nsigns"' in head.splitlines()


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_makes_a_file_that_opens(text: str) -> None:
    if any(0xD800 <= ord(sign) <= 0xDFFF for sign in text):
        return
    Document(io.BytesIO(as_docx(replace(FULL, markdown=text, title=text or "x"))))


@pytest.mark.parametrize("form", ["md", "html", "docx", "jsonld"])
def test_each_file_is_saved_and_never_shown(
    client: Client, viewer: User, brand: Brand, form: str
) -> None:
    piece = Piece.objects.create(brand=brand, title="漢字 Switch", kind="news")
    Draft.objects.create(piece=piece, text=TEXT)
    client.force_login(viewer)
    answer = client.get(f"/b/hallway/pieces/{piece.pk}/export.{form}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="switch.{form}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/b/hallway/pieces/{piece.pk}/export.exe").status_code == 404
