"""What a form would cost as it stands: asked while one types, and stored by nobody."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.views.decorators.http import require_POST

from serp.access import Role, brand_page, of_brand
from serp.account_forms import AccountForm
from serp.forms import BrandForm
from serp.keyword_forms import KeywordForm, KeywordsForm
from serp.models import Brand, Keyword, ProviderAccount


@brand_page(read=Role.MANAGER, write=Role.MANAGER)
@require_POST  # Long lists of phrases do not fit into an address.
def forecast(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The part of the page that tells the costs, for the form named in `form` and the row in `pk`."""
    form = form_of(request, brand)
    if form is None:
        return HttpResponseBadRequest("Which form?", content_type="text/plain; charset=utf-8")
    form.is_valid()
    return render(request, "serp/_forecast.html", {"form": form})


def form_of(request: HttpRequest, brand: Brand) -> forms.ModelForm | None:
    """The form with what was typed so far; None for a name that is none. Raises Http404 for a row that
    is not of this brand."""
    data, pk = request.POST, request.POST.get("pk", "")
    lookup = {"pk": int(pk) if pk.isascii() and pk.isdecimal() and len(pk) < 19 else 0}
    match request.POST.get("form"):
        case "keywords":
            return KeywordsForm(data, brand=brand)
        case "keyword":
            keyword = of_brand(brand, Keyword.objects.all(), **lookup)
            return KeywordForm(data, brand=brand, instance=keyword)
        case "account" if pk:
            return AccountForm(
                data, instance=of_brand(brand, ProviderAccount.objects.all(), **lookup)
            )
        case "account":
            return AccountForm(data, instance=ProviderAccount(brand=brand))
        case "brand":
            return BrandForm(data, instance=Brand.objects.get(pk=brand.pk))
    return None
