"""Forms of the workflow: stages, points of the checklist, links for outsiders, an outsider's answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from content.approving.checklist import MOST_POINTS
from content.approving.commenting import LONGEST
from content.approving.links import DAYS_CHOICES
from content.models import Approval, ChecklistItem, Piece, ReviewLink, ReviewStage
from serp.access import Role, members
from serp.models import Brand

MOST_STAGES = 8
MOST_DAYS = 60


class StageForm(forms.ModelForm):
    """One stage of approval. Its reviewers are editors and managers of its brand alone."""

    kinds = forms.MultipleChoiceField(
        choices=Piece.Kind.choices,
        required=False,
        label="Types",
        help_text="None ticked: for all types.",
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        min_value=1,
        max_value=MOST_DAYS,
        label="Days for its reviewer",
        initial=2,
    )

    class Meta:
        model = ReviewStage
        fields = ["name", "order", "days", "is_required", "reviewers", "kinds"]
        labels = {"is_required": "Required", "order": "Place in the order"}
        help_texts = {
            "is_required": "Without it, an editor can skip this approval.",
            "reviewers": "None ticked: any editor of the brand.",
        }
        widgets = {"reviewers": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.brand = brand
        field = self.fields["reviewers"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  as the model has it
        field.queryset = members(brand, Role.EDITOR).order_by("first_name", "username")
        field.label_from_instance = lambda user: user.get_full_name() or user.get_username()  # type: ignore[assignment, method-assign]
        field.error_messages["invalid_choice"] = f"This is nobody of {brand}. Choose from the list."

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not name:
            raise ValidationError("Give it a name, such as “Legal”.")
        twins = ReviewStage.objects.filter(brand=self.instance.brand, name=name)
        if twins.exclude(pk=self.instance.pk).exists():
            raise ValidationError(f"There is a stage “{name}” already. Choose another name.")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        held = ReviewStage.objects.filter(brand=self.instance.brand).count()
        if self.instance.pk is None and held >= MOST_STAGES:
            raise ValidationError(f"A brand has at most {MOST_STAGES} stages. Take one away first.")
        return cleaned


class ItemForm(forms.ModelForm):
    """One point of a brand's checklist."""

    class Meta:
        model = ChecklistItem
        fields = ["text", "kind", "is_required", "order"]
        labels = {"kind": "Type", "is_required": "Required", "order": "Place in the order"}
        help_texts = {"is_required": "Without it the point is a recommendation and blocks nothing."}

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.brand = brand
        kind = self.fields["kind"]
        assert isinstance(kind, forms.TypedChoiceField)  # noqa: S101  as the model has it
        kind.choices = [("", "all types"), *Piece.Kind.choices]

    def clean_text(self) -> str:
        text = " ".join(self.cleaned_data["text"].split())
        if not text:
            raise ValidationError(
                "Write what is to be checked, as a sentence that is true when done."
            )
        return text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        same = ChecklistItem.objects.filter(
            brand=self.instance.brand, is_active=True, kind=cleaned.get("kind", "")
        ).exclude(pk=self.instance.pk)
        if same.count() >= MOST_POINTS:
            raise ValidationError(
                f"{MOST_POINTS} points for one type are enough. Take one away first."
            )
        if same.filter(text=cleaned.get("text", "")).exists():
            self.add_error("text", "This point is on the list already.")
        return cleaned


class LinkForm(forms.ModelForm):
    """A link for an outsider: for whom, for how long, and what they decide."""

    days = forms.TypedChoiceField(
        choices=[(days, f"{days} days") for days in DAYS_CHOICES],
        coerce=int,
        initial=7,
        label="Holds for",
    )
    decides = forms.ChoiceField(required=False, label="They decide")
    mail = forms.BooleanField(required=False, label="Send it by mail now")

    class Meta:
        model = ReviewLink
        fields = ["name", "email"]
        labels = {"name": "For whom", "email": "Mail address"}
        help_texts = {"name": "Their name, as colleagues will read it."}

    def __init__(self, *args: Any, rows: list[Approval], can_mail: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(row.pk): row for row in rows}
        decides = self.fields["decides"]
        assert isinstance(decides, forms.ChoiceField)  # noqa: S101  as declared
        decides.choices = [
            ("", "nothing: they read and comment"),
            *((str(row.pk), f"“{row.name}”") for row in rows),
        ]
        if not can_mail:
            del self.fields["mail"]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not name:
            raise ValidationError("Write whom it is for.")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("mail") and not cleaned.get("email"):
            self.add_error("email", "Write the address that the mail is to go to.")
        return cleaned

    @property
    def approval(self) -> Approval | None:
        """The approval that the link's holder is to decide."""
        return self.rows.get(self.cleaned_data.get("decides", ""))


class GuestForm(forms.Form):
    """What an outsider answers: a name, and a note that a request for changes cannot do without."""

    name = forms.CharField(max_length=120, label="Your name")
    note = forms.CharField(
        max_length=LONGEST,
        required=False,
        label="Your note",
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, needs_note: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs_note = needs_note

    def clean_name(self) -> str:
        name = " ".join(
            "".join(c if c.isprintable() else " " for c in self.cleaned_data["name"]).split()
        )
        if not name:
            raise ValidationError("Write your name: the team sees it beside your answer.")
        return name

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"].strip()
        if self.needs_note and not note:
            raise ValidationError("Write what should be changed.")
        return note
