"""Incidents: opened from a result, owned by a member, timed by a clock, with a past nobody rewrites."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from reputation.incidents import add_note, open_incident, set_status
from reputation.models import Incident, Mark
from serp.models import Brand, Keyword, Membership, Page
from tests.cast import NOW, MakeSnapshot, person
from tests.reputation.views.conftest import NOON, SignedIn

HOSTILE = "<script>alert(1)</script>"


def text_of(answer: Any) -> str:
    return answer.content.decode().replace("\u00a0", " ")


def address(incident: Incident) -> str:
    return reverse("incidents-one", args=[incident.brand.slug, incident.pk])


@pytest.fixture
def listed(brand: Brand) -> str:
    return reverse("incidents", args=[brand.slug])


@pytest.fixture
def opening(brand: Brand) -> str:
    return reverse("incidents-open", args=[brand.slug])


@pytest.fixture
def incident(brand: Brand, make_snapshot: MakeSnapshot, editor: User) -> Incident:
    make_snapshot("neutral", "negative:recall")
    page = Page.objects.get(host="recall.example")
    return open_incident(
        brand,
        title="Recall",
        by=editor,
        now=NOON - timedelta(minutes=40),
        page=page,
        severity="high",
    )


def saved(incident: Incident, **changed: Any) -> dict[str, Any]:
    return {
        "act": "save",
        "title": incident.title,
        "cause": incident.cause,
        "severity": incident.severity,
        "status": incident.status,
        "owner": incident.owner_id or "",
        "due_at": "2026-11-18T13:20",
    } | changed


def test_members_read_and_strangers_find_nothing(
    listed: str, opening: str, incident: Incident, viewer: User, stranger: User, signed_in: SignedIn
) -> None:
    for one in (listed, f"{listed}?which=done", opening, address(incident)):
        assert signed_in(viewer).get(one).status_code == 200
        assert signed_in(stranger).get(one).status_code == 404
        assert Client().get(one).status_code == 302


def test_a_viewer_changes_nothing(
    opening: str, incident: Incident, viewer: User, signed_in: SignedIn
) -> None:
    client = signed_in(viewer)
    assert client.post(opening, {"title": "Mine"}).status_code == 403
    assert client.post(address(incident), saved(incident, title="Mine")).status_code == 403
    assert client.post(address(incident), {"act": "note", "text": "x"}).status_code == 403
    body = text_of(client.get(address(incident)))
    assert 'method="post"' not in body.split("<main")[1]
    assert not incident.notes.exists()


def test_a_stranger_reaches_an_incident_through_no_brand(
    other_brand: Brand, incident: Incident, stranger: User, signed_in: SignedIn
) -> None:
    client = signed_in(stranger)
    for slug in (incident.brand.slug, other_brand.slug):
        theirs = reverse("incidents-one", args=[slug, incident.pk])
        assert client.get(theirs).status_code == 404
        assert client.post(theirs, {"act": "note", "text": "x"}).status_code == 404


def test_an_incident_from_a_result_gets_suggestions_and_a_clock(
    opening: str,
    keyword: Keyword,
    make_snapshot: MakeSnapshot,
    editor: User,
    signed_in: SignedIn,
) -> None:
    make_snapshot("neutral", "negative:recall")
    Mark.objects.filter(page__host="recall.example").update(category="recall")
    page = Page.objects.get(host="recall.example")
    fields = {"page": page.pk, "keyword": keyword.pk}
    answer = signed_in(editor).post(opening, fields, follow=True)
    incident = Incident.objects.get()
    assert (incident.severity, incident.cause, incident.keyword) == ("high", "product", keyword)
    assert (incident.title, incident.opened_by) == ("Title of recall", editor)
    body = text_of(answer)
    assert "First answer due in" in body
    assert '<p class="big">2 h</p>' in body
    again = text_of(signed_in(editor).post(opening, fields, follow=True))
    assert "has an open incident already" in again
    assert Incident.objects.count() == 1


def test_pages_and_keywords_of_other_brands_open_nothing(
    opening: str,
    brand: Brand,
    other_brand: Brand,
    make_snapshot: MakeSnapshot,
    editor: User,
    signed_in: SignedIn,
) -> None:
    theirs = Keyword.objects.create(brand=other_brand, phrase="kettle")
    make_snapshot("negative:secret", of=theirs)
    make_snapshot("negative:recall")
    secret, ours = (Page.objects.get(host=f"{name}.example").pk for name in ("secret", "recall"))
    client = signed_in(editor)
    for fields in (
        {"page": secret},
        {"page": ours, "keyword": theirs.pk},
        {"page": "99999999"},
        {"page": "x"},
        {"page": "9" * 40},
    ):
        assert client.post(opening, fields).status_code == 404
    assert not Incident.objects.exists()


def test_an_incident_without_a_result_is_opened_by_form(
    opening: str, editor: User, signed_in: SignedIn
) -> None:
    fields = {"title": "Letter", "cause": "customer", "severity": "low", "owner": editor.pk}
    signed_in(editor).post(opening, fields)
    incident = Incident.objects.get()
    assert (incident.owner, incident.page) == (editor, None)
    assert incident.due_at - incident.opened_at == timedelta(hours=24)
    refused = signed_in(editor).post(opening, fields | {"title": ""})
    assert "This field is required" in text_of(refused)


def test_lateness_is_said_in_words_and_red(
    listed: str, incident: Incident, viewer: User, signed_in: SignedIn
) -> None:
    assert "1 open incident" in text_of(signed_in(viewer).get(listed))
    Incident.objects.update(due_at=NOON - timedelta(hours=1, minutes=20))
    body = text_of(signed_in(viewer).get(listed))
    assert '<b class="strong neg-ink">1 of 1</b>' in body
    assert '<span class="due late">First answer late by 1 h 20 min</span>' in body
    one = text_of(signed_in(viewer).get(address(incident)))
    assert '<p class="big neg-ink">1 h 20 min</p>' in one


def test_open_incidents_come_by_clock_and_done_ones_apart(
    listed: str, brand: Brand, viewer: User, signed_in: SignedIn
) -> None:
    for hours, title in ((1, "later"), (30, "sooner")):
        open_incident(brand, title=title, by=None, now=NOON - timedelta(hours=hours))
    ended = open_incident(brand, title="ended", by=None, now=NOON - timedelta(days=9))
    set_status(ended, "solved", now=NOON)
    body = text_of(signed_in(viewer).get(listed))
    assert body.index(">sooner<") < body.index(">later<")
    assert ">ended<" not in body
    assert ">ended<" in text_of(signed_in(viewer).get(listed, {"which": "done"}))


def test_decisions_are_saved_and_their_history_names_who(
    incident: Incident, editor: User, signed_in: SignedIn
) -> None:
    client = signed_in(editor)
    fields = saved(
        incident, severity="critical", cause="service", owner=editor.pk, status="answering"
    )
    body = text_of(client.post(address(incident), fields, follow=True))
    incident.refresh_from_db()
    assert (incident.severity, incident.owner, incident.status) == ("critical", editor, "answering")
    assert incident.answered_at == NOON
    for words in (
        "Status: answer in work, was open",
        "Severity: critical, was high",
        "Cause: service problem, was other",
        "Owner: editor, was nobody yet",
        "Opened: other, high",
    ):
        assert words in body
    assert '<span class="small faint">editor</span>' in body


def test_the_due_time_is_written_in_the_brands_zone(
    incident: Incident, editor: User, signed_in: SignedIn
) -> None:
    client = signed_in(editor)
    assert 'value="2026-11-18T13:20"' in text_of(client.get(address(incident)))
    client.post(address(incident), saved(incident, due_at="2026-11-18T15:30"))
    incident.refresh_from_db()
    assert incident.due_at.isoformat() == "2026-11-18T14:30:00+00:00"


def test_saving_a_done_incident_again_keeps_its_end(
    incident: Incident, editor: User, signed_in: SignedIn
) -> None:
    set_status(incident, "solved", now=NOW)
    signed_in(editor).post(
        address(incident), saved(incident, status="solved", title="Better title")
    )
    incident.refresh_from_db()
    assert (incident.title, incident.closed_at) == ("Better title", NOW)


def test_only_people_who_may_work_on_the_brand_can_own(
    incident: Incident, viewer: User, stranger: User, editor: User, signed_in: SignedIn
) -> None:
    body = text_of(signed_in(editor).get(address(incident)))
    assert f'<option value="{editor.pk}"' in body
    for nobody in (viewer, stranger):
        assert f'<option value="{nobody.pk}"' not in body
        answer = signed_in(editor).post(address(incident), saved(incident, owner=nobody.pk))
        assert answer.status_code == 200
        incident.refresh_from_db()
        assert incident.owner is None


def test_notes_are_added_and_escaped(incident: Incident, editor: User, signed_in: SignedIn) -> None:
    client = signed_in(editor)
    client.post(address(incident), {"act": "note", "text": f" {HOSTILE}\n\nSecond "})
    refused = client.post(address(incident), {"act": "note", "text": "  "})
    assert "Write something first." in text_of(refused)
    body = text_of(client.get(address(incident)))
    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>" in body
    assert "<p>Second</p>" in body
    assert incident.notes.count() == 1


def test_the_page_says_where_the_negative_stands_now(
    incident: Incident, viewer: User, signed_in: SignedIn
) -> None:
    body = text_of(signed_in(viewer).get(address(incident)))
    assert '<td class="num strong neg-ink">2</td>' in body
    assert "today 07:00 CET" in body


def test_more_incidents_take_no_more_queries(
    listed: str,
    brand: Brand,
    incident: Incident,
    make_snapshot: MakeSnapshot,
    viewer: User,
    signed_in: SignedIn,
    django_assert_max_num_queries: Any,
) -> None:
    client = signed_in(viewer)
    for turn, path in enumerate((listed, address(incident))):
        with django_assert_max_num_queries(40) as few:
            client.get(path)
        for number in range(5):
            owner = person(f"owner{number}{turn}")
            Membership.objects.create(brand=brand, user=owner, role=Membership.Role.EDITOR)
            make_snapshot(
                f"negative:bad{number}", at=NOW + timedelta(minutes=1 + number + 10 * turn)
            )
            page = Page.objects.get(host=f"bad{number}.example")
            open_incident(brand, title="more", by=owner, now=NOW, page=page, owner=owner)
            add_note(incident, text="more", by=owner, now=NOW)
            incident.owner = owner
            incident.save()
        with django_assert_max_num_queries(len(few)):
            client.get(path)
