"""The form of a provider account, whose key is written and never shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from serp.accounts import SAMPLE
from serp.agreeing import Priced
from serp.forms import Sectioned
from serp.models import ProviderAccount
from serp.providers.dataforseo import LIVE, TASK, DataForSEO
from serp.providers.registry import PROVIDERS
from serp.quoting import Quote, quote_account


class AccountForm(Sectioned, Priced, forms.ModelForm):
    """An account with a provider. The key is written, never shown; a new address asks for it again."""

    SECTIONS = [
        ("Access", ["name", "provider", "key", "base_url"]),
        ("Limits", ["max_in_flight", "per_second", "is_paused"]),
        ("Money", ["mode", "price", "day_budget", "month_budget"]),
        ("More", ["options"]),
    ]
    PRICING = ("provider", "mode", "price", "day_budget", "month_budget", "is_paused", "options")
    FIELDS = [
        "name", "provider", "base_url", "key", "mode", "options", "max_in_flight", "per_second",
        "price", "day_budget", "month_budget", "is_paused", "agreed",
    ]  # fmt: skip
    """All of them, for the admin, which names its fields itself."""

    base_url = forms.URLField(
        assume_scheme="https",
        required=False,
        max_length=300,
        label="Address",
        help_text="Only for a self-hosted provider or a proxy of your own.",
    )
    key = forms.CharField(
        required=False,
        strip=True,
        max_length=2000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Stored encrypted and never shown again.",
    )
    mode = forms.ChoiceField(
        required=False,
        label="How it answers",
        choices=[
            (LIVE, "live: at once, full price"),
            (TASK, "task: by a queue, a third of the price"),
        ],
        help_text="DataForSEO only; the others answer at once. A queue takes minutes to hours.",
    )

    class Meta:
        model = ProviderAccount
        fields = [
            "name", "provider", "base_url", "key", "options", "max_in_flight", "per_second",
            "price", "day_budget", "month_budget", "is_paused",
        ]  # fmt: skip
        labels = {
            "is_paused": "Paused: no check is made with it",
            "price": "Price of a request",
            "day_budget": "Budget a day",
            "month_budget": "Budget a month",
            "options": "Options",
            "max_in_flight": "At the same time",
            "per_second": "A second",
        }
        help_texts = {
            "options": 'Settings of the provider as JSON, such as {"no_cache": true}; mostly {}.',
            "name": "As your people know it, such as “SerpApi, agency”.",
            "month_budget": "US dollars a month (UTC). When it gets short, quiet keywords are checked "
            "less often; at the end of it nothing is read until the next month.",
        }
        widgets = {"options": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "key" in self.fields:
            self.fields["key"].help_text = (
                "A key is stored; leave this empty to keep it."
                if self.instance.key
                else "No key is stored, or it cannot be read: enter it."
            )
        options = self.instance.options if isinstance(self.instance.options, dict) else {}
        self.initial["mode"] = options.get("mode", LIVE)
        self.initial["options"] = {k: v for k, v in options.items() if k != "mode"}
        self.show_costs()

    def weigh(self, values: Mapping[str, Any]) -> Quote | None:
        if values.get("provider") not in PROVIDERS:
            return None
        return quote_account(self.instance, self.instance.brand, timezone.now())

    def clean_options(self) -> dict[str, Any]:
        options = self.cleaned_data["options"] or {}
        if not isinstance(options, dict) or len(json.dumps(options)) > 4000:
            raise ValidationError('Write a JSON object, such as {"no_cache": true}.')
        return options

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        stored = ProviderAccount.objects.filter(pk=self.instance.pk).first()
        provider = PROVIDERS.get(data.get("provider", ""))
        self.take_mode(data)
        key = data.get("key", "")
        if stored is not None and not key and "key" not in self.errors:
            moved = stored.base_url != data.get("base_url", "") or stored.provider != data.get(
                "provider"
            )
            if stored.key and moved:
                self.add_error("key", "The provider or its address changed: enter the key again.")
            data["key"] = key = stored.key
        if provider and provider.needs_key and not key and "key" not in self.errors:
            self.add_error("key", f"{provider.title} needs a key. {provider.key_help}")
        is_elsewhere = provider and not provider.base_url and provider.name != SAMPLE
        if provider and is_elsewhere and not data.get("base_url"):
            self.add_error("base_url", f"{provider.title} is self-hosted: give its address.")
        return data

    def take_mode(self, data: dict[str, Any]) -> None:
        """Put the mode among the options, where the provider looks for it; other providers have none."""
        if "options" not in data:
            return
        options = {name: value for name, value in data["options"].items() if name != "mode"}
        if data.get("provider") == DataForSEO.name and data.get("mode") == TASK:
            options["mode"] = TASK
        data["options"] = options
