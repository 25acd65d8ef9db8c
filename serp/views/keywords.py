"""Pages to add keywords, to change one and to pause it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from serp.access import Role, brand_page, of_brand
from serp.keyword_forms import KeywordForm, KeywordsForm
from serp.models import Brand, Keyword
from serp.promises import promise
from serp.quoting import raises_costs
from serp.scheduling import pause as pause_keyword
from serp.scheduling import resume
from serp.watching import watch_phrases

ALIKE = (
    "engine", "country", "language", "location", "device", "depth", "cadence", "account",
    "second_account",
)  # fmt: skip


@brand_page(read=Role.MANAGER, write=Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Add keywords, one a line; their first check is due at once. They start like the one added last;
    a brand without any begins with its name."""
    last = brand.keywords.order_by("-pk").first()
    initial = {name: getattr(last, name) for name in ALIKE} if last else {}
    phrase = request.GET.get("phrase", "").strip()
    initial["phrases"] = phrase if phrase or last else brand.name
    form = KeywordsForm(request.POST or None, brand=brand, initial=initial)
    if request.method == "POST" and form.is_valid():
        added = watch_phrases(
            brand, form.cleaned_data["phrases"], shared=form.shared, now=timezone.now()
        )
        text = f"{added} The first results come within a minute or two."
        messages.success(request, text if brand.account or form.shared["account"] else str(added))
        # The first keywords are what the overview waits for; later ones are looked at in the list.
        return redirect("checks" if last else "overview", brand.slug)
    return render(request, "serp/keywords_new.html", {"form": form, "is_first": last is None})


@brand_page(read=Role.MANAGER, write=Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Change a keyword; its next check follows the new cadence."""
    keyword: Keyword = of_brand(brand, Keyword.objects.all(), pk=pk)
    phrase, was_paused = keyword.phrase, keyword.is_paused
    wish = {"is_paused": False} if request.GET.get("resume") else {}
    form = KeywordForm(request.POST or None, brand=brand, instance=keyword, initial=wish)
    if request.method == "POST" and form.is_valid():
        saved = form.save(commit=False)
        # Only what the form holds: a worker may have moved the pointers to the newest reading since.
        saved.save(update_fields=form.Meta.fields)
        if saved.is_paused and not was_paused:
            pause_keyword(saved)
        elif not saved.is_paused and (was_paused or "cadence" in form.changed_data):
            resume(saved, timezone.now())
        messages.success(request, f"“{saved}” is saved.")
        return redirect("checks", brand.slug)
    return render(request, "serp/form.html", {"form": form, "title": phrase, "save": "Save"})


@brand_page(read=Role.MANAGER, write=Role.MANAGER)
@require_POST
def pause(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Pause a keyword, or let it go on; where that costs money, its form shows how much first."""
    keyword: Keyword = of_brand(brand, Keyword.objects.select_related("account"), pk=pk)
    if keyword.is_paused:
        if raises_costs(keyword, timezone.now()):
            messages.warning(request, "Watching it again costs money: look below, then save.")
            there = reverse("checks-keyword", args=[brand.slug, keyword.pk])
            return redirect(f"{there}?resume=on")
        resume(keyword, timezone.now())
        messages.success(request, f"“{keyword}” is watched again; it is {promise(keyword)}.")
    else:
        pause_keyword(keyword)
        messages.success(request, f"“{keyword}” is paused. Its history stays.")
    return redirect("checks", brand.slug)
