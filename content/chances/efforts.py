"""What a piece takes: hours of work and days until it can be out, as shipped or as templates say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db.models import Q

from content.ladder import Side
from content.models import BriefTemplate
from serp.models import Brand

EFFORTS_FILE = Path(__file__).parent.parent / "data" / "efforts.json"
A_DAY = 8.0
"""Hours of work that pages call a day."""


@dataclass(frozen=True, slots=True)
class Effort:
    """Hours of work, and days from today until it can be out."""

    hours: float
    days: int


@cache
def shipped() -> dict[str, dict[str, Effort]]:
    """Our estimates: `new` by type, `lift` by side."""
    rows = json.loads(EFFORTS_FILE.read_text(encoding="utf-8"))
    return {
        group: {name: Effort(row["hours"], row["days"]) for name, row in rows[group].items()}
        for group in ("new", "lift")
    }


def efforts_of(brand: Brand, language: str = "") -> Mapping[str, Effort]:
    """What new pieces take by type: as shipped, changed by the templates for all brands, then by
    the brand's own; of two the one for the language counts."""
    found = dict(shipped()["new"])
    rows = BriefTemplate.objects.filter(
        Q(brand=None) | Q(brand=brand), Q(language="") | Q(language=language), hours__isnull=False
    )
    for row in sorted(rows, key=lambda row: (row.brand_id is not None, row.language != "")):
        usual = found.get(row.kind, Effort(0, 14))
        found[row.kind] = Effort(row.hours or 0.0, usual.days)
    return found


def lift_effort(side: Side) -> Effort:
    """What it takes to lift a page that exists."""
    return shipped()["lift"][side.name.lower()]


def spoken_hours(hours: float) -> str:
    """Work for a table: “0.5 d”, “3 d”, below half a day in hours."""
    if hours < A_DAY / 2:
        return f"{hours:g}\u00a0h"
    return f"{round(hours / A_DAY * 2) / 2:g}\u00a0d"
