"""What a writer needs to begin: the target, the questions, the terms, an outline."""

from __future__ import annotations

from django.db import models

from content.models.piece import Piece


class Brief(models.Model):
    """The brief of one piece, drawn from the stored result page of its keyword."""

    piece = models.OneToOneField(Piece, on_delete=models.CASCADE, related_name="brief")
    intent = models.CharField(max_length=200, blank=True, help_text="What searchers want.")
    angle = models.TextField(blank=True, help_text="How it answers without repeating the negative.")
    questions = models.JSONField(default=list, blank=True, help_text="Asked by searchers.")
    terms = models.JSONField(default=list, blank=True, help_text="Terms of the top results.")
    avoid = models.JSONField(default=list, blank=True, help_text="Words not to repeat.")
    outline = models.TextField(blank=True)
    drawn_from = models.DateTimeField(
        null=True, blank=True, help_text="When the result page was read."
    )

    def __str__(self) -> str:
        return f"Brief: {self.piece}"
