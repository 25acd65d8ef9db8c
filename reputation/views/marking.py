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
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from reputation.evidence import reasons, stretches
from reputation.headlines import headline_of
from reputation.marking import ask_second, done_words, marked_by_another, stamp, take_back
from reputation.marking import mark as mark_page
from reputation.models import Incident, Mark
from reputation.review_queue import Which, neighbours, queue_of
from reputation.shades import FIVE, buttons
from reputation.standing import seen_now, severity_now, standings
from reputation.templatetags.pushdown import person
from reputation.tone.verdict import Category, Shade, Tone
from reputation.tone_history import lines_of
from serp.access import brand_page, of_brand
from serp.models import Brand

AHEAD = 6
LATELY = 4
ROWS = 50
SHOWN = ("page", "listing", "marked_by", "brand")


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
    """The result most worth a look; with `which=marked`, the list of what people have marked."""
    if request.GET.get("which") == "marked":
        return marked(request, brand)
    which = asked_part(request)
    queues = queue_of(brand, request.user, seen_now(brand))  # type: ignore[arg-type]
    first = next(iter(queues[which]), None)
    mark = Mark.objects.select_related(*SHOWN).filter(pk__in=[first] if first else []).first()
    return show(request, brand, mark, which, queues)


@brand_page
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """One result; a POST marks it, says whose page it is, or takes the last mark back."""
    mark = of_brand(brand, Mark.objects.select_related(*SHOWN), pk=pk)
    which = asked_part(request)
    if request.method == "POST":
        return change(request, brand, mark, which)
    return show(request, brand, mark, which)


def change(request: HttpRequest, brand: Brand, mark: Mark, which: str) -> HttpResponse:
    """Do what the form says, and go where the work goes on."""
    now, by = timezone.now(), request.user
    back = way_back(request)
    here = back or address(brand, mark.pk, which)
    act, shade = request.POST.get("act"), request.POST.get("tone")
    ownership, category = request.POST.get("ownership"), request.POST.get("category")
    if act == "undo":
        undo(request, mark)
        return redirect(here)
    if act == "shades":
        request.session[FIVE] = not request.session.get(FIVE, False)
        return redirect(here)
    if act == "second":
        ask(request, mark)
        return redirect(here)
    if ownership in Mark.Ownership.values and shade is None:
        negative = mark.tone == Tone.NEGATIVE and category in Category.values
        mark_page(
            mark,
            by=by,  # type: ignore[arg-type]
            now=now,
            ownership=ownership,
            category=category if negative else None,
        )
        messages.success(request, f"Saved: {mark.get_ownership_display()}{about(mark)}.")
        return redirect(here)
    if shade not in Shade.values:
        return HttpResponseBadRequest("No such tone.")
    if marked_by_another(mark, request.POST.get("seen", ""), by):  # type: ignore[arg-type]
        messages.warning(
            request,
            f"{person(mark.marked_by)} marked it {mark.get_tone_display()} meanwhile. "
            "Mark it again to replace that.",
        )
        return redirect(here)
    following = back or onward(request, brand, mark, which)
    mark_page(mark, by=by, now=now, shade=shade, why=request.POST.get("why", "").strip())  # type: ignore[arg-type]
    stands = standings(brand, [mark.page_id]).get(mark.page_id, [])
    messages.success(request, done_words(shade, len(stands)))
    return redirect(following)


def way_back(request: HttpRequest) -> str:
    """The page of ours that the form stood on and wants to come back to; empty for the queue."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if target and is_ours else ""


def onward(request: HttpRequest, brand: Brand, mark: Mark, which: str) -> str:
    """The page of the result that follows in the queue."""
    queue = queue_of(brand, request.user, seen_now(brand))[which]  # type: ignore[arg-type]
    return address(brand, neighbours(queue, mark.pk)[1], which)


def about(mark: Mark) -> str:
    """What a negative is about, behind what was saved."""
    is_told = mark.tone == Tone.NEGATIVE and mark.category
    return f", {mark.get_category_display()}" if is_told else ""


def ask(request: HttpRequest, mark: Mark) -> None:
    """Ask for a second person's look."""
    if ask_second(mark, by=request.user, now=timezone.now()):  # type: ignore[arg-type]
        messages.success(request, "A second look is asked for: it waits for another person.")
    elif mark.is_by_person:
        messages.info(request, "A second look is asked for already.")
    else:
        messages.info(request, "Mark it yourself first: a second look checks a person’s mark.")


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
    queues: dict[str, list[int]] | None = None,
) -> HttpResponse:
    """The page with one result in focus, or with none left."""
    seen = seen_now(brand)
    queues = queues or queue_of(brand, request.user, seen)  # type: ignore[arg-type]
    queue = queues[which]
    context: dict[str, Any] = {
        "which": which,
        "parts": parts_of(queues),
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
        here = stands.get(mark.page_id, [])
        five = bool(request.session.get(FIVE, False))
        context |= {
            "number": queue.index(mark.pk) + 1 if mark.pk in queue else None,
            "before": before,
            "after": after,
            "ahead": [
                (rows[pk], stands.get(rows[pk].page_id, [])) for pk in ahead[:AHEAD] if pk in rows
            ],
            "standings": here,
            "title": stretches(title_of(mark), mark.evidence, "title"),
            "snippet": stretches(
                mark.listing.snippet if mark.listing else "", mark.evidence, "snippet"
            ),
            "reasons": reasons(mark.evidence),
            "sure": f"{100 * mark.confidence:.0f}%",
            "headline": headline_of(mark),
            "buttons": buttons(five=five, tone=mark.tone, shade=mark.shade),
            "five": five,
            "severity": severity_now(mark, here, seen) if mark.tone == Tone.NEGATIVE else None,
            "history": lines_of(mark),
            "ownerships": Mark.Ownership.choices,
            "categories": Category.choices,
            "stamp": stamp(mark),
            "incident": Incident.objects.filter(brand=brand, page=mark.page).open().first(),
        }
    return render(request, "reputation/marking.html", context)


def parts_of(queues: dict[str, list[int]]) -> list[tuple[str, str, int]]:
    """Each part of the queue: its name in the address, in words, and how many wait there."""
    return [(value, label, len(queues[value])) for value, label in Which.choices]


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
    stands = standings(brand, {row.page_id for row in page})
    context = {
        "which": "marked",
        "parts": parts_of(queue_of(brand, request.user, seen_now(brand))),  # type: ignore[arg-type]
        "page": page,
        "rows": [(row, stands.get(row.page_id, [])) for row in page],
    }
    return render(request, "reputation/marked.html", context)
