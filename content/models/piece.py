"""A piece of content that is to take a negative's place, from idea to measured."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from serp.models import Brand, Keyword, Page


class PieceQuerySet(models.QuerySet["Piece"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(brand__in=Brand.objects.visible_to(user))

    def in_work(self) -> Self:
        """Pieces that are not published yet."""
        return self.exclude(status__in=Piece.LIVE)

    def live(self) -> Self:
        """Pieces that are out and followed."""
        return self.filter(status__in=Piece.LIVE)

    def late(self, today: date) -> Self:
        """Pieces whose publication day has passed, or whose draft day has and no draft is in review."""
        return self.in_work().filter(
            Q(publish_on__lt=today)
            | Q(
                due_on__lt=today,
                status__in=(Piece.Status.IDEA, Piece.Status.BRIEFED, Piece.Status.DRAFT),
            )
        )

    def between(self, first: date, last: date) -> Self:
        """Pieces that stand on the calendar on one of these days, both included."""
        return self.filter(publish_on__gte=first, publish_on__lte=last)


class Piece(models.Model):
    """One page that the brand will publish, or have published, in answer."""

    class Kind(models.TextChoices):
        CASE_STUDY = "case_study", "case study"
        FAQ = "faq", "FAQ"
        TESTIMONIAL = "testimonial", "testimonial"
        WHITE_PAPER = "white_paper", "white paper"
        GUEST_POST = "guest_post", "guest post"
        VIDEO = "video", "video"
        COMPARISON = "comparison", "comparison"
        PROFILE = "profile", "wiki or profile page"
        FORUM = "forum", "forum answer"
        NEWS = "news", "news"

    class Status(models.TextChoices):
        IDEA = "idea", "idea"
        BRIEFED = "briefed", "briefed"
        DRAFT = "draft", "draft"
        REVIEW = "review", "in review"
        APPROVED = "approved", "approved"
        SCHEDULED = "scheduled", "scheduled"
        PUBLISHED = "published", "published"
        MEASURED = "measured", "measured"

    LIVE = (Status.PUBLISHED, Status.MEASURED)

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="pieces")
    title = models.CharField(max_length=200, help_text="Working title.")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.FAQ)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.IDEA)
    keyword = models.ForeignKey(
        Keyword,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="pieces",
        help_text="The keyword that it is to rank for.",
    )
    displaces = models.ForeignKey(
        Page,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="displaced_by",
        help_text="The negative whose place it is to take.",
    )
    lifts = models.ForeignKey(
        Page,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="lifted_by",
        help_text="The existing page that it is to lift, if it is no new one.",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True, help_text="Draft due.")
    publish_on = models.DateField(
        null=True, blank=True, help_text="Planned day; after publication the day it went out."
    )
    publish_time = models.TimeField(
        null=True,
        blank=True,
        help_text="Wall time in the brand's zone; empty: any time of the day.",
    )
    hours = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1000)],
        help_text="Expected work; empty: what is usual for the type.",
    )
    likelihood = models.FloatField(
        null=True, blank=True, help_text="Of reaching page one, as estimated when it was planned."
    )
    placement = models.ForeignKey(
        "content.Placement",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="pieces",
        help_text="Where it is to stand.",
    )
    recurrence = models.ForeignKey(
        "content.Recurrence",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="pieces",
    )
    recurs_on = models.DateField(
        null=True, blank=True, help_text="The day of the series that it was made for."
    )
    no_draft_reason = models.CharField(
        max_length=200, blank=True, help_text="Why its text is not written here."
    )
    url = models.URLField(max_length=2000, blank=True, help_text="Where it was published.")
    page = models.ForeignKey(
        Page, on_delete=models.SET_NULL, null=True, blank=True, related_name="pieces"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = PieceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["publish_on", "pk"]
        indexes = [models.Index(fields=["brand", "publish_on"], name="piece_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=("published", "measured"))
                | (~Q(url="") & Q(published_at__isnull=False)),
                name="a_published_piece_has_an_address",
            ),
            models.UniqueConstraint(
                fields=["recurrence", "recurs_on"], name="a_series_makes_one_piece_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_live(self) -> bool:
        return self.status in self.LIVE


class Recurrence(models.Model):
    """A series: one piece every so many weeks or months, made some weeks ahead."""

    class Unit(models.TextChoices):
        WEEKS = "weeks", "weeks"
        MONTHS = "months", "months"

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="recurrences")
    title = models.CharField(
        max_length=200, help_text="May hold {month}, {week}, {quarter} and {year}."
    )
    kind = models.CharField(max_length=12, choices=Piece.Kind.choices, default=Piece.Kind.NEWS)
    keyword = models.ForeignKey(
        Keyword, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    hours = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0)])
    every = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(52)]
    )
    unit = models.CharField(max_length=6, choices=Unit.choices, default=Unit.MONTHS)
    weekday = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(6)], help_text="0 is Monday."
    )
    month_day = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    publish_time = models.TimeField(null=True, blank=True)
    draft_days = models.PositiveSmallIntegerField(
        default=5, help_text="Days before publication on which the draft is due."
    )
    next_on = models.DateField(help_text="The next day of the series that no piece is made for.")
    ends_on = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["next_on", "pk"]

    def __str__(self) -> str:
        return self.title
