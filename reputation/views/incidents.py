"""Incidents: the list by clock, opening one, and one incident with its notes and changes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from reputation.forms import IncidentForm, NewIncidentForm, NoteForm
from reputation.incident_clock import Clock, clock
from reputation.incident_log import log_of
from reputation.incidents import add_note, likely_cause, open_incident, set_status
from reputation.models import Incident, Mark
from reputation.standing import seen_now, severity_now, standings
from serp.access import brand_page, of_brand
from serp.models import Brand, Page

ROWS = 50


def clock_of(incident: Incident) -> Clock:
    """The incident's clock now."""
    return clock(
        opened_at=incident.opened_at,
        due_at=incident.due_at,
        answered_at=incident.answered_at,
        closed_at=incident.closed_at,
        now=timezone.now(),
    )


@brand_page
@require_safe
def incidents(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Open incidents, the most urgent clock first; with `which=done` those that came to an end."""
    which = "done" if request.GET.get("which") == "done" else "open"
    rows = Incident.objects.filter(brand=brand)
    wanted = (
        rows.filter(status__in=Incident.DONE).order_by("-closed_at")
        if which == "done"
        else rows.open()
    )
    page = Paginator(wanted.select_related("page", "owner"), ROWS).get_page(request.GET.get("page"))
    pages = {incident.page_id for incident in page if incident.page_id}
    stands = standings(brand, pages) if pages else {}
    marks = {mark.page_id: mark for mark in Mark.objects.filter(brand=brand, page__in=pages)}
    late = rows.late(timezone.now())
    return render(
        request,
        "reputation/incidents.html",
        {
            "which": which,
            "page": page,
            "rows": [
                (row, clock_of(row), stands.get(row.page_id or 0, []), marks.get(row.page_id or 0))
                for row in page
            ],
            "open": rows.open().count(),
            "done": rows.filter(status__in=Incident.DONE).count(),
            "late": late.filter(answered_at__isnull=True).count(),
        },
    )


@brand_page
@require_http_methods(["GET", "HEAD", "POST"])
def open_one(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Open an incident: from a result with one click, or with a form for what stands in no result."""
    if request.method == "POST" and request.POST.get("page"):
        return open_from_result(request, brand)
    form = NewIncidentForm(request.POST or None, brand=brand)
    if form.is_valid():
        incident = open_incident(brand, by=request.user, now=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, "Incident opened: its clock runs.")
        return redirect("incidents-one", brand.slug, incident.pk)
    return render(request, "reputation/incident_new.html", {"form": form})


def open_from_result(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Open an incident from a page that the brand has a mark for; severity and cause are suggested."""
    page_id, keyword_id = (number(request.POST.get(name)) for name in ("page", "keyword"))
    mark = of_brand(brand, Mark.objects.select_related("page", "listing"), page=page_id)
    keyword = get_object_or_404(brand.keywords, pk=keyword_id) if keyword_id is not None else None
    known = Incident.objects.filter(brand=brand, page=mark.page).open().exists()
    rows = standings(brand, [mark.page_id]).get(mark.page_id, [])
    title = (mark.listing.title if mark.listing else "") or mark.page.host
    incident = open_incident(
        brand,
        title=title,
        by=request.user,  # type: ignore[arg-type]
        now=timezone.now(),
        page=mark.page,
        keyword=keyword or (rows[0].keyword if rows else None),
        cause=likely_cause(mark.category),
        severity=severity_now(mark, rows, seen_now(brand)).level,
    )
    if known:
        messages.info(request, "This result has an open incident already: here it is.")
    else:
        messages.success(request, "Incident opened: check severity and cause, and name an owner.")
    return redirect("incidents-one", brand.slug, incident.pk)


def number(text: str | None) -> int | None:
    """The id in a form field, None when the field is empty. What is no id answers 404."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404("No such row.")
    return int(text)


@brand_page
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """One incident; a POST adds a note or saves what was decided."""
    incident = of_brand(
        brand,
        Incident.objects.select_related("brand", "page", "keyword", "owner", "opened_by"),
        pk=pk,
    )
    # The form reads and writes the due time as the clock on the brand's wall shows it.
    with timezone.override(brand.zone):
        is_note = request.POST.get("act") == "note"
        posted = request.method == "POST"
        note = NoteForm(request.POST if posted and is_note else None)
        form = IncidentForm(
            request.POST if posted and not is_note else None, instance=incident, brand=brand
        )
        if posted and is_note and note.is_valid():
            add_note(
                incident,
                text=note.cleaned_data["text"],
                by=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
            messages.success(request, "Note added.")
            return redirect("incidents-one", brand.slug, pk)
        if posted and not is_note and form.is_valid():
            decided = form.save(commit=False)
            if "status" in form.changed_data:
                set_status(decided, decided.status, now=timezone.now())
            else:
                decided.save()
            messages.success(request, "Saved.")
            return redirect("incidents-one", brand.slug, pk)
        if posted:
            # A refused form has written its values into the instance: the page shows what is stored.
            incident = of_brand(
                brand,
                Incident.objects.select_related("brand", "page", "keyword", "owner", "opened_by"),
                pk=pk,
            )
        return render(
            request,
            "reputation/incident.html",
            one_context(brand, incident) | {"form": form, "note": note},
        )


def one_context(brand: Brand, incident: Incident) -> dict[str, Any]:
    """What the page of an incident shows beside its forms."""
    page: Page | None = incident.page
    states = incident.history.values_list("owner", flat=True)
    people = get_user_model().objects.in_bulk([pk for pk in set(states) if pk])
    return {
        "incident": incident,
        "clock": clock_of(incident),
        "page": page,
        "mark": Mark.objects.filter(brand=brand, page=page).first() if page else None,
        "standings": standings(brand, [page.pk]).get(page.pk, []) if page else [],
        "notes": incident.notes.select_related("author"),
        "log": log_of(incident, people=people),
    }
