"""Admin lists of what we publish: pieces with their brief, and who reads the calendar elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from content import proof_admin, template_admin  # noqa: F401  they register their lists
from content.briefing import make_piece
from content.models import Brief, CalendarFeed, Piece
from content.opportunities import plan_of
from content.placing import admin as placing_admin  # noqa: F401  it registers its lists
from reputation.admin import MarkAdmin
from reputation.models import Mark
from serp.access import Role, members
from serp.admin_base import HistoryAdmin, ReadOnlyAdmin, StackedInline, VisibleBrands
from serp.models import Brand

STATE_COLOURS = {
    "idea": "default",
    "briefed": "default",
    "in review": "info",
    "draft": "warning",
    "approved": "primary",
    "scheduled": "primary",
    "published": "success",
    "measured": "success",
}


class BriefInline(StackedInline):
    """The brief below its piece. Lists are edited on the pages, one entry a line."""

    model = Brief
    fields = ("intent", "angle", "outline")
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Asked after the piece itself: Django makes a brief read-only below a piece that is.
        return True


class PieceForm(forms.ModelForm):
    """A piece whose keyword and owner belong to its brand."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        brand = cleaned.get("brand") or getattr(self.instance, "brand", None)
        keyword, owner = cleaned.get("keyword"), cleaned.get("owner")
        if brand and keyword and keyword.brand_id != brand.pk:
            self.add_error("keyword", f"This is none of {brand}'s keywords.")
        if brand and owner and not members(brand, Role.EDITOR).filter(pk=owner.pk).exists():
            self.add_error("owner", f"{owner} does not work on {brand} as an editor.")
        return cleaned


@admin.register(Piece)
class PieceAdmin(HistoryAdmin):
    """Pieces in all steps. The step, address and measuring follow the workflow: on the pages."""

    list_display = ("title", "kind", "state", "keyword", "owner", "due_on", "publish_on", "on_page")
    list_filter = ("status", "kind", ("brand", VisibleBrands))
    search_fields = ("title", "keyword__phrase", "url")
    list_select_related = ("keyword", "owner", "brand")
    date_hierarchy = "publish_on"
    form = PieceForm
    autocomplete_fields = ("keyword",)
    readonly_fields = ("status", "url", "page", "published_at", "displaces", "lifts", "created_by")
    inlines = (BriefInline,)
    fieldsets = (
        (None, {"fields": ("brand", "title", "kind", "status", "keyword", "owner")}),
        ("Days", {"fields": ("due_on", "publish_on", "published_at")}),
        ("Pages", {"fields": ("displaces", "lifts", "url", "page")}),
    )

    @display(description="step", ordering="status", label=STATE_COLOURS)
    def state(self, piece: Piece) -> str:
        return piece.get_status_display()

    @display(description="page")
    def on_page(self, piece: Piece) -> SafeString:
        link = reverse("board-piece", args=[piece.brand.slug, piece.pk])
        return format_html('<a href="{}">Open</a>', link)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fixed = tuple(super().get_readonly_fields(request, obj))
        live = ("publish_on",) if obj is not None and obj.is_live else ()
        # A piece stays with its brand: its keyword, negative and page are that brand's.
        return (*fixed, *live, "brand") if obj is not None else fixed

    def view_on_site(self, obj: Piece) -> str:
        return reverse("board-piece", args=[obj.brand.slug, obj.pk])


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnlyAdmin):
    """Who reads which calendar from elsewhere, to look at only: feeds are made and revoked by their
    people, on the pages. The token is stored nowhere."""

    list_display = ("brand", "user", "created_at", "revoked_at")
    list_filter = (("brand", VisibleBrands),)
    list_select_related = ("brand", "user")
    fields = ("brand", "user", "created_at", "revoked_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarFeed]:
        """One's own feeds; all of the brands' for those who run the installation."""
        rows = super().get_queryset(request)
        return (
            rows if getattr(request.user, "is_superuser", False) else rows.filter(user=request.user)
        )


admin.site.unregister(Mark)


@admin.register(Mark)
class MarkWithPiecesAdmin(MarkAdmin):
    """The list of marks with the one act that stands a floor higher: making a piece against them."""

    actions = [*MarkAdmin.actions, "make_pieces"]

    @action(description="Make a piece against it")
    def make_pieces(self, request: HttpRequest, rows: QuerySet[Mark]) -> None:
        """For each chosen negative on page one, the piece that its plan names first."""
        made = left = 0
        by_brand: dict[Brand, set[int]] = {}
        for mark in self.writable(request, rows).select_related("brand__curve"):
            by_brand.setdefault(mark.brand, set()).add(mark.page_id)
        for brand, pages in by_brand.items():
            for opportunity in plan_of(brand, timezone.now()).opportunities:
                if opportunity.page.pk not in pages:
                    continue
                pages.remove(opportunity.page.pk)
                is_new = False
                for suggestion in opportunity.to_make[:1]:
                    _, is_new = make_piece(
                        brand,
                        opportunity,
                        kind=suggestion.kind,
                        by=request.user,  # type: ignore[arg-type]
                        now=timezone.now(),
                    )
                made += is_new
                left += not is_new
            left += len(pages)
        if made:
            self.message_user(request, f"{made} pieces made, each with a brief.", messages.SUCCESS)
        if left:
            self.message_user(
                request,
                f"Nothing to make for {left} results: not negative on page one now, or planned already.",
                messages.WARNING,
            )
