"""Claims in a text that want proof: superlatives, promises and figures, each with what would prove it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from content.brief.words import own_list, said
from content.wording import HAN

FIGURE = re.compile(
    r"(?<![\w.])(?:[€$£¥]\s?)?\d[\d.,\u00a0\u202f]*(?:\s?(?:%|‰|percent|prosent|procent\w*))?"
)
YEAR = re.compile(r"^(?:19|20)\d\d$")
SENTENCE = re.compile(r"(?<=[.!?。！？])\s*|\n+")
LONGEST = 200
SUPERLATIVE = "“{word}” puts it above all others, or promises without limit: say by which measure, who measured it and when, or leave it out."
NUMBER = "“{figure}” wants its source and date."


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that claims something, and why it wants proof."""

    text: str
    why: str

    def as_row(self) -> dict[str, str]:
        """The form that a brief stores."""
        return {"text": self.text, "why": self.why}


def claims_in(text: str, language: str) -> list[Claim]:
    """The claims of a text, sentence by sentence, each sentence once. `language` is ISO 639-1.

    Years alone are dates, no figures; a figure of one digit is seldom a claim ("3 steps").
    """
    found = []
    for sentence in SENTENCE.split(text):
        line = " ".join(sentence.split())[:LONGEST]
        if line and (why := reason(line, language)):
            found.append(Claim(line, why))
    return list({claim.text: claim for claim in found}.values())


def reason(sentence: str, language: str) -> str:
    """Why a sentence wants proof; empty when it claims nothing."""
    words = said(sentence, own_list("superlatives", language))
    if words:
        # Chinese entries may lie within each other: the longest says most.
        return SUPERLATIVE.format(word=max(words, key=len) if HAN.search(words[0]) else words[0])
    figure = next((f for f in figures_in(sentence) if is_claim(f)), "")
    return NUMBER.format(figure=figure) if figure else ""


def figures_in(text: str) -> list[str]:
    """The figures of a text as they are written, without the stop behind them."""
    return [match.group().strip().rstrip(".,") for match in FIGURE.finditer(text)]


def is_claim(figure: str) -> bool:
    """Whether a figure says how much, not when or which step."""
    digits = re.sub(r"\D", "", figure)
    return not YEAR.match(figure) and (len(digits) > 1 or not figure.isdigit())


def joined(*groups: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Rows of several sources, each claim once, in order."""
    rows = [dict(row) for group in groups for row in group]
    return list({row["text"].casefold(): row for row in reversed(rows)}.values())[::-1]
