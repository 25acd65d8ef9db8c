"""Forms of a keyword, and of many at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from serp.accounts import no_stand_in, not_offered
from serp.agreeing import Priced
from serp.forms import Sectioned
from serp.models import Brand, Keyword, ProviderAccount
from serp.quoting import Quote, plural, quote_lines
from serp.spending import Line
from serp.watching import PLACE, BadPhrases, known_phrases, phrases_of


class CodeField(forms.CharField):
    """A country or language code; capitals are taken for small letters."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).lower().replace("_", "-")


class PricedKeyword(Priced):
    """What the forms of a keyword share, the admin's too: who pays, who stands in, and what it costs."""

    PRICING: tuple[str, ...] = ("cadence", "depth", "account", "second_account", "is_paused")

    def brand_of(self, values: Mapping[str, Any]) -> Brand | None:
        return self.instance.brand if self.instance.brand_id else None

    def weigh(self, values: Mapping[str, Any]) -> Quote | None:
        brand = self.brand_of(values)
        if brand is None or not {"cadence", "depth"} <= set(values):
            return None
        stored = Keyword.objects.filter(pk=self.instance.pk).first()
        line = self.line_of(values, 1)
        lines = [] if values.get("is_paused") else [line]
        subject = "Paused" if values.get("is_paused") else "This keyword"
        return quote_lines(brand, lines, subject=subject, stored=stored, now=timezone.now())

    def line_of(self, values: Mapping[str, Any], count: int) -> Line:
        account, second = values.get("account"), values.get("second_account")
        return Line(
            count=count,
            cadence=values["cadence"],
            depth=values["depth"],
            account_id=account.pk if account else None,
            second_id=second.pk if second else None,
            is_quiet=self.instance.is_quiet,
        )

    def refuse_what_is_not_offered(self, brand: Brand, data: Mapping[str, Any]) -> None:
        """An engine or device that an account cannot read would fail at every check."""
        account, second = data.get("account") or brand.account, data.get("second_account")
        asked = {name: data.get(name) or "" for name in ("engine", "device")}
        if account is not None:
            for field, trouble in not_offered(account, **asked).items():
                self.add_error(field, trouble)
        if second is not None:
            trouble = no_stand_in(second, account, **asked)
            if trouble:
                self.add_error("second_account", trouble)


class KeywordForm(Sectioned, PricedKeyword, forms.ModelForm):
    """One keyword of a brand."""

    SECTIONS = [
        ("What people type", ["phrase", "kind", "volume"]),
        ("Where they search", ["engine", "country", "language", "location", "device"]),
        ("How it is read", ["cadence", "depth", "account", "second_account", "is_paused"]),
    ]

    class Meta:
        model = Keyword
        fields = [
            "phrase", "kind", "engine", "country", "language", "location", "device", "depth",
            "cadence", "volume", "account", "second_account", "is_paused",
        ]  # fmt: skip
        field_classes = {"country": CodeField, "language": CodeField}
        labels = {"volume": "Searches a month", "is_paused": "Paused: it is not checked"}
        help_texts = {
            "country": "Two letters, such as no or us.",
            "language": "Two letters, such as en, nb or zh.",
            "location": "A town, as the provider spells it; empty: the whole country.",
            "second_account": "Asked when the first cannot be: it is down, its key is refused or its "
            "money is used up. The reading then says which of the two it came from.",
        }

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.brand = brand
        labels = {
            "account": f"the brand’s: {brand.account or 'none yet'}",
            "second_account": "none: the check fails and is tried again",
        }
        for name, label in labels.items():
            accounts = self.fields[name]
            assert isinstance(accounts, forms.ModelChoiceField)  # noqa: S101
            accounts.queryset = ProviderAccount.objects.usable_by(brand).defer("key")
            accounts.empty_label = label
        self.show_costs()

    def clean_phrase(self) -> str:
        return " ".join(str(self.cleaned_data["phrase"]).split())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.refuse_what_is_not_offered(self.instance.brand, data)
        place = {name: data.get(name) for name in ("phrase", *PLACE)}
        twin = Keyword.objects.filter(brand=self.instance.brand, **place)
        if twin.exclude(pk=self.instance.pk).exists():
            self.add_error(
                "phrase", "This keyword is watched already, with the same engine and place."
            )
        return data


class KeywordsForm(KeywordForm):
    """Many keywords at once: one phrase a line, the rest alike."""

    SECTIONS = [
        ("What people type", ["phrases", "kind"]),
        ("Where they search", ["engine", "country", "language", "location", "device"]),
        ("How they are read", ["cadence", "depth", "account", "second_account"]),
    ]
    PRICING = ("phrases", *PLACE, *KeywordForm.PRICING)

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
            "account", "second_account",
        ]  # fmt: skip

    def clean_phrases(self) -> list[str]:
        try:
            return phrases_of(self.cleaned_data["phrases"])
        except BadPhrases as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        self.refuse_what_is_not_offered(self.instance.brand, data)
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

    def weigh(self, values: Mapping[str, Any]) -> Quote | None:
        phrases = values.get("phrases")
        if isinstance(phrases, str):  # what the form begins with, not yet cleaned
            phrases = phrases.split("\n")
        if not phrases or not {"cadence", "depth"} <= set(values):
            return None
        brand = self.instance.brand
        known = known_phrases(brand, phrases, values)
        phrases = [phrase for phrase in phrases if phrase not in known]
        return quote_lines(
            brand,
            [self.line_of(values, len(phrases))],
            subject=f"{plural(len(phrases))} more",
            stored=None,
            now=timezone.now(),
        )

    def validate_unique(self) -> None:
        """The phrases are no field of the model: known ones are skipped by the act."""

    @property
    def shared(self) -> dict[str, Any]:
        """What all the phrases have in common, by field of the model."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or []}
