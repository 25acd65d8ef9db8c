"""Who has how many hours, how many are planned, and who is away."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from content.editorial_calendar import Share, overloads
from content.models import Absence, Capacity, Piece
from content.scheduling.capacity import Load, monday_of
from content.scheduling.forms import AbsenceForm, CapacityForm
from content.scheduling.outlook import NOBODY, Outlook, outlook
from serp.access import Role, brand_page, of_brand
from serp.models import Brand

WEEKS_SHOWN = 8
REFUSED = 422


@brand_page(write=Role.MANAGER)
def capacity(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Eight weeks by person; a manager writes hours a week (`act` = "hours") and absences."""
    hours = absence = None
    if request.method == "POST" and request.POST.get("act") == "absence":
        absence = AbsenceForm(request.POST, brand=brand)
        if absence.is_valid():
            absence.save()
            messages.success(request, "The absence is noted.")
            return redirect("calendar-capacity", brand.slug)
    elif request.method == "POST":
        hours = CapacityForm(request.POST, brand=brand)
        if hours.is_valid():
            keep_hours(brand, hours.hours())
            messages.success(request, "The hours are saved.")
            return redirect("calendar-capacity", brand.slug)
    today = timezone.now().astimezone(brand.zone).date()
    mondays = [monday_of(today) + timedelta(weeks=n) for n in range(WEEKS_SHOWN)]
    ahead = outlook(brand, today, mondays)
    rows = rows_of(ahead, mondays)
    context = {
        "mondays": mondays,
        "rows": rows,
        "overloads": overloads(shares for _, _, shares in rows),
        "has_hours": any(share.load.room is not None for _, _, shares in rows for share in shares),
        "form": hours or CapacityForm(brand=brand),
        "absence_form": absence or AbsenceForm(brand=brand),
        "absences": brand.absences.filter(last_on__gte=today).select_related("user"),
        "usual": [(label, ahead.usual[kind]) for kind, label in Piece.Kind.choices],
        "today": today,
    }
    status = REFUSED if request.method == "POST" else 200
    return render(request, "content/capacity.html", context, status=status)


def rows_of(ahead: Outlook, mondays: list[date]) -> list[tuple[str, int | None, list[Share]]]:
    """A row a person, with their share of each week; pieces of nobody come last."""
    people: list[int | None] = [*ahead.names, None]
    rows = []
    for owner in people:
        loads = [
            ahead.loads.get((monday, owner), Load(monday, owner, planned=0.0, room=None))
            for monday in mondays
        ]
        title = ahead.name_of(owner) if owner is not None else NOBODY.capitalize()
        rows.append((title, owner, [Share(title, load) for load in loads]))
    return rows


@transaction.atomic
def keep_hours(brand: Brand, hours: dict[int, float | None]) -> None:
    """Store hours a week by person; None takes away what was said."""
    for user, amount in hours.items():
        if amount is None:
            Capacity.objects.filter(brand=brand, user_id=user).delete()
        else:
            Capacity.objects.update_or_create(brand=brand, user_id=user, defaults={"hours": amount})


@brand_page(write=Role.MANAGER)
@require_POST
def absence_gone(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Forget an absence."""
    of_brand(brand, Absence.objects.all(), pk=pk).delete()
    messages.success(request, "The absence is taken out.")
    return redirect("calendar-capacity", brand.slug)
