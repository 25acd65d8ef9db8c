"""A keyword: what people type, where, on which engine and device, and how often it is checked."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from simple_history.models import HistoricalRecords

from serp.cadence import Cadence
from serp.models.brand import Brand
from serp.models.provider import ProviderAccount
from serp.providers.registry import engine_choices


class KeywordQuerySet(models.QuerySet["Keyword"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(brand__in=Brand.objects.visible_to(user))

    def watched(self) -> Self:
        """Keywords that are checked at their cadence."""
        return self.filter(is_paused=False)

    def quarantined(self) -> Self:
        """Keywords that wait for a person, because their checks broke their worker."""
        return self.filter(quarantined_at__isnull=False)

    def in_view(self) -> Self:
        """What the pages look at: the watched keywords; of a brand that watches none, such as one
        with an imported history only, those that were read."""
        others = Keyword.objects.filter(brand=OuterRef("brand"), is_paused=False)
        return self.filter(Q(is_paused=False) | (Q(latest__isnull=False) & ~Exists(others)))

    def due(self, now: datetime) -> Self:
        """Keywords whose next check has come, oldest first."""
        ready = self.watched().filter(quarantined_at__isnull=True, next_check_at__lte=now)
        return ready.order_by("next_check_at")


class Keyword(models.Model):
    """One phrase on one engine, in one country and language, on one device."""

    class Kind(models.TextChoices):
        BRAND = "brand", "brand"
        PRODUCT = "product", "product"
        PERSON = "person", "person"
        PROBLEM = "problem", "problem"
        TOPIC = "topic", "topic"
        MISSPELLING = "misspelling", "misspelling"

    class Device(models.TextChoices):
        DESKTOP = "desktop", "desktop"
        MOBILE = "mobile", "mobile"

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="keywords")
    phrase = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.BRAND)
    engine = models.CharField(max_length=20, choices=engine_choices, default="google")
    country = models.CharField(
        max_length=2,
        default="us",
        validators=[RegexValidator(r"^[a-z]{2}$", "Two small letters, such as no or us.")],
    )
    language = models.CharField(
        max_length=5,
        default="en",
        validators=[RegexValidator(r"^[a-z]{2}(-[a-z]{2})?$", "Two letters, such as en or zh-cn.")],
    )
    location = models.CharField(
        max_length=120, blank=True, help_text="A town, as the provider spells it."
    )
    device = models.CharField(max_length=8, choices=Device.choices, default=Device.DESKTOP)
    depth = models.PositiveSmallIntegerField(
        default=20,
        validators=[MinValueValidator(10), MaxValueValidator(100)],
        help_text="Organic results to read; engines serve ten a page.",
    )
    cadence = models.CharField(max_length=10, choices=Cadence.choices, default=Cadence.DAILY)
    volume = models.PositiveIntegerField(
        null=True, blank=True, help_text="Searches a month, if known."
    )
    account = models.ForeignKey(
        ProviderAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="keywords"
    )
    second_account = models.ForeignKey(
        ProviderAccount,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Asked when the first account cannot be.",
    )
    is_paused = models.BooleanField(default=False)
    is_quiet = models.BooleanField(
        default=False,
        help_text="Nothing negative stood on page one: may be checked less often to save money.",
    )
    quarantined_at = models.DateTimeField(
        null=True, blank=True, help_text="Its checks broke their worker; a person must release it."
    )
    next_check_at = models.DateTimeField(null=True, blank=True, db_index=True)
    latest = models.ForeignKey(
        "serp.Snapshot", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    last_check = models.ForeignKey(
        "serp.Check", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = KeywordQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["next_check_at", "latest", "last_check", "is_quiet", "quarantined_at"],
    )

    class Meta:
        ordering = ["phrase"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "phrase", "engine", "country", "language", "location", "device"],
                name="a_keyword_is_watched_once",
            ),
            models.CheckConstraint(
                condition=Q(depth__gte=1) & Q(depth__lte=100), name="depth_is_1_to_100"
            ),
        ]

    def __str__(self) -> str:
        return self.phrase

    def unknown_part(self) -> str:
        """Which of engine, country, language and device is none that can be watched; empty: all can."""
        names = ("engine", "country", "language", "device")
        others = {field.name for field in self._meta.get_fields()} - set(names)
        try:
            self.clean_fields(exclude=others)
        except ValidationError as error:
            return next(name for name in names if name in error.message_dict)
        return ""

    @property
    def market(self) -> str:
        """Engine, country, language and device in one short line."""
        return f"{self.get_engine_display()} · {self.country.upper()} · {self.language} · {self.device}"
