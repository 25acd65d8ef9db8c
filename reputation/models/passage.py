"""What an engine itself says about a brand: AI overviews, answers, people-also-ask texts, and their tone."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models

from reputation.models.mark import Mark
from reputation.tone.verdict import Category, Shade, Tone
from serp.models import Brand, Keyword


class PassageQuerySet(models.QuerySet["Passage"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(brand__in=Brand.objects.visible_to(user))


class Passage(models.Model):
    """One text that an engine showed for a brand, stored once however often it is shown.

    Its sentences are judged one by one where they speak of the brand; the passage has the tone of
    the gravest. A person's word stands, as on a page. Passages are no part of the score.
    """

    class Kind(models.TextChoices):
        AI_OVERVIEW = "ai_overview", "AI overview"
        ANSWER = "answer", "answer"
        QUESTION = "question", "people also ask"
        PANEL = "panel", "knowledge panel"

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="passages")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    key = models.CharField(max_length=32, help_text="Digest of question and text.")
    question = models.TextField(blank=True)
    text = models.TextField()
    source_url = models.TextField(blank=True, help_text="The page it was taken from, if named.")
    tone = models.CharField(max_length=8, choices=Tone.choices, default=Tone.NEUTRAL)
    shade = models.CharField(max_length=13, choices=Shade.choices, default=Shade.NEUTRAL)
    category = models.CharField(max_length=12, choices=Category.choices, blank=True, default="")
    score = models.FloatField(default=0.0, help_text="From −1 to 1, by the machine.")
    confidence = models.FloatField(default=0.0, help_text="From 0 to 1, by the machine.")
    machine_tone = models.CharField(
        max_length=8, choices=Tone.choices, blank=True, help_text="Kept when a person marks."
    )
    language = models.CharField(max_length=5, blank=True)
    evidence = models.JSONField(default=list, blank=True, help_text="As of a mark, in the text.")
    sentences = models.JSONField(
        default=list, blank=True, help_text="start, end, tone and score of each about the brand."
    )
    judge = models.CharField(max_length=20, blank=True, help_text="Version of the judge.")
    source = models.CharField(
        max_length=8, choices=Mark.Source.choices, default=Mark.Source.MACHINE
    )
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    marked_at = models.DateTimeField()
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    last_keyword = models.ForeignKey(
        Keyword, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["-last_seen_at", "-pk"]
        indexes = [models.Index(fields=["brand", "-last_seen_at"], name="passage_lately")]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "kind", "key"], name="one_passage_a_brand_kind_and_text"
            ),
            models.CheckConstraint(
                condition=models.Q(shade=models.F("tone"))
                | models.Q(shade="very_negative", tone="negative")
                | models.Q(shade="very_positive", tone="positive"),
                name="a_passage_s_shade_is_of_its_tone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"

    @property
    def is_by_person(self) -> bool:
        return self.source == Mark.Source.PERSON
