"""Narrows the list of opportunities by keyword, category, and whether there is something to do. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from content.chances.weighing import Pair, Weight, pair_of
from content.opportunities import Opportunity
from reputation.tone.verdict import Category

ACTS = {"": "All", "act": "To do", "leave": "Leave alone"}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed by; an empty or unknown value narrows nothing."""

    keyword: int | None = None
    category: str = ""
    act: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filter:
        """Read it from an address; what makes no sense is left out."""
        keyword, category = query.get("keyword", ""), query.get("category", "")
        act = query.get("do", "")
        return cls(
            int(keyword) if keyword.isdecimal() and len(keyword) < 12 else None,
            category if category in Category.values else "",
            act if act in ACTS else "",
        )

    def __bool__(self) -> bool:
        return bool(self.keyword or self.category or self.act)

    def choices(self, opportunities: Sequence[Opportunity]) -> Choices:
        """What can be chosen among these."""
        return Choices(
            sorted(
                {(one.keyword.pk, one.keyword.phrase, one.keyword.market) for one in opportunities},
                key=lambda row: (row[1], row[2]),
            ),
            sorted(
                {
                    (one.rung.judged.category, str(one.rung.judged.get_category_display()))
                    for one in opportunities
                    if one.rung.judged.category
                },
                key=lambda row: row[1],
            ),
            list(ACTS.items()),
        )


@dataclass(frozen=True, slots=True)
class Choices:
    """Keywords (id, phrase, market), categories and acts to choose from."""

    keywords: list[tuple[int, str, str]]
    categories: list[tuple[str, str]]
    acts: list[tuple[str, str]]


def filtered(
    opportunities: Sequence[Opportunity], weights: Mapping[Pair, Weight], wanted: Filter
) -> list[Opportunity]:
    """Those that fit, in their order."""
    return [
        one
        for one in opportunities
        if (wanted.keyword is None or one.keyword.pk == wanted.keyword)
        and (not wanted.category or one.rung.judged.category == wanted.category)
        and (
            not wanted.act or (weights[pair_of(one)].advice is not None) == (wanted.act == "leave")
        )
    ]
