"""Our own texts that briefs begin with: those shipped in kinds.json, replaced where an installation or brand wrote its own."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Q

from content.chances.efforts import shipped as efforts
from content.models import BriefTemplate
from serp.models import Brand

TEXTS_FILE = Path(__file__).parent.parent / "data" / "kinds.json"
FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """What a brief of one type and language begins with. `title` and `description` hold {subject};
    `hours` is the usual work."""

    title: str
    description: str
    intent: str
    angle: str
    outline: list[str]
    proof: list[str]
    disclosures: list[str]
    schema: list[str]
    hours: float


@cache
def texts() -> dict[str, Any]:
    """The shipped texts by kind and by category of the negative."""
    data: dict[str, Any] = json.loads(TEXTS_FILE.read_text(encoding="utf-8"))
    return data


def shipped(kind: str, language: str) -> OwnTexts:
    """The shipped texts of a type; titles and descriptions in English where the language has none."""
    own = texts()["kinds"][kind]
    return OwnTexts(
        title=own["titles"].get(language, own["titles"][FALLBACK]),
        description=own["descriptions"].get(language, own["descriptions"][FALLBACK]),
        intent=own["intent"],
        angle=own["angle"],
        outline=list(own["outline"]),
        proof=list(own["proof"]),
        disclosures=list(own["disclosures"]),
        schema=list(own["schema"]),
        hours=efforts()["new"][kind].hours,
    )


def own_texts(brand: Brand, kind: str, language: str) -> OwnTexts:
    """The texts for a brand: the shipped ones under the templates that fit, of which the brand's own
    stand over those for all brands, and those of the language over those for any."""
    rows = BriefTemplate.objects.filter(
        Q(brand=brand) | Q(brand=None), kind=kind, language__in=("", language)
    )
    found = shipped(kind, language)
    for row in sorted(rows, key=lambda row: (row.brand_id is not None, row.language != "")):
        found = under(found, row)
    return found


def under(found: OwnTexts, row: BriefTemplate) -> OwnTexts:
    """The texts with everything that a template fills in its stead."""
    return replace(
        found,
        title=row.title or found.title,
        intent=row.intent or found.intent,
        angle=row.angle or found.angle,
        outline=[line for line in row.outline.splitlines() if line.strip()] or found.outline,
        proof=list(row.proof) or found.proof,
        disclosures=list(row.disclosures) or found.disclosures,
        hours=found.hours if row.hours is None else row.hours,
    )


def for_category(name: str, category: str) -> Any:
    """The shipped text of a category of negatives ("angles", "answers" or "claims"); empty where
    there is none."""
    found = texts()[name].get(category)
    if found is not None:
        return found
    return "" if name == "angles" else texts()[name].get("", [])
