"""Taking a piece out of here: files, structured data, drafts on the brand's sites, and the sites themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from content.models import Delivery, Piece, Site
from content.publishing.documents import as_docx, as_html, as_markdown
from content.publishing.facts import facts_of
from content.publishing.forms import SiteForm
from content.publishing.indexnow import key_address
from content.publishing.schema_rules import problems
from content.publishing.sending import CannotSend, ask_for, ask_ping, unpublish
from content.publishing.structured import Structured, structured
from serp.access import Role, brand_page, of_brand
from serp.models import Brand

REFUSED = 422
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILES = {
    "md": ("text/markdown; charset=utf-8", lambda facts: as_markdown(facts).encode()),
    "html": ("text/html; charset=utf-8", lambda facts: as_html(facts).encode()),
    "docx": (WORD, as_docx),
    "jsonld": ("application/ld+json; charset=utf-8", lambda facts: structured(facts).text.encode()),
}


def piece_of(brand: Brand, pk: int) -> Piece:
    rows = Piece.objects.select_related("brand", "keyword")
    found: Piece = of_brand(brand, rows, pk=pk)
    return found


@brand_page
@require_safe
def export(request: HttpRequest, brand: Brand, pk: int, form: str) -> HttpResponse:
    """The draft as a file; always to be saved, never shown: its HTML is not one of our pages."""
    if form not in FILES:
        raise Http404("There is no such form.")
    piece = piece_of(brand, pk)
    kind, make = FILES[form]
    answer = HttpResponse(make(facts_of(piece)), content_type=kind)
    name = slugify(piece.title)[:60] or f"piece-{piece.pk}"
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def publishing_of(piece: Piece, now: datetime) -> dict[str, Any]:
    """What the page of a piece shows about taking it out of here."""
    data: Structured = structured(facts_of(piece))
    found = [(str(one["@type"]), problems(one)) for one in data.nodes]
    sites = list(Site.objects.filter(brand=piece.brand_id, is_active=True))
    return {
        "structured": data,
        "checked": found,
        "hard": sum(problem.is_hard for _, rows in found for problem in rows),
        "sites": sites,
        "deliveries": list(piece.deliveries.select_related("site", "by")),
        "pings": list(piece.pings.all()[:3]),
        "may_ping": bool(piece.url) and any(site.indexnow_key for site in sites),
        "forms": [("docx", "Word"), ("md", "Markdown"), ("html", "HTML")],
    }


@brand_page
@require_POST
def send(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Send to the site `site`; with `ping` tell engines; with `down` (a delivery) take it down there."""
    piece = piece_of(brand, pk)
    back = redirect("board-piece", brand.slug, piece.pk)
    now = timezone.now()
    try:
        if "ping" in request.POST:
            made = ask_ping(piece, now)
            words = "Engines are told within a minute." if made else "Engines are told already."
        elif "down" in request.POST:
            delivery = Delivery.objects.filter(piece=piece, pk=number(request.POST["down"])).first()
            if delivery is None:
                raise Http404("No such delivery.")
            unpublish(delivery)
            words = f"It is a draft again at {delivery.site}: visitors do not see it any more."
        elif "site" not in request.POST:
            raise CannotSend("Choose the site that it is to go to.")
        else:
            site: Site = of_brand(
                brand, Site.objects.all(), pk=number(request.POST.get("site", ""))
            )
            ask_for(piece, site, by=cast(User, request.user), now=now)
            words = f"It goes to {site} as a draft within a minute. Nothing is published there."
    except CannotSend as error:
        messages.error(request, str(error), extra_tags="bad")
        return back
    messages.success(request, words)
    return back


def number(text: str) -> int:
    """The id that a form sent; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


@brand_page(write=Role.MANAGER, read=Role.EDITOR)
def sites(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The brand's sites, and the form of a new one."""
    return site_page(request, brand, Site(brand=brand))


@brand_page(write=Role.MANAGER, read=Role.EDITOR)
def site(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """One site to be changed."""
    return site_page(request, brand, of_brand(brand, Site.objects.all(), pk=pk))


def site_page(request: HttpRequest, brand: Brand, one: Site) -> HttpResponse:
    form = SiteForm(request.POST if request.method == "POST" else None, instance=one)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, f"{saved} is saved.")
        return redirect("sites", brand.slug)
    rows = Site.objects.filter(brand=brand)
    context = {
        "form": form,
        "site": one if one.pk else None,
        "sites": [
            (row, key_address(row.base_url, row.indexnow_key) if row.indexnow_key else "")
            for row in rows
        ],
    }
    return render(request, "content/sites.html", context, status=REFUSED if form.errors else 200)
