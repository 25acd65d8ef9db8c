"""The coverage of page one over all keywords, its export, and the clusters with what managers do to them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from content.models import Cluster
from content.portfolio import clusters as acts
from content.portfolio.clusters import BadCluster
from content.portfolio.coverage import Side
from content.portfolio.fortress import NONE, STRONG, Filters, fortress
from content.portfolio.fortress_sheet import sheet
from content.portfolio.saving import unclustered
from content.scheduling.choice import number_or_none
from reputation.markets import choices_of
from serp.access import Role, brand_page, of_brand
from serp.curves import curve_of
from serp.models import Brand

ROWS = 50
MOST_CLUSTERS = 12
"""Clusters that the coverage shows at first: the most exposed."""


def asked(request: HttpRequest) -> Filters:
    """The filters in the query string."""
    get = request.GET.get
    return Filters(
        cluster=get("cluster", "")[:20],
        market=get("market", "")[:60],
        kind=get("kind", "")[:20],
        without_own=get("own") == "none",
    )


@brand_page
@require_safe
def coverage(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Page one of every keyword, weakest first."""
    found = fortress(brand, asked(request))
    kinds, markets = choices_of(brand)
    everything = "all" in request.GET.getlist("clusters")
    context = {
        "found": found,
        "page": Paginator(found.lines, ROWS).get_page(request.GET.get("page")),
        "filters": found.filters,
        "kinds": kinds,
        "markets": markets,
        "named": list(Cluster.objects.filter(brand=brand)),
        "clusters": found.clusters if everything else found.clusters[:MOST_CLUSTERS],
        "further": 0 if everything else max(0, len(found.clusters) - MOST_CLUSTERS),
        "sides": [side for side in Side if side is not Side.UNREAD],
        "none": NONE,
        "strong": STRONG,
        "curve": curve_of(brand),
    }
    return render(request, "content/coverage.html", context)


@brand_page
@require_safe
def export(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The coverage as CSV, all keywords that the filters leave."""
    text = sheet(fortress(brand, asked(request)), brand.zone)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    day = timezone.now().astimezone(brand.zone).date()
    response["Content-Disposition"] = f'attachment; filename="{brand.slug}-coverage-{day}.csv"'
    return response


@brand_page(write=Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def clusters(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The clusters with their keywords. A POST does what `do` says: group, rename, merge, move, delete."""
    if request.method == "POST":
        try:
            messages.success(request, act(request, brand))
        except BadCluster as error:
            messages.error(request, str(error), extra_tags="bad")
        return redirect("clusters", brand.slug)
    rows = (
        Cluster.objects.filter(brand=brand)
        .annotate(number=Count("keywords"))
        .order_by("name", "pk")
    )
    rows = rows.prefetch_related("keywords")
    context = {
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "named": list(Cluster.objects.filter(brand=brand)),
        "alone": unclustered(brand),
    }
    return render(request, "content/portfolio_clusters.html", context)


def act(request: HttpRequest, brand: Brand) -> str:
    """Do one thing to clusters and say what was done. Raises BadCluster when it cannot be."""
    data = request.POST
    match data.get("do"):
        case "group":
            count = acts.group(brand)
            return f"{count} keyword{'s were' if count != 1 else ' was'} put into clusters."
        case "rename":
            cluster = chosen(brand, data.get("cluster", ""))
            acts.rename(cluster, data.get("name", ""))
            return f"The cluster is called “{cluster}” now."
        case "merge":
            cluster, into = (chosen(brand, data.get(name, "")) for name in ("cluster", "into"))
            count = acts.merge(cluster, into)
            return f"“{cluster}” is merged into “{into}”: {count} keywords moved."
        case "move":
            target = data.get("into", "")
            home = None if target == NONE else chosen(brand, target)
            wanted = [int(pk) for pk in data.getlist("keyword") if number_or_none(pk)]
            count = acts.move(brand, wanted, home)
            where = f"moved to “{home}”" if home else "taken out of their clusters"
            return f"{count} keyword{'s' if count != 1 else ''} {where}."
        case "delete":
            cluster = chosen(brand, data.get("cluster", ""))
            cluster.delete()
            return f"The cluster “{cluster}” is deleted. Its keywords stay."
    raise BadCluster("Nothing was done: choose what to do with the button.")


def chosen(brand: Brand, text: str) -> Cluster:
    """The brand's cluster with this id, or 404 as for one that does not exist."""
    if not text:
        raise BadCluster("Choose a cluster from the list.")
    pk = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    found: Cluster = of_brand(brand, Cluster.objects.all(), pk=pk)
    return found
