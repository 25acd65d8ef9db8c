"""Pages to add a brand, change its names and places, and say who works on it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from serp.access import Role, brand_page
from serp.forms import NO_ACCESS, BrandForm, MemberForm
from serp.models import Brand, Membership


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a brand: for those who run the installation."""
    if not getattr(request.user, "is_superuser", False):
        raise PermissionDenied("Ask those who run this installation to add the brand.")
    form = BrandForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        brand = form.save()
        if form.wants_account:
            messages.success(
                request, f"{brand} is added. Now the account that pays for its checks."
            )
            return redirect("checks-account-new", brand.slug)
        messages.success(request, f"{brand} is added. Now say which keywords to watch.")
        return redirect("checks-keyword-new", brand.slug)
    context = {"form": form, "title": "Add a brand", "save": "Add brand"}
    return render(request, "serp/form.html", context)


@brand_page(read=Role.MANAGER, write=Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Names, domains, profiles, time zone, account."""
    form = BrandForm(request.POST or None, instance=Brand.objects.get(pk=brand.pk))
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, f"{saved} is saved.")
        return redirect("checks-brand", saved.slug)
    return page(request, brand, form=form, member_form=MemberForm(brand=brand))


def page(
    request: HttpRequest,
    brand: Brand,
    *,
    form: BrandForm,
    member_form: MemberForm,
    status: int = 200,
) -> HttpResponse:
    """The brand's form, and the people who work on it."""
    people = brand.memberships.select_related("user").order_by("user__username")
    context = {"form": form, "people": people, "member_form": member_form, "roles": Role}
    return render(request, "serp/brand.html", context, status=status)


@brand_page(read=Role.MANAGER, write=Role.MANAGER)
@require_POST
def members(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Give a role or take access away."""
    form = MemberForm(request.POST, brand=brand)
    if not form.is_valid():
        brand_form = BrandForm(instance=brand)
        return page(request, brand, form=brand_form, member_form=form, status=400)
    user = get_user_model().objects.get(username=form.cleaned_data["username"])
    role = form.cleaned_data["role"]
    if role != NO_ACCESS:
        Membership.objects.update_or_create(brand=brand, user=user, defaults={"role": role})
        messages.success(request, f"{user} is {Role(role).label.split(':')[0]} of {brand} now.")
    else:
        Membership.objects.filter(brand=brand, user=user).delete()
        messages.success(request, f"{user} has no access to {brand} any more.")
    if user == request.user and role != Role.MANAGER and not request.user.is_superuser:
        return redirect("home")
    return redirect("checks-brand", brand.slug)
