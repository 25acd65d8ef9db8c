"""What a rule says about a draft: its findings, and its share of the score. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """What a finding asks for: "required" ones keep a piece from being approved."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the draft: a line counted from 1 (0: none), and the words that stand there. `part`
    is "text", "title" or "description"."""

    line: int = 0
    quote: str = ""
    part: str = "text"

    @property
    def words(self) -> str:
        """The place for people: "line 12"."""
        if self.part != "text":
            return self.part
        return f"line {self.line}" if self.line else ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `wrong` says what is so, `todo` what to do; a good one has nothing to do."""

    rule: str
    level: Level
    wrong: str
    todo: str = ""
    where: Where = Where()
    claim: str = ""
    """The sentence to which evidence can be attached, where that would answer the finding."""

    def __str__(self) -> str:
        """The finding in one line: "Line 12: a figure without evidence. Attach its source." """
        place = (
            f"{self.where.words[:1].upper()}{self.where.words[1:]}: " if self.where.words else ""
        )
        return f"{place}{self.wrong} {self.todo}".strip()

    @property
    def is_required(self) -> bool:
        return self.level == Level.REQUIRED


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one rule found. `share` is how much of its `points` the draft has, 0 to 1; None: not
    measured, `words` says why, and the score is counted without it."""

    rule: str
    points: int
    share: float | None
    words: str
    findings: tuple[Finding, ...] = ()

    @property
    def is_measured(self) -> bool:
        return self.share is not None

    @property
    def gained(self) -> float:
        return self.points * (self.share or 0.0)

    @property
    def lost(self) -> float:
        return self.points - self.gained if self.is_measured else 0.0


def unmeasured(rule: str, points: int, why: str) -> Ruling:
    """A rule that could not be applied here."""
    return Ruling(rule, points, None, why)
