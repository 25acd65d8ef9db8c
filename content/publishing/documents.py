"""A draft as a file to take along: Markdown, HTML with its structured data, or DOCX. Pure."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence

from django.utils.html import escape
from docx import Document as WordFile
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from markdown_it import MarkdownIt
from markdown_it.token import Token

from content.drafting.document import is_web
from content.publishing.facts import PageFacts
from content.publishing.structured import structured

DEEPEST = 6


def parser() -> MarkdownIt:
    """Markdown without raw HTML, and without links that lead anywhere but to the web."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    markdown.validateLink = is_web  # type: ignore[method-assign]
    return markdown


def plain(source: str) -> str:
    return source.replace("\r\n", "\n").replace("\r", "\n")


def as_markdown(facts: PageFacts) -> str:
    """The text with its facts in front (YAML; every value is written as JSON, which YAML reads)."""
    head = {
        "title": facts.title,
        "description": facts.description,
        "language": facts.language,
        "url": facts.url,
        "date": facts.published_at.isoformat() if facts.published_at else "",
    }
    lines = [f"{k}: {json.dumps(v, ensure_ascii=False)}" for k, v in head.items() if v]
    return "\n".join(["---", *lines, "---", "", plain(facts.markdown).strip(), ""])


def body_html(source: str) -> str:
    """The text as HTML, images and all. What Markdown itself would let through raw is escaped."""
    return str(parser().render(plain(source)))


def as_html(facts: PageFacts) -> str:
    """A whole page: title, description, structured data, text."""
    data = structured(facts)
    about = f'<meta name="description" content="{escape(facts.description)}">\n'
    address = f'<link rel="canonical" href="{escape(facts.url)}">\n'
    graph = f'<script type="application/ld+json">\n{data.text}\n</script>\n'
    return (
        f'<!doctype html>\n<html lang="{escape(facts.language)}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(facts.title)}</title>\n"
        f"{about if facts.description else ''}{address if facts.url else ''}"
        f"{graph if data.nodes else ''}</head>\n<body>\n<main>\n{own_heading(facts)}"
        f"{body_html(facts.markdown)}</main>\n</body>\n</html>\n"
    )


def own_heading(facts: PageFacts) -> str:
    """The title as the page's heading, where the draft does not begin with one of its own."""
    first = next(
        (t for t in parser().parse(plain(facts.markdown)) if t.type == "heading_open"), None
    )
    return "" if first is not None and first.tag == "h1" else f"<h1>{escape(facts.title)}</h1>\n"


def as_docx(facts: PageFacts) -> bytes:
    """A Word file: headings, paragraphs, lists, quotes, tables, links; images by their words and
    address, since nothing is fetched."""
    file = WordFile()
    file.core_properties.title = safe(facts.title)[:255]
    file.core_properties.language = facts.language
    file.core_properties.subject = safe(facts.description)[:255]
    tokens = parser().parse(plain(facts.markdown))
    if own_heading(facts):
        file.add_heading(safe(facts.title), level=1)
    Writer(file).write(tokens)
    held = io.BytesIO()
    file.save(held)
    return held.getvalue()


def safe(text: str) -> str:
    """The text without what XML cannot hold."""
    return "".join(
        c for c in text if c in "\t\n" or (ord(c) >= 32 and ord(c) not in (0xFFFE, 0xFFFF))
    )


class Writer:
    """Writes Markdown's tokens into a Word file, block by block."""

    LISTS = {"bullet_list_open": "List Bullet", "ordered_list_open": "List Number"}

    def __init__(self, file: Word) -> None:
        self.file = file
        self.lists: list[str] = []
        self.quotes = 0

    def write(self, tokens: Sequence[Token]) -> None:
        rows: list[list[Token]] = []
        level, in_table = 0, False
        for token in tokens:
            if token.type in self.LISTS:
                self.lists.append(self.LISTS[token.type])
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self.lists.pop()
            elif token.type in ("blockquote_open", "blockquote_close"):
                self.quotes += 1 if token.type.endswith("open") else -1
            elif token.type in ("heading_open", "heading_close"):
                level = int(token.tag[1]) if token.type.endswith("open") else 0
            elif token.type in ("table_open", "table_close"):
                in_table = token.type == "table_open"
                if not in_table:
                    self.table(rows)
                    rows = []
            elif token.type == "tr_open":
                rows.append([])
            elif token.type == "inline" and in_table:
                rows[-1].append(token)
            elif token.type == "inline":
                inline(self.paragraph(level), token.children or [])
            elif token.type in ("fence", "code_block"):
                self.file.add_paragraph(safe(token.content.rstrip("\n")), style="No Spacing")

    def paragraph(self, level: int) -> Paragraph:
        """A new paragraph in the style of where it stands."""
        if level:
            return self.file.add_heading(level=min(level, DEEPEST))
        if self.lists:
            deep = min(len(self.lists), 3)
            style = self.lists[-1] if deep == 1 else f"{self.lists[-1]} {deep}"
            return self.file.add_paragraph(style=style)
        return self.file.add_paragraph(style="Quote" if self.quotes else None)

    def table(self, rows: Sequence[Sequence[Token]]) -> None:
        if not rows:
            return
        made = self.file.add_table(rows=0, cols=max(len(row) for row in rows))
        made.style = "Table Grid"
        for row in rows:
            cells = made.add_row().cells
            for cell, token in zip(cells, row, strict=False):
                inline(cell.paragraphs[0], token.children or [])


def inline(paragraph: Paragraph, tokens: Sequence[Token]) -> None:
    """The words of a paragraph with their marks and links."""
    bold = italic = struck = 0
    link = ""
    for token in tokens:
        step = {"open": 1, "close": -1}.get(token.type.rpartition("_")[2], 0)
        if token.type.startswith("strong_"):
            bold += step
        elif token.type.startswith("em_"):
            italic += step
        elif token.type.startswith("s_"):
            struck += step
        elif token.type.startswith("link_"):
            link = str(token.attrGet("href") or "") if step == 1 else ""
        else:
            for text in words(token):
                added = linked(paragraph, link, text) if link else paragraph.add_run(safe(text))
                added.bold, added.italic = bold > 0 or None, italic > 0 or None
                added.font.strike = struck > 0 or None


def words(token: Token) -> Iterator[str]:
    """The text of a token inside a paragraph."""
    if token.type in ("text", "code_inline"):
        yield token.content
    elif token.type in ("softbreak", "hardbreak"):
        yield " " if token.type == "softbreak" else "\n"
    elif token.type == "image":
        yield f"[Image: {token.content or 'no alternative text'}, {token.attrGet('src')}]"


def linked(paragraph: Paragraph, url: str, text: str) -> Run:
    """A run of text that is a link; python-docx reads links and has no call to write one."""
    key = paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), key)
    run = paragraph.add_run(safe(text))
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)
    return run
