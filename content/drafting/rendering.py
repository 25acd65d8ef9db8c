"""The preview of a draft: Markdown as safe HTML. Raw HTML stays text, images are named, not loaded."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from content.drafting.document import is_web

DEEPEST = 6
HIGHEST = 3
"""The page around the preview has its own title and headings: those of the draft stand below them."""
PLACED = frozenset({"paragraph_open", "heading_open", "list_item_open", "blockquote_open"})
DECLARED = frozenset({"sponsored", "nofollow"})


class Renderer(RendererHTML):
    """Markdown's own renderer, with links and images as a preview needs them."""

    def image(
        self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        """An image's words and address: loading it would tell its host who is writing about what."""
        token = tokens[idx]
        alt = token.content.strip() or "no alternative text"
        return f'<span class="pic">Image: {escape(alt)} <span class="faint">{escape(token.attrGet("src") or "")}</span></span>'


@cache
def renderer() -> MarkdownIt:
    """Markdown without raw HTML, and without links that lead anywhere but to the web."""
    markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=Renderer)
    markdown.enable(["table", "strikethrough"])
    markdown.validateLink = is_web  # type: ignore[method-assign]
    return markdown


def preview(source: str) -> SafeString:
    """The draft as HTML. A paragraph or heading that begins at line 12 has the id "l12"."""
    markdown = renderer()
    env: dict[str, Any] = {}
    tokens = markdown.parse(source.replace("\r\n", "\n").replace("\r", "\n"), env)
    placed: set[int] = set()
    lower_headings(tokens)
    for token in tokens:
        if token.type in PLACED and token.map and not token.hidden and token.map[0] not in placed:
            placed.add(token.map[0])
            token.attrSet("id", f"l{token.map[0] + 1}")
        for child in token.children or ():
            if child.type == "link_open":
                open_apart(child)
    # Made by a renderer that escapes all text and was told to let no HTML through.
    return SafeString(markdown.renderer.render(tokens, markdown.options, env))


def lower_headings(tokens: Sequence[Token]) -> None:
    """Let the draft's highest heading be of the third level, and none skip one, as pages must have it;
    that the draft itself skips one is said among the findings."""
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    highest, above = min(levels, default=1), HIGHEST - 1
    for token in tokens:
        if token.type == "heading_open":
            above = min(DEEPEST, above + 1, int(token.tag[1]) - highest + HIGHEST)
            token.tag = f"h{above}"
        elif token.type == "heading_close":
            token.tag = f"h{above}"


def open_apart(link: Token) -> None:
    """A link of the draft opens in a window of its own and learns nothing of this page."""
    declared = str(link.attrGet("title") or "").casefold()
    kind = f" {declared}" if declared in DECLARED else ""
    if not str(link.attrGet("href") or "").startswith("#"):
        link.attrSet("target", "_blank")
        link.attrSet("rel", f"noopener noreferrer{kind}")
