"""One attempt to read a result page: its period, its lease, its one outcome and what it cost."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q

from serp.models.brand import Brand
from serp.models.keyword import Keyword
from serp.models.provider import ProviderAccount
from serp.providers.base import ERROR_TEXT, ErrorKind


class CheckQuerySet(models.QuerySet["Check"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(keyword__brand__in=Brand.objects.visible_to(user))

    def open_at(self, now: datetime) -> Self:
        """Checks that somebody may claim: due, or left behind by a worker whose lease ran out."""
        return self.filter(
            Q(state=Check.State.DUE, not_before__lte=now)
            | Q(state=Check.State.SENT, lease_until__lt=now)
        )


class Check(models.Model):
    """The row of truth for one keyword and period; a message in a queue is only a hint at it."""

    class State(models.TextChoices):
        DUE = "due", "due"
        SENT = "sent", "under way"
        MEASURED = "measured", "measured"
        PARTIAL = "partial", "partly read"
        EMPTY = "empty", "engine has no results"
        FAILED = "failed", "failed"
        SKIPPED = "skipped", "skipped"
        QUARANTINED = "quarantined", "in quarantine"

    class Purpose(models.TextChoices):
        SCHEDULED = "scheduled", "by its cadence"
        MANUAL = "manual", "asked for by hand"
        CONFIRMATION = "confirmation", "second reading of a surprise"

    OPEN = (State.DUE, State.SENT)
    """A claim, its lease and the intent to pay are one commit: what is claimed counts as sent."""
    READ = (State.MEASURED, State.PARTIAL)
    FRUITLESS = (State.FAILED, State.SKIPPED, State.QUARANTINED)
    """Nothing is known of the result page; an empty one, where the engine has nothing, is known."""
    OUTCOMES = (*READ, State.EMPTY, *FRUITLESS)

    keyword = models.ForeignKey(Keyword, on_delete=models.CASCADE, related_name="checks")
    period = models.DateTimeField(
        help_text="Start of the cadence slot, frozen when the row is made."
    )
    sequence = models.PositiveIntegerField(
        default=0, help_text="0 is the scheduled check; a manual one counts on within its period."
    )
    purpose = models.CharField(max_length=12, choices=Purpose.choices, default=Purpose.SCHEDULED)
    state = models.CharField(max_length=11, choices=State.choices, default=State.DUE)
    turn = models.PositiveIntegerField(
        default=0, help_text="Place in its brand's queue: brands take turns."
    )
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True, db_index=True)
    fence = models.PositiveIntegerField(default=0, help_text="Rises with every claim.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often it was claimed.")
    tries = models.PositiveSmallIntegerField(
        default=0, help_text="How often the provider was asked."
    )
    account = models.ForeignKey(
        ProviderAccount, on_delete=models.SET_NULL, null=True, blank=True, related_name="checks"
    )
    calls = models.PositiveSmallIntegerField(default=0)
    cost = models.DecimalField(max_digits=9, decimal_places=5, default=0, help_text="US dollars.")
    task = models.CharField(
        max_length=64, blank=True, help_text="The provider's id of a task that it works on."
    )
    depth = models.PositiveSmallIntegerField(default=0, help_text="Positions really read.")
    error_kind = models.CharField(max_length=20, blank=True)
    message = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "-sequence"]
        indexes = [
            models.Index(
                fields=["attempts", "turn", "not_before"],
                name="check_queue",
                condition=Q(state__in=("due", "sent")),
            ),
            models.Index(fields=["keyword", "finished_at"], name="check_by_keyword"),
            models.Index(fields=["account", "sent_at"], name="check_spending"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["keyword", "period", "sequence"], name="one_check_a_keyword_and_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.keyword} {self.period:%Y-%m-%d %H:%M} {self.get_state_display()}"

    @property
    def is_finished(self) -> bool:
        return self.state in self.OUTCOMES

    @property
    def reason(self) -> str:
        """Why nothing or too little was read, in words; empty when all is well."""
        if self.state == self.State.SKIPPED:
            return self.message
        if self.error_kind:
            return ERROR_TEXT[ErrorKind(self.error_kind)]
        return ""
