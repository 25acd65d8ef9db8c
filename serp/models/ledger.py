"""Money: an intent before each paid call, settled with the real cost, and what budgets have left."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q

from serp.models.brand import Brand
from serp.models.check import Check
from serp.models.keyword import Keyword
from serp.models.provider import ProviderAccount


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(brand__in=Brand.objects.visible_to(user))


class LedgerEntry(models.Model):
    """One try of a check: written and committed before the provider is asked.

    `reserved` counts as spent until `cost` is known, and for good when nobody ever learns it.
    """

    class State(models.TextChoices):
        OPEN = "open", "under way"
        SETTLED = "settled", "settled"
        UNKNOWN = "unknown", "outcome unknown, counted as spent"

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="ledger")
    check_row = models.ForeignKey(
        Check, on_delete=models.SET_NULL, null=True, related_name="ledger"
    )
    fence = models.PositiveIntegerField(help_text="Which claim of the check made the call.")
    keyword = models.ForeignKey(
        Keyword, on_delete=models.SET_NULL, null=True, related_name="ledger"
    )
    account = models.ForeignKey(
        ProviderAccount, on_delete=models.SET_NULL, null=True, related_name="ledger"
    )
    provider = models.CharField(max_length=30)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    at = models.DateTimeField(help_text="When the call was noted, just before it was made.")
    settled_at = models.DateTimeField(null=True, blank=True)
    reserved_calls = models.PositiveSmallIntegerField(
        help_text="Requests that it takes by the list."
    )
    reserved = models.DecimalField(max_digits=9, decimal_places=5, help_text="US dollars.")
    calls = models.PositiveSmallIntegerField(null=True, help_text="Requests that were made.")
    cost = models.DecimalField(max_digits=9, decimal_places=5, null=True, help_text="US dollars.")
    outcome = models.CharField(
        max_length=20, blank=True, help_text="State of the check, or the kind of its error."
    )

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "ledger entries"
        indexes = [
            models.Index(fields=["brand", "at"], name="ledger_of_a_brand"),
            models.Index(fields=["account", "at"], name="ledger_of_an_account"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["check_row", "fence"], name="one_entry_a_try")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.at:%Y-%m-%d %H:%M} {self.get_state_display()}"


class BudgetUse(models.Model):
    """What an account or a brand has used up in a day or month (UTC): reserved and settled money.

    Moved only by conditional updates, so that no number of workers spends more than the budget.
    """

    class Span(models.TextChoices):
        DAY = "day", "day"
        MONTH = "month", "month"

    account = models.ForeignKey(
        ProviderAccount, on_delete=models.CASCADE, null=True, related_name="budget_uses"
    )
    brand = models.ForeignKey(
        Brand, on_delete=models.CASCADE, null=True, related_name="budget_uses"
    )
    span = models.CharField(max_length=5, choices=Span.choices)
    starts_on = models.DateField(help_text="First day, UTC.")
    used = models.DecimalField(max_digits=12, decimal_places=5, default=0, help_text="US dollars.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "span", "starts_on"],
                condition=Q(account__isnull=False),
                name="one_use_an_account_and_span",
            ),
            models.UniqueConstraint(
                fields=["brand", "span", "starts_on"],
                condition=Q(brand__isnull=False),
                name="one_use_a_brand_and_span",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True) ^ Q(brand__isnull=True),
                name="a_use_is_of_an_account_or_a_brand",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account or self.brand}: ${self.used} in the {self.span} of {self.starts_on}"
