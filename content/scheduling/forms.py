"""Forms of the plan: hours a week, days away, a freeze, a series of pieces."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from content.forms import DayInput
from content.models import Absence, Freeze, Recurrence
from content.scheduling.choice import owners
from content.scheduling.outlook import name
from content.scheduling.recurring import first_day
from serp.access import Role, members
from serp.models import Brand

LONGEST_ABSENCE = timedelta(days=366)
FARTHEST = timedelta(days=365 * 5)
MOST_HOURS = 80
MOST_DRAFT_DAYS = 90


class CapacityForm(forms.Form):
    """Hours a week for everybody who may own a piece: one field a person, empty for "not said"."""

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = dict(brand.capacities.values_list("user_id", "hours"))
        self.people = owners(brand)
        for person in self.people:
            self.fields[f"hours-{person.pk}"] = forms.FloatField(
                label=f"Hours a week of {name(person)}",
                required=False,
                min_value=0,
                max_value=MOST_HOURS,
                initial=None if person.pk not in said else f"{said[person.pk]:g}",
                widget=forms.NumberInput(
                    attrs={"class": "field", "step": "0.5", "inputmode": "decimal"}
                ),
                error_messages={
                    "invalid": "Write hours as a number, such as 12 or 7.5.",
                    "max_value": f"A week has at most {MOST_HOURS} hours of work here.",
                    "min_value": "Hours cannot be fewer than none.",
                },
            )

    def hours(self) -> dict[int, float | None]:
        """Hours a week by person, as written; None where the field was left empty."""
        return {person.pk: self.cleaned_data[f"hours-{person.pk}"] for person in self.people}


class AbsenceForm(forms.ModelForm):
    """Days on which somebody is away."""

    class Meta:
        model = Absence
        fields = ["user", "first_on", "last_on"]
        labels = {"user": "Who", "first_on": "First day", "last_on": "Last day"}
        widgets = {"first_on": DayInput, "last_on": DayInput}

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.brand = brand
        fit_people(self.fields["user"], brand, empty="Choose a person")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_on"), cleaned.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", "The last day is before the first. Change one of them.")
        elif first and last and last - first > LONGEST_ABSENCE:
            self.add_error("last_on", "That is more than a year. Write the years one by one.")
        return cleaned


class FreezeForm(forms.ModelForm):
    """Why nothing may go out, from which day, and until when."""

    class Meta:
        model = Freeze
        fields = ["reason", "starts_on", "ends_on"]
        labels = {"starts_on": "From", "ends_on": "To", "reason": "Why"}
        help_texts = {
            "reason": "A sentence. Everybody who plans reads it.",
            "ends_on": "The last day. Empty: until somebody lifts it.",
        }
        widgets = {"starts_on": DayInput, "ends_on": DayInput}


class RecurrenceForm(forms.ModelForm):
    """A series: what comes again, how often, and from which day on."""

    class Meta:
        model = Recurrence
        fields = [
            "title", "kind", "keyword", "owner", "hours", "every", "unit", "next_on", "month_day",
            "publish_time", "draft_days", "ends_on",
        ]  # fmt: skip
        labels = {
            "title": "Working title",
            "kind": "Type",
            "keyword": "Target keyword",
            "hours": "Hours of work",
            "every": "Every",
            "unit": "Weeks or months",
            "next_on": "Next day",
            "month_day": "Day of the month",
            "publish_time": "Goes out at",
            "draft_days": "Draft due, days before",
            "ends_on": "Last day",
        }
        help_texts = {
            "title": "{month}, {week}, {quarter} and {year} are filled in for each piece.",
            "hours": "Empty: what is usual for the type.",
            "next_on": "Of a weekly series it gives the day of the week.",
            "month_day": "Empty: that of the next day. The 31st is the last day of a short month.",
            "publish_time": "Time of the brand's zone. Empty: any time of the day.",
            "ends_on": "Empty: until you stop it.",
        }
        widgets = {
            "next_on": DayInput,
            "ends_on": DayInput,
            "publish_time": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, brand: Brand, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.brand = brand
        self.today = today
        fit_people(self.fields["owner"], brand, empty="nobody yet")
        keyword = self.fields["keyword"]
        keyword.queryset = brand.keywords.order_by("phrase", "pk")  # type: ignore[attr-defined]
        keyword.empty_label = "no keyword"  # type: ignore[attr-defined]
        keyword.label_from_instance = lambda row: f"{row.phrase} ({row.market})"  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        title = " ".join(self.cleaned_data["title"].split())
        if not title:
            raise ValidationError("Give it a working title.")
        return title

    def clean_next_on(self) -> date:
        day: date = self.cleaned_data["next_on"]
        if "next_on" in self.changed_data and day < self.today:
            raise ValidationError("This day has passed. Choose today or a later one.")
        if day - self.today > FARTHEST:
            raise ValidationError("This day is more than five years away.")
        return day

    def clean_draft_days(self) -> int:
        days: int = self.cleaned_data["draft_days"]
        if days > MOST_DRAFT_DAYS:
            raise ValidationError(f"At most {MOST_DRAFT_DAYS} days.")
        return days

    def clean(self) -> dict[str, Any]:
        """Bring the next day and the day of the month or week together."""
        cleaned: dict[str, Any] = super().clean() or {}
        day, last = cleaned.get("next_on"), cleaned.get("ends_on")
        if not day:
            return cleaned
        is_weekly = cleaned.get("unit") == Recurrence.Unit.WEEKS
        cleaned["month_day"] = None if is_weekly else cleaned.get("month_day") or day.day
        cleaned["next_on"] = first_day(
            day, unit=cleaned.get("unit", ""), month_day=cleaned["month_day"]
        )
        self.instance.weekday = day.weekday() if is_weekly else None
        if last and last < cleaned["next_on"]:
            self.add_error("ends_on", "The last day is before the next one. Change one of them.")
        return cleaned


def fit_people(field: forms.Field, brand: Brand, *, empty: str) -> None:
    """Let the field offer people who may own a piece of the brand, and nobody else."""
    field.queryset = members(brand, Role.EDITOR)  # type: ignore[attr-defined]
    field.empty_label = empty  # type: ignore[attr-defined]
    field.label_from_instance = name  # type: ignore[attr-defined]
    field.error_messages["invalid_choice"] = f"Choose somebody who may edit pieces of {brand}."
