"""The history of a tone: who gave which, when and why; and what the machine had said."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models

from reputation.models.mark import Mark
from reputation.models.passage import Passage
from reputation.tone.verdict import Category, Shade, Tone
from serp.models import Brand


class ToneEntryQuerySet(models.QuerySet["ToneEntry"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(brand__in=Brand.objects.visible_to(user))


class ToneEntry(models.Model):
    """One line in the history of a mark or passage. Never changed after it is written.

    The machine's first verdict has no line: it stands in the mark itself. Every later change of tone
    has one, and every word of a person, also one that only confirms. `machine_*` tell what the
    machine held then, so that agreement can be measured later.
    """

    class Act(models.TextChoices):
        MARKED = "marked", "marked"
        SECOND = "second", "looked at a second time"
        TAKEN_BACK = "back", "taken back"
        NEW_TEXT = "text", "judged anew: the text changed"
        NEW_JUDGE = "judge", "judged anew: a new version of the judge"
        NEW_OPINION = "model", "judged anew: the model was asked"

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="tone_entries")
    mark = models.ForeignKey(Mark, on_delete=models.CASCADE, null=True, related_name="entries")
    passage = models.ForeignKey(
        Passage, on_delete=models.CASCADE, null=True, related_name="entries"
    )
    act = models.CharField(max_length=6, choices=Act.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    before = models.CharField(max_length=8, choices=Tone.choices)
    tone = models.CharField(max_length=8, choices=Tone.choices)
    shade = models.CharField(max_length=13, choices=Shade.choices)
    category = models.CharField(max_length=12, choices=Category.choices, blank=True, default="")
    why = models.CharField(max_length=300, blank=True, help_text="In words, by person or machine.")
    machine_tone = models.CharField(max_length=8, choices=Tone.choices)
    machine_score = models.FloatField(default=0.0)
    machine_confidence = models.FloatField(default=0.0)
    judge = models.CharField(max_length=20, blank=True, help_text="Version of the judge.")

    objects = ToneEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["brand", "act", "-at"], name="tone_entry_lately")]
        verbose_name_plural = "tone entries"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mark__isnull=False, passage__isnull=True)
                | models.Q(mark__isnull=True, passage__isnull=False),
                name="a_tone_entry_is_about_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.tone} ({self.get_act_display()})"
