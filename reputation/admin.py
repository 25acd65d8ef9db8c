"""Admin lists about what results mean: marks and incidents; and the people of the installation."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

import reputation.judge_admin
import reputation.tone_admin  # noqa: F401  their lists are registered with these
from reputation.incidents import set_status
from reputation.marking import mark as mark_page
from reputation.models import Incident, IncidentNote, Mark
from reputation.shades import COLOURS
from reputation.tone.verdict import Tone
from serp.access import Role, members
from serp.addresses import safe_link
from serp.admin_base import (
    HistoryAdmin,
    ModelAdmin,
    PlainAdmin,
    StackedInline,
    TabularInline,
    VisibleBrands,
)
from serp.models import Membership

SEVERITY_COLOURS = {"high": "warning", "critical": "danger"}
STATUS_COLOURS = {"open": "danger", "answer in work": "warning", "solved": "info"}


class SecondLook(admin.SimpleListFilter):
    """Whether a second person's look is asked for."""

    title = "second look"
    parameter_name = "second"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waits", "asked for, waits"), ("none", "not asked for")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mark]) -> QuerySet[Mark]:
        if self.value() in ("waits", "none"):
            return queryset.filter(second_asked_at__isnull=self.value() == "none")
        return queryset


@admin.register(Mark)
class MarkAdmin(HistoryAdmin):
    list_display = ["result", "tone_shown", "machine_tone", "brand", "category", "ownership", "source", "score", "first_seen_at"]  # fmt: skip
    list_filter = ["tone", "shade", "source", SecondLook, "ownership", "category", "language", ("brand", VisibleBrands)]  # fmt: skip
    list_select_related = ["brand", "page", "listing"]
    search_fields = ["page__url", "listing__title"]
    date_hierarchy = "first_seen_at"
    actions = ["mark_negative", "mark_neutral", "mark_positive"]
    fields = ["brand", "page", "title", "snippet", "tone", "shade", "machine_tone", "category", "ownership", "source", "marked_by", "marked_at", "second_asked_by", "second_asked_at", "score", "confidence", "why", "judge"]  # fmt: skip
    readonly_fields = ["brand", "page", "title", "snippet", "shade", "machine_tone", "second_asked_by", "second_asked_at", "source", "marked_by", "marked_at", "score", "confidence", "why", "judge"]  # fmt: skip

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Result", ordering="page__host")
    def result(self, mark: Mark) -> SafeString:
        title = (mark.listing.title if mark.listing else "") or mark.page.url
        return format_html("<b>{}</b><br>{}", title[:110], mark.page.host)

    @display(description="Tone", label=COLOURS, ordering="tone")
    def tone_shown(self, mark: Mark) -> tuple[str, str]:
        return mark.shade, mark.get_shade_display()

    @display(description="Title")
    def title(self, mark: Mark) -> SafeString | str:
        link = safe_link(mark.page.seen_url)
        name = (mark.listing.title if mark.listing else "") or mark.page.url
        if not link:
            return name
        return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', link, name)

    @display(description="Snippet")
    def snippet(self, mark: Mark) -> str:
        return mark.listing.snippet if mark.listing else ""

    @display(description="Why")
    def why(self, mark: Mark) -> SafeString | str:
        rows = ((piece.get("words", ""), piece.get("reason", "")) for piece in mark.evidence)
        return format_html_join("", "“{}”: {}<br>", rows) or "no evidence"

    def save_model(self, request: HttpRequest, obj: Mark, form: ModelForm, change: bool) -> None:
        """What a person saves here is a person's word, and scores follow."""
        mark_page(
            obj,
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
            tone=obj.tone if "tone" in form.changed_data else None,
            category=obj.category if "category" in form.changed_data else None,
            ownership=obj.ownership if "ownership" in form.changed_data else None,
        )

    @action(description="Mark negative")
    def mark_negative(self, request: HttpRequest, rows: QuerySet[Mark]) -> None:
        self.mark_all(request, rows, Tone.NEGATIVE)

    @action(description="Mark neutral")
    def mark_neutral(self, request: HttpRequest, rows: QuerySet[Mark]) -> None:
        self.mark_all(request, rows, Tone.NEUTRAL)

    @action(description="Mark positive")
    def mark_positive(self, request: HttpRequest, rows: QuerySet[Mark]) -> None:
        self.mark_all(request, rows, Tone.POSITIVE)

    def mark_all(self, request: HttpRequest, rows: QuerySet[Mark], tone: Tone) -> None:
        chosen = list(self.writable(request, rows).select_related("brand", "page"))
        for row in chosen:
            mark_page(row, by=request.user, now=timezone.now(), tone=tone)  # type: ignore[arg-type]
        count = len(chosen)
        text = f"{count} result{' is' if count == 1 else 's are'} {tone.label} now."
        self.message_user(request, text, messages.SUCCESS if count else messages.WARNING)


