"""Places where a page about a brand can stand, with what each needs and forbids, and who is there."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from serp.models import Brand, Page


class PlacementQuerySet(models.QuerySet["Placement"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """The catalogue of all, and the places that the person's brands added."""
        return self.filter(Q(brand=None) | Q(brand__in=Brand.objects.visible_to(user)))

    def for_brand(self, brand: Brand) -> Self:
        """What comes into question for a brand: the catalogue and its own additions."""
        return self.filter(Q(brand=None) | Q(brand=brand), is_active=True)


class Placement(models.Model):
    """One place; without a brand it stands in the catalogue of all brands."""

    class Kind(models.TextChoices):
        OWN_SITE = "own_site", "own site"
        BLOG = "blog", "own blog"
        HELP = "help", "help centre"
        NEWSROOM = "newsroom", "newsroom"
        SOCIAL = "social", "social profile"
        VIDEO = "video", "video channel"
        ENCYCLOPAEDIA = "encyclopaedia", "encyclopaedia"
        REGISTER = "register", "company register"
        PROFILE = "profile", "company profile"
        REVIEW = "review", "review site"
        PODCAST = "podcast", "podcast"
        MEDIA = "media", "industry media"
        QUESTION = "question", "question site"
        FORUM = "forum", "forum"
        MARKETPLACE = "marketplace", "marketplace"
        APP_STORE = "app_store", "app store"
        EMPLOYER = "employer", "employer site"

    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    brand = models.ForeignKey(
        Brand,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="placements",
        help_text="Empty: in the catalogue of all brands.",
    )
    domain = models.CharField(
        max_length=255, blank=True, help_text="Registrable domain; empty for own pages."
    )
    url = models.URLField(max_length=500, blank=True, help_text="Where one begins.")
    languages = models.JSONField(default=list, blank=True, help_text="Empty: any.")
    countries = models.JSONField(default=list, blank=True, help_text="Empty: any.")
    piece_kinds = models.JSONField(default=list, blank=True, help_text="What can be published.")
    needs = models.TextField(blank=True, help_text="What one must have or do first.")
    forbids = models.TextField(blank=True, help_text="What its rules do not allow.")
    disclosure = models.TextField(blank=True, help_text="What must be said openly there.")
    hours = models.FloatField(default=4.0, help_text="Usual work until it stands.")
    source = models.CharField(max_length=500, blank=True, help_text="Where its rules are written.")
    is_active = models.BooleanField(default=True)
    is_edited = models.BooleanField(
        default=False, help_text="A person changed it: an update of the catalogue leaves it alone."
    )

    objects = PlacementQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(brand=None),
                name="a_place_stands_once_in_the_catalogue",
            ),
            models.UniqueConstraint(
                fields=["brand", "slug"],
                condition=Q(brand__isnull=False),
                name="a_place_stands_once_a_brand",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PresenceQuerySet(models.QuerySet["Presence"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(brand__in=Brand.objects.visible_to(user))


class Presence(models.Model):
    """Whether a brand stands at a place: what a person said, which outdoes what readings show."""

    class State(models.TextChoices):
        THERE = "there", "is there"
        MISSING = "missing", "not there yet"
        NOT_FOR_US = "not_for_us", "not for us"

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="presences")
    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="presences")
    state = models.CharField(max_length=10, choices=State.choices)
    url = models.URLField(max_length=2000, blank=True)
    page = models.ForeignKey(
        Page, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    said_at = models.DateTimeField()

    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "placement"], name="one_presence_a_brand_and_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.brand} at {self.placement}: {self.get_state_display()}"
