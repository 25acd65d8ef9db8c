"""Forms of a brand and its people, and what all forms of this floor share."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.text import slugify

from serp.accounts import (
    SAMPLE,
    SAMPLE_TITLE,
    first_account,
    make_sample_account,
    sample_account,
)
from serp.agreeing import Priced
from serp.models import Brand, Membership, ProviderAccount
from serp.quoting import Quote, quote_brand

Sections = list[tuple[str, list[str]]]
ADD_ACCOUNT = "add"
NO_ACCESS = "none"


def zone_choices() -> list[tuple[str, str]]:
    """The time zones of towns, and UTC, by name."""
    towns = {name for name in zoneinfo.available_timezones() if "/" in name}
    return [(name, name) for name in sorted(n for n in towns if n[:4] != "Etc/")] + [("UTC", "UTC")]


class Sectioned:
    """A form whose fields stand under headings."""

    SECTIONS: Sections

    def sections(self) -> Iterator[tuple[str, list[BoundField]]]:
        for heading, names in self.SECTIONS:
            yield heading, [self[name] for name in names]  # type: ignore[index]


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


class AccountChoice(forms.ModelChoiceField):
    """The account that pays. It offers the sample world also before that account exists, and on a
    new brand an account that is to be added next; `wants_account` tells that it was chosen."""

    wants_account = False

    def offer(self, accounts: Any, *, adding: bool = False) -> None:
        """Set the accounts to choose from."""
        self.queryset = accounts.defer("key").order_by("name")
        more = [] if sample_account() else [(SAMPLE, f"{SAMPLE_TITLE}: try Pushdown without a key")]
        more += [(ADD_ACCOUNT, "An account of this brand’s own: I add it next")] if adding else []
        self.more = [choice[0] for choice in more]
        stored: Any = self.choices
        self.widget.choices = [*stored, *more]

    def to_python(self, value: Any) -> ProviderAccount | None:
        if value == ADD_ACCOUNT and ADD_ACCOUNT in self.more:
            self.wants_account = True
            return None
        if value == SAMPLE and SAMPLE in self.more:
            return ProviderAccount(name=SAMPLE_TITLE, provider=SAMPLE)
        return super().to_python(value)

    def validate(self, value: Any) -> None:
        if not (self.wants_account and value is None):
            super().validate(value)


class BrandForm(Sectioned, Priced, forms.ModelForm):
    """A brand with its names, places and the account that pays for its checks."""

    SECTIONS = [
        ("Names", ["name", "slug", "aliases"]),
        ("Own places", ["domains", "profiles"]),
        ("Reading and scoring", ["account", "time_zone", "curve"]),
        ("Money", ["day_budget", "month_budget"]),
    ]
    PRICING = ("account", "day_budget", "month_budget")

    aliases = LinesField(
        required=False,
        label="Other names",
        help_text="Spellings and short names, one a line. They are never taken for praise or blame.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    domains = LinesField(
        required=False,
        label="Own domains",
        help_text="One a line, such as hallwaycoffee.example. Their pages count as own pages.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    profiles = LinesField(
        required=False,
        label="Profiles",
        help_text="Pages on other sites that you can edit, one a line. They count as influenced.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    time_zone = forms.ChoiceField(
        choices=zone_choices,
        initial="Europe/Oslo",
        help_text="Days and hours on this brand’s pages are told in it.",
    )
    account = AccountChoice(
        queryset=ProviderAccount.objects.none(),
        required=False,
        label="Provider account",
        empty_label="None: nothing is read",
        help_text="It pays for every keyword that names no other. "
        "The sample world is made up: it shows how Pushdown works, and nothing about your brand.",
    )

    class Meta:
        model = Brand
        fields = [
            "name", "slug", "aliases", "domains", "profiles", "time_zone", "account", "curve",
            "day_budget", "month_budget",
        ]  # fmt: skip
        labels = {
            "slug": "Short name",
            "curve": "CTR curve",
            "day_budget": "Budget a day",
            "month_budget": "Budget a month",
        }
        help_texts = {
            "slug": "Stands in the address of its pages: small letters, digits, hyphens. "
            "Empty: made from the name.",
            "day_budget": "US dollars a day (UTC) for all checks of this brand, whichever account pays. "
            "Empty: only the accounts’ budgets count.",
            "month_budget": "US dollars a month (UTC). When it gets short, quiet keywords are checked "
            "less often; at the end of it nothing is read until the next month.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The admin takes out what a person may only read.
        account, slug, curve, zone = map(self.fields.get, ("account", "slug", "curve", "time_zone"))
        if isinstance(account, AccountChoice):
            if self.instance.pk:
                account.offer(ProviderAccount.objects.usable_by(self.instance))
            else:
                account.offer(ProviderAccount.objects.filter(brand__isnull=True), adding=True)
                self.initial.setdefault("account", first_account() or sample_account() or SAMPLE)
        if slug:
            slug.required = False
        if isinstance(curve, forms.ModelChoiceField):
            curve.empty_label = "the installation’s default"
        if isinstance(zone, forms.ChoiceField):
            zones, own = zone_choices(), (self.instance.time_zone, self.instance.time_zone)
            zone.choices = zones if own in zones else [*zones, own]
        self.show_costs()

    def weigh(self, values: Mapping[str, Any]) -> Quote | None:
        if not self.instance.pk:
            return None  # A new brand watches nothing yet.
        account = values.get("account", self.instance.account)
        return quote_brand(self.instance, account, timezone.now())

    def clean_slug(self) -> str:
        """The short name, or one made from the name that no brand has yet."""
        if self.cleaned_data["slug"]:
            return str(self.cleaned_data["slug"])
        made = slugify(self.cleaned_data.get("name", ""))[:50] or "brand"
        taken = set(
            Brand.objects.exclude(pk=self.instance.pk)
            .filter(slug__startswith=made)
            .values_list("slug", flat=True)
        )
        return next(s for s in (made, *(f"{made}-{n}" for n in range(2, 999))) if s not in taken)

    @property
    def wants_account(self) -> bool:
        """Whether the person goes on to add an account of the brand's own."""
        return bool(getattr(self.fields["account"], "wants_account", False))

    def save(self, commit: bool = True) -> Any:
        account = self.cleaned_data.get("account")
        if account is not None and account.pk is None:
            self.instance.account = make_sample_account()
        return super().save(commit=commit)


class MemberForm(forms.Form):
    """Give a person a role for a brand, or take it away."""

    username = forms.CharField(
        max_length=150,
        label="Sign-in name",
        help_text="Of a person who can sign in here already.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    role = forms.ChoiceField(
        choices=[*((role.value, role.value) for role in Membership.Role), (NO_ACCESS, "no access")],
        initial=Membership.Role.EDITOR,
        help_text="A viewer reads. An editor also marks results and works on pieces and incidents. "
        "A manager also sets keywords, accounts and people.",
    )

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brand = brand

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"]).strip()
        if not get_user_model().objects.filter(username=name, is_active=True).exists():
            raise ValidationError(
                f"There is no person “{name}”. Those who run this installation add people first."
            )
        return name

    def clean(self) -> dict[str, Any]:
        """A brand that has managers keeps one: else nobody of its own could set it right."""
        data = super().clean() or self.cleaned_data
        managers = self.brand.memberships.filter(role=Membership.Role.MANAGER)
        left = managers.exclude(user__username=data.get("username"))
        if (
            data.get("role") != Membership.Role.MANAGER
            and managers.filter(user__username=data.get("username")).exists()
            and not left.exists()
        ):
            self.add_error(
                "role", f"{data['username']} is the last manager: make somebody else one first."
            )
        return data
