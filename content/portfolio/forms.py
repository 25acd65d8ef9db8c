"""The form of the keyword builder: what a brand's keywords are made of, where they are watched, and how."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from content.portfolio.plan import Place, Wish
from serp.accounts import not_offered
from serp.cadence import Cadence
from serp.forms import LinesField
from serp.models import Brand, Keyword, ProviderAccount
from serp.portfolio.candidates import LONGEST
from serp.portfolio.combining import PATTERNS, USUAL, Subject
from serp.portfolio.language_words import meanings
from serp.providers.registry import engine_choices

MOST_LINES = 60
"""Entries of one list: ten products with twenty problems are two hundred phrases already."""
MOST_FURTHER = 600
MARKET = re.compile(r"([a-z]{2})[\s/,;:·]+([a-z]{2}(?:[-_][a-z]{2})?)", re.I)
USUAL_MEANINGS = ("reviews", "complaints", "scam", "problems")


class EntriesField(LinesField):
    """A list of names or words, one a line; commas do not part them, since names hold some."""

    def __init__(self, *, most: int = MOST_LINES, rows: int = 3, **kwargs: Any) -> None:
        self.most = most
        super().__init__(
            required=kwargs.pop("required", False),
            widget=forms.Textarea(attrs={"rows": rows}),
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        return [" ".join(line.split()) for line in super().to_python(value)]

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > self.most:
            raise ValidationError(f"These are {len(value)} lines; {self.most} are taken at most.")
        for line in value:
            if len(line) > LONGEST:
                raise ValidationError(
                    f"“{line[:40]}…” has {len(line)} characters; {LONGEST} are taken at most."
                )


class MarketsField(EntriesField):
    """Countries with a language, one a line: "no nb"."""

    def to_python(self, value: Any) -> Any:
        found = []
        for line in super().to_python(value):
            match = MARKET.fullmatch(line)
            if match is None:
                raise ValidationError(
                    f"“{line}” is no market. Write a country and a language of two letters each, "
                    "such as “no nb” or “us en”."
                )
            country, language = match.groups()
            found.append(f"{country} {language.replace('_', '-')}".lower())
        return list(dict.fromkeys(found))


class BuilderForm(forms.Form):
    """The builder's fields. Its `wish` is what they mean, once the form is valid."""

    names = EntriesField(
        required=True,
        label="Names",
        help_text="As people write them; the first one is joined with products and places.",
        error_messages={"required": "Write at least one name of the brand."},
    )
    products = EntriesField(label="Products and services")
    people = EntriesField(label="People", help_text="Founders, managers, faces of the brand.")
    topics = EntriesField(label="Topics", help_text="What the brand wants to be found for.")
    places = EntriesField(label="Places", help_text="Towns and shops.")
    rivals = EntriesField(label="Competitors")
    meanings = forms.MultipleChoiceField(
        required=False,
        label="Problems",
        widget=forms.CheckboxSelectMultiple,
        choices=[(name, name) for name in meanings()],
    )
    per_meaning = forms.IntegerField(
        label="Words for each problem",
        min_value=1,
        max_value=4,
        help_text="1 to 4, the usual word first.",
    )
    problems = EntriesField(
        label="Other problems", help_text="In your own words, used in every language."
    )
    patterns = forms.MultipleChoiceField(
        label="Patterns",
        widget=forms.CheckboxSelectMultiple,
        choices=list(PATTERNS.items()),
        error_messages={"required": "Tick at least one pattern."},
    )
    misspell = forms.IntegerField(
        label="Misspellings of each name",
        min_value=0,
        max_value=8,
        help_text="0 to 8 a language, the likeliest first.",
    )
    take_related = forms.BooleanField(
        required=False, label="Related searches on stored result pages"
    )
    take_questions = forms.BooleanField(
        required=False, label="“People also ask” on stored result pages"
    )
    further = EntriesField(
        most=MOST_FURTHER,
        rows=4,
        label="Further phrases",
        help_text="Your own, one a line. What autocomplete gives is added here. “[no]” behind a phrase: "
        "only where people search in that language.",
    )
    markets = MarketsField(
        required=True,
        label="Markets",
        help_text="Country and language, one a line: “no nb”, “us en”, “cn zh”.",
        error_messages={"required": "Write at least one market, such as “us en”."},
    )
    engines = forms.MultipleChoiceField(
        label="Engines",
        widget=forms.CheckboxSelectMultiple,
        choices=engine_choices,
        error_messages={"required": "Tick at least one engine."},
    )
    devices = forms.MultipleChoiceField(
        label="Devices",
        widget=forms.CheckboxSelectMultiple,
        choices=Keyword.Device.choices,
        error_messages={"required": "Tick at least one device."},
    )
    cadence = forms.ChoiceField(label="Checked", choices=Cadence.choices)
    depth = forms.IntegerField(
        label="Results read",
        validators=[MinValueValidator(10), MaxValueValidator(100)],
        help_text="10 to 100; engines serve ten a page.",
    )
    account = forms.ModelChoiceField(
        ProviderAccount.objects.none(), required=False, label="Account that pays"
    )

    WORDS = ("names", "products", "people", "topics", "places", "rivals", "problems", "further")
    WHERE = ("markets", "cadence", "depth", "account")

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brand = brand
        account = self.fields["account"]
        assert isinstance(account, forms.ModelChoiceField)  # noqa: S101  as declared above
        account.queryset = ProviderAccount.objects.usable_by(brand).defer("key")
        account.empty_label = f"the brand’s: {brand.account or 'none yet'}"
        account.error_messages["invalid_choice"] = (
            "This account is not one of this brand. Choose one from the list."
        )

    @property
    def payer(self) -> ProviderAccount | None:
        """The account that pays, as far as the form tells."""
        chosen: ProviderAccount | None = getattr(self, "cleaned_data", {}).get("account")
        return chosen or self.brand.account

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        payer = data.get("account") or self.brand.account
        if payer is not None:
            for field, name in (("engine", "engines"), ("device", "devices")):
                for value in data.get(name) or ():
                    asked = {"engine": "", "device": "", field: value}
                    trouble = not_offered(payer, **asked)
                    if trouble and name not in self.errors:
                        self.add_error(
                            "account" if "account" in trouble else name,
                            f"{value}: {next(iter(trouble.values()))}",
                        )
        return data

    @property
    def wish(self) -> Wish:
        """What the fields ask for."""
        data = self.cleaned_data
        return Wish(
            subject=Subject(
                **{
                    name: tuple(data[name])
                    for name in (
                        "names", "products", "people", "problems", "meanings", "topics", "places",
                        "rivals",
                    )
                }
            ),
            patterns=tuple(data["patterns"]),
            places=tuple(self.places_of(data)),
            cadence=data["cadence"],
            depth=data["depth"],
            account=data["account"],
            per_meaning=data["per_meaning"],
            misspell=data["misspell"],
            take_related=data["take_related"],
            take_questions=data["take_questions"],
            further=tuple(data["further"]),
        )  # fmt: skip

    @staticmethod
    def places_of(data: dict[str, Any]) -> list[Place]:
        """Every engine and device in every market."""
        return [
            Place(engine, country, language, device)
            for country, language in (market.split(" ") for market in data["markets"])
            for engine in data["engines"]
            for device in data["devices"]
        ]


