"""The keyword builder: a form, the phrases that it leads to with their cost, and saving those ticked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from content.portfolio.building import build
from content.portfolio.deciding import decided_lines, decisions_of, shown_lines
from content.portfolio.forms import BuilderForm, starting
from content.portfolio.plan import Decisions, Portfolio, Wish
from content.portfolio.pricing import Price, autocomplete_price, quote_of
from content.portfolio.saving import MOST_KEYWORDS, save
from serp.access import Role, brand_page
from serp.models import Brand
from serp.portfolio.candidates import MOST
from serp.suggesting import ask

REFUSED = 422


@brand_page(read=Role.MANAGER, write=Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def builder(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The builder. A POST builds and counts; with `do` = "ask" it asks autocomplete first, with "save"
    it stores what is ticked, once the cost that it leads to was on the page."""
    if request.method != "POST":
        return page(request, brand, BuilderForm(brand=brand, initial=starting(brand)))
    data = request.POST.copy()
    decisions = decisions_of(data)
    form = BuilderForm(data, brand=brand)
    if not form.is_valid():
        return page(request, brand, form, decisions=decisions, status=REFUSED)
    if data.get("do") == "ask":
        form = with_suggestions(request, brand, form, data)
    wish = form.wish
    portfolio = build(brand, wish, decisions)
    trouble = ""
    if data.get("do") == "save":
        trouble = refusal(brand, portfolio, wish, data)
        if not trouble:
            saved = save(brand, portfolio, wish, timezone.now())
            messages.success(request, str(saved))
            return redirect("fortress", brand.slug)
    return page(
        request, brand, form, portfolio=portfolio, decisions=decisions, trouble=trouble,
        status=REFUSED if trouble else 200,
    )  # fmt: skip


def page(
    request: HttpRequest,
    brand: Brand,
    form: BuilderForm,
    *,
    portfolio: Portfolio | None = None,
    decisions: Decisions | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page with all that was typed and ticked."""
    now = timezone.now()
    count = portfolio.keywords if portfolio else 0
    context = {
        "form": form,
        "portfolio": portfolio,
        "decisions": decisions,
        "shown": shown_lines(portfolio),
        "decided": decided_lines(decisions or Decisions(), portfolio),
        "quote": quote_of(brand, form.wish, count, now) if portfolio else None,
        "payer": form.payer,
        "keywords": count,
        "most": MOST,
        "trouble": trouble,
        "asking": autocomplete_price(brand, form, now),
    }
    return render(request, "content/portfolio.html", context, status=status)


def refusal(brand: Brand, portfolio: Portfolio, wish: Wish, data: QueryDict) -> str:
    """Why nothing is stored yet, in words; empty when it may be."""
    count = portfolio.keywords
    if not count:
        return "Nothing is ticked, so nothing was saved. Tick what is to be watched."
    if count > MOST_KEYWORDS:
        return (
            f"Nothing was saved: the ticked phrases make {count:,} keywords in these markets, engines "
            f"and devices; {MOST_KEYWORDS:,} can be saved at once. Take fewer."
        )
    quote = quote_of(brand, wish, count, timezone.now())
    if quote.rises and data.get("agreed") != quote.seal:
        return f"Not saved yet: the cost was not shown for exactly this. {quote.words} Save again to agree to it."
    return ""


def with_suggestions(
    request: HttpRequest, brand: Brand, form: BuilderForm, data: QueryDict
) -> BuilderForm:
    """Ask autocomplete for the names, once its price was on the page, and add what comes to the further
    phrases."""
    price: Price = autocomplete_price(brand, form, timezone.now())
    if price.trouble or price.account is None:
        messages.error(request, price.trouble, extra_tags="bad")
        return form
    if price.dollars and data.get("ask_agreed") != price.seal:
        messages.warning(request, f"Not asked yet: {price} Press again to agree to it.")
        return form
    asked = ask(price.account, brand, price.queries, timezone.now)
    old = form.cleaned_data["further"]
    known = {line.casefold() for line in old}
    fresh = list(
        dict.fromkeys(
            line
            for line in (f"{one.phrase} [{one.language}]" for one in asked.found)
            if line.casefold() not in known
        )
    )
    data["further"] = "\n".join([*old, *fresh])
    for trouble in dict.fromkeys(asked.troubles):
        messages.error(request, trouble, extra_tags="bad")
    messages.success(
        request, f"Autocomplete gave {len(fresh)} new phrases; {asked.calls} requests were made."
    )
    again = BuilderForm(data, brand=brand)
    return again if again.is_valid() else form


@brand_page(read=Role.MANAGER, write=Role.MANAGER)
@require_POST
def cost(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The part of the page that tells the cost of `rows` keywords with the form's settings: asked while
    one ticks, and stored by nobody."""
    form = BuilderForm(request.POST, brand=brand)
    rows = request.POST.get("rows", "")
    is_count = rows.isascii() and rows.isdecimal() and len(rows) < 8
    context: dict[str, Any] = {
        "payer": None,
        "quote": None,
        "keywords": int(rows) if is_count else 0,
    }
    if form.is_valid() and is_count:
        quote = quote_of(brand, form.wish, int(rows), timezone.now())
        context |= {"quote": quote, "payer": form.payer}
    return render(request, "content/_portfolio_cost.html", context)
