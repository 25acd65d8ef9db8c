"""A brand that is watched, and who works on it in which role."""

from __future__ import annotations

import zoneinfo
from decimal import Decimal
from functools import cached_property
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from serp.addresses import BadAddress, canonical_url, host_of


def valid_zone(name: str) -> None:
    """Refuse a time zone that the IANA database does not know."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Write one such as Europe/Oslo.")


class BrandQuerySet(models.QuerySet["Brand"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """The brands that this person may see; superusers see all, the unknown none."""
        if not user.is_authenticated:
            return self.none()
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(memberships__user=user)


class Brand(models.Model):
    """What people search for: a firm, a product line or a person, with its names and places."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    aliases = models.JSONField(
        default=list, blank=True, help_text="Other names and spellings, one a line."
    )
    domains = models.JSONField(
        default=list, blank=True, help_text="The brand's own hosts or domains, one a line."
    )
    profiles = models.JSONField(
        default=list,
        blank=True,
        help_text="Addresses on other sites that the brand can edit, one a line.",
    )
    time_zone = models.CharField(max_length=60, default="Europe/Oslo", validators=[valid_zone])
    account = models.ForeignKey(
        "serp.ProviderAccount",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Used for keywords that name no account of their own.",
    )
    curve = models.ForeignKey(
        "serp.CtrCurve",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="The CTR curve of its scores; empty: the installation's default.",
    )
    day_budget = models.DecimalField(
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text="US dollars a day (UTC) for all checks of this brand.",
    )
    month_budget = models.DecimalField(
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text="US dollars a month (UTC) for all checks of this brand.",
    )
    stretch = models.PositiveSmallIntegerField(
        default=1, help_text="Slots between checks of quiet keywords, so that the budget lasts."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership")

    objects = BrandQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["stretch"])

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        for field in ("aliases", "domains", "profiles"):
            value = getattr(self, field)
            if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
                raise ValidationError({field: "Write one entry a line."})
        for field in ("domains", "profiles"):
            for line in getattr(self, field):
                try:
                    canonical_url(line if "//" in line else f"https://{line}")
                except BadAddress as error:
                    raise ValidationError({field: f"“{line}”: {error}"}) from error

    @cached_property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def names(self) -> tuple[str, ...]:
        """Name and aliases, for masking and for titles."""
        return (self.name, *self.aliases)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of `domains`, in canonical form."""
        return tuple(host_of(d if "//" in d else f"https://{d}") for d in self.domains)


class Membership(models.Model):
    """One person's role for one brand."""

    class Role(models.TextChoices):
        VIEWER = "viewer", "viewer: reads"
        EDITOR = "editor", "editor: marks results, works on pieces and incidents"
        MANAGER = "manager", "manager: keywords, accounts, people"

    RANK = {Role.VIEWER.value: 1, Role.EDITOR.value: 2, Role.MANAGER.value: 3}

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "user"], name="one_role_a_person_and_brand")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.brand}"

    def may(self, role: str) -> bool:
        """Whether this role includes what `role` may do."""
        return self.RANK[self.role] >= self.RANK[role]
