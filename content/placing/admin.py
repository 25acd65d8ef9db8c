"""Admin lists of places and of what people said: the catalogue is changed by who runs the installation."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from content.models import Placement, Presence
from content.placing.forms import PlacementForm, free_slug
from serp.access import Role
from serp.admin_base import HistoryAdmin, ReadOnlyAdmin, VisibleBrands


class PlacementAdminForm(PlacementForm):
    """A place of the catalogue or of one brand."""

    class Meta(PlacementForm.Meta):
        fields = ["brand", *PlacementForm.Meta.fields]


@admin.register(Placement)
class PlacementAdmin(HistoryAdmin):
    """Places by kind. What is changed here stays so when the shipped catalogue changes; the rows of
    the catalogue are switched off, not deleted, for pieces may point at them."""

    form = PlacementAdminForm
    write_role = Role.MANAGER
    list_display = ("name", "kind", "brand", "domain", "is_active", "is_edited")
    list_filter = ("kind", "is_active", "is_edited", ("brand", VisibleBrands))
    search_fields = ("name", "domain", "slug")
    list_select_related = ("brand",)
    fields = tuple(PlacementAdminForm.Meta.fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Placement]:
        """Those of one's brands; who runs the installation also sees the catalogue of all."""
        if getattr(request.user, "is_superuser", False):
            return Placement.objects.select_related("brand")
        return super().get_queryset(request)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form; only who runs the installation may leave the brand empty."""
        form = super().get_form(request, obj, change, **kwargs)
        if "brand" in form.base_fields and not getattr(request.user, "is_superuser", False):
            form.base_fields["brand"].required = True
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A place stays with its brand or with the catalogue."""
        fixed = super().get_readonly_fields(request, obj)
        return (*fixed, "brand") if obj is not None else fixed

    def save_model(self, request: HttpRequest, obj: Placement, form: Any, change: bool) -> None:
        obj.slug = obj.slug or free_slug(obj.brand, obj.name)
        obj.is_edited = True
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.brand_id is None:
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> Any:
        """No deleting of many at once: rows of the catalogue may be among them."""
        return {
            name: act for name, act in super().get_actions(request).items() if "delete" not in name
        }


@admin.register(Presence)
class PresenceAdmin(ReadOnlyAdmin):
    """What people said about places: said and taken back on the page."""

    list_display = ("placement", "state", "brand", "said_by", "said_at")
    list_filter = ("state", ("brand", VisibleBrands))
    search_fields = ("placement__name", "note")
    list_select_related = ("placement", "brand", "said_by")
    fields = ("brand", "placement", "state", "url", "note", "said_by", "said_at")

    def view_on_site(self, obj: Presence) -> str:
        return reverse("placements", args=[obj.brand.slug])
