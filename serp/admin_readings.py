"""Admin lists of what the machinery wrote: checks with their outcome, and the result pages read."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from serp.addresses import safe_link
from serp.admin_base import ReadOnlyAdmin, VisibleBrands
from serp.history import listings_of, readings_of
from serp.models import Check, Listing, Snapshot

STATE_COLOURS = {
    "measured": "info",
    "partly read": "warning",
    "failed": "danger",
    "skipped": "warning",
    "in quarantine": "danger",
    "engine has no results": "info",
}


@admin.register(Check)
class CheckAdmin(ReadOnlyAdmin):
    brand_path = "keyword__brand"
    list_display = ["keyword", "brand", "outcome", "why", "depth", "calls", "cost", "tries", "finished_at"]  # fmt: skip
    list_filter = ["state", "error_kind", ("keyword__brand", VisibleBrands)]
    list_select_related = ["keyword__brand"]
    search_fields = ["keyword__phrase"]
    date_hierarchy = "period"
    fields = ["keyword", "period", "sequence", "state", "error_kind", "message", "depth", "calls", "tries", "cost", "account", "not_before", "sent_at", "finished_at"]  # fmt: skip

    @display(description="Brand")
    def brand(self, check: Check) -> str:
        return str(check.keyword.brand)

    @display(description="State", label=STATE_COLOURS, ordering="state")
    def outcome(self, check: Check) -> str:
        return check.get_state_display()

    @display(description="Why")
    def why(self, check: Check) -> str:
        return check.reason


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    brand_path = "keyword__brand"
    list_display = ["keyword", "brand", "taken_at", "depth", "asked", "is_complete", "provider", "source"]  # fmt: skip
    list_filter = ["provider", "source", "is_partial", ("keyword__brand", VisibleBrands)]
    list_select_related = ["keyword__brand"]
    search_fields = ["keyword__phrase"]
    date_hierarchy = "taken_at"
    fields = ["keyword", "taken_at", "depth", "asked", "is_complete", "provider", "source", "page"]
    readonly_fields = ["is_complete", "page"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Snapshot]:
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = bool(match and match.url_name and match.url_name.endswith("changelist"))
        return rows.defer("results", "features") if is_list else rows

    @display(description="Brand")
    def brand(self, snapshot: Snapshot) -> str:
        return str(snapshot.keyword.brand)

    @display(description="Complete", boolean=True, ordering="is_partial")
    def is_complete(self, snapshot: Snapshot) -> bool:
        return not snapshot.is_partial

    @display(description="Results in order")
    def page(self, snapshot: Snapshot) -> SafeString | str:
        (reading,) = readings_of([snapshot])
        listings = listings_of([reading])
        rows = (
            (place, result_line(listings.get(pk) if pk else None))
            for place, pk in enumerate(reading.listings, start=1)
        )
        return format_html_join("", "{}. {}<br>", rows) or "none"


def result_line(listing: Listing | None) -> SafeString | str:
    """Title and host of a result; the host is a link where the address is a safe one."""
    if listing is None:
        return "not reported"
    link, host = safe_link(listing.page.seen_url), listing.page.host
    if not link:
        return format_html("{} {}", listing.title or host, host)
    anchor = format_html('<a href="{}" rel="noopener noreferrer">{}</a>', link, host)
    return format_html("{} {}", listing.title or host, anchor)
