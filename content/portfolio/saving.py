"""Puts the ticked rows of a portfolio under watch, with their clusters. Safe to repeat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from content.models import Cluster
from content.portfolio.plan import Place, Portfolio, Wish
from serp.models import Brand, Keyword
from serp.watching import watch_phrases

MOST_KEYWORDS = 5000
"""Keywords that one portfolio may become: phrases times places."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What was stored: keywords that are new, those that were watched before, and clusters filled."""

    added: int
    known: int
    clusters: int

    def __str__(self) -> str:
        text = f"{self.added} keyword{'s are' if self.added != 1 else ' is'} watched now"
        text += f", in {self.clusters} cluster{'s' if self.clusters != 1 else ''}."
        if self.known:
            were = "were" if self.known != 1 else "was"
            text += f" {self.known} {were} watched already and left as {'they were' if self.known != 1 else 'it was'}."
        return text


@transaction.atomic
def save(brand: Brand, portfolio: Portfolio, wish: Wish, now: datetime) -> Saved:
    """Make a keyword of each ticked row at each of its places, and put all of a bundle's keywords into
    the cluster of its name."""
    Brand.objects.select_for_update().get(pk=brand.pk)
    there = spellings(brand)
    alike: dict[tuple[Place, str], list[str]] = defaultdict(list)
    known = 0
    for row in portfolio.ticked:
        for place in wish.places_of(row.candidate):
            if (place, row.candidate.phrase.casefold()) in there:
                known += 1
            else:
                alike[place, row.candidate.kind].append(row.candidate.phrase)
    added = 0
    for (place, kind), phrases in alike.items():
        shared = {
            **place.fields,
            "kind": kind,
            "cadence": wish.cadence,
            "depth": wish.depth,
            "account": wish.account,
        }
        added += len(watch_phrases(brand, phrases, shared=shared, now=now).keywords)
    return Saved(added, known, fill_clusters(brand, portfolio, wish))


def spellings(brand: Brand) -> dict[tuple[Place, str], list[int]]:
    """The brand's keywords by place and phrase in small letters: engines do not tell case apart."""
    found: dict[tuple[Place, str], list[int]] = defaultdict(list)
    rows = brand.keywords.filter(location="").values_list(
        "engine", "country", "language", "device", "phrase", "pk"
    )
    for engine, country, language, device, phrase, pk in rows:
        found[Place(engine, country, language, device), phrase.casefold()].append(pk)
    return found


def fill_clusters(brand: Brand, portfolio: Portfolio, wish: Wish) -> int:
    """Put the keywords of the ticked rows into clusters; one that is in a cluster stays there."""
    there = spellings(brand)
    links = Cluster.keywords.through
    taken = set(links.objects.filter(cluster__brand=brand).values_list("keyword_id", flat=True))
    filled = 0
    for bundle in portfolio.bundles:
        wanted = [
            pk
            for row in bundle.rows
            if row.is_on
            for place in wish.places_of(row.candidate)
            for pk in there.get((place, row.candidate.phrase.casefold()), ())
            if pk not in taken
        ]
        if wanted:
            put_into(brand, bundle.name, wanted)
            filled += 1
    return filled


def put_into(brand: Brand, name: str, keywords: Sequence[int]) -> Cluster:
    """Put keywords into the brand's cluster of this name, made where it is missing."""
    cluster, _ = Cluster.objects.get_or_create(brand=brand, name=name)
    links = Cluster.keywords.through
    links.objects.bulk_create(
        [links(cluster_id=cluster.pk, keyword_id=pk) for pk in dict.fromkeys(keywords)],
        ignore_conflicts=True,
    )
    return cluster


def unclustered(brand: Brand) -> list[Keyword]:
    """The keywords in view that are in no cluster, oldest first."""
    return list(brand.keywords.in_view().filter(clusters__isnull=True).order_by("pk"))
