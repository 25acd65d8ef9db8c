"""That the whole installation stands still until a person says go, as a restored copy does."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class Pause(models.Model):
    """At most one row: while it is there nobody is called and nothing is sent."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    reason = models.CharField(max_length=300)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_pause_at_most")]

    def __str__(self) -> str:
        return self.reason

    @classmethod
    def current(cls) -> Pause | None:
        return cls.objects.first()

    @classmethod
    def begin(cls, reason: str, now: datetime) -> None:
        """Stand still from now on; a pause that lasts already keeps its reason."""
        cls.objects.get_or_create(id=1, defaults={"reason": reason[:300], "since": now})

    @classmethod
    def end(cls) -> None:
        cls.objects.all().delete()
