"""What was found on a ranking page: facts about its structure and words, never its text."""

from __future__ import annotations

from django.db import models

from serp.models import Page


class PageReading(models.Model):
    """One page that a brief asks about. A waiting row is the request; whoever reads it claims it."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        READ = "read", "read"
        REFUSED = "refused", "not allowed"
        FAILED = "failed", "failed"

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="reading")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was not read.")
    asked_at = models.DateTimeField()
    next_try_at = models.DateTimeField(help_text="Moved on by whoever claims the row.")
    attempts = models.PositiveSmallIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    language = models.CharField(max_length=12, blank=True)
    title = models.TextField(blank=True)
    description = models.TextField(blank=True)
    headings = models.JSONField(default=list, blank=True, help_text="Level and text of each.")
    questions = models.JSONField(default=list, blank=True)
    terms = models.JSONField(default=dict, blank=True, help_text="Counts of the commonest terms.")
    words = models.PositiveIntegerField(null=True, blank=True)
    images = models.PositiveIntegerField(default=0)
    lists = models.PositiveIntegerField(default=0)
    tables = models.PositiveIntegerField(default=0)
    links = models.PositiveIntegerField(default=0)
    has_faq = models.BooleanField(default=False)
    has_video = models.BooleanField(default=False)
    schema_types = models.JSONField(default=list, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "next_try_at"], name="page_reading_waiting")]

    def __str__(self) -> str:
        return f"{self.page}: {self.get_state_display()}"
