"""What a stored result page shows beside its results: questions, related searches, videos. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from serp.providers.base import ResultKind

Features = Sequence[Mapping[str, Any]]
LONGEST = 300


def lines(features: Features, kind: ResultKind) -> Iterator[str]:
    """The titles of a feature's lines, each once, in the engine's order."""
    seen = set()
    for feature in features:
        if feature.get("kind") != kind:
            continue
        for link in feature.get("links") or ():
            text = " ".join(str(link.get("title") or "").split())[:LONGEST]
            if text and text.casefold() not in seen:
                seen.add(text.casefold())
                yield text


def questions(features: Features) -> list[str]:
    """People also ask."""
    return list(lines(features, ResultKind.PEOPLE_ALSO_ASK))


def related(features: Features) -> list[str]:
    """Related searches."""
    return list(lines(features, ResultKind.RELATED_SEARCHES))


def has_videos(features: Features) -> bool:
    """Whether the engine shows a box of videos."""
    return any(feature.get("kind") == ResultKind.VIDEOS for feature in features)
