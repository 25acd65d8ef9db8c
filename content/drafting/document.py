"""A draft in Markdown as the rules see it: blocks with their lines, links and images. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from markdown_it import MarkdownIt
from markdown_it.token import Token

from content.drafting.sentences import count_words, sentences_of


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its words and Markdown's optional title; `line` counts from 1."""

    url: str
    text: str
    title: str
    line: int


@dataclass(frozen=True, slots=True)
class Image:
    """An image with its alternative text."""

    url: str
    alt: str
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (`level` 1 to 6), or a paragraph, list item, quote or table cell (`level` 0).

    `text` is without Markdown's signs; `line` is the first of its lines, counted from 1.
    """

    text: str
    line: int
    level: int = 0
    is_quote: bool = False
    is_list: bool = False
    links: tuple[Link, ...] = ()
    images: tuple[Image, ...] = ()

    @property
    def is_heading(self) -> bool:
        return self.level > 0


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the text, with the block that it stands in."""

    text: str
    block: Block

    @property
    def line(self) -> int:
        return self.block.line


@dataclass(frozen=True)
class Document:
    """A draft, read. `source` is the Markdown with plain line ends; `language` is ISO 639-1."""

    source: str
    language: str
    blocks: tuple[Block, ...]
    refused: tuple[Link, ...] = field(default=())
    """Links whose address is neither http nor https nor a place on this page: they are not rendered."""

    @property
    def headings(self) -> list[Block]:
        return [block for block in self.blocks if block.is_heading]

    @property
    def prose(self) -> list[Block]:
        return [block for block in self.blocks if not block.is_heading]

    @property
    def links(self) -> list[Link]:
        return [link for block in self.blocks for link in block.links]

    @property
    def images(self) -> list[Image]:
        return [image for block in self.blocks for image in block.images]

    @cached_property
    def text(self) -> str:
        """All words without signs, a line a block."""
        return "\n".join(block.text for block in self.blocks)

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences of all blocks but headings."""
        return [
            Sentence(text, block)
            for block in self.prose
            for text in sentences_of(block.text, self.language)
        ]

    @cached_property
    def words(self) -> int:
        """How long it is: words, and in Chinese characters."""
        return count_words(self.text, self.language)

    def under(self, heading: Block) -> list[Block]:
        """What stands under a heading, up to the next one of any level."""
        start = next(i for i, block in enumerate(self.blocks) if block is heading)
        found = []
        for block in self.blocks[start + 1 :]:
            if block.is_heading:
                break
            found.append(block)
        return found


@cache
def parser() -> MarkdownIt:
    """Markdown without raw HTML. All links are let through here, so that bad ones can be named."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    return markdown


def is_web(url: str) -> bool:
    """Whether a link may stand: http, https, or a place on the same page."""
    return url.lower().startswith(("http://", "https://")) or url.startswith("#")


def read(source: str, language: str) -> Document:
    """Read Markdown. Nothing is refused: any text is Markdown."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    blocks = tuple(blocks_of(parser().parse(source)))
    refused = tuple(
        link for block in blocks for link in block.links if link.url and not is_web(link.url)
    )
    return Document(source, language, blocks, refused)


def blocks_of(tokens: Sequence[Token]) -> Iterator[Block]:
    """A block for each inline token, with what it stands in. Code is no text and is left out."""
    quotes = lists = level = 0
    line = 0
    for token in tokens:
        if token.type.startswith("blockquote"):
            quotes += token.nesting
        elif token.type.startswith("list_item"):
            lists += token.nesting
        elif token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = 0
        if token.map:
            line = token.map[0] + 1
        if token.type == "inline":
            yield inline_block(token, line, level=level, is_quote=quotes > 0, is_list=lists > 0)


def inline_block(token: Token, line: int, *, level: int, is_quote: bool, is_list: bool) -> Block:
    """The block of one inline token."""
    words: list[str] = []
    links: list[Link] = []
    images: list[Image] = []
    opened: tuple[str, str, int] | None = None
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            words.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            words.append("\n")
        elif child.type == "image":
            images.append(Image(str(child.attrGet("src") or ""), child.content.strip(), line))
        elif child.type == "link_open":
            opened = (
                str(child.attrGet("href") or ""),
                str(child.attrGet("title") or ""),
                len(words),
            )
        elif child.type == "link_close" and opened:
            url, title, start = opened
            links.append(Link(url, "".join(words[start:]).strip(), title, line))
            opened = None
    return Block("".join(words), line, level, is_quote, is_list, tuple(links), tuple(images))
