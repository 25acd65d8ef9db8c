"""Pages of what to do against negatives: the list over all keywords, and the plan of one negative."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from content import briefing
from content.boards import board_of
from content.cards import ICONS
from content.chances.building import slot_plan
from content.chances.filtering import Filter, filtered
from content.chances.slots import SlotPlan
from content.chances.weighing import pair_of, weigh
from content.ladder import rows_of
from content.opportunities import Lift, Opportunity, lift_at, opportunity_at, plan_of
from content.opportunities import Pieces as PiecesOf
from content.placing.choosing import where_to_stand
from serp.access import brand_page, of_brand
from serp.models import Brand, Keyword, Page

A_PAGE = 25


@brand_page
def opportunities(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Every negative on page one with its difficulty, its distance and what is planned, most clicks
    first; narrowed by keyword, category, and whether to act."""
    now = timezone.now()
    plan = plan_of(brand, now)
    weights = weigh(brand, plan.opportunities, now)
    wanted = Filter.of(request.GET)
    shown = filtered(plan.opportunities, weights, wanted)
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "plan": plan,
        "page": page,
        "rows": [(one, weights[pair_of(one)]) for one in page],
        "first": next(iter(plan.opportunities), None),
        "wanted": wanted,
        "choices": wanted.choices(plan.opportunities),
        "found": len(shown),
        "alone": sum(1 for weight in weights.values() if weight.advice),
    }
    return render(request, "content/opportunities.html", context)


@brand_page
def plan(request: HttpRequest, brand: Brand, keyword: int, page: int) -> HttpResponse:
    """The plan against one negative; when it has left page one, the page says so."""
    found, now = keyword_of(brand, keyword), timezone.now()
    opportunity = opportunity_at(brand, keyword=found, page=page, now=now)
    if opportunity is None:
        return gone(request, brand, found, page)
    chosen = {lift.page.pk for lift in opportunity.lifts}
    slots = slot_plan(brand, opportunity, now, places=where_to_stand(brand, opportunity))
    context = {
        "opportunity": opportunity,
        "keyword": found,
        "rows": rows_of(opportunity.rungs, opportunity.distance, chosen=chosen),
        "plan": slots,
        "lifts": [(slot, ICONS[slot.kind]) for slot in slots.lifts],
        "new": [(slot, ICONS[slot.kind]) for slot in slots.new],
        "curve_after": slots.takes_after(brand),
    }
    return render(request, "content/plan.html", context)


def gone(request: HttpRequest, brand: Brand, keyword: Keyword, page: int) -> HttpResponse:
    """A page that is no negative on page one now: where it stands instead."""
    negative = Page.objects.filter(pk=page, sightings__keyword=keyword).first()
    if negative is None:
        raise Http404("This page was never seen for this keyword.")
    board = board_of(brand, keyword)
    context = {
        "keyword": keyword,
        "page": negative,
        "reading": board.reading if board else None,
        "position": board.reading.position(page) if board else None,
        "mark": next((r.mark for r in board.rungs if r.page_id == page), None) if board else None,
        "pieces": PiecesOf(brand).new_for(keyword, page),
    }
    return render(request, "content/plan_gone.html", context)


@brand_page
@require_POST
def make(request: HttpRequest, brand: Brand, keyword: int, page: int) -> HttpResponse:
    """Make the piece of `kind`, the one that lifts the page `lift`, or with `all` every one of the
    plan, each with its day, hours and likelihood. A second click finds what the first one made."""
    found, now = keyword_of(brand, keyword), timezone.now()
    opportunity = opportunity_at(brand, keyword=found, page=page, now=now)
    if opportunity is None:
        messages.error(
            request, "Nothing was made: this is no negative on page one any more.", extra_tags="bad"
        )
        return redirect("opportunities-plan", brand.slug, keyword, page)
    slots = slot_plan(brand, opportunity, now, places=where_to_stand(brand, opportunity))
    opportunity = slots.timed
    if "all" in request.POST:
        return make_all(request, brand, slots, now)
    wanted = request.POST.get("lift", "")
    lift = timed_lift(brand, opportunity, page=wanted) if wanted else None
    kind = lift.kind if lift else "" if wanted else request.POST.get("kind", "")
    return make_one(request, brand, opportunity, kind=kind, lift=lift)


def timed_lift(brand: Brand, opportunity: Opportunity, *, page: str) -> Lift | None:
    """The lift of this page as the plan times it; a candidate that the plan left out has no day."""
    planned = next((one for one in opportunity.lifts if str(one.page.pk) == page), None)
    return planned or lift_at(opportunity, PiecesOf(brand), page=page)


def make_one(
    request: HttpRequest, brand: Brand, opportunity: Opportunity, *, kind: str, lift: Lift | None
) -> HttpResponse:
    """Make one piece and open it, or open the one that is there."""
    present = briefing.twin(brand, opportunity, kind=kind, lift=lift)
    if present is None and lift is None and kind not in {s.kind for s in opportunity.suggestions}:
        messages.error(
            request,
            "Nothing was made: that is no part of this plan any more. Choose from the list.",
            extra_tags="bad",
        )
        return redirect(
            "opportunities-plan", brand.slug, opportunity.keyword.pk, opportunity.page.pk
        )
    piece, is_new = briefing.make_piece(
        brand,
        opportunity,
        kind=kind,
        by=request.user,  # type: ignore[arg-type]
        now=timezone.now(),
        lift=lift,
    )
    if is_new:
        messages.success(request, f"“{piece}” is made, with a first brief. Who writes it?")
    else:
        messages.info(request, "This piece is there already; no second one was made.")
    return redirect("board-piece", brand.slug, piece.pk)


def make_all(request: HttpRequest, brand: Brand, slots: SlotPlan, now: datetime) -> HttpResponse:
    """Make every piece that the plan still lacks, but none whose intent another piece serves."""
    opportunity = slots.timed
    wanted: list[tuple[str, Lift | None]] = [
        (lift.kind, lift) for lift in opportunity.lifts if lift.piece is None
    ]
    wanted += [(slot.kind, None) for slot in slots.new if slot.piece is None and slot.clash is None]
    made = 0
    for kind, lift in wanted:
        _, is_new = briefing.make_piece(
            brand,
            opportunity,
            kind=kind,
            by=request.user,  # type: ignore[arg-type]
            now=now,
            lift=lift,
        )
        made += is_new
    if made:
        messages.success(
            request,
            f"{made} piece{'s' if made > 1 else ''} made, each with a first brief. Give them owners.",
        )
    else:
        messages.info(request, "Every piece of this plan is there already; none was made.")
    return redirect("opportunities-plan", brand.slug, opportunity.keyword.pk, opportunity.page.pk)


def keyword_of(brand: Brand, pk: int) -> Keyword:
    """The brand's keyword, or 404."""
    found: Keyword = of_brand(brand, Keyword.objects.select_related("last_check"), pk=pk)
    found.brand = brand
    return found
