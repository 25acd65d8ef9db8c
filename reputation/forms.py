"""Forms of the middle floor: an incident and a note to it."""

from __future__ import annotations

from typing import Any

from django import forms

from reputation.models import Incident
from reputation.templatetags.pushdown import person
from serp.access import members
from serp.models import Brand, Membership


class PersonChoice(forms.ModelChoiceField):
    """People by the name that the pages show."""

    def label_from_instance(self, obj: Any) -> str:
        return person(obj)


class IncidentForm(forms.ModelForm):
    """What people decide about an incident. Times are read and written in the current time zone:
    activate the brand's."""

    class Meta:
        model = Incident
        fields = ["title", "cause", "severity", "owner", "due_at", "status"]
        field_classes = {"owner": PersonChoice}
        labels = {"due_at": "First answer due", "title": "What happened"}
        widgets = {
            "due_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        }

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101
        owner.queryset = members(brand, Membership.Role.EDITOR).order_by("username")
        owner.empty_label = "nobody yet"
        for field in self.fields.values():
            field.widget.attrs["class"] = "field wide"


class NewIncidentForm(IncidentForm):
    """An incident that comes from no result; its clock follows from the severity."""

    class Meta(IncidentForm.Meta):
        fields = ["title", "cause", "severity", "owner"]


class NoteForm(forms.Form):
    """One note. Notes are added and never rewritten."""

    text = forms.CharField(
        label="Note",
        max_length=10_000,
        widget=forms.Textarea(attrs={"class": "field", "rows": 3}),
        error_messages={"required": "Write something first."},
    )
