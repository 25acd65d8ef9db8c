"""Testimonials and proofs of a brand: what may be used where, what must come off, and the acts on them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from content.models import Consent, Customer, Piece, Proof, ProofRequest, Testimonial, Use
from content.proof import asking, erasing, recording
from content.proof.facts import countries_of, facts_of
from content.proof.forms import (
    AskForm,
    ConsentForm,
    CustomerForm,
    ProofForm,
    TestimonialForm,
    UseForm,
    default_request,
    wording_now,
)
from content.proof.listing import KINDS, listing, stands
from content.proof.mailing import address_of
from content.proof.rules import all_rules, use_findings
from content.proof.using import Stopped, use
from content.proof.withdrawing import must_come_off, take_off, withdraw
from serp.access import Role, brand_page, of_brand
from serp.models import Brand

REFUSED = 422
A_PAGE = 50
State = Testimonial.State


@brand_page
def proofs(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The list: what must come off first, then the testimonials, then what backs claims."""
    now = timezone.now()
    which = request.GET.get("which", "")
    shown = listing(brand, which=which, now=now)
    page = Paginator(shown.rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "shown": shown,
        "page": page,
        "entries": stands(brand, list(page.object_list), now=now),
        "which": shown.which,
        "total": shown.counts[""],
        "kinds": [(key, label, shown.counts[key]) for key, label in KINDS.items()],
        "coming_off": must_come_off(brand, now),
        "proofs": brand.proofs.prefetch_related("pieces"),
        "today": now.astimezone(brand.zone).date(),
        "rules": all_rules(),
        "can_mail": asking.can_mail(),
    }
    return render(request, "content/proof.html", context)


@brand_page(read=Role.EDITOR)
def new(request: HttpRequest, brand: Brand) -> HttpResponse:
    """A testimonial, received or still to be asked for."""
    row = Testimonial(brand=brand)
    return edit_form(request, row, Customer(brand=brand))


