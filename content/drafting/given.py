"""What a draft is checked against: its brief, keyword, negative, evidence and the brand's other texts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from content.drafting.document import Document
from content.drafting.vocabulary import Vocabulary, content_words


@dataclass(frozen=True, slots=True)
class Negative:
    """The page whose place the piece is to take: address, host and the title that engines show."""

    url: str
    host: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """Another text of the brand: what to call it, and the sketch of its words (see `copies`)."""

    name: str
    sketch: frozenset[int]


@dataclass(frozen=True, slots=True)
class Backing:
    """What backs a claim: a source (an address or a document) and a note."""

    claim: str
    source: str
    note: str = ""

    @property
    def is_given(self) -> bool:
        return bool(self.source.strip() or self.note.strip())


@dataclass(frozen=True)
class Given:
    """What is known about the piece. All of it may be empty: rules then say that they cannot tell."""

    kind: str
    language: str = "en"
    phrase: str = ""
    names: tuple[str, ...] = ()
    own_hosts: tuple[str, ...] = ()
    negative: Negative | None = None
    questions: Sequence[str] = ()
    terms: Sequence[Mapping[str, Any]] = ()
    avoid: Sequence[str] = ()
    links: Sequence[Mapping[str, str]] = ()
    claims: Sequence[Mapping[str, str]] = ()
    disclosures: Sequence[str] = ()
    length: tuple[int, int] | None = None
    """Words (Chinese: characters) of the ranking pages, low and high."""
    evidence: Sequence[Backing] = ()
    others: Sequence[Other] = ()
    own_titles: Sequence[str] = ()
    ranking_headings: Sequence[str] = ()
    outline_by_model: str = ""
    """The model whose outline nobody has confirmed yet; empty: none."""


@dataclass(frozen=True)
class Text:
    """A draft under check: what was read of it, with its title and description."""

    document: Document
    title: str = ""
    description: str = ""
    names: tuple[str, ...] = field(default=())

    @property
    def language(self) -> str:
        return self.document.language

    @property
    def source(self) -> str:
        return self.document.source

    @property
    def words(self) -> int:
        return self.document.words

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Every word of the text with its places, so that each rule need not read it again."""
        return Vocabulary(self.document.text, self.language)

    @cached_property
    def lines(self) -> list[str]:
        return self.document.source.split("\n")

    @cached_property
    def heading_words(self) -> list[frozenset[str]]:
        """The content words of each heading, in order."""
        return [content_words(block.text, self.language) for block in self.document.headings]

    @cached_property
    def sentence_words(self) -> list[frozenset[str]]:
        """The content words of each sentence, in order."""
        return [content_words(s.text, self.language) for s in self.document.sentences]
