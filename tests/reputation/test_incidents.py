"""The acts on incidents: opening with a clock, noting, moving on, and what they leave in the history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from reputation.incidents import (
    FIRST_ANSWER,
    add_note,
    likely_cause,
    open_incident,
    set_status,
)
from reputation.models import Incident, IncidentNote
from reputation.tone.verdict import Category
from serp.models import Brand, Keyword, Page
from tests.cast import NOW, MakeSnapshot

pytestmark = pytest.mark.django_db
Cause, Severity, Status = Incident.Cause, Incident.Severity, Incident.Status


@pytest.fixture
def page(make_snapshot: MakeSnapshot) -> Page:
    make_snapshot("negative:story")
    return Page.objects.get(host="story.example")


@pytest.mark.parametrize(
    ("severity", "hours"), [("low", 24), ("medium", 4), ("high", 2), ("critical", 1)]
)
def test_an_incident_opens_with_all_it_needs_and_its_clock_running(
    brand: Brand, keyword: Keyword, page: Page, editor: User, severity: str, hours: int
) -> None:
    incident = open_incident(
        brand, title="Owners wait", by=editor, now=NOW, page=page, keyword=keyword,
        cause=Cause.SERVICE, severity=severity, owner=editor,
    )  # fmt: skip
    incident.refresh_from_db()
    assert (incident.page, incident.keyword, incident.owner) == (page, keyword, editor)
    assert (incident.cause, incident.severity, incident.status) == ("service", severity, "open")
    assert incident.due_at - incident.opened_at == timedelta(hours=hours)
    assert incident.answered_at is None
    assert incident.closed_at is None


def test_every_severity_has_its_time() -> None:
    assert set(FIRST_ANSWER) == set(Severity)


def test_a_page_has_one_open_incident_and_a_new_one_after_its_end(
    brand: Brand, other_brand: Brand, page: Page, editor: User
) -> None:
    first = open_incident(brand, title="One", by=editor, now=NOW, page=page)
    assert open_incident(brand, title="Two", by=editor, now=NOW, page=page) == first
    theirs = open_incident(other_brand, title="Theirs", by=None, now=NOW, page=page)
    assert theirs != first, "another brand's incident is its own"
    set_status(first, Status.SOLVED, now=NOW)
    assert open_incident(brand, title="Again", by=editor, now=NOW, page=page) != first


def test_incidents_without_a_page_stand_side_by_side(brand: Brand, editor: User) -> None:
    for title in ("A call", "A letter"):
        open_incident(brand, title=title, by=editor, now=NOW)
    assert Incident.objects.open().count() == 2


@pytest.mark.parametrize("status", [Status.ANSWERING, Status.WAITING])
def test_leaving_open_stops_the_clock_once(brand: Brand, editor: User, status: str) -> None:
    incident = open_incident(brand, title="One", by=editor, now=NOW)
    answered = NOW + timedelta(minutes=30)
    set_status(incident, status, now=answered)
    set_status(incident, Status.OPEN, now=NOW + timedelta(hours=1))
    set_status(incident, Status.ANSWERING, now=NOW + timedelta(hours=2))
    assert incident.answered_at == answered


@pytest.mark.parametrize("status", Incident.DONE)
def test_an_end_without_an_answer_is_no_answer_and_can_be_taken_back(
    brand: Brand, editor: User, status: str
) -> None:
    incident = open_incident(brand, title="One", by=editor, now=NOW)
    set_status(incident, status, now=NOW)
    assert (incident.answered_at, incident.closed_at, incident.is_done) == (None, NOW, True)
    assert not Incident.objects.late(NOW + timedelta(days=9)).exists()
    set_status(incident, Status.OPEN, now=NOW)
    assert (incident.closed_at, incident.is_done) == (None, False)
    assert Incident.objects.late(NOW + timedelta(days=9)).get() == incident, "the control"


def test_a_status_that_does_not_exist_is_refused(brand: Brand, editor: User) -> None:
    incident = open_incident(brand, title="One", by=editor, now=NOW)
    with pytest.raises(ValueError, match="forgotten"):
        set_status(incident, "forgotten", now=NOW)
    incident.refresh_from_db()
    assert incident.status == Status.OPEN


def test_notes_are_kept_in_order_with_their_author(brand: Brand, editor: User) -> None:
    incident = open_incident(brand, title="One", by=editor, now=NOW)
    add_note(incident, text=" Second ", by=editor, now=NOW + timedelta(hours=1))
    add_note(incident, text="First", by=editor, now=NOW)
    assert list(incident.notes.values_list("text", "author")) == [
        ("First", editor.pk),
        ("Second", editor.pk),
    ]
    with pytest.raises(ValueError, match="Write something"):
        add_note(incident, text=" \n", by=editor, now=NOW)
    assert IncidentNote.objects.count() == 2


def test_the_history_keeps_every_status(brand: Brand, editor: User) -> None:
    incident = open_incident(brand, title="One", by=editor, now=NOW)
    set_status(incident, Status.ANSWERING, now=NOW)
    set_status(incident, Status.SOLVED, now=NOW)
    kept = incident.history.order_by("history_id").values_list("status", flat=True)
    assert list(kept) == ["open", "answering", "solved"]


def test_the_most_urgent_comes_first(brand: Brand, editor: User) -> None:
    for severity in ("low", "critical", "high", "medium"):
        open_incident(brand, title=severity, by=editor, now=NOW, severity=severity)
    order = Incident.objects.open().values_list("title", flat=True)
    assert list(order) == ["critical", "high", "medium", "low"]


def test_every_category_leads_to_a_cause() -> None:
    assert {likely_cause(category) for category in Category} <= set(Cause)
    assert likely_cause("") == Cause.OTHER
    assert likely_cause(Category.RECALL) == Cause.PRODUCT