@brand_page(read=Role.EDITOR)
def edit(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Change a testimonial and its person."""
    row = testimonial_of(brand, pk)
    return edit_form(request, row, row.customer)


def edit_form(request: HttpRequest, row: Testimonial, customer: Customer) -> HttpResponse:
    """Both forms of the page; saved together or not at all."""
    if customer.erased_at is not None:
        messages.error(request, "This person had their data erased: nothing can be changed.")
        return redirect("proof-one", row.brand.slug, row.pk)
    data = request.POST if request.method == "POST" else None
    person = CustomerForm(data, instance=customer)
    form = TestimonialForm(data, instance=row)
    if data is not None and person.is_valid() & form.is_valid():
        recording.keep(
            form.save(commit=False),
            person.save(commit=False),
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
        messages.success(request, "Saved.")
        return redirect("proof-one", row.brand.slug, row.pk)
    status = REFUSED if person.errors or form.errors else 200
    context = {"person_form": person, "form": form, "pk": row.pk}
    return render(request, "content/proof_form.html", context, status=status)


@brand_page
def one(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """One testimonial with its consents, requests and uses. Unsafe methods have pages of their own."""
    return show(request, testimonial_of(brand, pk))


def show(
    request: HttpRequest,
    row: Testimonial,
    *,
    form: AskForm | None = None,
    link: asking.Link | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; a fresh link is in this one answer and nowhere else."""
    now = timezone.now()
    brand = row.brand
    countries = countries_of(brand)
    facts = facts_of([row])[row.pk]
    may_mail = asking.can_mail() and bool(row.customer.email)
    found = {
        purpose.value: use_findings(facts, purpose=purpose, countries=countries)
        for purpose in Consent.Purpose
    }
    free = [purpose.label for purpose in Consent.Purpose if not found[purpose.value]]
    context = {
        "row": row,
        "customer": row.customer,
        "free": free,
        "findings": [] if free else found[Consent.Purpose.WEBSITE],
        "consents": row.consents.all(),
        "requests": row.requests.filter(kind=asking.Kind.ASK),
        "receipts": row.requests.filter(kind=asking.Kind.RECEIPT),
        "uses": row.uses.select_related("piece", "added_by").order_by("-added_at"),
        "ask_form": form
        or AskForm(may_mail=may_mail, initial={"asked_for": default_request(brand)}),
        "may_ask": not asking.refusal(row.customer, row, by_mail=False)
        and asking.open_request(row, now) is None,
        "may_mail": may_mail,
        "can_mail": asking.can_mail(),
        "link": link,
        "address": address_of(link.request, link.token) if link else "",
        "is_withdrawn": row.state == State.WITHDRAWN,
        "is_erased": row.customer.erased_at is not None,
        "has_consent": any(one.withdrawn_at is None for one in row.consents.all()),
    }
    answer = render(request, "content/proof_testimonial.html", context, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


@brand_page
@require_POST
def ask(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Make a one-time link; without mail it is shown in this one answer."""
    row = testimonial_of(brand, pk)
    may_mail = asking.can_mail() and bool(row.customer.email)
    form = AskForm(request.POST, may_mail=may_mail)
    if not form.is_valid():
        return show(request, row, form=form, status=REFUSED)
    by_mail = may_mail and form.cleaned_data["by_mail"]
    try:
        link = asking.ask(
            row,
            asked_for=form.cleaned_data["asked_for"],
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
            by_mail=by_mail,
        )
    except asking.NotAsked as error:
        form.add_error("asked_for", str(error))
        return show(request, row, form=form, status=REFUSED)
    if by_mail:
        messages.success(request, "The request is made and goes out by mail within a minute.")
        return redirect("proof-one", brand.slug, pk)
    return show(request, row, link=link)


@brand_page
@require_POST
def revoke(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """End a request that nobody answered."""
    asked = of_brand(brand, ProofRequest.objects.filter(kind=asking.Kind.ASK), pk=pk)
    if asking.revoke(asked, timezone.now()):
        messages.success(request, "The request is revoked. Its link answers nobody any more.")
    else:
        messages.warning(request, "Nothing to revoke: it was answered or revoked already.")
    if asked.testimonial_id is None:
        return redirect("proof", brand.slug)
    return redirect("proof-one", brand.slug, asked.testimonial_id)


@brand_page(read=Role.EDITOR)
def consent(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Record a consent by letter, mail or recording."""
    row = testimonial_of(brand, pk)
    if row.state == State.WITHDRAWN or not row.text or row.customer.erased_at:
        messages.error(
            request,
            "Write the words first: a consent is to the very words."
            if not row.text
            else "This testimonial was withdrawn. If they come back, make a new one.",
        )
        return redirect("proof-one", brand.slug, pk)
    now = timezone.now()
    today = now.astimezone(brand.zone).date()
    form = ConsentForm(
        request.POST if request.method == "POST" else None,
        testimonial=row,
        today=today,
        initial={
            "given_by": row.customer.name,
            "given_on": today,
            "text_agreed": wording_now(row),
        },
    )
    if request.method == "POST" and form.is_valid():
        link = recording.record_consent(
            form.save(commit=False),
            given_at=form.given_at(),
            scope=form.cleaned_data["scope"],
            by=request.user,  # type: ignore[arg-type]
        )
        messages.success(request, "The consent is recorded.")
        return show(request, testimonial_of(brand, pk), link=link)
    context = {"form": form, "row": row}
    status = REFUSED if form.errors else 200
    return render(request, "content/proof_consent.html", context, status=status)


@brand_page
@require_POST
def take_back(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Record a withdrawal that reached the brand by letter or telephone."""
    row = testimonial_of(brand, pk)
    withdraw(row, now=timezone.now(), why=request.POST.get("why", "").strip())
    messages.success(request, "Withdrawn. Every piece that uses it is flagged: it must come off.")
    return redirect("proof-one", brand.slug, pk)


@brand_page(write=Role.MANAGER)
@require_POST
def erase(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Erase the personal data of a testimonial's person, after the name was typed once more."""
    row = testimonial_of(brand, pk)
    if request.POST.get("name", "").strip() != row.customer.name:
        messages.error(request, "Not erased: type the person's name exactly as it stands here.")
        return redirect("proof-one", brand.slug, pk)
    erasing.erase_customer(row.customer, timezone.now())
    messages.success(request, "Erased. The pieces that used it are flagged: it must come off.")
    return redirect("proof-one", brand.slug, pk)


@brand_page
@require_POST
def put(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Use a testimonial in this piece; a rule that forbids it is named."""
    piece = of_brand(brand, Piece.objects.select_related("brand"), pk=pk)
    form = UseForm(request.POST, brand=brand)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)), extra_tags="bad")
        return redirect("board-piece", brand.slug, pk)
    try:
        use(
            form.cleaned_data["testimonial"],
            piece,
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
            purpose=form.cleaned_data["purpose"],
        )
    except Stopped as error:
        messages.error(request, f"Not used. {error}", extra_tags="bad")
    else:
        messages.success(request, "Used in this piece. Copy the words into the draft unchanged.")
    return redirect("board-piece", brand.slug, pk)


@brand_page
@require_POST
def off(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Note that a testimonial was taken off a piece."""
    rows = Use.objects.filter(piece__brand=brand)
    found = get_object_or_404(rows, pk=pk)
    if take_off(found, by=request.user, now=timezone.now()):  # type: ignore[arg-type]
        messages.success(request, "Noted: it is off this piece.")
    return redirect("board-piece", brand.slug, found.piece_id)


@brand_page(read=Role.EDITOR)
def claim_new(request: HttpRequest, brand: Brand) -> HttpResponse:
    """A proof of a claim."""
    return claim_form(request, brand, Proof(brand=brand))


@brand_page(read=Role.EDITOR)
def claim(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Change a proof."""
    return claim_form(request, brand, of_brand(brand, Proof.objects.all(), pk=pk))


def claim_form(request: HttpRequest, brand: Brand, row: Proof) -> HttpResponse:
    form = ProofForm(request.POST if request.method == "POST" else None, instance=row, brand=brand)
    if request.method == "POST" and form.is_valid():
        if row.pk is None:
            form.instance.created_by = request.user
        form.save()
        messages.success(request, "Saved.")
        return redirect("proof", brand.slug)
    context = {"form": form, "pk": row.pk}
    status = REFUSED if form.errors else 200
    return render(request, "content/proof_claim.html", context, status=status)


def testimonial_of(brand: Brand, pk: int) -> Testimonial:
    """The brand's testimonial with its person, or 404."""
    rows = Testimonial.objects.select_related("customer", "brand", "created_by")
    found: Testimonial = of_brand(brand, rows, pk=pk)
    return found
