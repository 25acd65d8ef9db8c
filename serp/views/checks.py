"""The page that says what is watched and whether it works: keywords, their last checks, accounts."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from serp import scheduling
from serp.access import brand_page, of_brand
from serp.models import Brand, Keyword
from serp.models.keyword import KeywordQuerySet
from serp.promises import promise, promises
from serp.pulse import in_state, pulse_of
from serp.scheduling import TooSoon, request_check
from serp.spacing_words import spacing_words
from serp.spending import spendings
from serp.task_queue import queued_since

A_PAGE = 50


@brand_page
@require_safe
def checks(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Keywords with state and next check, accounts with what they cost, the worker's pulse."""
    now = timezone.now()
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    state = request.GET.get("state", "")
    keywords = in_state(brand.keywords.all(), state)
    if words:
        keywords = keywords.filter(phrase__icontains=words)
    keywords = (
        keywords.select_related("latest", "last_check", "account", "second_account")
        .defer("latest__results", "latest__features", "account__key", "second_account__key")
        .annotate(queued_at=queued_since())
        .order_by("is_paused", "phrase", "pk")
    )
    return render(
        request,
        "serp/checks.html",
        {
            "page": Paginator(keywords, A_PAGE).get_page(request.GET.get("page")),
            "pulse": pulse_of(brand, now),
            "words": words,
            "state": state,
            "spendings": spendings(brand, now),
            "spacing": spacing_words(brand, now),
        },
    )


@brand_page
@require_POST
def check_one(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Ask for a check of one keyword now."""
    keyword: Keyword = of_brand(brand, with_payer(), pk=pk)
    try:
        request_check(keyword, timezone.now())
        messages.success(request, f"“{keyword}” is {promise(keyword)}.")
    except TooSoon as error:
        messages.warning(request, str(error))
    return redirect(way_back(request, brand))


@brand_page
@require_POST
def let_go_on(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Let a keyword out of quarantine: it is checked at its cadence again."""
    keyword: Keyword = of_brand(brand, with_payer(), pk=pk)
    if keyword.quarantined_at is None:
        messages.warning(request, f"“{keyword}” is not in quarantine.")
    else:
        scheduling.release(keyword, timezone.now())
        messages.success(request, f"“{keyword}” goes on: it is {promise(keyword)}.")
    return redirect(way_back(request, brand))


@brand_page
@require_POST
def check_all(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Ask for a check of every watched keyword now; those checked a moment ago are left out."""
    now = timezone.now()
    asked, left = [], 0
    for keyword in with_payer().watched().filter(brand=brand):
        try:
            request_check(keyword, now)
            asked.append(keyword)
        except TooSoon:
            left += 1
    text = promises(asked)
    if left:
        text += (
            f" {left} {'was' if left == 1 else 'were'} read a moment ago or under way: left out."
        )
    messages.success(request, text) if asked else messages.warning(request, text)
    return redirect(way_back(request, brand))


def with_payer() -> KeywordQuerySet:
    """Keywords with what tells who pays for their checks; the accounts' keys stay where they are."""
    rows = Keyword.objects.select_related("account", "brand__account")
    return rows.defer("account__key", "brand__account__key")


def way_back(request: HttpRequest, brand: Brand) -> str:
    """The page that the form stood on, if it is one of ours; else the list of checks."""
    target = request.POST.get("next", "")
    if target and url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        return target
    return reverse("checks", args=[brand.slug])
