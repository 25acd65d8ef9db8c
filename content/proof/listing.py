"""The list of a brand's testimonials: counted by what can be done with them, and how each one stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from content.models import Consent, Piece, Proof, ProofRequest, Testimonial, Use
from content.proof.facts import countries_of, facts_of
from content.proof.rules import Finding, usable_for, use_findings
from serp.models import Brand

State = Testimonial.State
LIVE = Piece.LIVE
KINDS = {
    "": "All",
    "agreed": "Agreed",
    "open": "Not agreed",
    "unhappy": "Unhappy",
    "gone": "Withdrawn",
}
FILTERS = {
    "": Q(),
    "agreed": Q(state=State.AGREED),
    "open": Q(state__in=(State.REQUESTED, State.RECEIVED)),
    "unhappy": Q(is_negative=True),
    "gone": Q(state__in=(State.WITHDRAWN, State.REFUSED)),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of one filter, and how many each filter holds."""

    which: str
    rows: QuerySet[Testimonial]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """A testimonial as the list shows it: for what it is free, and else what stands against it."""

    row: Testimonial
    free: Sequence[str]
    findings: Sequence[Finding]
    uses: Sequence[Use]
    asked: str
    was_asked: bool


def listing(brand: Brand, *, which: str, now: datetime) -> Listing:
    """The brand's testimonials of this filter, the newest first."""
    which = which if which in FILTERS else ""
    rows = Testimonial.objects.filter(brand=brand)
    counts = rows.aggregate(
        **{key or "all": Count("pk", filter=condition) for key, condition in FILTERS.items()}
    )
    counts[""] = counts.pop("all")
    return Listing(which, rows.filter(FILTERS[which]).select_related("customer"), counts)


def stands(brand: Brand, rows: list[Testimonial], *, now: datetime) -> list[Entry]:
    """How each of these testimonials stands, in a number of queries that they do not raise."""
    uses = Prefetch(
        "uses", Use.objects.filter(removed_at=None).select_related("piece"), to_attr="standing"
    )
    requests = Prefetch(
        "requests", ProofRequest.objects.filter(kind=ProofRequest.Kind.ASK), to_attr="asked"
    )
    queryset = Testimonial.objects.filter(pk__in=[row.pk for row in rows])
    full = {
        row.pk: row for row in queryset.select_related("customer").prefetch_related(uses, requests)
    }
    facts = facts_of(full.values())
    countries = countries_of(brand)
    labels = {purpose.value: purpose.label for purpose in Consent.Purpose}
    found = []
    for row in (full[one.pk] for one in rows if one.pk in full):
        free = usable_for(facts[row.pk], list(labels), countries=countries)
        wrong = use_findings(facts[row.pk], purpose="website", countries=countries)
        found.append(
            Entry(
                row,
                [labels[purpose] for purpose in free],
                [] if free else wrong,
                row.standing,
                request_words(row.asked[0], now) if row.asked else "",
                bool(row.asked),
            )
        )
    return found


def request_words(row: ProofRequest, now: datetime) -> str:
    """How a request that was not answered stands, in words; of an answer the testimonial tells."""
    if row.used_at is not None:
        return ""
    if row.revoked_at is not None:
        return "request revoked"
    if row.expires_at is not None and row.expires_at <= now:
        return "request ran out"
    if row.mail_error and row.sent_at is None:
        return "mail not taken yet"
    if row.by_mail and row.sent_at is None:
        return "mail waits"
    if row.opened_at is not None:
        return "answer begun"
    return "mailed" if row.sent_at else "link given"


def expired(brand: Brand, today: date) -> QuerySet[Proof]:
    """Proofs of the brand that hold no longer and stand in a live piece: renew them or change it."""
    return (
        Proof.objects.filter(brand=brand, holds_until__lt=today, pieces__status__in=LIVE)
        .distinct()
        .order_by("holds_until", "pk")
    )
