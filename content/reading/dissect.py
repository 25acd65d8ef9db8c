"""A program of its own that takes an HTML page apart: page on standard input, its parts as JSON on standard output.

Parsers of HTML take hours for pages made to hurt them (200,000 attributes on one tag: minutes; both
lexbor and libxml2), and are written in C. So they run apart, with a limit of processor time, and
whoever runs this ends it when it takes too long. It imports nothing of the project.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from typing import Any

from selectolax.lexbor import LexborHTMLParser

PROCESSOR_SECONDS = 5
NOISE = ["script", "style", "noscript", "template", "svg", "iframe", "nav", "header", "footer", "aside", "form", "button", "select"]  # fmt: skip
BLOCKS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "td",
        "th",
        "dd",
        "dt",
        "blockquote",
        "figcaption",
        "pre",
        "summary",
        "div",
        "section",
        "br",
        "tr",
        "ul",
        "ol",
        "table",
        "article",
        "main",
    ]
)
HEADINGS = {"h1": 1, "h2": 2, "h3": 3}
PLAYERS = ("youtube.com/embed", "youtube-nocookie.com", "player.vimeo.com", "player.bilibili.com", "dailymotion.com/embed", "wistia")  # fmt: skip
TYPE = re.compile(r"^(?:https?://schema\.org/)?([A-Z][A-Za-z0-9]{1,60})$")
MOST_HEADINGS, MOST_TYPES = 80, 20
MOST_SIGNS = 400_000
"""More text than any article has; a page beyond it is counted up to here."""
LONGEST = 300
AT_LEAST = 2
"""A list has two items and a table two rows; fewer is layout."""


def parts_of(html: str) -> dict[str, Any]:
    """The parts of a page: title, description, language, headings, text, and counts."""
    tree = LexborHTMLParser(html)
    types = schema_types(tree)
    parts: dict[str, Any] = {
        "title": line(text_at(tree, "title")),
        "description": line(attribute(tree, 'meta[name="description" i]', "content")),
        "language": attribute(tree, "html", "lang").split("-")[0].strip().lower()[:12],
        "schema_types": types,
        "has_video": "VideoObject" in types or shows_video(tree),
    }
    tree.strip_tags(NOISE)
    marked = tree.css("main,[role=main]") or tree.css("article")
    root = marked[0] if len(marked) == 1 else tree.body
    return parts | (counted(root) if root is not None else {})


def counted(root: Any) -> dict[str, Any]:
    """Text, headings and counts of the main part, in one walk: nothing here grows with the depth."""
    said: list[str] = []
    headings: list[list[Any]] = []
    tags: Counter[str] = Counter()
    rows: Counter[int] = Counter()
    items: Counter[int] = Counter()
    signs = 0
    for node in root.traverse(include_text=True):
        tag = str(node.tag)
        if tag == "-text":
            text = node.text_content or ""
            signs += len(text)
            if signs <= MOST_SIGNS:
                said.append(text)
            continue
        tags[tag] += 1
        if tag in BLOCKS:
            said.append("\n")
        if tag in ("li", "tr") and node.parent is not None:
            (items if tag == "li" else rows)[node.parent.mem_id] += 1
        if tag in HEADINGS and len(headings) < MOST_HEADINGS and (text := line(node.text())):
            headings.append([HEADINGS[tag], text])
    return {
        "text": "".join(said),
        "headings": headings,
        "images": tags["img"],
        "lists": sum(1 for n in items.values() if n >= AT_LEAST),
        "tables": sum(1 for n in rows.values() if n >= AT_LEAST),
        "links": tags["a"],
    }


def schema_types(tree: LexborHTMLParser) -> list[str]:
    """The schema.org types that the page is marked up with, as JSON-LD or microdata."""
    found: list[str] = []
    for node in tree.css('script[type="application/ld+json"]'):
        try:
            found += types_in(json.loads(node.text()))
        except (ValueError, RecursionError):
            continue
    found += [str(node.attributes.get("itemtype") or "") for node in tree.css("[itemtype]")]
    names = (TYPE.match(name.strip().split(" ")[0]) for name in found)
    return list(dict.fromkeys(match[1] for match in names if match))[:MOST_TYPES]


def types_in(data: Any) -> list[str]:
    """All @type values of a JSON-LD document."""
    if isinstance(data, list):
        return [name for value in data for name in types_in(value)]
    if not isinstance(data, dict):
        return []
    own = data.get("@type") or []
    own = own if isinstance(own, list) else [own]
    return [str(x) for x in own] + [name for value in data.values() for name in types_in(value)]


def shows_video(tree: LexborHTMLParser) -> bool:
    """Whether the page shows a video, its own or a known player's."""
    frames = [str(node.attributes.get("src") or "") for node in tree.css("iframe[src]")]
    return bool(tree.css("video")) or any(name in src for src in frames for name in PLAYERS)


def attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    return str(node.attributes.get(name) or "") if node is not None else ""


def text_at(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    return node.text() if node is not None else ""


def line(text: str) -> str:
    """One line without the sign that no database column takes."""
    return " ".join(text.replace("\x00", "").split())[:LONGEST]


def main() -> None:
    """Read a page in UTF-8, write its parts."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    except ImportError:
        pass  # Windows has no such limit; whoever runs this has one of its own.
    html = sys.stdin.buffer.read().decode("utf-8", errors="replace")
    sys.stdout.write(json.dumps(parts_of(html)))


if __name__ == "__main__":
    main()
