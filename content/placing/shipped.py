"""The catalogue of places as it is shipped: what stands in placements.json, read once. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

PLACEMENTS_FILE = Path(__file__).parent.parent / "data" / "placements.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One shipped place, with the fields of a Placement. `hours` of usual work; `source` is empty
    where the address of the place's own rules is not known to us."""

    slug: str
    name: str
    kind: str
    piece_kinds: tuple[str, ...]
    domain: str = ""
    url: str = ""
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    needs: str = ""
    forbids: str = ""
    disclosure: str = ""
    hours: float = 4.0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Public:
    """On how many page ones each place stood in a public history: `pages` by slug, of `names` brand
    names of one country, on one `day`."""

    names: int
    day: date
    pages: dict[str, int]


@cache
def shipped_file() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(PLACEMENTS_FILE.read_text(encoding="utf-8"))
    return data


@cache
def public() -> Public:
    """What was counted for the shipped places before anything is measured here."""
    row = shipped_file()["public"]
    return Public(row["names"], date.fromisoformat(row["day"]), row["pages"])


@cache
def usual_share(slug: str, kind: str) -> float:
    """The share of page ones (0 to 1) that a place is expected on before anything is measured: its
    own in the public history, or that of its sister in another language or country; of any other the
    mean of its kind."""
    known = public()
    counted = known.pages.get(slug)
    if counted is None and family_of(slug):
        sisters = [n for other, n in known.pages.items() if family_of(other) == family_of(slug)]
        counted = max(sisters, default=None)
    if counted is not None:
        return counted / known.names
    alike = [known.pages.get(entry.slug, 0) for entry in entries() if entry.kind == kind]
    return sum(alike) / len(alike) / known.names if alike else 0.0


def family_of(slug: str) -> str:
    """What the editions of one place share: wikipedia of wikipedia-no; "" for a place without any."""
    family, _, market = slug.rpartition("-")
    return family if len(market) == len("no") else ""


@cache
def entries() -> tuple[Entry, ...]:
    """Every shipped place; what it does not say itself is what its kind says."""
    data, made = shipped_file(), []
    for own in data["places"]:
        row: dict[str, Any] = data["kinds"][own["kind"]] | own
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in row.items()
        }
        made.append(Entry(**fields))
    return tuple(made)
