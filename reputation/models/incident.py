"""An incident: a negative whose cause somebody owns, with a clock and notes."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from simple_history.models import HistoricalRecords

from serp.models import Brand, Keyword, Page


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(brand__in=Brand.objects.visible_to(user))

    def open(self) -> Self:
        """Incidents that still want work, the most urgent clock first."""
        return self.exclude(status__in=Incident.DONE).order_by("due_at")

    def late(self, now: datetime) -> Self:
        return self.open().filter(due_at__lt=now)


class Incident(models.Model):
    """One cause behind one or more negatives, from first sight to its end."""

    class Cause(models.TextChoices):
        CUSTOMER = "customer", "dissatisfied customer"
        COMMENT = "comment", "unfair comment"
        COMPETITOR = "competitor", "competitor"
        PRODUCT = "product", "product defect"
        SERVICE = "service", "service problem"
        NEWS = "news", "news"
        AFFILIATE = "affiliate", "affiliate review"
        OTHER = "other", "other"

    class Severity(models.TextChoices):
        LOW = "low", "low"
        MEDIUM = "medium", "medium"
        HIGH = "high", "high"
        CRITICAL = "critical", "critical"

    class Status(models.TextChoices):
        OPEN = "open", "open"
        ANSWERING = "answering", "answer in work"
        WAITING = "waiting", "waiting for the other side"
        SOLVED = "solved", "solved"
        CLOSED = "closed", "closed without solution"

    DONE = (Status.SOLVED, Status.CLOSED)

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="incidents")
    title = models.CharField(max_length=200)
    page = models.ForeignKey(
        Page, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    keyword = models.ForeignKey(
        Keyword, on_delete=models.SET_NULL, null=True, blank=True, related_name="incidents"
    )
    cause = models.CharField(max_length=12, choices=Cause.choices, default=Cause.OTHER)
    severity = models.CharField(max_length=8, choices=Severity.choices, default=Severity.MEDIUM)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True, help_text="First public answer.")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = IncidentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["due_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_done(self) -> bool:
        return self.status in self.DONE


class IncidentNote(models.Model):
    """Something that was learnt, decided or said; notes are added, never rewritten."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return self.text[:80]
