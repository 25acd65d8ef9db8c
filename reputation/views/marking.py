"""Results to mark: one result in focus with its evidence, the queue behind it, and what people marked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from reputation.evidence import reasons, stretches
from reputation.marking import (
    Which,
    done_words,
    marked_by_another,
    neighbours,
    stamp,
    take_back,
    waiting,
)
from reputation.marking import mark as mark_page
from reputation.models import Incident, Mark
from reputation.standing import page_one, standings
from reputation.templatetags.pushdown import person
from reputation.tone.verdict import Tone
from serp.access import brand_page, of_brand
from serp.models import Brand

AHEAD = 6
LATELY = 4
ROWS = 50


def asked_part(request: HttpRequest) -> str:
    """The part of the queue that the query string names."""
    which = request.GET.get("which", "")
    return which if which in Which.values else Which.ALL.value


def address(brand: Brand, pk: int | None, which: str) -> str:
    """The page of one result, or of the next one, in this part of the queue."""
    path = (
        reverse("marking-one", args=[brand.slug, pk])
        if pk
        else reverse("marking", args=[brand.slug])
    )
    return f"{path}?{urlencode({'which': which})}" if which != Which.ALL else path


@brand_page
@require_safe
def marking(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The newest result that waits; with `which=marked`, the list of what people have marked."""
    if request.GET.get("which") == "marked":
        return marked(request, brand)
    which = asked_part(request)
    first = page_one(brand)
    return show(request, brand, waiting(brand, which, first).first(), which, first)


@brand_page
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """One result; a POST marks it, says whose page it is, or takes the last mark back."""
    mark = of_brand(
        brand, Mark.objects.select_related("page", "listing", "marked_by", "brand"), pk=pk
    )
    which = asked_part(request)
    if request.method == "POST":
        return change(request, brand, mark, which)
    return show(request, brand, mark, which, page_one(brand))


def change(request: HttpRequest, brand: Brand, mark: Mark, which: str) -> HttpResponse:
    """Do what the form says, and go where the work goes on."""
    now = timezone.now()
    here = address(brand, mark.pk, which)
    tone, ownership = request.POST.get("tone"), request.POST.get("ownership")
    if request.POST.get("act") == "undo":
        undo(request, mark)
        return redirect(here)
    if ownership in Mark.Ownership.values:
        mark_page(mark, by=request.user, now=now, ownership=ownership)  # type: ignore[arg-type]
        messages.success(request, f"Ownership: {mark.get_ownership_display()}.")
        return redirect(here)
    if tone not in Tone.values:
        return HttpResponseBadRequest("No such tone.")
    if marked_by_another(mark, request.POST.get("seen", ""), request.user):  # type: ignore[arg-type]
        messages.warning(
            request,
            f"{person(mark.marked_by)} marked it {mark.get_tone_display()} meanwhile. "
            "Mark it again to replace that.",
        )
        return redirect(here)
    queue = waiting(brand, which, page_one(brand) if which == Which.PAGE_ONE else ())
    _, following = neighbours(list(queue.values_list("pk", flat=True)), mark.pk)
    mark_page(mark, by=request.user, now=now, tone=tone)  # type: ignore[arg-type]
    stands = standings(brand, [mark.page_id]).get(mark.page_id, [])
    messages.success(request, done_words(tone, len(stands)))
    return redirect(address(brand, following, which))


def undo(request: HttpRequest, mark: Mark) -> None:
    """Take this person's last mark of the result back, unless somebody else has marked since."""
    if not mark.is_by_person:
        messages.info(request, "There is nothing to undo: the machine’s verdict stands.")
    elif marked_by_another(mark, "", request.user):  # type: ignore[arg-type]
        messages.warning(request, f"{person(mark.marked_by)} has marked it since: not undone.")
    else:
        take_back(mark, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        messages.success(request, f"Undone: it is {mark.get_tone_display()} again.")


def show(
    request: HttpRequest,
    brand: Brand,
    mark: Mark | None,
    which: str,
    first: set[int],
) -> HttpResponse:
    """The page with one result in focus, or with none left; `first` holds the pages on page one."""
    queue = list(waiting(brand, which, first).values_list("pk", flat=True))
    context: dict[str, Any] = {
        "which": which,
        "parts": [
            (value, label, len(queue) if value == which else waiting(brand, value, first).count())
            for value, label in Which.choices
        ],
        "mark": mark,
        "left": len(queue),
        "lately": just_marked(request, brand),
        "suffix": f"?{urlencode({'which': which})}" if which != Which.ALL else "",
    }
    if mark is not None:
        before, after = neighbours(queue, mark.pk)
        ahead = queue[queue.index(mark.pk) + 1 :] if mark.pk in queue else queue
        rows = {
            row.pk: row
            for row in Mark.objects.filter(pk__in=ahead[:AHEAD]).select_related("page", "listing")
        }
        stands = standings(brand, {mark.page_id, *(row.page_id for row in rows.values())})
        context |= {
            "number": queue.index(mark.pk) + 1 if mark.pk in queue else None,
            "before": before,
            "after": after,
            "ahead": [(rows[pk], stands.get(rows[pk].page_id, [])) for pk in ahead[:AHEAD]],
            "standings": stands.get(mark.page_id, []),
            "title": stretches(title_of(mark), mark.evidence, "title"),
            "snippet": stretches(
                mark.listing.snippet if mark.listing else "", mark.evidence, "snippet"
            ),
            "reasons": reasons(mark.evidence),
            "sure": f"{100 * mark.confidence:.0f}%",
            "tones": Tone,
            "ownerships": Mark.Ownership.choices,
            "stamp": stamp(mark),
            "incident": Incident.objects.filter(brand=brand, page=mark.page).open().first(),
        }
    return render(request, "reputation/marking.html", context)


def title_of(mark: Mark) -> str:
    """The title that was judged, or the host where there is none."""
    return (mark.listing.title if mark.listing else "") or mark.page.host


def just_marked(request: HttpRequest, brand: Brand) -> list[Mark]:
    """What this person marked last."""
    rows = Mark.objects.filter(brand=brand, source=Mark.Source.PERSON, marked_by=request.user)  # type: ignore[misc]
    return list(rows.select_related("page", "listing").order_by("-marked_at")[:LATELY])


def marked(request: HttpRequest, brand: Brand) -> HttpResponse:
    """What people have marked, newest first, with who and when."""
    rows = Mark.objects.filter(brand=brand, source=Mark.Source.PERSON).order_by("-marked_at", "-pk")
    page = Paginator(rows.select_related("page", "listing", "marked_by"), ROWS).get_page(
        request.GET.get("page")
    )
    first = page_one(brand)
    stands = standings(brand, {row.page_id for row in page})
    context = {
        "which": "marked",
        "parts": [(v, label, waiting(brand, v, first).count()) for v, label in Which.choices],
        "page": page,
        "rows": [(row, stands.get(row.page_id, [])) for row in page],
    }
    return render(request, "reputation/marked.html", context)
