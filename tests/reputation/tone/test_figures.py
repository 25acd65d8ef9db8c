"""The figures in docs/tone.md are those of today, give or take what a few rows make."""

from __future__ import annotations

import re

from tests.reputation.tone.figures import TARGET, between, own_table, with_table

NUMBER = re.compile(r"\d+")
APART = 4


def apart(written: str, measured: str) -> int:
    """How far the numbers of two tables lie apart at most; their words must be the same."""
    assert NUMBER.sub("0", written.strip()) == NUMBER.sub("0", measured.strip())
    pairs = zip(NUMBER.findall(written), NUMBER.findall(measured), strict=True)
    return max(abs(int(one) - int(other)) for one, other in pairs)


def test_documented_figures_are_those_of_today() -> None:
    page = TARGET.read_text(encoding="utf-8")
    start, stop = between(page, "own rows")

    assert apart(page[start:stop], own_table()) <= APART


def test_a_stale_figure_is_seen() -> None:
    assert apart("| German | 94 |", "| German | 88 |") > APART


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    page = "before <!-- x: begin -->\nold\n<!-- x: end --> after"

    assert (
        with_table(page, "x", "new") == "before <!-- x: begin -->\n\nnew\n\n<!-- x: end --> after"
    )
