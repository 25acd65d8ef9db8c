"""The pages that say whether the machinery works: of one brand, and of the installation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from serp.access import brand_page
from serp.models import Brand, Check, Keyword, Notice, Pause, ProviderAccount
from serp.models.brand import BrandQuerySet
from serp.models.notice import NoticeQuerySet
from serp.models.provider import ProviderAccountQuerySet
from serp.soundness import notices_about
from serp.status import OVERDUE, outcomes_today, status
from serp.verdict import verdict

A_PAGE = 20
MOST_QUARANTINED = 50


@brand_page
@require_safe
def of_one(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The state of one brand: its checks, its accounts, its money, its notices."""
    accounts = ProviderAccount.objects.usable_by(brand)
    return answer(
        request,
        brands=Brand.objects.filter(pk=brand.pk),
        accounts=accounts,
        notices=notices_about(brand),
        zone=brand.zone,
    )


@login_required
@require_safe
def of_all(request: HttpRequest) -> HttpResponse:
    """The state of the installation; who does not run it sees his own brands and their accounts."""
    return answer(
        request,
        brands=Brand.objects.visible_to(request.user),
        accounts=ProviderAccount.objects.visible_to(request.user),
        notices=Notice.objects.visible_to(request.user),
        zone=timezone.get_default_timezone(),
        is_all=True,
    )


@login_required
@require_POST
def go_on(request: HttpRequest) -> HttpResponse:
    """End the pause of the installation."""
    if not request.user.is_superuser:
        raise PermissionDenied("Only who runs this installation can let it go on.")
    Pause.end()
    messages.success(request, "Pushdown goes on: checks that are due are made within the minute.")
    return redirect("status-all")


def answer(
    request: HttpRequest,
    *,
    brands: BrandQuerySet,
    accounts: ProviderAccountQuerySet,
    notices: NoticeQuerySet,
    zone: Any,
    is_all: bool = False,
) -> HttpResponse:
    """The page, or with `?part=1` only what changes on it."""
    now = timezone.now()
    quarantined = Keyword.objects.watched().quarantined().filter(brand__in=brands)
    past = notices.filter(closed_at__isnull=False).select_related("brand")
    outcomes = outcomes_today(brands, now)
    state = status(brands, accounts, now)
    opened = list(notices.open().select_related("brand").order_by("-opened_at", "-pk"))
    context = {
        "status": state,
        "verdict": verdict(state, {notice.kind for notice in opened}),
        "as_of": f"{now.astimezone(zone):%H:%M:%S\u00a0%Z}",
        "outcomes": [
            (Check.State(outcome).label, number) for outcome, number in outcomes.items() if number
        ],
        "quarantined": quarantined.select_related("brand").order_by("brand__name", "phrase", "pk")[
            :MOST_QUARANTINED
        ],
        "open_notices": opened,
        "page": Paginator(past.order_by("-closed_at", "-pk"), A_PAGE).get_page(
            request.GET.get("page")
        ),
        "overdue_minutes": OVERDUE.seconds // 60,
        "now": now,
        "zone": zone,
        "is_all": is_all,
    }
    is_part = request.GET.get("part") == "1"
    return render(request, "serp/_status.html" if is_part else "serp/status.html", context)
