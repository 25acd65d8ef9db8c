"""Opens incidents, notes what happens to them, and closes them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from reputation.models import Incident, IncidentNote
from reputation.tone.verdict import Category
from serp.models import Brand, Keyword, Page

FIRST_ANSWER = {
    Incident.Severity.LOW: timedelta(hours=24),
    Incident.Severity.MEDIUM: timedelta(hours=4),
    Incident.Severity.HIGH: timedelta(hours=2),
    Incident.Severity.CRITICAL: timedelta(hours=1),
}
"""Time to the first answer by severity: an hour or two for what is serious, a day for the rest."""

LIKELY_CAUSE = {
    Category.RECALL: Incident.Cause.PRODUCT,
    Category.QUALITY: Incident.Cause.PRODUCT,
    Category.SERVICE: Incident.Cause.SERVICE,
    Category.PRICE: Incident.Cause.CUSTOMER,
}


def likely_cause(category: str) -> str:
    """A first guess at the cause from the category of the mark; news where nothing fits better."""
    return LIKELY_CAUSE.get(
        Category(category), Incident.Cause.NEWS if category else Incident.Cause.OTHER
    )


@transaction.atomic
def open_incident(
    brand: Brand,
    *,
    title: str,
    by: AbstractBaseUser | None,
    now: datetime,
    page: Page | None = None,
    keyword: Keyword | None = None,
    cause: str = Incident.Cause.OTHER,
    severity: str = Incident.Severity.MEDIUM,
    owner: AbstractBaseUser | None = None,
) -> Incident:
    """Open an incident with its clock running; a page with an open one gets no second: that one is
    returned."""
    if page is not None:
        # Two people who open it at once take turns here.
        Brand.objects.select_for_update(no_key=True).filter(pk=brand.pk).first()
        present = Incident.objects.filter(brand=brand, page=page).open().first()
        if present is not None:
            return present
    return Incident.objects.create(
        brand=brand,
        title=title[:200],
        page=page,
        keyword=keyword,
        cause=cause,
        severity=severity,
        owner=owner,  # type: ignore[misc]
        opened_by=by,
        opened_at=now,
        due_at=now + FIRST_ANSWER[Incident.Severity(severity)],
    )


def add_note(incident: Incident, *, text: str, by: AbstractBaseUser, now: datetime) -> IncidentNote:
    """Write a note. Raises ValueError when it is empty."""
    if not text.strip():
        raise ValueError("Write something first.")
    return IncidentNote.objects.create(
        incident=incident,
        author=by,  # type: ignore[misc]
        at=now,
        text=text.strip(),
    )


def set_status(incident: Incident, status: str, *, now: datetime) -> Incident:
    """Move an incident on. Leaving "open" for the first time stops the clock of the first answer."""
    incident.status = Incident.Status(status)
    if status != Incident.Status.OPEN and incident.answered_at is None and not incident.is_done:
        incident.answered_at = now
    incident.closed_at = now if incident.is_done else None
    incident.save()
    return incident
