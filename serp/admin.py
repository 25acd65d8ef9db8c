"""Admin lists of what people set for watching: brands, keywords, accounts, CTR curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, ForeignKey, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display

import serp.admin_money  # noqa: F401  its lists are registered with these
from serp.access import Role, visible_brands
from serp.account_forms import AccountForm
from serp.admin_base import (
    BrandScopedAdmin,
    HistoryAdmin,
    PlainAdmin,
    TabularInline,
    VisibleBrands,
    colleagues,
)
from serp.admin_readings import STATE_COLOURS
from serp.forms import BrandForm
from serp.keyword_forms import CodeField, PricedKeyword
from serp.models import Brand, CtrCurve, Keyword, Membership, ProviderAccount
from serp.promises import promises
from serp.quoting import raises_costs
from serp.scheduling import TooSoon, pause, request_check, resume


class MembershipInline(TabularInline):
    """Who works on a brand. Shown only to those who manage it."""

    model = Membership
    extra = 0
    tab = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = colleagues(request.user, db_field.remote_field.model)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class AgreeingAdmin(HistoryAdmin):
    """A list whose form shows what a change costs, and is stored only by those who were shown it."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The form's proof that the costs were shown goes along where something can be stored."""
        fieldsets = super().get_fieldsets(request, obj)
        match = request.resolver_match
        is_past = bool(match and (match.url_name or "").endswith("_simple_history"))
        writes = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        if is_past or not writes:
            return fieldsets
        return [*fieldsets, (None, {"fields": ["agreed"]})]