class NoteInline(StackedInline):
    """What was noted; notes are added on the incident's page and never rewritten."""

    model = IncidentNote
    extra = 0
    fields = ["at", "author", "text"]
    readonly_fields = ["at", "author", "text"]
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Incident)
class IncidentAdmin(HistoryAdmin):
    """Incidents in all states. They are opened from a result, on the pages, so that their clock runs."""

    list_display = ["title", "severity_shown", "cause", "state", "owner", "due_at", "brand"]
    list_filter = ["status", "severity", "cause", ("brand", VisibleBrands)]
    list_select_related = ["brand", "owner"]
    search_fields = ["title"]
    date_hierarchy = "opened_at"
    actions = ["take_over"]
    inlines = [NoteInline]
    fields = ["brand", "title", "cause", "severity", "status", "owner", "due_at", "page", "keyword", "opened_by", "opened_at", "answered_at", "closed_at"]  # fmt: skip
    readonly_fields = ["brand", "page", "keyword", "opened_by", "opened_at", "answered_at", "closed_at"]  # fmt: skip

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """An owner is somebody who works on this brand."""
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None and "owner" in form.base_fields:
            form.base_fields["owner"].queryset = members(obj.brand, Role.EDITOR)
        return form

    @display(description="Severity", label=SEVERITY_COLOURS, ordering="severity")
    def severity_shown(self, incident: Incident) -> str:
        return incident.get_severity_display()

    @display(description="Status", label=STATUS_COLOURS, ordering="status")
    def state(self, incident: Incident) -> str:
        return incident.get_status_display()

    @action(description="Take over: I am the owner")
    def take_over(self, request: HttpRequest, rows: QuerySet[Incident]) -> None:
        chosen = list(self.writable(request, rows))
        for incident in chosen:
            incident.owner = request.user
            incident.save()
        self.message_user(request, f"You own {len(chosen)} of them now.", messages.SUCCESS)

    def save_model(
        self, request: HttpRequest, obj: Incident, form: ModelForm, change: bool
    ) -> None:
        """A new status starts and stops the clocks, as on the incident's page."""
        if "status" in form.changed_data:
            set_status(obj, obj.status, now=timezone.now())
        else:
            super().save_model(request, obj, form, change)


class RoleInline(TabularInline):
    """The brands that a person works on."""

    model = Membership
    extra = 0


admin.site.unregister(User)
admin.site.unregister(Group)
# Roles are given per brand; Django's groups and the raw logs of sign-ins would only be in the way.
for log in (AccessAttempt, AccessFailureLog, AccessLog):
    admin.site.unregister(log)


@admin.register(User)
class PeopleAdmin(UserAdmin, ModelAdmin):
    """People who may sign in. What they may do follows from their role for each brand."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser", "last_login"]  # fmt: skip
    list_filter = ["is_active", "is_staff", "is_superuser"]
    list_fullwidth = True
    inlines = [RoleInline]
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )


@admin.register(AccessAttempt)
class LockedSignInAdmin(PlainAdmin):
    """Sign-ins that failed. Deleting a row opens the way for that person again."""

    list_display = ["username", "ip_address", "failures_since_start", "attempt_time"]
    search_fields = ["username", "ip_address"]
    readonly_fields = fields = ["username", "ip_address", "failures_since_start", "attempt_time"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_add_permission
