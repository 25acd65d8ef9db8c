"""What a page says about a brand, and whose page it is: one mark a brand and page, by machine or person."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from simple_history.models import HistoricalRecords

from reputation.tone.opinion import Opinion
from reputation.tone.verdict import Category, Shade, Tone
from serp.models import Brand, Listing, Page


class MarkQuerySet(models.QuerySet["Mark"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(brand__in=Brand.objects.visible_to(user))

    def to_review(self) -> Self:
        """Marks that no person has looked at yet, newest page first."""
        return self.filter(source=Mark.Source.MACHINE).order_by("-first_seen_at", "-pk")


class TextOpinion(models.Model):
    """What the optional model thinks of a text about a brand, kept by text: each is asked once."""

    key = models.CharField(max_length=32, unique=True, help_text="Digest of model, brand, text.")
    model = models.CharField(max_length=40)
    negative = models.FloatField()
    neutral = models.FloatField()
    positive = models.FloatField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "model opinion"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(negative__gte=0, neutral__gte=0, positive__gte=0),
                name="opinions_are_probabilities",
            )
        ]

    def __str__(self) -> str:
        return f"{self.model}: {self.negative:.2f} {self.neutral:.2f} {self.positive:.2f}"

    @property
    def said(self) -> Opinion:
        """The opinion as the judge takes it."""
        return Opinion(self.negative, self.neutral, self.positive)


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
    shade = models.CharField(max_length=13, choices=Shade.choices, default=Shade.NEUTRAL)
    category = models.CharField(max_length=12, choices=Category.choices, blank=True, default="")
    score = models.FloatField(default=0.0, help_text="From −1 to 1, by the machine.")
    confidence = models.FloatField(default=0.0, help_text="From 0 to 1, by the machine.")
    machine_tone = models.CharField(
        max_length=8, choices=Tone.choices, blank=True, help_text="Kept when a person marks."
    )
    language = models.CharField(max_length=5, blank=True)
    evidence = models.JSONField(default=list, blank=True)
    judge = models.CharField(max_length=20, blank=True, help_text="Version of the judge.")
    listing = models.ForeignKey(
        Listing, on_delete=models.SET_NULL, null=True, related_name="+", help_text="Text judged."
    )
    opinion = models.ForeignKey(
        TextOpinion, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        db_index=False, help_text="The optional model's, taken into the verdict.",
    )  # fmt: skip
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
    second_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    second_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="Waits for a second person's look since then."
    )

    objects = MarkQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["evidence", "listing", "opinion", "second_asked_at", "second_asked_by"]
    )

    class Meta:
        ordering = ["-first_seen_at"]
        indexes = [
            models.Index(fields=["brand", "source", "-first_seen_at"], name="mark_to_review"),
            models.Index(fields=["brand", "tone"], name="mark_by_tone"),
            models.Index(
                fields=["brand"],
                name="mark_second_look",
                condition=models.Q(second_asked_at__isnull=False),
            ),
            models.Index(
                fields=["brand", "judge"],
                name="mark_by_judge",
                condition=models.Q(source="machine"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["brand", "page"], name="one_mark_a_brand_and_page"),
        ]

    def __str__(self) -> str:
        return f"{self.get_tone_display()}: {self.page}"

    @property
    def is_by_person(self) -> bool:
        return self.source == self.Source.PERSON
