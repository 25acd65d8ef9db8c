"""The ledger page of a brand: what every call cost, with sums, filters and an export."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from serp.access import brand_page
from serp.ledger_sheet import (
    STATES,
    Filters,
    account_choices,
    counted,
    entries,
    months,
    outcome_words,
    sheet,
    sums,
)
from serp.models import Brand
from serp.money import left
from serp.providers.registry import title_of
from serp.spacing_words import spacing_words

A_PAGE = 50


@brand_page
@require_safe
def ledger(request: HttpRequest, brand: Brand) -> HttpResponse:
    """What was spent and reserved, and every call that it was for, newest first."""
    now = timezone.now()
    filters = Filters.of(request.GET.dict())
    rows = entries(brand, filters)
    count, dollars = counted(rows)
    paginator = Paginator(rows, A_PAGE)
    paginator.count = count
    page = paginator.get_page(request.GET.get("page"))
    total, accounts = sums(brand, now)
    return render(
        request,
        "serp/ledger.html",
        {
            "page": page,
            "rows": [(entry, outcome_words(entry), title_of(entry.provider)) for entry in page],
            "count": count,
            "dollars": dollars,
            "filters": filters,
            "months": months(brand),
            "accounts": account_choices(brand),
            "states": STATES.items(),
            "total": total,
            "sums": accounts,
            "left": left(brand, now),
            "spacing": spacing_words(brand, now),
        },
    )


@brand_page  # type: ignore[arg-type]  # a stream is no HttpResponse to the checker
@require_safe
def export(request: HttpRequest, brand: Brand) -> HttpResponse | StreamingHttpResponse:
    """All entries that the filters leave, as CSV."""
    filters = Filters.of(request.GET.dict())
    answer = StreamingHttpResponse(
        sheet(entries(brand, filters)), content_type="text/csv; charset=utf-8"
    )
    name = "-".join(filter(None, [brand.slug, "ledger", filters.month_name]))
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
