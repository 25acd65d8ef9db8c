"""Builds organic items and SERP features out of a provider's rows, cleaned on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from serp.providers import text
from serp.providers.base import Feature, Item, Link, ResultKind
from serp.providers.reading import mapping, rows

MOST_LINKS = 60
"""Lines kept of one feature: product carousels run into the hundreds."""

_TITLES = ("title", "name", "question", "query", "alt")
_LINKS = ("link", "url", "website")
_TEXTS = ("snippet", "answer", "description", "text", "address", "source")
_DEEPEST_BLOCK = 6


def first(row: Mapping[str, Any], names: Sequence[str]) -> Any:
    """The first value among these names that is not empty."""
    return next((row[name] for name in names if row.get(name)), None)


def items(found: Iterable[Mapping[str, Any]], *, link: str, snippet: str) -> tuple[Item, ...]:
    """Organic results in the order given. A row without a web address is no organic result."""
    kept = [(url, row) for row in found if (url := text.link(row.get(link)))]
    return tuple(
        Item(place, url, text.title(row.get("title")), text.snippet(row.get(snippet)))
        for place, (url, row) in enumerate(kept, start=1)
    )


def lines(found: object) -> tuple[Link, ...]:
    """The lines of a feature. Rows may be objects or plain strings (related searches)."""
    listed = found if isinstance(found, list) else []
    made = (_line(row) for row in listed[:MOST_LINKS])
    return tuple(line for line in made if line.title or line.url or line.text)


def _line(row: object) -> Link:
    if not isinstance(row, dict):
        return Link(text.title(row))
    source = mapping(row.get("source"))
    return Link(
        text.title(first(row, _TITLES)),
        text.link(first(row, _LINKS)) or text.link(source.get("link")),
        text.snippet(first(row, _TEXTS)),
    )


def listed(kind: ResultKind, found: object) -> list[Feature]:
    """A feature that is a list of lines; none when the page has none."""
    links = lines(found)
    return [Feature(kind, links=links)] if links else []


def panel(kind: ResultKind, block: object, names: Sequence[str] = ()) -> list[Feature]:
    """A feature that is one box with a title, a text and its sources; none when it is empty.

    `names` are the lists inside the box that hold further pages.
    """
    box = mapping(block)
    source = mapping(box.get("source")) or mapping(box.get("organic_result"))
    own = {"title": box.get("title"), "url": first(box, _LINKS)}
    named = [own, source, *(row for name in names for row in rows(box.get(name)))]
    links = tuple(line for line in lines(named) if line.url)
    title, said = text.title(box.get("title")), text.snippet(first(box, _TEXTS))
    return [Feature(kind, title, said, links)] if title or said or links else []


def overview(block: object) -> list[Feature]:
    """An AI overview with its text and the pages that it cites.

    Google loads some overviews after the page, and SerpApi and SearchApi then send only a token for
    a second, paid request. The overview stood on the page all the same: the feature is kept, with an
    empty text. A block that only says that no overview could be had is no feature.
    """
    box = mapping(block)
    said = text.clean(box.get("markdown"), text.OVERVIEW_LIMIT) or _joined(box.get("text_blocks"))
    cited = lines(box.get("references")) or lines(box.get("reference_links"))
    if not (said or cited or box.get("page_token")):
        return []
    return [Feature(ResultKind.AI_OVERVIEW, "", said, cited)]


def _joined(blocks: object) -> str:
    return text.clean(" ".join(_block_texts(blocks, _DEEPEST_BLOCK)), text.OVERVIEW_LIMIT)


def _block_texts(blocks: object, deeper: int) -> list[str]:
    """Texts of an overview's blocks in reading order; lists stand inside lists up to a limit."""
    said: list[str] = []
    for block in rows(blocks)[:MOST_LINKS] if deeper else []:
        said += [text.snippet(block.get(name)) for name in ("title", "snippet", "answer", "text")]
        for name in ("list", "items", "text_blocks"):
            said += _block_texts(block.get(name), deeper - 1)
    return [line for line in said if line]


def questions(found: object) -> list[Feature]:
    """People also ask: the question, its answer, the page that the answer is from."""
    return listed(
        ResultKind.PEOPLE_ALSO_ASK,
        [_question(row) for row in rows(found) if row.get("question")],
    )


def _question(row: Mapping[str, Any]) -> dict[str, Any]:
    # Google answers some questions with an AI overview of its own: blocks in place of a snippet.
    cited = rows(row.get("references"))[:1]
    return {
        "title": row.get("question"),
        "text": first(row, ("snippet", "answer", "answer_highlight"))
        or _joined(row.get("text_blocks")),
        "link": first(row, _LINKS) or (cited[0].get("link") if cited else None),
        "source": row.get("source"),
    }
