"""A revocable address under which a calendar program reads a brand's editorial calendar."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from serp.models import Brand


class CalendarFeed(models.Model):
    """One person's feed of one brand, or without a brand of the person's own pieces in all brands.
    Only the hash of its token is kept."""

    brand = models.ForeignKey(
        Brand, on_delete=models.CASCADE, null=True, blank=True, related_name="feeds"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.brand or 'all brands'}: feed of {self.user}"
