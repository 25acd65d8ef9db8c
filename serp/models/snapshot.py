"""Stored result pages: URLs once, titles and snippets once, and a Snapshot a reading, in order."""

from __future__ import annotations

import hashlib
from typing import Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models

from serp.models.brand import Brand
from serp.models.check import Check
from serp.models.keyword import Keyword


def digest(*parts: str) -> str:
    """A short key of a text, for unique columns that no index could hold in full."""
    return hashlib.blake2b("\x00".join(parts).encode(), digest_size=16).hexdigest()


class Page(models.Model):
    """One canonical URL, the same for every brand and keyword."""

    key = models.CharField(max_length=32, unique=True, help_text="Digest of the canonical URL.")
    url = models.TextField(help_text="Canonical: see serp.addresses.")
    seen_url = models.TextField(help_text="As the engine first sent it: the one to open.")
    host = models.CharField(max_length=255)
    domain = models.CharField(max_length=255, db_index=True)

    def __str__(self) -> str:
        return self.url


class Listing(models.Model):
    """A title and snippet that a page was shown with, stored once however often it ranks."""

    key = models.CharField(max_length=32, unique=True)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="listings")
    title = models.TextField(blank=True)
    snippet = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.title or self.page.url


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(keyword__brand__in=Brand.objects.visible_to(user))


class Snapshot(models.Model):
    """One reading of one keyword. Never changed after it is written.

    `results` holds listing ids in the engine's order, so that position = index + 1; null stands for
    a position that the source did not report. `features` holds the SERP features as dictionaries
    with `kind`, `title`, `text` and `links` (each `title`, `url`, `text`).
    """

    class Source(models.TextChoices):
        CHECK = "check", "checked by Pushdown"
        ANSWER = "answer", "imported provider answer"
        HISTORY = "history", "imported rank history"

    keyword = models.ForeignKey(Keyword, on_delete=models.CASCADE, related_name="snapshots")
    check_row = models.OneToOneField(
        Check, on_delete=models.SET_NULL, null=True, blank=True, related_name="snapshot"
    )
    taken_at = models.DateTimeField()
    depth = models.PositiveSmallIntegerField(help_text="Positions really read.")
    asked = models.PositiveSmallIntegerField(help_text="Positions asked for.")
    is_partial = models.BooleanField(default=False)
    provider = models.CharField(max_length=30)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.CHECK)
    results = models.JSONField(default=list)
    features = models.JSONField(default=list)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["keyword", "taken_at"], name="one_snapshot_a_keyword_and_moment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.keyword} {self.taken_at:%Y-%m-%d %H:%M}"


class Sighting(models.Model):
    """That a page was seen for a keyword, and when first: answers "where does this page appear"."""

    keyword = models.ForeignKey(Keyword, on_delete=models.CASCADE, related_name="sightings")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="sightings")
    first_seen_at = models.DateTimeField()
    first_position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["keyword", "page"], name="a_page_is_new_once_a_keyword")
        ]

    def __str__(self) -> str:
        return f"{self.page} for {self.keyword}"


class TrackedPage(models.Model):
    """A page that the brand has published and follows on all its keywords."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="tracked_pages")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="tracked")
    title = models.CharField(max_length=300)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "page"], name="a_page_is_tracked_once_a_brand")
        ]

    def __str__(self) -> str:
        return self.title
