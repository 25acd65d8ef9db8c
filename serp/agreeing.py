"""What forms share that change what checks cost: the cost is shown before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.forms import DeclarativeFieldsMetaclass

from serp.quoting import Quote

if TYPE_CHECKING:
    Base = forms.ModelForm
else:
    Base = object


class Priced(Base, metaclass=DeclarativeFieldsMetaclass):
    """A model form that is stored only when the cost that it leads to was on the page it was sent from.

    The page carries the seal of the costs it shows in `agreed`. A form whose cost rises and whose seal
    is missing or of other costs is shown again, with the costs and their seal. Without JavaScript that
    is one more press of the button; with it the costs follow what is typed. A form that costs nothing
    more asks nothing. `PRICING` names the fields that the cost hangs on.
    """

    PRICING: tuple[str, ...]
    quote: Quote | None = None
    asks_to_agree = False

    agreed = forms.CharField(required=False, widget=forms.HiddenInput, max_length=64)

    def weigh(self, values: Mapping[str, Any]) -> Quote | None:
        """What the schedule costs with these values; None where that cannot be said yet."""
        raise NotImplementedError

    def show_costs(self) -> None:
        """Weigh what a form begins with: for the end of `__init__`."""
        if self.is_bound:
            return
        values = {}
        for name in self.PRICING:
            if name in self.fields:
                try:
                    start = self.get_initial_for_field(self.fields[name], name)
                    values[name] = self.fields[name].clean(getattr(start, "pk", start))
                except ValidationError:
                    return
        self.quote = self.weigh(values)
        self.initial["agreed"] = self.quote.seal if self.quote else ""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        bad = [name for name in self.PRICING if name in self.fields and name in self.errors]
        if bad or not any(name in self.fields for name in self.PRICING):
            return
        self.quote = quote = self.weigh(self.cleaned_data)
        if quote is None:
            return
        seen = self.cleaned_data.get("agreed", "")
        self.carry(quote.seal)
        if quote.rises and seen != quote.seal and not self.errors:
            self.asks_to_agree = True
            self.add_error(
                None,
                ValidationError(
                    f"Not saved yet: it costs more than before. {quote.words} "
                    "Save again to agree to it.",
                    code="cost",
                ),
            )

    def carry(self, seal: str) -> None:
        """Let the page that shows these costs send their seal."""
        data: Any = self.data
        data = data.copy()  # A request's own data cannot be changed.
        data[self.add_prefix("agreed")] = seal
        self.data = data
