"""The pages behind one-time links, for customers without an account: answer a request, withdraw for ever."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from content.models import ProofRequest
from content.proof import wording
from content.proof.answer_form import AnswerForm, WithdrawForm
from content.proof.answering import LinkSpent, answer, note_opening, refuse, spent
from content.proof.mailing import address_of
from content.proof.tokens import find
from content.proof.withdrawing import withdraw as take_back

REFUSED, GONE = 422, 410
POLICY = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
Kind = ProofRequest.Kind
Page = Callable[..., HttpResponse]
scriptless: Callable[[Any], Any] = csp(POLICY)


def unlisted(view: Page) -> Page:
    """Keep a page out of search engines and caches, and all scripts out of the page."""

    @scriptless
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def page(request: HttpRequest, **token: str) -> HttpResponse:
        response = view(request, **token)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Cache-Control"] = "private, no-store"
        return response

    return cast(Page, page)


def gone(request: HttpRequest, why: str, status: int = GONE) -> HttpResponse:
    return render(request, "content/consent_gone.html", {"why": why}, status=status)


def unknown(request: HttpRequest) -> HttpResponse:
    return gone(
        request,
        "There is nothing under this link. Copy the whole address from the mail and try again.",
        404,
    )


@unlisted
def testimonial(request: HttpRequest, ask: str) -> HttpResponse:
    """Answer a request. Reading writes nothing; the answer is taken once."""
    asked = find(ask, Kind.ASK)
    if asked is None:
        return unknown(request)
    now = timezone.now()
    if why := spent(asked, now):
        return gone(request, why)
    if request.method != "POST":
        return show(request, asked, AnswerForm(brand=asked.brand, initial=known(asked)))
    note_opening(asked, now)
    try:
        if "refuse" in request.POST:
            refuse(asked, now)
            return done(request, asked)
        form = AnswerForm(request.POST, brand=asked.brand)
        if not form.is_valid():
            return show(request, asked, form, status=REFUSED)
        secret = answer(asked, form.answer(), now)
    except LinkSpent as error:
        return gone(request, str(error))
    return done(request, asked, secret=secret, said=form)


def known(asked: ProofRequest) -> dict[str, str]:
    """What the form begins with: what the brand knows already, never an opinion."""
    customer, row = asked.customer, asked.testimonial
    return {
        "name": customer.name,
        "role": customer.role_title,
        "organisation": customer.organisation,
        "text": row.text if row else "",
    }


def show(
    request: HttpRequest, asked: ProofRequest, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "asked": asked,
        "form": form,
        "ending": wording.ending(str(asked.brand)),
    }
    return render(request, "content/consent_form.html", context, status=status)


def done(
    request: HttpRequest,
    asked: ProofRequest,
    *,
    secret: str = "",
    said: AnswerForm | None = None,
) -> HttpResponse:
    """Thank the customer; the link to withdraw is in this one answer and in the mail."""
    receipt = find(secret, Kind.RECEIPT) if secret else None
    context = {
        "asked": asked,
        "said": said,
        "receipt": receipt,
        "address": address_of(receipt, secret) if receipt else "",
    }
    return render(request, "content/consent_done.html", context)


@unlisted
def withdraw(request: HttpRequest, withdrawal: str) -> HttpResponse:
    """Take a consent back. The link never runs out; using it again changes nothing."""
    receipt = find(withdrawal, Kind.RECEIPT)
    if receipt is None or receipt.testimonial is None:
        return unknown(request)
    row = receipt.testimonial
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        take_back(row, now=timezone.now(), why=form.cleaned_data["why"])
    context = {
        "receipt": receipt,
        "testimonial": row,
        "form": form,
        "is_withdrawn": row.state == row.State.WITHDRAWN,
    }
    status = REFUSED if request.method == "POST" and form.errors else 200
    return render(request, "content/consent_withdraw.html", context, status=status)
