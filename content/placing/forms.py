"""Forms of a place: whether the brand is there, and a place that a brand adds for itself."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from content.models import Piece, Placement, Presence
from content.placing.scopes import holds
from serp.addresses import BadAddress, canonical_url, host_of, safe_link
from serp.models import Brand

LONGEST_NOTE = 1000
LONGEST_TEXT = 2000
MOST_HOURS = 1000
SLUG = 60
CODE = re.compile(r"[a-z]{2}")


class SayForm(forms.Form):
    """A person's word on one place: there, with the address, or not for us, with the reason."""

    state = forms.ChoiceField(
        choices=Presence.State.choices,
        error_messages={"required": "Choose with one of the buttons.", "invalid_choice": "Choose with one of the buttons."},
    )  # fmt: skip
    url = forms.CharField(
        label="Our address there",
        required=False,
        max_length=2000,
        widget=forms.URLInput(attrs={"class": "field", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.TextInput(attrs={"class": "field"}),
    )

    def __init__(self, *args: Any, brand: Brand, placement: Placement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"say-{placement.pk}-%s"
        self.brand, self.placement = brand, placement

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if not url:
            return ""
        if not safe_link(url):
            raise ValidationError("Write the whole address, with https://.")
        try:
            canonical_url(url)
        except BadAddress as error:
            raise ValidationError(f"This address cannot be followed: {error}") from error
        if self.placement.domain and not holds(self.placement.domain, url):
            raise ValidationError(
                f"This address is not at {self.placement.domain}. Copy the one of your page there."
            )
        return url

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        state = cleaned.get("state")
        if state == Presence.State.THERE and not cleaned.get("url") and "url" not in self.errors:
            self.add_error("url", "Write the address of your page there.")
        if (
            state == Presence.State.NOT_FOR_US
            and not cleaned.get("note", "").strip()
            and "note" not in self.errors
        ):
            self.add_error("note", "Say in a few words why not, for those who ask later.")
        return cleaned


class CodesField(forms.CharField):
    """Codes of two letters, with commas between them."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        codes = re.split(r"[\s,;]+", (super().to_python(value) or "").strip().lower())
        return list(dict.fromkeys(code for code in codes if code))

    def validate(self, value: Any) -> None:
        super().validate(value)
        wrong = next((code for code in value if not CODE.fullmatch(code)), None)
        if wrong is not None:
            raise ValidationError(f"“{wrong[:20]}” is no code of two letters, such as en or no.")

    def run_validators(self, value: Any) -> None:
        """The codes are checked one by one in `validate`."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


class PlacementForm(forms.ModelForm):
    """A place with what it needs and forbids."""

    languages = CodesField(
        required=False,
        max_length=200,
        help_text="Two letters each, with commas: en, no. Empty: any.",
    )
    countries = CodesField(
        required=False,
        max_length=200,
        help_text="Two letters each, with commas: us, no. Empty: any.",
    )
    url = forms.URLField(
        label="Where one begins", required=False, max_length=500, assume_scheme="https"
    )
    piece_kinds = forms.MultipleChoiceField(
        label="What can be published there",
        choices=Piece.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Placement
        fields = [
            "name", "kind", "domain", "url", "languages", "countries", "piece_kinds", "needs",
            "forbids", "disclosure", "hours", "source", "is_active",
        ]  # fmt: skip
        labels = {
            "domain": "Host or domain",
            "forbids": "Forbids",
            "hours": "Hours of work",
            "source": "Where its rules are written",
            "is_active": "In use",
        }
        help_texts = {
            "source": "",
            "domain": "Such as trade.example or trade.example/members. Empty: it cannot be seen in results.",
            "is_active": "Switched off, it is offered nowhere; pieces that name it keep it.",
        }
        widgets = {
            name: forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_TEXT})
            for name in ("needs", "forbids", "disclosure")
        }

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not name:
            raise ValidationError("Give it a name.")
        return name

    def clean_domain(self) -> str:
        text: str = self.cleaned_data["domain"].strip()
        if not text:
            return ""
        address = text if "//" in text else f"https://{text}"
        try:
            host = host_of(address)
            path = canonical_url(address).partition("//")[2].partition("/")[2].partition("?")[0]
        except BadAddress as error:
            raise ValidationError(f"“{text[:60]}” is no host: {error}") from error
        if "." not in host:
            raise ValidationError("Write the whole host, such as trade.example.")
        return f"{host}/{path}" if path else host

    def clean_url(self) -> str:
        return self.linkable("url")

    def clean_source(self) -> str:
        return self.linkable("source")

    def linkable(self, name: str) -> str:
        """An address that a browser may follow, or nothing."""
        text: str = (self.cleaned_data[name] or "").strip()
        if text and not safe_link(text):
            raise ValidationError("Write the whole address, with https://.")
        return text

    def clean_hours(self) -> float:
        hours: float = self.cleaned_data["hours"]
        if not 0 <= hours <= MOST_HOURS:
            raise ValidationError(f"Write hours of work from 0 to {MOST_HOURS}.")
        return hours

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("needs", "forbids", "disclosure"):
            if len(cleaned.get(name) or "") > LONGEST_TEXT:
                self.add_error(name, f"At most {LONGEST_TEXT} characters.")
        return cleaned


def free_slug(brand: Brand | None, name: str) -> str:
    """A slug for a new place that no other of the brand, or of the catalogue, has."""
    stem = slugify(name)[: SLUG - 4] or "place"
    taken = set(
        Placement.objects.filter(brand=brand, slug__startswith=stem).values_list("slug", flat=True)
    )
    return next(
        slug
        for number in range(1, len(taken) + 3)
        if (slug := stem if number == 1 else f"{stem}-{number}") not in taken
    )
