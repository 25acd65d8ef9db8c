"""An account with a provider of result pages: where it is, its key, its limits and its budget."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from serp.models.brand import Brand
from serp.models.secret import SecretField
from serp.providers.registry import provider_choices


class ProviderAccountQuerySet(models.QuerySet["ProviderAccount"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Accounts of the person's brands, and those that the installation shares with all."""
        if not user.is_authenticated:
            return self.none()
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(Q(brand__isnull=True) | Q(brand__memberships__user=user)).distinct()

    def usable_by(self, brand: Brand) -> Self:
        """Accounts that checks of this brand may be paid from."""
        return self.filter(Q(brand__isnull=True) | Q(brand=brand))


class ProviderAccount(models.Model):
    """Access to one provider. Without a brand it belongs to the installation and serves all."""

    name = models.CharField(max_length=80)
    provider = models.CharField(max_length=30, choices=provider_choices)
    brand = models.ForeignKey(
        Brand,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="accounts",
        help_text="Empty: shared by all brands of the installation.",
    )
    base_url = models.URLField(
        blank=True, max_length=300, help_text="Only for a self-hosted provider or a proxy."
    )
    key = SecretField(blank=True, default="")
    options = models.JSONField(default=dict, blank=True)
    max_in_flight = models.PositiveSmallIntegerField(
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
        help_text="Requests at the same time.",
    )
    per_second = models.FloatField(
        default=5.0,
        validators=[MinValueValidator(0.01), MaxValueValidator(1000)],
        help_text="Requests a second.",
    )
    price = models.DecimalField(
        max_digits=9,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text="US dollars a request; empty: the provider's list price.",
    )
    day_budget = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True, help_text="US dollars a day (UTC)."
    )
    month_budget = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True, help_text="US dollars a month (UTC)."
    )
    is_paused = models.BooleanField(default=False)
    stretch = models.PositiveSmallIntegerField(
        default=1, help_text="Slots between checks of quiet keywords, so that the budget lasts."
    )
    held_until = models.DateTimeField(
        null=True, blank=True, help_text="Nobody asks this account before."
    )
    held_because = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(
        default=0, help_text="Answers in a row that told of an outage."
    )
    failed_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(
        null=True, blank=True, help_text="When it last gave a result page."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProviderAccountQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(per_second__gt=0), name="a_rate_is_positive"),
            models.CheckConstraint(
                condition=Q(max_in_flight__gt=0), name="some_request_may_be_in_flight"
            ),
        ]

    def __str__(self) -> str:
        return self.name