@admin.register(Brand)
class BrandAdmin(AgreeingAdmin):
    brand_path = ""
    write_role = Role.MANAGER
    form = BrandForm
    list_display = ["name", "watched", "account", "time_zone", "pages"]
    list_select_related = ["account"]
    search_fields = ["name", "slug"]
    fieldsets = [(heading, {"fields": names}) for heading, names in BrandForm.SECTIONS]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Brand]:
        rows = super().get_queryset(request).defer("account__key")
        return rows.annotate(watching=Count("keywords", filter=Q(keywords__is_paused=False)))

    @display(description="Keywords watched", ordering="watching")
    def watched(self, brand: Brand) -> SafeString:
        address = reverse("admin:serp_keyword_changelist")
        return format_html(
            '<a href="{}?brand__id__exact={}">{}</a>',
            address,
            brand.pk,
            brand.watching,  # type: ignore[attr-defined]
        )

    @display(description="Pages")
    def pages(self, brand: Brand) -> SafeString:
        return format_html('<a href="{}">Overview</a>', reverse("overview", args=[brand.slug]))

    def view_on_site(self, obj: Brand) -> str:
        return reverse("overview", args=[obj.slug])

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(getattr(request.user, "is_superuser", False))

    has_delete_permission = has_add_permission

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Only those who manage a brand see who works on it."""
        if obj is not None and not self.has_change_permission(request, obj):
            return []
        return super().get_inline_instances(request, obj)


class KeywordAdminForm(PricedKeyword, forms.ModelForm):
    """A keyword whose accounts may pay for its brand and read its engine."""

    class Meta:
        model = Keyword
        fields = "__all__"  # noqa: DJ007 the admin names the fields
        field_classes = {"country": CodeField, "language": CodeField}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        brand = self.brand_of(data)
        if brand is None:
            return data
        for name in ("account", "second_account"):
            account = data.get(name)
            if account and account.brand_id not in (None, brand.pk):
                self.add_error(name, f"This account does not pay for {brand}.")
                return data
        self.refuse_what_is_not_offered(brand, data)
        return data

    def brand_of(self, values: Mapping[str, Any]) -> Brand | None:
        return values.get("brand") or super().brand_of(values)


@admin.register(Keyword)
class KeywordAdmin(AgreeingAdmin):
    write_role = Role.MANAGER
    form = KeywordAdminForm
    list_display = [
        "phrase", "brand", "kind", "market", "cadence", "last_state", "taken", "next_check_at",
        "watching",
    ]  # fmt: skip
    list_filter = [("brand", VisibleBrands), "kind", "engine", "country", "device", "cadence", "is_paused", "last_check__state"]  # fmt: skip
    list_select_related = ["brand", "last_check", "latest"]
    search_fields = ["phrase"]
    actions = ["check_now", "pause_all", "resume_all"]
    fieldsets = [
        ("What people type", {"fields": ["brand", "phrase", "kind", "volume"]}),
        ("Where they search", {"fields": ["engine", "country", "language", "location", "device"]}),
        (
            "How it is read",
            {"fields": ["cadence", "depth", "account", "second_account", "is_paused"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Keyword]:
        return super().get_queryset(request).defer("latest__results", "latest__features")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A keyword stays with its brand: its readings and marks are that brand's."""
        fixed = super().get_readonly_fields(request, obj)
        return list(fixed) if obj is None or "brand" in fixed else ["brand", *fixed]

    def view_on_site(self, obj: Keyword) -> str:
        return reverse("history-keyword", args=[obj.brand.slug, obj.pk])

    @display(description="Market", ordering="engine")
    def market(self, keyword: Keyword) -> str:
        return keyword.market

    @display(description="Watched", boolean=True, ordering="is_paused")
    def watching(self, keyword: Keyword) -> bool:
        return not keyword.is_paused

    @display(description="Last check", label=STATE_COLOURS, ordering="last_check__state")
    def last_state(self, keyword: Keyword) -> str:
        return keyword.last_check.get_state_display() if keyword.last_check else "none yet"

    @display(description="Last reading", ordering="latest__taken_at")
    def taken(self, keyword: Keyword) -> Any:
        return keyword.latest.taken_at if keyword.latest else None

    @action(description="Check now")
    def check_now(self, request: HttpRequest, rows: QuerySet[Keyword]) -> None:
        asked, left = [], 0
        for keyword in self.writable(request, rows).select_related("account", "brand__account"):
            try:
                request_check(keyword, timezone.now())
                asked.append(keyword)
            except TooSoon:
                left += 1
        text = promises(asked)
        if left:
            text += f" {left} left out: read a moment ago, or under way."
        self.message_user(request, text, messages.SUCCESS if asked else messages.WARNING)

    @action(description="Pause")
    def pause_all(self, request: HttpRequest, rows: QuerySet[Keyword]) -> None:
        chosen = list(self.writable(request, rows))
        for keyword in chosen:
            pause(keyword)
        self.message_user(request, f"{len(chosen)} paused. Their history stays.", messages.SUCCESS)

    @action(description="Resume")
    def resume_all(self, request: HttpRequest, rows: QuerySet[Keyword]) -> None:
        resumed = left = 0
        for keyword in self.writable(request, rows).filter(is_paused=True).select_related("brand"):
            if raises_costs(keyword, timezone.now()):
                left += 1
            else:
                resume(keyword, timezone.now())
                resumed += 1
        text = f"{resumed} watched again."
        if left:
            text += (
                f" {left} left out, since they cost money: open each and untick “is paused”; its form "
                "shows how much before it is saved."
            )
        self.message_user(request, text, messages.WARNING if left else messages.SUCCESS)

    def save_model(self, request: HttpRequest, obj: Keyword, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if obj.is_paused:
            pause(obj)
        elif not change or {"is_paused", "cadence"} & set(form.changed_data):
            resume(obj, timezone.now())


@admin.register(ProviderAccount)
class ProviderAccountAdmin(BrandScopedAdmin):
    write_role = Role.MANAGER
    form = AccountForm
    list_display = ["name", "provider", "for_whom", "has_key", "per_second", "max_in_flight", "day_budget", "month_budget", "is_paused"]  # fmt: skip
    list_filter = ["provider", "is_paused", ("brand", VisibleBrands)]
    list_select_related = ["brand"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProviderAccount]:
        """Those who run the installation see its shared accounts too."""
        if getattr(request.user, "is_superuser", False):
            return ProviderAccount.objects.all()
        mine = visible_brands(request.user, Role.MANAGER).values("pk")
        return ProviderAccount.objects.filter(brand__in=mine)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allowed(request.user, obj, Role.MANAGER)

    @display(description="For", ordering="brand__name")
    def for_whom(self, account: ProviderAccount) -> str:
        return str(account.brand or "all brands")

    @display(description="Key", boolean=True)
    def has_key(self, account: ProviderAccount) -> bool:
        return bool(account.key)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["brand", *AccountForm.FIELDS]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """An account stays with its brand: its key was given for that one."""
        return [] if obj is None else ["brand"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Who manages only brands cannot make an account for all."""
        form = super().get_form(request, obj, change, **kwargs)
        if "brand" in form.base_fields:
            is_superuser = bool(getattr(request.user, "is_superuser", False))
            form.base_fields["brand"].required = not is_superuser
        return form


@admin.register(CtrCurve)
class CtrCurveAdmin(PlainAdmin):
    """Everybody reads the curves that their scores stand on; those who run the installation edit them."""

    list_display = ["name", "source", "published_on", "version", "is_default"]
    fields = ["name", "source", "source_url", "published_on", "shares", "tail", "version", "is_default"]  # fmt: skip
    readonly_fields = ["version", "is_default"]
    actions = ["use_as_default"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return visible_brands(request.user).exists() or self.is_ours(request)

    has_module_permission = has_view_permission

    def is_ours(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(getattr(request.user, "is_superuser", False))

    has_add_permission = has_change_permission = has_delete_permission = is_ours

    @action(description="Use as default", permissions=["change"])
    def use_as_default(self, request: HttpRequest, rows: QuerySet[CtrCurve]) -> None:
        chosen = list(rows[:2])
        if len(chosen) != 1:
            self.message_user(request, "Choose one curve.", messages.WARNING)
            return
        with transaction.atomic():
            CtrCurve.objects.filter(is_default=True).update(is_default=False)
            chosen[0].is_default = True
            chosen[0].save()
        self.message_user(
            request, f"New scores use “{chosen[0]}”; older ones keep theirs.", messages.SUCCESS
        )

    def save_model(
        self, request: HttpRequest, obj: CtrCurve, form: ModelForm, change: bool
    ) -> None:
        """Changed shares count as a new version, so that a stored score says which one it used."""
        if change and "shares" in form.changed_data:
            obj.version += 1
        super().save_model(request, obj, form, change)
