"""The coverage of a brand's keywords as CSV."""

from __future__ import annotations

import csv
import io
from datetime import tzinfo

from content.portfolio.coverage import Side
from content.portfolio.fortress import Fortress, Line
from serp.sheets import cell

HEADERS = (
    "keyword", "kind", "engine", "country", "language", "device", "clusters", "searches a month",
    "read at", "positions read", *(f"{side} on page one" for side in Side), "strength %",
    "exposure %", "no page of ours", "searches x exposure", "searches known", "note",
)  # fmt: skip


def sheet(found: Fortress, zone: tzinfo) -> str:
    """One line a keyword, weakest first; times in the brand's time zone. The byte order mark lets
    spreadsheets read it as UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(map(cell, HEADERS))
    for line in found.lines:
        writer.writerow(map(cell, cells_of(line, zone)))
    return "\ufeff" + text.getvalue()


def cells_of(line: Line, zone: tzinfo) -> list[object]:
    one, hold, reading = line.keyword, line.hold, line.reading
    strength = None if hold.strength is None else round(100 * hold.strength, 1)
    return [
        one.phrase,
        one.get_kind_display(),
        one.get_engine_display(),
        one.country,
        one.language,
        one.device,
        "; ".join(str(cluster) for cluster in line.clusters),
        one.volume,
        reading.taken_at.astimezone(zone).isoformat(timespec="minutes") if reading else None,
        reading.depth if reading else None,
        *(hold.count(side) if hold.is_read else None for side in Side),
        strength,
        None if strength is None else round(100 - strength, 1),
        ("yes" if line.lacks_own else "no") if hold.is_read else None,
        round(line.weighed.urgency, 1) if hold.is_read else None,
        "no" if line.weighed.is_guessed else "yes",
        line.gap,
    ]
