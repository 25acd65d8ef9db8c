"""Scores with their parts: one Judgement a snapshot, one BrandScore a brand and day."""

from __future__ import annotations

from django.db import models

from serp.models import Brand, Snapshot


class Parts(models.Model):
    """A score and what it is made of. Shares are fractions of the estimated clicks on page one, over
    the positions that were read; they add up to 1. `score` = 100 × (positive + own − negative)."""

    score = models.FloatField(null=True, help_text="−100 to 100; empty: nothing could be read.")
    negative = models.FloatField(default=0)
    neutral = models.FloatField(default=0)
    positive = models.FloatField(default=0)
    own = models.FloatField(default=0)
    coverage = models.FloatField(default=0)
    curve = models.CharField(max_length=80)
    curve_version = models.CharField(max_length=20)

    class Meta:
        abstract = True


class Judgement(Parts):
    """The score of one snapshot. `coverage`: share of page one's clicks at positions really read."""

    snapshot = models.OneToOneField(Snapshot, on_delete=models.CASCADE, related_name="judgement")
    negatives = models.PositiveSmallIntegerField(default=0, help_text="On page one.")
    worst = models.PositiveSmallIntegerField(
        null=True, help_text="Position of the highest negative that was read."
    )
    rank = models.PositiveSmallIntegerField(
        null=True, help_text="Best position of the brand's own pages; empty: not in the depth read."
    )
    is_stale = models.BooleanField(default=False, help_text="A mark changed since: score again.")

    class Meta:
        indexes = [
            models.Index(
                fields=["snapshot"],
                name="judgement_stale",
                condition=models.Q(is_stale=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.snapshot}: {self.score}"


class BrandScore(Parts):
    """The score of a brand on one day of its own time zone: the mean over its measured keywords.

    `coverage`: `measured` of `keywords`. A reading stands for its keyword's cadence slot and no
    longer; a failed check lowers the coverage and leaves the score to the others.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="scores")
    day = models.DateField()
    keywords = models.PositiveIntegerField()
    measured = models.PositiveIntegerField()
    with_negative = models.PositiveIntegerField(help_text="Keywords with a negative on page one.")
    with_negative_top = models.PositiveIntegerField(help_text="… in the first three.")
    provider = models.CharField(
        max_length=30, blank=True, help_text="Where most of the readings came from."
    )

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "day"], name="one_score_a_brand_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.day}: {self.score}"
