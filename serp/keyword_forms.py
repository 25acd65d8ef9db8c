"""Forms of a keyword, and of many at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from serp.accounts import not_offered
from serp.forms import Sectioned
from serp.models import Brand, Keyword, ProviderAccount
from serp.watching import PLACE, BadPhrases, known_phrases, phrases_of


class CodeField(forms.CharField):
    """A country or language code; capitals are taken for small letters."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).lower().replace("_", "-")


class KeywordForm(Sectioned, forms.ModelForm):
    """One keyword of a brand."""

    SECTIONS = [
        ("What people type", ["phrase", "kind", "volume"]),
        ("Where they search", ["engine", "country", "language", "location", "device"]),
        ("How it is read", ["cadence", "depth", "account", "is_paused"]),
    ]

    class Meta:
        model = Keyword
        fields = [
            "phrase", "kind", "engine", "country", "language", "location", "device", "depth",
            "cadence", "volume", "account", "is_paused",
        ]  # fmt: skip
        field_classes = {"country": CodeField, "language": CodeField}
        labels = {"volume": "Searches a month", "is_paused": "Paused: it is not checked"}
        help_texts = {
            "country": "Two letters, such as no or us.",
            "language": "Two letters, such as en, nb or zh.",
            "location": "A town, as the provider spells it; empty: the whole country.",
        }

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.brand = brand
        accounts = self.fields["account"]
        assert isinstance(accounts, forms.ModelChoiceField)  # noqa: S101
        accounts.queryset = ProviderAccount.objects.usable_by(brand).defer("key")
        accounts.empty_label = f"the brand’s: {brand.account or 'none yet'}"

    def clean_phrase(self) -> str:
        return " ".join(str(self.cleaned_data["phrase"]).split())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.refuse_what_is_not_offered(data)
        place = {name: data.get(name) for name in ("phrase", *PLACE)}
        twin = Keyword.objects.filter(brand=self.instance.brand, **place)
        if twin.exclude(pk=self.instance.pk).exists():
            self.add_error(
                "phrase", "This keyword is watched already, with the same engine and place."
            )
        return data

    def refuse_what_is_not_offered(self, data: dict[str, Any]) -> None:
        """An engine or device that the account cannot read would fail at every check."""
        account = data.get("account") or self.instance.brand.account
        if account is None:
            return
        asked = {name: data.get(name) or "" for name in ("engine", "device")}
        for field, trouble in not_offered(account, **asked).items():
            self.add_error(field, trouble)


class KeywordsForm(KeywordForm):
    """Many keywords at once: one phrase a line, the rest alike."""

    SECTIONS = [
        ("What people type", ["phrases", "kind"]),
        ("Where they search", ["engine", "country", "language", "location", "device"]),
        ("How they are read", ["cadence", "depth", "account"]),
    ]

    phrases = forms.CharField(
        label="Phrases",
        help_text="One a line, up to 500. Begin with the brand’s names and products, then with "
        "“reviews”, “problems” or “complaints” behind them, in the language of the country.",
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write at least one phrase."},
    )

    class Meta(KeywordForm.Meta):
        fields = [
            "kind", "engine", "country", "language", "location", "device", "depth", "cadence",
            "account",
        ]  # fmt: skip

    def clean_phrases(self) -> list[str]:
        try:
            return phrases_of(self.cleaned_data["phrases"])
        except BadPhrases as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        self.refuse_what_is_not_offered(data)
        phrases = data.get("phrases")
        if phrases and all(name in data for name in PLACE):
            known = known_phrases(self.instance.brand, phrases, data)
            if known.issuperset(phrases):
                self.add_error(
                    "phrases",
                    "This phrase is watched already, with the same engine and place."
                    if len(phrases) == 1
                    else f"All {len(phrases)} are watched already, with the same engine and place.",
                )
        return data

    def validate_unique(self) -> None:
        """The phrases are no field of the model: known ones are skipped by the act."""

    @property
    def shared(self) -> dict[str, Any]:
        """What all the phrases have in common, by field of the model."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or []}