def starting(brand: Brand) -> dict[str, Any]:
    """What the form begins with: the brand's names, what it watches of products, people and topics,
    and the places and settings of its keywords, the newest first."""
    rows = list(brand.keywords.order_by("-pk"))
    last = rows[0] if rows else Keyword()
    return {
        "names": list(brand.names),
        "products": phrases(rows, Keyword.Kind.PRODUCT),
        "people": phrases(rows, Keyword.Kind.PERSON),
        "topics": phrases(rows, Keyword.Kind.TOPIC),
        "meanings": list(USUAL_MEANINGS),
        "per_meaning": 1,
        "patterns": list(USUAL),
        "misspell": 3,
        "take_related": True,
        "take_questions": True,
        "markets": list(dict.fromkeys(f"{row.country} {row.language}" for row in rows))[:MOST_LINES]
        or [f"{last.country} {last.language}"],
        "engines": list(dict.fromkeys(row.engine for row in rows)) or [last.engine],
        "devices": list(dict.fromkeys(row.device for row in rows)) or [last.device],
        "cadence": last.cadence,
        "depth": last.depth,
        "account": last.account_id,
    }


def phrases(rows: Sequence[Keyword], kind: str) -> list[str]:
    """What is watched of one kind, each phrase once, without those that hold one of the others."""
    found = list(dict.fromkeys(row.phrase for row in rows if row.kind == kind))
    short = [
        one
        for one in found
        if not any(other != one and other.casefold() in one.casefold() for other in found)
    ]
    return short[:MOST_LINES]
