"""The admin of brief templates: what briefs of a type begin with, for all brands or for one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from content.brief.own_texts import shipped
from content.models import BriefTemplate
from serp.admin_base import HistoryAdmin, VisibleBrands
from serp.forms import LinesField

LONGEST_LIST = 40
MOST_HOURS = 1000


class BriefTemplateForm(forms.ModelForm):
    """A template; every part left empty stays as it is shipped."""

    proof = LinesField(required=False, help_text="One a line; empty: as shipped.")
    disclosures = LinesField(required=False, help_text="One a line; empty: as shipped.")

    class Meta:
        model = BriefTemplate
        fields = ["brand", "kind", "language", "title", "intent", "angle", "outline", "proof", "disclosures", "hours"]  # fmt: skip

    def clean_language(self) -> str:
        return str(self.cleaned_data["language"]).strip().lower().split("-")[0]

    def clean_title(self) -> str:
        title = str(self.cleaned_data["title"]).strip()
        if title and "{subject}" not in title:
            raise ValidationError("Write {subject} where the keyword is to stand.")
        return title

    def clean_hours(self) -> float | None:
        hours: float | None = self.cleaned_data["hours"]
        if hours is not None and not 0 <= hours <= MOST_HOURS:
            raise ValidationError(f"Write hours of work from 0 to {MOST_HOURS}.")
        return hours

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("proof", "disclosures"):
            if len(cleaned.get(name) or []) > LONGEST_LIST:
                self.add_error(name, f"At most {LONGEST_LIST} lines.")
        return cleaned


@admin.register(BriefTemplate)
class BriefTemplateAdmin(HistoryAdmin):
    """Templates by type. A brand's own stands over the one for all brands, and one for a language
    over the one for any."""

    form = BriefTemplateForm
    list_display = ("kind", "brand", "language", "hours_shown")
    list_filter = ("kind", ("brand", VisibleBrands))
    list_select_related = ("brand",)
    fields = ("brand", "kind", "language", "title", "intent", "angle", "outline", "proof", "disclosures", "hours")  # fmt: skip

    @display(description="hours")
    def hours_shown(self, row: BriefTemplate) -> str:
        usual = shipped(row.kind, row.language).hours
        return f"{usual:g} as shipped" if row.hours is None else f"{row.hours:g}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[BriefTemplate]:
        """Those of one's brands; who runs the installation also sees those for all brands."""
        if getattr(request.user, "is_superuser", False):
            return BriefTemplate.objects.select_related("brand")
        return super().get_queryset(request)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form; only who runs the installation may leave the brand empty."""
        form = super().get_form(request, obj, change, **kwargs)
        if "brand" in form.base_fields and not getattr(request.user, "is_superuser", False):
            form.base_fields["brand"].required = True
        return form
