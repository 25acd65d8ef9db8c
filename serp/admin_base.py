"""The base of every admin list: unfold's look, kept to the brands that a person may see and change."""

from __future__ import annotations

from typing import Any, NoReturn

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Field, ForeignKey, Model, QuerySet, URLField
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin
from unfold import widgets
from unfold.admin import ModelAdmin, StackedInline, TabularInline

from serp.access import Role, may, visible_brands
from serp.models import Brand

__all__ = [
    "BrandScopedAdmin",
    "HistoryAdmin",
    "ModelAdmin",
    "PlainAdmin",
    "ReadOnlyAdmin",
    "StackedInline",
    "TabularInline",
    "VisibleBrands",
]

PEOPLE_FIELDS = ("owner", "marked_by", "opened_by", "created_by", "author", "user")
UNFOLD_WIDGETS: dict[type[forms.Widget], type[forms.Widget]] = {
    forms.TextInput: widgets.UnfoldAdminTextInputWidget,
    forms.Textarea: widgets.UnfoldAdminTextareaWidget,
    forms.URLInput: widgets.UnfoldAdminURLInputWidget,
    forms.PasswordInput: widgets.UnfoldAdminPasswordWidget,
    forms.Select: widgets.UnfoldAdminSelectWidget,
}


def follow(row: Any, path: str) -> Any:
    """The object at the end of a Django look-up path such as `keyword__brand`."""
    for name in path.split("__"):
        row = getattr(row, name) if row is not None else None
    return row


class VisibleBrands(admin.RelatedFieldListFilter):
    """A filter by brand that offers only the brands one may see."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [(brand.pk, str(brand)) for brand in visible_brands(request.user)]


class PlainAdmin(ModelAdmin):
    """A list in the admin's look. What is not there answers 404, like everywhere on the site."""

    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    compressed_fields = True
    warn_unsaved_form = True

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> NoReturn:
        raise Http404("No such row.")

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form with unfold's controls also for the fields that it declares itself."""
        form = super().get_form(request, obj, change, **kwargs)
        for field in form.base_fields.values():
            plain = field.widget
            look = UNFOLD_WIDGETS.get(type(plain))
            if look:
                field.widget = look(attrs=plain.attrs)
                field.widget.is_required = plain.is_required
                if isinstance(field, forms.ChoiceField):
                    field.widget.choices = plain.choices
        return form


class BrandScopedAdmin(PlainAdmin):
    """A list of rows that belong to brands. Somebody else's row answers as one that does not exist.

    `brand_path` leads from a row to its Brand ("" when the row is the Brand). Reading needs the role
    of a viewer, writing `write_role`, deleting that of a manager; Django's own permissions do not
    count here, so that an editor of one brand is nobody to the next.
    """

    brand_path = "brand"
    write_role: str = Role.EDITOR
    delete_role: str = Role.MANAGER

    def brand_of(self, row: Any) -> Brand | None:
        brand = follow(row, self.brand_path) if self.brand_path else row
        return brand if isinstance(brand, Brand) else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        lookup = f"{self.brand_path}__in" if self.brand_path else "pk__in"
        return rows.filter(**{lookup: visible_brands(request.user).values("pk")})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allowed(request.user, obj, Role.VIEWER)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allowed(request.user, obj, self.write_role)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allowed(request.user, None, self.write_role)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allowed(request.user, obj, self.delete_role)

    def allowed(self, user: AbstractBaseUser | AnonymousUser, row: Any, role: str) -> bool:
        """Whether the person holds the role: for the row's brand, or without a row for any brand.
        What belongs to no brand is for those who run the installation."""
        if getattr(user, "is_superuser", False):
            return True
        if row is None or row.pk is None:
            return visible_brands(user, role).exists()
        brand = self.brand_of(row)
        return brand is not None and may(user, brand, role)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Deleting a row takes along what the machinery wrote for it, which nobody may delete alone."""
        shown, counts, needed, protected = super().get_deleted_objects(objs, request)
        machine = {
            model._meta.verbose_name
            for model, row_admin in self.admin_site._registry.items()
            if isinstance(row_admin, ReadOnlyAdmin)
        }
        return shown, counts, set(needed) - machine, protected

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        """Choice lists hold only what the person may see; brands only where they may write."""
        related = db_field.remote_field.model
        manager: Any = getattr(related, "_default_manager", None)
        if related is Brand:
            kwargs["queryset"] = visible_brands(request.user, self.write_role)
        elif hasattr(manager, "visible_to"):
            kwargs["queryset"] = manager.visible_to(request.user)
        elif db_field.name in PEOPLE_FIELDS:
            kwargs["queryset"] = colleagues(request.user, related)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def writable(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the chosen rows that the person may change: for bulk actions."""
        lookup = f"{self.brand_path}__in" if self.brand_path else "pk__in"
        return rows.filter(**{lookup: visible_brands(request.user, self.write_role).values("pk")})


def colleagues(user: AbstractBaseUser | AnonymousUser, people: type[Model]) -> QuerySet[Any]:
    """The people whom this person may choose: all for those who run the installation, and otherwise
    those who work on a brand that the person sees."""
    rows = people._default_manager.order_by("username")
    if getattr(user, "is_superuser", False):
        return rows
    return rows.filter(memberships__brand__in=visible_brands(user)).distinct()


class HistoryAdmin(SimpleHistoryAdmin, BrandScopedAdmin):
    """A brand's list with the history of changes: who changed what, and when. It is read, never
    rewritten: an old state is not brought back over what the machinery knows since."""

    history_list_per_page = 50
    object_history_form_template = "serp/admin_history_form.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """An old state is shown without controls."""
        fixed = super().get_readonly_fields(request, obj)
        match = request.resolver_match
        if match and match.url_name and match.url_name.endswith("_simple_history"):
            shown = flatten_fieldsets(self.get_fieldsets(request, obj))
            return [*fixed, *(name for name in shown if name not in fixed)]
        return fixed

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        self.find_for_history(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        self.find_for_history(request, object_id)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied("The history is not rewritten: change the row itself.")
        try:
            return super().history_form_view(request, object_id, version_id, extra_context)
        except ValueError as error:
            raise Http404("No such state.") from error

    def find_for_history(self, request: HttpRequest, object_id: str) -> None:
        """Raise Http404 unless the row is there for this person; a deleted row has no page."""
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404("No such row.")

    def revert_disabled(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True


class ReadOnlyAdmin(BrandScopedAdmin):
    """Rows that the machinery writes: to look at, not to change."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission
