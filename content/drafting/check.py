"""A draft against its brief: every rule's ruling, the findings in order, and a score that explains itself. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from content.drafting.document import read
from content.drafting.finding import Finding, Level, Ruling
from content.drafting.given import Given, Text
from content.drafting.rules import (
    avoided,
    copies,
    disclosure,
    evidence,
    images,
    kinds,
    language,
    leftovers,
    links,
    promises,
    questions,
    readability,
    snippet,
    structure,
    terms,
)

RULES: dict[str, tuple[str, Callable[[Text, Given], Ruling]]] = {
    "promises": ("Threats and promises", promises.check),
    "disclosure": ("Disclosure", disclosure.check),
    "avoided": ("The negative's words", avoided.check),
    "evidence": ("Evidence", evidence.check),
    "leftovers": ("Placeholders", leftovers.check),
    "language": ("Language", language.check),
    "copies": ("Copies", copies.check),
    "links": ("Links", links.check),
    "images": ("Images", images.check),
    "snippet": ("Title and description", snippet.check),
    "questions": ("Questions", questions.check),
    "terms": ("Terms", terms.check),
    "structure": ("Structure", structure.check),
    "kind": ("Type of piece", kinds.check),
    "readability": ("Readability", readability.check),
}
"""In the order in which an editor would ask: may it be said, is it true, then does it rank and read."""
ORDER = {rule: place for place, rule in enumerate(RULES)}
LEVELS = list(Level)
MOST_TO_RAISE = 3


@dataclass(frozen=True)
class Report:
    """All rulings on one draft."""

    rulings: tuple[Ruling, ...]
    words: int
    is_empty: bool

    @cached_property
    def findings(self) -> list[Finding]:
        """All findings: required ones first, then by rule, then from top to bottom."""
        found = [finding for ruling in self.rulings for finding in ruling.findings]
        return sorted(found, key=lambda f: (LEVELS.index(f.level), ORDER[f.rule], f.where.line))

    def of_level(self, level: Level) -> list[Finding]:
        return [finding for finding in self.findings if finding.level == level]

    @property
    def required(self) -> list[Finding]:
        return self.of_level(Level.REQUIRED)

    @property
    def base(self) -> int:
        """The points of the rules that could be measured: what the score is a share of."""
        return sum(ruling.points for ruling in self.rulings if ruling.is_measured)

    @property
    def score(self) -> int | None:
        """0 to 100: the share of points gained among the rules measured. None: nothing is written."""
        if self.is_empty or not self.base:
            return None
        share = sum(ruling.gained for ruling in self.rulings) / self.base
        # Not rounded up: 100 means that nothing is left to do.
        return int(100 * share + 1e-9)

    @property
    def unmeasured(self) -> list[Ruling]:
        return [ruling for ruling in self.rulings if not ruling.is_measured]

    @property
    def to_raise(self) -> list[tuple[Ruling, int]]:
        """What would raise the score most, with the points of 100 to be won."""
        if self.is_empty or not self.base:
            return []
        gains = [(ruling, round(100 * ruling.lost / self.base)) for ruling in self.rulings]
        won = sorted((pair for pair in gains if pair[1] > 0), key=lambda pair: -pair[1])
        return won[:MOST_TO_RAISE]


def check(source: str, given: Given, *, title: str = "", description: str = "") -> Report:
    """Check a draft in Markdown. An empty one has no findings but that it is empty."""
    text = Text(read(source, given.language), title, description, given.names)
    if not text.document.blocks:
        empty = Finding(
            "structure", Level.REQUIRED, "Nothing is written yet.", "Write or paste the draft."
        )
        ruling = Ruling("structure", structure.POINTS, 0.0, "Nothing is written yet.", (empty,))
        return Report((ruling,), 0, is_empty=True)
    rulings = tuple(judge(text, given) for _, judge in RULES.values())
    return Report(rulings, text.words, is_empty=False)


def name_of(rule: str) -> str:
    """What people call a rule."""
    return RULES[rule][0]
