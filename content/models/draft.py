"""The text of a piece while it is written here, with what backs its claims."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from content.models.piece import Piece


class Draft(models.Model):
    """One draft a piece. `revision` grows with each saving, so that two writers notice each other."""

    piece = models.OneToOneField(Piece, on_delete=models.CASCADE, related_name="draft")
    text = models.TextField(blank=True, help_text="Markdown.")
    title = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    evidence = models.JSONField(
        default=list, blank=True, help_text="claim, source and note of each claim."
    )
    revision = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    saved_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"Draft: {self.piece}"
