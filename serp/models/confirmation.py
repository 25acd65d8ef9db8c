"""A surprise in a reading, and the second reading that confirms it or not before anyone is alarmed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from serp.models.check import Check
from serp.models.snapshot import Page, Snapshot


class Confirmation(models.Model):
    """What surprised in a snapshot: a page-one result that has gone, or a new negative in the top 3."""

    class Verdict(models.TextChoices):
        WAITING = "waiting", "a second reading is under way"
        CONFIRMED = "confirmed", "a second reading shows the same"
        REFUTED = "refuted", "a second reading does not show it"
        UNKNOWN = "unknown", "no second reading could be had"

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="surprises")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    is_gone = models.BooleanField(help_text="It has left page one; else it is new in the top 3.")
    check_row = models.ForeignKey(
        Check,
        on_delete=models.SET_NULL,
        null=True,
        related_name="confirmations",
        help_text="The second reading; none: it could not be paid or was not needed.",
    )
    verdict = models.CharField(max_length=9, choices=Verdict.choices, default=Verdict.WAITING)
    reason = models.CharField(
        max_length=100, blank=True, help_text="Why there was no second reading, if there was none."
    )
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_at"], name="confirmation_open", condition=Q(verdict="waiting")
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "page", "is_gone"], name="a_surprise_is_noted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page} in {self.snapshot}: {self.get_verdict_display()}"
