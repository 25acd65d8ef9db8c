"""What a page says about a brand, and whose page it is: one mark a brand and page, by machine or person."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from simple_history.models import HistoricalRecords

from reputation.tone.verdict import Category, Tone
from serp.models import Brand, Listing, Page


class MarkQuerySet(models.QuerySet["Mark"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(brand__in=Brand.objects.visible_to(user))

    def to_review(self) -> Self:
        """Marks that no person has looked at yet, newest page first."""
        return self.filter(source=Mark.Source.MACHINE).order_by("-first_seen_at", "-pk")


class Mark(models.Model):
    """The tone of a page about a brand. A person's mark stands; the machine never overwrites it."""

    class Source(models.TextChoices):
        MACHINE = "machine", "machine"
        PERSON = "person", "person"

    class Ownership(models.TextChoices):
        OWNED = "owned", "own page"
        INFLUENCED = "influenced", "influenced"
        THIRD_PARTY = "third", "third party"
        HOSTILE = "hostile", "hostile"

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="marks")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="marks")
    tone = models.CharField(max_length=8, choices=Tone.choices, default=Tone.NEUTRAL)
    category = models.CharField(max_length=12, choices=Category.choices, blank=True, default="")
    score = models.FloatField(default=0.0, help_text="From −1 to 1, by the machine.")
    confidence = models.FloatField(default=0.0, help_text="From 0 to 1, by the machine.")
    language = models.CharField(max_length=5, blank=True)
    evidence = models.JSONField(default=list, blank=True)
    judge = models.CharField(max_length=20, blank=True, help_text="Version of the judge.")
    listing = models.ForeignKey(
        Listing, on_delete=models.SET_NULL, null=True, related_name="+", help_text="Text judged."
    )
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.MACHINE)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    marked_at = models.DateTimeField()
    first_seen_at = models.DateTimeField(help_text="When the page was first seen for the brand.")
    ownership = models.CharField(
        max_length=10, choices=Ownership.choices, default=Ownership.THIRD_PARTY
    )
    is_ownership_by_person = models.BooleanField(default=False)

    objects = MarkQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["evidence", "listing"])

    class Meta:
        ordering = ["-first_seen_at"]
        indexes = [
            models.Index(fields=["brand", "source", "-first_seen_at"], name="mark_to_review"),
            models.Index(fields=["brand", "tone"], name="mark_by_tone"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["brand", "page"], name="one_mark_a_brand_and_page")
        ]

    def __str__(self) -> str:
        return f"{self.get_tone_display()}: {self.page}"

    @property
    def is_by_person(self) -> bool:
        return self.source == self.Source.PERSON
