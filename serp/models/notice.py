"""A message about the machinery: monitoring broken or back, a budget short, an account held, a run flagged."""

from __future__ import annotations

import uuid
from typing import Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q

from serp.models.brand import Brand
from serp.models.provider import ProviderAccount


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Notices of the person's brands and of the accounts that these may use, and those about the
        whole installation."""
        if not user.is_authenticated:
            return self.none()
        brands = Brand.objects.visible_to(user)
        accounts = ProviderAccount.objects.visible_to(user)
        return self.filter(
            Q(brand__in=brands)
            | Q(brand__isnull=True, account__isnull=True)
            | Q(brand__isnull=True, account__in=accounts)
        )

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class Notice(models.Model):
    """Opened once while its cause lasts, closed when it has gone; each of the two is told once.

    Without a brand and an account it concerns the whole installation.
    """

    class Kind(models.TextChoices):
        MONITORING = "monitoring", "monitoring broken"
        DRIFT = "drift", "a run to be doubted"
        ACCOUNT = "account", "account held"
        BUDGET_SHORT = "budget_short", "budget nearly used up"
        BUDGET_OUT = "budget_out", "budget used up"
        QUARANTINE = "quarantine", "keyword in quarantine"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    key = models.CharField(max_length=120, help_text="What it is about; open once at a time.")
    brand = models.ForeignKey(
        Brand, on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    account = models.ForeignKey(
        ProviderAccount, on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    text = models.TextField(help_text="What happened, what was measured, what to do.")
    ending = models.TextField(blank=True, help_text="How it ended; empty: it ends silently.")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    opening_sent_at = models.DateTimeField(null=True, blank=True)
    ending_sent_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True, help_text="Somebody is sending it.")
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True, help_text="When to try again to send.")
    trouble = models.CharField(max_length=300, blank=True, help_text="Why it could not be sent.")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["kind", "opened_at"], name="notice_by_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(closed_at__isnull=True), name="a_notice_is_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:80]}"
