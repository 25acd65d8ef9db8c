"""What was learnt from stored histories about how long negatives stay on page one."""

from __future__ import annotations

from django.db import models

from serp.models import Brand


class ForecastModel(models.Model):
    """One fit, for a brand or, without brand, for the whole installation. The newest counts."""

    brand = models.ForeignKey(
        Brand, on_delete=models.CASCADE, null=True, blank=True, related_name="forecast_models"
    )
    made_at = models.DateTimeField()
    episodes = models.PositiveIntegerField(help_text="Stays on page one that it was fitted on.")
    finished = models.PositiveIntegerField(help_text="Those of them that ended.")
    span_days = models.PositiveIntegerField(help_text="From the first reading to the last.")
    coefficients = models.JSONField(default=dict)
    backtest = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.brand or 'all brands'}, {self.made_at:%Y-%m-%d}"
