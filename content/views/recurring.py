"""Series of pieces: what comes again, and forms to begin, change and stop one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from content.models import Recurrence
from content.scheduling import recurring
from content.scheduling.forms import RecurrenceForm
from serp.access import brand_page, of_brand
from serp.models import Brand

REFUSED = 422


@brand_page
def series(request: HttpRequest, brand: Brand) -> HttpResponse:
    """All series of the brand, those that were stopped last."""
    today = timezone.now().astimezone(brand.zone).date()
    rows = brand.recurrences.select_related("keyword", "owner").order_by(
        "-is_active", "next_on", "pk"
    )
    return render(request, "content/recurring.html", {"rows": rows, "today": today})


@brand_page
def new(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Begin a series; the pieces of its next eight weeks are made at once."""
    return edit(request, brand, Recurrence(brand=brand, created_by=request.user))  # type: ignore[misc]


@brand_page
def one(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Change a series; pieces that are made stay as they are."""
    found: Recurrence = of_brand(brand, Recurrence.objects.select_related("brand"), pk=pk)
    return edit(request, brand, found)


def edit(request: HttpRequest, brand: Brand, found: Recurrence) -> HttpResponse:
    """The form of a series, and what saving it brings."""
    now = timezone.now()
    today = now.astimezone(brand.zone).date()
    title = found.title
    form = RecurrenceForm(
        request.POST if request.method == "POST" else None,
        instance=found,
        brand=brand,
        today=today,
        initial=None if found.pk else {"next_on": today},
    )
    if request.method == "POST" and form.is_valid():
        saved = form.save(commit=False)
        # Only what was changed: a worker may have made pieces and moved the next day on meanwhile.
        saved.save(update_fields=[*form.changed_data, "weekday", "month_day"] if saved.pk else None)
        saved.refresh_from_db()
        made = recurring.make_ahead(saved, now) if saved.is_active else 0
        messages.success(request, f"Saved. {told(made)}")
        return redirect("calendar-recurring", brand.slug)
    context = {"form": form, "series": found if found.pk else None, "title": title}
    return render(
        request, "content/recurring_form.html", context, status=REFUSED if form.errors else 200
    )


def told(made: int) -> str:
    """How many pieces were made, as a sentence."""
    if not made:
        return "No further piece is due in its eight weeks."
    return "1 piece is made." if made == 1 else f"{made} pieces are made."


@brand_page
@require_POST
def stop(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Make no more pieces of a series, or go on with it (`on`)."""
    found: Recurrence = of_brand(brand, Recurrence.objects.select_related("brand"), pk=pk)
    if "on" in request.POST:
        recurring.go_on(found)
        made = recurring.make_ahead(found, timezone.now())
        messages.success(request, f"The series goes on. {told(made)}")
    else:
        recurring.stop(found)
        messages.success(request, "The series is stopped. Its pieces stay as they are.")
    return redirect("calendar-recurring", brand.slug)
