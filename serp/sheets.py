"""Cells of exported tables: what engines and people wrote must never run as a formula."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> str:
    """A value as the text of a CSV or spreadsheet cell; None is empty.

    A text that a spreadsheet could take for a formula is preceded by an apostrophe. Real numbers
    stay numbers, also below zero.
    """
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" \n").startswith(FORMULA_STARTS) else text
