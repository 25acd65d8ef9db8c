"""The way in: straight to the brand one works on."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from serp.access import visible_brands


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Open the brand asked for, or the first one; without any, say how to add one."""
    brands = visible_brands(request.user)
    brand = brands.filter(slug=request.GET.get("brand", "")).first() or brands.first()
    if brand is None:
        return render(request, "home.html")
    return redirect("overview", brand.slug)
