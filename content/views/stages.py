"""The page of a brand's workflow: the stages of approval and the checklist, changed by managers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from content.approving import checklist, sequence
from content.approving.forms import ItemForm, StageForm
from content.models import ChecklistItem, Piece, ReviewStage
from serp.access import Role, brand_page
from serp.models import Brand

REFUSED = 422


@brand_page(write=Role.MANAGER)
def workflow(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Show stages and checklist. A POST changes one of them: `act` is stage or item (with `pk` for
    one that exists), drop-stage, drop-item, or own (take over the shipped points)."""
    if request.method != "POST":
        return show(request, brand)
    act = request.POST.get("act", "")
    if act == "own":
        made = checklist.take_over(brand)
        told = (
            f"{made} points are {brand}’s own now." if made else "It has points of its own already."
        )
        messages.success(request, told)
        return back(brand, "checklist")
    if act in ("drop-stage", "drop-item"):
        return drop(request, brand, ReviewStage if act == "drop-stage" else ChecklistItem)
    if act in ("stage", "item"):
        return save(request, brand, act)
    messages.error(request, "There is no such act: use the buttons of the page.", "bad")
    return back(brand)


def save(request: HttpRequest, brand: Brand, act: str) -> HttpResponse:
    """Save one stage or point; one that is refused stays open with what was typed."""
    model: Any = ReviewStage if act == "stage" else ChecklistItem
    make: Any = StageForm if act == "stage" else ItemForm
    row = None
    if request.POST.get("pk"):
        row = get_object_or_404(model, brand=brand, pk=number(request))
    form = make(request.POST, brand=brand, instance=row)
    if not form.is_valid():
        return show(request, brand, wrong=form)
    form.save()
    if act == "stage":
        told = f"“{form.instance}” is saved. It holds for pieces that go to review from now on."
    else:
        told = "The point is saved."
    messages.success(request, told)
    return back(brand, "stages" if act == "stage" else "checklist")


def drop(request: HttpRequest, brand: Brand, model: Any) -> HttpResponse:
    """Take a stage or a point away. Decisions that were taken in its name stay."""
    row = get_object_or_404(model, brand=brand, pk=number(request))
    name = str(row)
    row.delete()
    messages.success(request, f"“{name}” is taken away.")
    return back(brand, "stages" if model is ReviewStage else "checklist")


def show(request: HttpRequest, brand: Brand, *, wrong: Any = None) -> HttpResponse:
    """The page; `wrong` is a form that was refused. Otherwise the query string says which row is open
    to be changed: `stage` or `item`, an id or "new"."""
    stages = list(ReviewStage.objects.filter(brand=brand).prefetch_related("reviewers"))
    items = checklist.items_for(brand)
    own = [item for item in items if item.brand_id]
    form = wrong
    if form is None and getattr(request, "role", "") == Role.MANAGER:
        form = opened(request, brand, "stage", stages) or opened(request, brand, "item", own)
    names = dict(Piece.Kind.choices)
    context = {
        "stages": [
            (stage, [names[kind] for kind in stage.kinds if kind in names]) for stage in stages
        ],
        "default_name": sequence.DEFAULT_NAME,
        "default_days": sequence.DEFAULT_DAYS,
        "groups": [
            (label, points)
            for kind, label in [("", "all types"), *Piece.Kind.choices]
            if (points := points_for(kind, items))
        ],
        "is_own": bool(own),
        "form": form,
        "form_act": "stage" if isinstance(form, StageForm) else "item",
        "is_refused": wrong is not None,
    }
    return render(request, "content/workflow.html", context, status=REFUSED if wrong else 200)


def opened(request: HttpRequest, brand: Brand, act: str, rows: Sequence[Any]) -> Any:
    """The form that the query string asks for; None when it asks for none, or for a row that is gone."""
    wanted = request.GET.get(act, "")
    row = next((row for row in rows if str(row.pk) == wanted), None)
    if row is None and wanted != "new":
        return None
    last = max((other.order for other in rows), default=0)
    make: Any = StageForm if act == "stage" else ItemForm
    return make(brand=brand, instance=row, initial={} if row else {"order": last + 1})


def points_for(kind: str, items: list[ChecklistItem]) -> list[checklist.Point]:
    """The points that only one type has; with no type those for all."""
    for_all = {point.text for point in checklist.points_of("", items)} if kind else set()
    return [point for point in checklist.points_of(kind, items) if point.text not in for_all]


def number(request: HttpRequest) -> int:
    """The id that a form sent; one that is no number is nobody's."""
    text = request.POST.get("pk", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def back(brand: Brand, place: str = "") -> HttpResponse:
    """To the page, at one of its sections."""
    url = reverse("workflow", args=[brand.slug])
    return redirect(f"{url}#{place}" if place else url)
