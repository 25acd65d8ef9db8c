"""Pages of the places where the brand can stand: the list, a person's word, the piece for one, own places."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from content.models import Placement
from content.placing import saying
from content.placing.forms import PlacementForm, SayForm, free_slug
from content.placing.listing import (
    ALL,
    LANGUAGES,
    Catalogue,
    Filters,
    catalogue_of,
    counts,
    filtered,
    in_market,
)
from content.placing.making import NotMade, make_piece_at
from content.placing.shipped import public
from content.placing.standing import State
from serp.access import Role, brand_page, of_brand
from serp.models import Brand

REFUSED = 422
A_PAGE = 25


@brand_page
@require_safe
def placements(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Every place for the brand, the one most often on page one first."""
    return show(request, brand)


def show(request: HttpRequest, brand: Brand, *, refused: SayForm | None = None) -> HttpResponse:
    """The list; `refused` is a person's word that was not taken, shown with what was typed."""
    catalogue = catalogue_of(brand)
    filters = Filters.of(request.GET.dict())
    near = in_market(catalogue, filters)
    lines = filtered(near, filters)
    if refused and not any(line.place == refused.placement for line in lines):
        lines = [one for one in catalogue.lines if one.place == refused.placement] + lines
    pages = Paginator(lines, A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    if refused:
        at = next(n for n, line in enumerate(lines) if line.place == refused.placement)
        page = pages.get_page(at // A_PAGE + 1)
    context = {
        "catalogue": catalogue,
        "page": page,
        "rows": [(line, form_for(brand, line.place, line.stand.url, refused)) for line in page],
        "near": near,
        "counts": counts(near),
        "states": [(state.value, state.words, counts(near)[state.value]) for state in State],
        "filters": filters,
        "found": len(lines),
        "choices": choices(catalogue),
        "all": ALL,
        "public": public(),
        "off": brand.placements.filter(is_active=False),
    }
    return render(request, "content/placements.html", context, status=REFUSED if refused else 200)


def form_for(brand: Brand, placement: Placement, url: str, refused: SayForm | None) -> SayForm:
    """The form of one row: the refused one, or an empty one with the address that is known."""
    if refused and refused.placement == placement:
        return refused
    return SayForm(brand=brand, placement=placement, initial={"url": url})


def choices(catalogue: Catalogue) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: languages, countries and kinds that the places have."""
    places = [line.place for line in catalogue.lines]
    languages = {code for place in places for code in place.languages} | catalogue.languages
    countries = {code for place in places for code in place.countries} | catalogue.countries
    kinds = {place.kind for place in places}
    return {
        "languages": sorted((code, LANGUAGES.get(code, code)) for code in languages),
        "countries": sorted((code, code.upper()) for code in countries),
        "kinds": [(value, str(label)) for value, label in Placement.Kind.choices if value in kinds],
    }


@brand_page
@require_POST
def say(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Note that the brand is at a place or that it is not for it, or with `undo` forget what was said."""
    placement = place_of_brand(brand, pk)
    if "undo" in request.POST:
        if saying.take_back(brand, placement):
            messages.success(request, f"{placement}: forgotten. What readings show counts again.")
        return back(request, brand, placement)
    form = SayForm(request.POST, brand=brand, placement=placement)
    if not form.is_valid():
        return show(request, brand, refused=form)
    said = saying.say(
        brand,
        placement,
        state=form.cleaned_data["state"],
        url=form.cleaned_data["url"],
        note=form.cleaned_data["note"].strip(),
        by=request.user,  # type: ignore[arg-type]
        now=timezone.now(),
    )
    messages.success(request, f"{placement}: {said.get_state_display()}. It can be taken back.")
    return back(request, brand, placement)


def back(request: HttpRequest, brand: Brand, placement: Placement) -> HttpResponse:
    """The list again, with the filters that it was left with, at the same place."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(f"{reverse('placements', args=[brand.slug])}{query}#place-{placement.pk}")


@brand_page
@require_POST
def make(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Make the piece that brings the brand to a place, or open the one that is in work for it."""
    placement = place_of_brand(brand, pk)
    try:
        piece, is_new = make_piece_at(
            brand,
            placement,
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
    except NotMade as error:
        messages.error(request, str(error), extra_tags="bad")
        return back(request, brand, placement)
    if is_new:
        messages.success(request, f"“{piece}” is made, with a first brief. Who writes it?")
    else:
        messages.info(request, "This piece is in work for the place; no second one was made.")
    return redirect("board-piece", brand.slug, piece.pk)


@brand_page(read=Role.MANAGER, write=Role.MANAGER)
def new(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Add a place that only this brand has."""
    return edit_form(request, Placement(brand=brand), brand)


@brand_page(read=Role.MANAGER, write=Role.MANAGER)
def edit(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Change a place that the brand added, or switch it off."""
    return edit_form(request, of_brand(brand, Placement.objects.all(), pk=pk), brand)


def edit_form(request: HttpRequest, row: Placement, brand: Brand) -> HttpResponse:
    name = row.name
    form = PlacementForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        saved = form.save(commit=False)
        saved.slug = saved.slug or free_slug(brand, saved.name)
        saved.is_edited = True
        saved.save()
        messages.success(request, f"{saved} is saved.")
        return redirect("placements", brand.slug)
    context = {"form": form, "pk": row.pk, "name": name}
    status = REFUSED if form.errors else 200
    return render(request, "content/placement_form.html", context, status=status)


def place_of_brand(brand: Brand, pk: int) -> Placement:
    """A place that comes into question for the brand, or 404: another brand's is none."""
    found: Placement = get_object_or_404(Placement.objects.for_brand(brand), pk=pk)
    return found
