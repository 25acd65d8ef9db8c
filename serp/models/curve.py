"""A CTR curve that people can edit: dated, sourced, and counted on with every change."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from serp.ctr import Curve, curve_from


class CtrCurve(models.Model):
    """Share of clicks by organic position, from a published study."""

    name = models.CharField(max_length=80, unique=True)
    version = models.PositiveIntegerField(default=1, help_text="Rises when the shares are edited.")
    source = models.TextField()
    source_url = models.URLField(blank=True)
    published_on = models.DateField()
    shares = models.JSONField(help_text="Fractions of all clicks for positions 1 to 20.")
    tail = models.TextField(blank=True, help_text="Where the shares after position 10 come from.")
    is_default = models.BooleanField(default=False)

    history = HistoricalRecords()

    class Meta:
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_curve"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            self.curve()
        except ValueError as error:
            raise ValidationError({"shares": str(error)}) from error

    def curve(self) -> Curve:
        """The pure curve. Raises ValueError when the shares are not a curve."""
        return curve_from(
            name=self.name,
            version=str(self.version),
            source=self.source,
            source_url=self.source_url,
            published=self.published_on,
            shares=self.shares,
            tail=self.tail,
        )
