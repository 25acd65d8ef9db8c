"""The campaign's table: promise, control's result and our result, side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from tests.faults.ground import Result

WIDTHS = (34, 34, 50)


def table(results: Mapping[str, Result]) -> str:
    """The results by the names of their scenarios, as text for a terminal."""
    rule = "-+-".join("-" * width for width in (*WIDTHS, 6))
    lines = [row(("promise", "control", "ours"), ""), rule]
    for name, result in results.items():
        mark = "kept" if result.kept else "BROKEN"
        lines += [row((f"{name}: {result.promise}", result.control, result.ours), mark), rule]
    return "\n".join(lines)


def row(texts: tuple[str, str, str], mark: str) -> str:
    """Some lines of three wrapped cells, with the mark at the end of the first."""
    cells = [textwrap.wrap(text, width) or [""] for text, width in zip(texts, WIDTHS, strict=True)]
    lines = []
    for line in range(max(map(len, cells))):
        parts = [
            (cell[line] if line < len(cell) else "").ljust(width)
            for cell, width in zip(cells, WIDTHS, strict=True)
        ]
        lines.append(f"{' | '.join(parts)} | {mark if line == 0 else ''}".rstrip())
    return "\n".join(lines)
