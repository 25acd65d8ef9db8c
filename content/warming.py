"""Loads what briefs and draft checks need, ahead of the first one: word cutters, word lists, patterns."""

from __future__ import annotations

from collections.abc import Iterable

from content.drafting.check import check
from content.drafting.given import Given
from content.drafting.rendering import preview
from content.drafting.wordlists import plain
from content.forecasting.public import public
from content.terms import counted

SAMPLE = (
    "# Halden 2\n\nHalden 20 % — https://halden.example/2 磨豆机 咖啡。\n\n## Halden?\n\nHalden 3."
)


def load(languages: Iterable[str]) -> None:
    """Check a sample in each of these ISO 639-1 languages, and open the shipped forecast."""
    public()
    preview(SAMPLE)
    for code in languages:
        counted(SAMPLE, code)
        language = plain(code)
        given = Given(
            kind="faq",
            language=language,
            phrase="Halden",
            names=("Halden",),
            own_hosts=("halden.example",),
            terms=[{"term": "halden", "results": 5, "of": 9, "low": 1, "high": 9}],
            questions=["Halden?"],
            avoid=["halden 3"],
        )
        check(SAMPLE, given, title="Halden", description="Halden.")
