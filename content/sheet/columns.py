"""The calendar as a table of text: its columns, and a file of them read back line by line. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from content.models import Piece
from serp.sheets import FORMULA_STARTS, cell

COLUMNS = (
    "id", "title", "type", "step", "keyword", "market", "owner", "draft due", "publish on",
    "time", "hours", "place", "address",
)  # fmt: skip
READ_ONLY = ("step", "market", "place", "address")
"""Written for the reader; a file that comes back changes none of them."""
MOST_BYTES = 1_000_000
MOST_LINES = 1000


class BadSheet(Exception):
    """A file that is no such table. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file; `number` counts as an editor does, the header is line 1."""

    number: int
    cells: Mapping[str, str]


def row_of(piece: Piece) -> list[str]:
    """A piece as cells, safe for spreadsheets. Days are 2026-11-23, times 09:30 in the brand's zone."""
    owner = piece.owner
    values = (
        piece.pk,
        piece.title,
        piece.get_kind_display(),
        piece.get_status_display(),
        piece.keyword.phrase if piece.keyword else "",
        piece.keyword.market if piece.keyword else "",
        owner.get_username() if owner else "",
        piece.due_on or "",
        piece.publish_on or "",
        f"{piece.publish_time:%H:%M}" if piece.publish_time else "",
        piece.hours if piece.hours is not None else "",
        piece.placement.name if piece.placement else "",
        piece.url,
    )
    return [cell(value) for value in values]


def decoded(content: bytes) -> str:
    """The text of an uploaded file. Raises BadSheet."""
    if len(content) > MOST_BYTES:
        raise BadSheet("The file is larger than 1 MB. Split it and bring the parts in one by one.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadSheet(
            "The file is not UTF-8 text. Save it as “CSV UTF-8” and choose it again."
        ) from error


def lines_of(text: str) -> list[Line]:
    """The lines of a table that is separated by commas, semicolons or tabs. Raises BadSheet."""
    text = text.removeprefix("\ufeff")
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    if "\x00" in text:
        raise BadSheet("The file is no text. Save it as “CSV UTF-8” and choose it again.")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise BadSheet(
            f"The file cannot be read as a table: {error}. Look for a quotation mark that is "
            "opened and not closed."
        ) from error
    if not rows:
        raise BadSheet("The file is empty.")
    header = [name.strip().casefold() for name in rows[0]]
    check_header(header)
    found = list(filled(rows, header))
    if len(found) > MOST_LINES:
        raise BadSheet(f"These are {len(found)} lines; {MOST_LINES} can be brought in at once.")
    if not found:
        raise BadSheet("The file has a header and no line below it.")
    return found


def check_header(header: list[str]) -> None:
    """Raise BadSheet for a header that says too little or what nobody knows."""
    if "title" not in header:
        raise BadSheet(
            "The first line must name the columns, with “title” among them. The others are: "
            f"{', '.join(name for name in COLUMNS if name != 'title')}."
        )
    unknown = [name for name in header if name and name not in COLUMNS]
    if unknown:
        raise BadSheet(
            f"There is no column “{unknown[0][:60]}”. The columns are: {', '.join(COLUMNS)}."
        )
    twice = next((name for name in header if name and header.count(name) > 1), None)
    if twice:
        raise BadSheet(f"The column “{twice}” stands there twice. Take one of them out.")


def filled(rows: list[list[str]], header: list[str]) -> Iterator[Line]:
    """The lines below the header that hold anything."""
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: plain(value) for name, value in zip(header, row, strict=False) if name}
        if any(cells.values()):
            yield Line(number, cells)


def plain(value: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from calculating it."""
    text = value.strip()
    return (
        text[1:] if text[:1] == "'" and text[1:].lstrip(" \n").startswith(FORMULA_STARTS) else text
    )
