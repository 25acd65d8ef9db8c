"""Where pieces are sent to: a brand's sites, what was sent there, and what engines were told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from content.models.piece import Piece
from serp.models import Brand
from serp.models.secret import SecretField


class Site(models.Model):
    """A site that takes drafts over its API. The password is encrypted and never shown again."""

    class Kind(models.TextChoices):
        WORDPRESS = "wordpress", "WordPress"

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.WORDPRESS)
    base_url = models.URLField(max_length=500, help_text="Where the site begins.")
    username = models.CharField(max_length=120)
    password = SecretField(blank=True, help_text="An application password.")
    indexnow_key = models.CharField(
        max_length=128, blank=True, help_text="Empty: engines are not told of new pages."
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    history = HistoricalRecords(excluded_fields=["password"])

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="a_site_has_its_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One sending of a piece to a site: the row is made first, so a piece is never sent twice."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        SENT = "sent", "sent as a draft"
        FAILED = "failed", "failed"

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="deliveries")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    key = models.CharField(max_length=32, unique=True, help_text="Names it at the site, too.")
    remote_id = models.CharField(max_length=40, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    edit_url = models.URLField(max_length=2000, blank=True)
    draft_revision = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["piece", "site"],
                condition=Q(state__in=("waiting", "sent")),
                name="a_piece_is_sent_once_to_a_site",
            )
        ]

    def __str__(self) -> str:
        return f"{self.piece} to {self.site}: {self.get_state_display()}"


class Ping(models.Model):
    """One message to engines that an address is new or changed (IndexNow)."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="pings")
    url = models.URLField(max_length=2000)
    made_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.url
