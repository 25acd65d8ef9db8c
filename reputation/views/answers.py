"""What engines say: the texts of their own about a brand, each with its tone, and a person's word on it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from reputation.answers import LATELY, Asked, counts_of, listed, next_unmarked, said
from reputation.marking import marked_by_another, stamp
from reputation.models import Mark, Passage
from reputation.passages import mark_passage, unmark_passage
from reputation.review_queue import neighbours
from reputation.shades import FIVE, buttons
from reputation.templatetags.pushdown import person
from reputation.tone.verdict import Shade, Tone
from reputation.tone_history import lines_of
from serp.access import brand_page, of_brand
from serp.models import Brand

ROWS = 25
SHOWN = ("brand", "marked_by", "last_keyword")


def asked_texts(request: HttpRequest) -> Asked:
    """The filters in the query string; what is none is left out."""
    tone, kind = request.GET.get("tone", ""), request.GET.get("kind", "")
    return Asked(
        tone=tone if tone in Tone.values else "",
        kind=kind if kind in Passage.Kind.values else "",
    )


def suffix_of(asked: Asked) -> str:
    """The filters as a query string."""
    chosen = {name: value for name, value in (("tone", asked.tone), ("kind", asked.kind)) if value}
    return f"?{urlencode(chosen)}" if chosen else ""


def address(brand: Brand, pk: int | None, asked: Asked) -> str:
    """The page of one text, or the list, with these filters."""
    path = (
        reverse("answers-one", args=[brand.slug, pk])
        if pk
        else reverse("answers", args=[brand.slug])
    )
    return path + suffix_of(asked)


@brand_page
@require_safe
def answers(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The texts, negatives first, then those shown last."""
    asked = asked_texts(request)
    counts = counts_of(brand, timezone.now())
    page = Paginator(listed(brand, asked).select_related(*SHOWN), ROWS).get_page(
        request.GET.get("page")
    )
    context = {
        "asked": asked,
        "suffix": suffix_of(asked),
        "counts": counts,
        "days": LATELY.days,
        "tones": [(value, label, counts.tones.get(value, 0)) for value, label in Tone.choices],
        "kinds": [
            (value, label, counts.kinds.get(value, 0)) for value, label in Passage.Kind.choices
        ],
        "page": page,
        "rows": [said(row) for row in page],
    }
    return render(request, "reputation/answers.html", context)


@brand_page
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """One text; a POST marks it or takes a mark back."""
    passage = of_brand(brand, Passage.objects.select_related(*SHOWN), pk=pk)
    asked = asked_texts(request)
    if request.method == "POST":
        return change(request, brand, passage, asked)
    queue = list(listed(brand, asked).values_list("pk", flat=True))
    before, after = neighbours(queue, passage.pk)
    five = bool(request.session.get(FIVE, False))
    context = {
        "asked": asked,
        "suffix": suffix_of(asked),
        "passage": passage,
        "said": said(passage, whole=True),
        "number": queue.index(passage.pk) + 1 if passage.pk in queue else None,
        "left": len(queue),
        "before": before,
        "after": after,
        "sure": f"{100 * passage.confidence:.0f}%",
        "five": five,
        "buttons": buttons(five=five, tone=passage.tone, shade=passage.shade),
        "stamp": stamp(passage),
        "history": lines_of(passage),
        "undo": last_marked(request, brand),
    }
    return render(request, "reputation/answer.html", context)


def last_marked(request: HttpRequest, brand: Brand) -> int | None:
    """The id of the text that this person marked last."""
    rows = Passage.objects.filter(brand=brand, source=Mark.Source.PERSON, marked_by=request.user)  # type: ignore[misc]
    return rows.order_by("-marked_at").values_list("pk", flat=True).first()


def change(request: HttpRequest, brand: Brand, passage: Passage, asked: Asked) -> HttpResponse:
    """Do what the form says, and go where the work goes on."""
    here = address(brand, passage.pk, asked)
    act, shade = request.POST.get("act"), request.POST.get("tone")
    if act == "undo":
        undo(request, passage)
        return redirect(here)
    if act == "shades":
        request.session[FIVE] = not request.session.get(FIVE, False)
        return redirect(here)
    if shade not in Shade.values:
        return HttpResponseBadRequest("No such tone.")
    if marked_by_another(passage, request.POST.get("seen", ""), request.user):  # type: ignore[arg-type]
        messages.warning(
            request,
            f"{person(passage.marked_by)} marked it {passage.get_tone_display()} meanwhile. "
            "Mark it again to replace that.",
        )
        return redirect(here)
    rows = list(listed(brand, asked).values_list("pk", "source"))
    marked = {pk for pk, source in rows if source == Mark.Source.PERSON}
    following = next_unmarked([pk for pk, _ in rows], passage.pk, marked)
    why = request.POST.get("why", "").strip()
    mark_passage(passage, shade, by=request.user, now=timezone.now(), why=why)  # type: ignore[arg-type]
    messages.success(request, f"Marked {Shade(shade).label}, wherever an engine shows this text.")
    return redirect(address(brand, following, asked))


def undo(request: HttpRequest, passage: Passage) -> None:
    """Take this person's mark back, unless somebody else has marked since."""
    if not passage.is_by_person:
        messages.info(request, "There is nothing to undo: the machine’s verdict stands.")
    elif marked_by_another(passage, "", request.user):  # type: ignore[arg-type]
        messages.warning(request, f"{person(passage.marked_by)} has marked it since: not undone.")
    else:
        unmark_passage(passage, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        messages.success(request, f"Undone: it is {passage.get_tone_display()} again.")
