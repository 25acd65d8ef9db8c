"""What managers do with clusters: name, merge, move keywords, delete, and group what is in none."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction

from content.models import Cluster
from content.portfolio.building import LONGEST_NAME, watched_by
from content.portfolio.saving import put_into
from serp.models import Brand, Keyword
from serp.portfolio.clustering import Item, Vocabulary, grouped
from serp.portfolio.language_words import base_of


class BadCluster(Exception):
    """What was asked cannot be done; the message says why and what to do."""


def clean_name(text: str) -> str:
    """A cluster's name on one line. Raises BadCluster when it is empty or too long."""
    name = " ".join(text.split())
    if not name:
        raise BadCluster("Write a name for the cluster.")
    if len(name) > LONGEST_NAME:
        raise BadCluster(f"The name has {len(name)} characters; {LONGEST_NAME} are taken at most.")
    return name


@transaction.atomic
def rename(cluster: Cluster, text: str) -> None:
    """Give a cluster another name. Raises BadCluster when another one of the brand has it."""
    name = clean_name(text)
    Brand.objects.select_for_update().get(pk=cluster.brand_id)
    twin = Cluster.objects.filter(brand=cluster.brand_id, name=name).exclude(pk=cluster.pk)
    if twin.exists():
        raise BadCluster(
            f"There is a cluster “{name}” already. Merge the two, or take another name."
        )
    cluster.name = name
    cluster.save(update_fields=["name"])


@transaction.atomic
def merge(cluster: Cluster, into: Cluster) -> int:
    """Move all keywords of one cluster into another and delete the empty one; returns how many moved.
    Raises BadCluster when both are the same."""
    if cluster.pk == into.pk:
        raise BadCluster("A cluster cannot be merged into itself. Choose another one.")
    moved = list(cluster.keywords.values_list("pk", flat=True))
    put_into(into.brand, into.name, moved)
    cluster.delete()
    return len(moved)


@transaction.atomic
def move(brand: Brand, keywords: Collection[int], into: Cluster | None) -> int:
    """Put these keywords of the brand into one cluster and out of all others, or into none. Returns how
    many there were. Raises BadCluster when none is named."""
    rows = list(Keyword.objects.filter(brand=brand, pk__in=keywords).values_list("pk", flat=True))
    if not rows:
        raise BadCluster("Nothing was moved: tick at least one keyword.")
    links = Cluster.keywords.through
    links.objects.filter(cluster__brand=brand, keyword__in=rows).delete()
    if into is not None:
        put_into(brand, into.name, rows)
    return len(rows)


@transaction.atomic
def group(brand: Brand) -> int:
    """Put every keyword in view that is in no cluster into one: by shared words, and by shared results
    where result pages are stored. Returns how many were placed. Safe to repeat."""
    Brand.objects.select_for_update().get(pk=brand.pk)
    now = watched_by(brand)
    rows = [row for row in now.keywords if not row.is_paused or row.latest_id]
    items = [
        Item(
            phrase=row.phrase,
            language=base_of(row.language),
            pages=now.pages.get(row.pk, frozenset()),
        )
        for row in rows
    ]
    row_of = {id(item): row for item, row in zip(items, rows, strict=True)}
    placed = 0
    for found in grouped(items, vocabulary_of(brand, rows)):
        members = [row_of[id(item)] for item in found.items]
        name = next((now.clusters[row.pk] for row in members if row.pk in now.clusters), found.name)
        fresh = [row.pk for row in members if row.pk not in now.clusters]
        if fresh:
            put_into(brand, name[:LONGEST_NAME], fresh)
            placed += len(fresh)
    return placed


def vocabulary_of(brand: Brand, rows: Sequence[Keyword]) -> Vocabulary:
    """The brand's names, and its products and people as far as they are watched."""
    subjects = [
        row.phrase for row in rows if row.kind in (Keyword.Kind.PRODUCT, Keyword.Kind.PERSON)
    ]
    names = [name.casefold() for name in brand.names]
    alone = [text for text in subjects if not any(name in text.casefold() for name in names)]
    return Vocabulary(brand.names, tuple(dict.fromkeys(alone)))
