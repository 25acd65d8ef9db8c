"""The brief of a piece: its form, drawing it anew, earlier versions, and the outline by a language model."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from content import language_model
from content.brief_forms import BriefForm
from content.briefing import bring_back, draw
from content.models import Brief, Piece
from content.views.pieces import REFUSED, piece_of
from serp.access import brand_page
from serp.models import Brand


@brand_page
def brief(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """The brief, to be changed. A POST draws it anew (`redraw`), brings an earlier version back
    (`version`), has a model write the outline (`write`) or notes that it was checked (`confirm`)."""
    found = piece_of(brand, pk)
    stored = Brief.objects.filter(piece=found).first()
    if request.method == "POST" and {"redraw", "version", "write", "confirm"} & set(request.POST):
        act(request, found, stored)
        return redirect("board-piece", brand.slug, pk)
    form = BriefForm(
        request.POST if request.method == "POST" else None, instance=stored or Brief(piece=found)
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "The brief is saved.")
        return redirect("board-piece", brand.slug, pk)
    return render(
        request,
        "content/brief_form.html",
        {"form": form, "piece": found},
        status=REFUSED if form.errors else 200,
    )


def act(request: HttpRequest, found: Piece, stored: Brief | None) -> None:
    """Do what was asked for with the brief, and say what came of it."""
    if "redraw" in request.POST:
        draw(found, now=timezone.now())
        kept = " The one before is kept under “Earlier versions”." if stored else ""
        messages.success(request, f"The brief is drawn from the newest result page.{kept}")
    elif stored is None:
        messages.error(request, "There is no brief yet: draw a first one.", extra_tags="bad")
    elif "version" in request.POST:
        version = request.POST["version"]
        if version.isdecimal() and len(version) < 19 and bring_back(stored, int(version)):
            messages.success(request, "The earlier version is back.")
        else:
            messages.error(
                request, "This brief has no such version: nothing was changed.", extra_tags="bad"
            )
    elif "confirm" in request.POST:
        language_model.confirm(stored, by=cast(User, request.user), now=timezone.now())
        messages.success(request, "Noted: you have checked the outline.")
    else:
        try:
            language_model.write_outline(stored)
        except language_model.NotWritten as error:
            messages.error(request, str(error), extra_tags="bad")
        else:
            messages.success(
                request, "The outline is written. Check it line by line before anybody uses it."
            )
