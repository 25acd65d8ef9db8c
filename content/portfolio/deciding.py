"""Reads from a sent page what a person decided about single phrases, so that nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import QueryDict

from content.portfolio.plan import Decisions, Portfolio


def decisions_of(data: QueryDict) -> Decisions:
    """What was decided: ticks on the page before last lines told in `decided` ("+phrase", "-phrase").
    `shown` lists the phrases that had a box, so that a box left empty is a decision too."""
    told = [line for line in data.get("decided", "").splitlines() if line]
    on = {line[1:] for line in told if line[0] == "+"}
    off = {line[1:] for line in told if line[0] == "-"}
    shown = {line for line in data.get("shown", "").splitlines() if line}
    ticked = folded(data.getlist("tick"))
    on, off = (on - shown) | (ticked & shown), (off - shown) | (shown - ticked)
    return Decisions(frozenset(on), frozenset(off), frozenset(folded(data.getlist("back"))))


def folded(texts: Iterable[str]) -> set[str]:
    """The texts as they are compared: in small letters."""
    return {text.casefold() for text in texts if text}


def shown_lines(portfolio: Portfolio | None) -> str:
    """The phrases that have a box on the page."""
    rows = portfolio.rows if portfolio else []
    return "\n".join(row.candidate.phrase.casefold() for row in rows)


def decided_lines(decisions: Decisions, portfolio: Portfolio | None) -> str:
    """What was decided about phrases that have no box on the page now."""
    shown = {row.candidate.phrase.casefold() for row in portfolio.rows} if portfolio else set()
    lines = [f"+{phrase}" for phrase in sorted(decisions.on - shown)]
    return "\n".join(lines + [f"-{phrase}" for phrase in sorted(decisions.off - shown)])
