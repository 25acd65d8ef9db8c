"""Admin lists of money: what each call cost, and what budgets have used up. To look at, not to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from serp.access import visible_brands
from serp.admin_base import ReadOnlyAdmin, VisibleBrands
from serp.ledger_sheet import outcome_words
from serp.models import Brand, BudgetUse, LedgerEntry
from serp.providers.registry import title_of
from serp.templatetags.serp_money import exact

STATE_COLOURS = {
    "settled": "info",
    "under way": "warning",
    "outcome unknown, counted as spent": "danger",
}


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ["keyword", "brand", "at", "source", "account", "made", "set_aside", "paid", "condition", "what_came"]  # fmt: skip
    list_filter = ["state", "provider", ("brand", VisibleBrands)]
    list_select_related = ["brand", "keyword", "account"]
    search_fields = ["keyword__phrase"]
    date_hierarchy = "at"
    fields = ["brand", "keyword", "account", "source", "at", "settled_at", "reserved_calls", "calls", "set_aside", "paid", "condition", "what_came", "fence"]  # fmt: skip
    readonly_fields = ["source", "set_aside", "paid", "condition", "what_came"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        return super().get_queryset(request).defer("account__key")

    @display(description="Requests", ordering="calls")
    def made(self, entry: LedgerEntry) -> str:
        return f"up to {entry.reserved_calls}" if entry.calls is None else str(entry.calls)

    @display(description="Provider", ordering="provider")
    def source(self, entry: LedgerEntry) -> str:
        return title_of(entry.provider)

    @display(description="Reserved", ordering="reserved")
    def set_aside(self, entry: LedgerEntry) -> str:
        return exact(entry.reserved)

    @display(description="Cost", ordering="cost")
    def paid(self, entry: LedgerEntry) -> str:
        return exact(entry.cost)

    @display(description="State", label=STATE_COLOURS, ordering="state")
    def condition(self, entry: LedgerEntry) -> str:
        return entry.get_state_display()

    @display(description="Outcome", ordering="outcome")
    def what_came(self, entry: LedgerEntry) -> str:
        return outcome_words(entry)


@admin.register(BudgetUse)
class BudgetUseAdmin(ReadOnlyAdmin):
    """Those of a brand and of its own accounts; those of shared accounts are for those who run the
    installation, since they tell what other brands spend."""

    list_display = ["owner", "span", "starts_on", "spent", "budget"]
    list_filter = ["span"]
    list_select_related = ["brand", "account__brand"]
    search_fields = ["brand__name", "account__name"]
    date_hierarchy = "starts_on"
    fields = ["owner", "span", "starts_on", "spent", "budget"]
    readonly_fields = ["owner", "spent", "budget"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BudgetUse]:
        rows = BudgetUse.objects.order_by("-starts_on", "-pk").defer("account__key")
        if getattr(request.user, "is_superuser", False):
            return rows
        mine = visible_brands(request.user).values("pk")
        return rows.filter(Q(brand__in=mine) | Q(account__brand__in=mine))

    def brand_of(self, row: Any) -> Brand | None:
        brand: Brand | None = row.brand or (row.account.brand if row.account else None)
        return brand

    @display(description="Of")
    def owner(self, use: BudgetUse) -> str:
        return str(use.brand or use.account)

    @display(description="Used", ordering="used")
    def spent(self, use: BudgetUse) -> str:
        return exact(use.used)

    @display(description="Budget")
    def budget(self, use: BudgetUse) -> str:
        owner = use.brand or use.account
        if owner is None:
            return "–"
        bound = owner.day_budget if use.span == BudgetUse.Span.DAY else owner.month_budget
        return "no limit" if bound is None else f"${bound:,.2f}"
