"""Pages to add and change a brand's provider accounts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from serp.access import Role, brand_page, of_brand
from serp.account_forms import AccountForm
from serp.accounts import SAMPLE, take_into_use
from serp.models import Brand, ProviderAccount
from serp.providers.registry import PROVIDERS


def provider_facts() -> list[dict[str, object]]:
    """What a person wants to know of each real provider before choosing one."""
    return [
        {
            "title": provider.title,
            "engines": ", ".join(sorted(provider.engines)),
            "key_help": provider.key_help,
            "page_size": provider.page_size,
            "price": provider.price * 1000,
        }
        for name, provider in PROVIDERS.items()
        if name != SAMPLE
    ]


def page(request: HttpRequest, form: AccountForm, title: str, save: str) -> HttpResponse:
    """The form, with what each provider reads and where its key comes from."""
    context = {"form": form, "title": title, "save": save, "providers": provider_facts()}
    return render(request, "serp/account.html", context)


@brand_page(read=Role.MANAGER, write=Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Add an account of this brand's own, and use it where the brand has none or only made-up data."""
    form = AccountForm(request.POST or None, instance=ProviderAccount(brand=brand))
    if request.method == "POST" and form.is_valid():
        account = form.save()
        text = f"The account “{account}” is added"
        text += " and pays for this brand’s checks." if take_into_use(account, brand) else "."
        messages.success(request, text)
        return redirect("checks" if brand.keywords.exists() else "checks-keyword-new", brand.slug)
    return page(request, form, "Add a provider account", "Add account")


@brand_page(read=Role.MANAGER, write=Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Change an account of this brand; those of the installation are changed in the admin."""
    account: ProviderAccount = of_brand(brand, ProviderAccount.objects.all(), pk=pk)
    name = account.name
    form = AccountForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, f"The account “{account}” is saved.")
        return redirect("checks", brand.slug)
    return page(request, form, name, "Save")
