"""What shapes the calendar beside the pieces: freezes, recurring pieces, capacity, absences, reminders."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from content.models.piece import Piece
from serp.models import Brand


class Freeze(models.Model):
    """Days on which nothing goes out, because the brand is in a crisis."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="freezes")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="Empty: until it is lifted.")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="a_freeze_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.brand}: frozen from {self.starts_on}"


class Capacity(models.Model):
    """Hours a week that a person has for a brand's pieces."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="capacities")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="capacities"
    )
    hours = models.FloatField(validators=[MinValueValidator(0), MaxValueValidator(80)])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "user"], name="one_capacity_a_person_and_brand"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.hours} hours a week"


class Absence(models.Model):
    """Days on which a person does not work for a brand, both included."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="absences")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences"
    )
    first_on = models.DateField()
    last_on = models.DateField()

    class Meta:
        ordering = ["first_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")), name="an_absence_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: away {self.first_on} to {self.last_on}"


class Reminder(models.Model):
    """One mail about one day of one piece to one person: the row is made first, so none is sent twice."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders"
    )
    what = models.CharField(max_length=12, help_text="draft, review, publish or late")
    on = models.DateField(help_text="The day that it is about.")
    made_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["piece", "user", "what", "on"], name="one_reminder_a_day_and_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.what} of {self.piece}"


class ReminderChoice(models.Model):
    """Which reminders a person wants, and at which hour of the brand's day."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="reminder_choices")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminder_choices"
    )
    is_on = models.BooleanField(default=True)
    days_before = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(30)])
    hour = models.PositiveSmallIntegerField(default=8, validators=[MaxValueValidator(23)])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "user"], name="one_choice_of_reminders_a_person_and_brand"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: reminders of {self.brand}"
