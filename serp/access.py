"""The one door: who may see which brand, and do what with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from serp.models import Brand, Membership

Role = Membership.Role
P = ParamSpec("P")

READING = frozenset({"GET", "HEAD", "OPTIONS"})


def role_of(user: AbstractBaseUser | AnonymousUser, brand: Brand) -> str | None:
    """The person's role for the brand; superusers count as managers, strangers have None."""
    if not user.is_authenticated:
        return None
    if getattr(user, "is_superuser", False):
        return Role.MANAGER
    return (
        Membership.objects.filter(user_id=user.pk, brand=brand)
        .values_list("role", flat=True)
        .first()
    )


def may(user: AbstractBaseUser | AnonymousUser, brand: Brand, role: str) -> bool:
    """Whether the person holds `role`, or more, for the brand."""
    own = role_of(user, brand)
    return own is not None and Membership.RANK[own] >= Membership.RANK[role]


def require(user: AbstractBaseUser | AnonymousUser, brand: Brand, role: str) -> None:
    """Raise Http404 for a stranger, as for a brand that does not exist; PermissionDenied for a
    member whose role is too low."""
    hold(role_of(user, brand), role)


def hold(own: str | None, role: str) -> None:
    """Raise as `require` does for a person whose role is `own`."""
    if own is None:
        raise Http404("No such brand.")
    if Membership.RANK[own] < Membership.RANK[role]:
        raise PermissionDenied(f"This needs the role “{Role(role).label}”.")


def brand_page(
    view: Callable[Concatenate[HttpRequest, Brand, P], HttpResponse] | None = None,
    *,
    write: str = Role.EDITOR,
    read: str = Role.VIEWER,
) -> Any:
    """Wrap a view of one brand: finds it by the URL's `brand` slug among those that the person may
    see (404 otherwise), asks for the `write` role on unsafe methods and for `read` on the others.

    The view is called with the Brand in the slug's place; `request.brand` and `request.role` are
    set for the shell around the page.
    """

    def wrap(inner: Callable[Concatenate[HttpRequest, Brand, P], HttpResponse]) -> Any:
        @login_required
        @wraps(inner)
        def page(
            request: HttpRequest, brand: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            found = get_object_or_404(Brand.objects.visible_to(request.user), slug=brand)
            own = role_of(request.user, found)
            hold(own, read if request.method in READING else write)
            request.brand = found  # type: ignore[attr-defined]
            request.role = own  # type: ignore[attr-defined]
            return inner(request, found, *args, **kwargs)

        return page

    return wrap(view) if view is not None else wrap


def of_brand(brand: Brand, rows: QuerySet[Any], **lookup: Any) -> Any:
    """One row of this brand, or 404: `rows` must have a `brand` field. A row of another brand
    answers as one that does not exist."""
    return get_object_or_404(rows.filter(brand=brand), **lookup)


def visible_brands(user: AbstractBaseUser | AnonymousUser, role: str = Role.VIEWER) -> QuerySet:
    """The brands for which the person holds `role` or more."""
    brands = Brand.objects.visible_to(user)
    if getattr(user, "is_superuser", False):
        return brands
    enough = [name for name, rank in Membership.RANK.items() if rank >= Membership.RANK[role]]
    return brands.filter(
        memberships__user_id=getattr(user, "pk", None) or 0, memberships__role__in=enough
    )


def members(brand: Brand, role: str = Role.VIEWER) -> QuerySet:
    """People who hold `role` or more for the brand: the choice list for owners."""
    enough = [name for name, rank in Membership.RANK.items() if rank >= Membership.RANK[role]]
    return brand.members.filter(memberships__brand=brand, memberships__role__in=enough).distinct()
