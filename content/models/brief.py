"""What a writer needs to begin: the target, the questions, the terms, an outline; and its templates."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from content.models.piece import Piece
from serp.models import Brand


class Brief(models.Model):
    """The brief of one piece, drawn from the stored result page of its keyword."""

    class Intent(models.TextChoices):
        INFORMATIONAL = "informational", "to learn"
        NAVIGATIONAL = "navigational", "to get to a page"
        COMMERCIAL = "commercial", "to compare before buying"
        TRANSACTIONAL = "transactional", "to buy or do"
        NEWS = "news", "to hear what is new"

    piece = models.OneToOneField(Piece, on_delete=models.CASCADE, related_name="brief")
    intent = models.CharField(max_length=200, blank=True, help_text="What searchers want.")
    search_intent = models.CharField(max_length=13, choices=Intent.choices, blank=True)
    intent_why = models.JSONField(default=list, blank=True, help_text="Reasons in words.")
    seo_title = models.CharField(max_length=300, blank=True, help_text="Title for result pages.")
    description = models.TextField(blank=True, help_text="Description for result pages.")
    angle = models.TextField(blank=True, help_text="How it answers without repeating the negative.")
    facts = models.JSONField(default=list, blank=True, help_text="Facts that answer the negative.")
    claims = models.JSONField(default=list, blank=True, help_text="Claims that need proof.")
    questions = models.JSONField(default=list, blank=True, help_text="Asked by searchers.")
    terms = models.JSONField(default=list, blank=True, help_text="Terms of the top results.")
    avoid = models.JSONField(default=list, blank=True, help_text="Words not to repeat.")
    outline = models.TextField(blank=True)
    outline_by = models.CharField(
        max_length=120, blank=True, help_text="Empty: by rules; else the model that wrote it."
    )
    disclosures = models.JSONField(default=list, blank=True, help_text="What must be said openly.")
    links = models.JSONField(default=list, blank=True, help_text="Own pages to link.")
    structure = models.JSONField(default=dict, blank=True, help_text="How ranking pages are built.")
    schema_types = models.JSONField(default=list, blank=True, help_text="Structured data to use.")
    proof = models.JSONField(default=list, blank=True, help_text="Proof that this type needs.")
    sources = models.JSONField(default=list, blank=True, help_text="Ranking pages, read or not.")
    edited = models.JSONField(
        default=list, blank=True, help_text="Parts that a person changed: never overwritten."
    )
    drawn_from = models.DateTimeField(
        null=True, blank=True, help_text="When the result page was read."
    )
    enriched_at = models.DateTimeField(
        null=True, blank=True, db_index=True, help_text="When ranking pages' texts went into it."
    )
    outline_confirmed_at = models.DateTimeField(null=True, blank=True)
    outline_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"Brief: {self.piece}"


class BriefTemplate(models.Model):
    """What briefs of a type begin with; without a brand it holds for all, without a language for any."""

    brand = models.ForeignKey(
        Brand, on_delete=models.CASCADE, null=True, blank=True, related_name="brief_templates"
    )
    kind = models.CharField(max_length=12, choices=Piece.Kind.choices)
    language = models.CharField(max_length=5, blank=True, help_text="Empty: any.")
    title = models.CharField(
        max_length=200, blank=True, help_text="Working title; {subject} stands for the keyword."
    )
    intent = models.CharField(max_length=200, blank=True)
    angle = models.TextField(blank=True)
    outline = models.TextField(blank=True, help_text="One heading a line.")
    proof = models.JSONField(default=list, blank=True)
    disclosures = models.JSONField(default=list, blank=True)
    hours = models.FloatField(null=True, blank=True, help_text="Usual work; empty: as shipped.")

    history = HistoricalRecords()

    class Meta:
        ordering = ["kind", "language", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language"],
                condition=Q(brand=None),
                name="one_brief_template_a_type_for_all",
            ),
            models.UniqueConstraint(
                fields=["brand", "kind", "language"],
                condition=Q(brand__isnull=False),
                name="one_brief_template_a_type_and_brand",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.brand or 'all brands'}"
