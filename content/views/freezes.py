"""The freeze of a brand's calendar: to hold everything, to lift it, and to move what was held."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from content.models import Freeze
from content.scheduling import freezing
from content.scheduling.forms import FreezeForm
from content.scheduling.freezing import CannotFreeze, days_to_move, held, last_day
from content.scheduling.undo import latest
from serp.access import brand_page, of_brand
from serp.models import Brand

REFUSED = 422
MOST_SHOWN = 20


@brand_page
def freezes(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The freezes with the pieces that each held; a POST freezes."""
    now = timezone.now()
    today = now.astimezone(brand.zone).date()
    form = FreezeForm(
        request.POST if request.method == "POST" else None, initial={"starts_on": today}
    )
    if request.method == "POST" and form.is_valid():
        try:
            freezing.freeze(
                brand,
                starts_on=form.cleaned_data["starts_on"],
                ends_on=form.cleaned_data["ends_on"],
                reason=form.cleaned_data["reason"],
                by=cast(User, request.user),
                now=now,
            )
        except CannotFreeze as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The calendar is frozen. Nothing scheduled goes out.")
            return redirect("calendar-freezes", brand.slug)
    context = {
        "form": form,
        "today": today,
        "undoable": latest(request.session, brand, now),
        "freezes": brand.freezes.select_related("brand", "by", "lifted_by")[:MOST_SHOWN],
    }
    return render(request, "content/freezes.html", context, status=REFUSED if form.errors else 200)


@brand_page
def freeze(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """One freeze: what it holds or held, and a way to move all of that."""
    now = timezone.now()
    today = now.astimezone(brand.zone).date()
    found: Freeze = of_brand(
        brand, Freeze.objects.select_related("brand", "by", "lifted_by"), pk=pk
    )
    pieces = list(held(found))
    context = {
        "freeze": found,
        "pieces": pieces,
        "last": last_day(found),
        "today": today,
        "is_on": found.lifted_at is None and (found.ends_on is None or found.ends_on >= today),
        "days": days_to_move(found, today, pieces[0].publish_on if pieces else None) or 7,
        "undoable": latest(request.session, brand, now),
    }
    return render(request, "content/freeze.html", context)


@brand_page
@require_POST
def lift(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Let pieces go out again."""
    found: Freeze = of_brand(brand, Freeze.objects.all(), pk=pk)
    if freezing.lift(found, by=cast(User, request.user), now=timezone.now()):
        messages.success(request, "The freeze is lifted. See what it held, and move it on.")
    else:
        messages.info(request, "Somebody has lifted this freeze already.")
    return redirect("calendar-freeze", brand.slug, pk)
