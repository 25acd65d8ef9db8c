"""Admin lists about marks, incidents and people: bulk actions, clocks, and who sees whom."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reputation.incidents import open_incident
from reputation.models import Incident, Mark
from serp.models import Keyword, Membership
from tests.cast import NOW

BACKEND = "django.contrib.auth.backends.ModelBackend"
MARKS = "/admin/reputation/mark/"
INCIDENTS = "/admin/reputation/incident/"


@pytest.fixture
def desk(client, editor):
    """The admin as the editor sees it."""
    client.force_login(editor, backend=BACKEND)
    return client


@pytest.fixture
def incident(brand, editor) -> Incident:
    return open_incident(brand, title="Refund thread", by=editor, now=NOW)


def incident_data(**changes):
    fields = {
        "title": "Refund thread", "cause": "service", "severity": "high", "status": "open",
        "due_at_0": "2026-11-18", "due_at_1": "10:00", "owner": "",
        "notes-TOTAL_FORMS": 0, "notes-INITIAL_FORMS": 0,
    }  # fmt: skip
    return fields | changes


@pytest.mark.parametrize("tone", ["negative", "neutral", "positive"])
def test_a_bulk_mark_is_a_persons_word_and_scores_follow(desk, editor, make_snapshot, tone) -> None:
    snapshot = make_snapshot("negative", "positive", "neutral")
    marks = list(Mark.objects.all())
    answer = desk.post(
        MARKS, {"action": f"mark_{tone}", "_selected_action": [m.pk for m in marks]}, follow=True
    )
    assert f"3 results are {tone} now." in answer.content.decode()
    assert set(Mark.objects.values_list("tone", "source", "marked_by")) == {
        (tone, "person", editor.pk)
    }
    snapshot.refresh_from_db()
    assert snapshot.judgement.negatives == (3 if tone == "negative" else 0)
    assert all(mark.history.latest().history_user == editor for mark in marks)


def test_a_mark_saved_in_its_form_is_a_persons_word_too(desk, editor, make_snapshot) -> None:
    make_snapshot("negative")
    mark = Mark.objects.get()
    url = reverse("admin:reputation_mark_change", args=[mark.pk])
    desk.post(url, {"tone": "positive", "category": "", "ownership": "influenced"})
    mark.refresh_from_db()
    assert (mark.tone, mark.ownership, mark.marked_by) == ("positive", "influenced", editor)
    assert mark.is_ownership_by_person


@pytest.mark.parametrize("url", [MARKS, INCIDENTS])
def test_a_list_costs_a_constant_number_of_queries(
    url, desk, editor, brand, keyword, make_snapshot
) -> None:
    def add(number: int) -> None:
        make_snapshot("negative", of=Keyword.objects.create(brand=brand, phrase=f"h {number}"))
        open_incident(brand, title=f"Trouble {number}", by=editor, now=NOW, owner=editor)

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert desk.get(url).status_code == 200
        return len(caught)

    add(0)
    add(1)
    desk.get(url)
    before = count()
    for number in range(2, 12):
        add(number)
    assert count() == before


def test_a_hostile_title_stays_text(desk, make_snapshot) -> None:
    make_snapshot("negative")
    mark = Mark.objects.select_related("listing").get()
    type(mark.listing).objects.filter(pk=mark.listing_id).update(title="<script>alert(1)</script>")
    type(mark.page).objects.filter(pk=mark.page_id).update(seen_url="javascript:alert(1)")
    for url in (MARKS, reverse("admin:reputation_mark_change", args=[mark.pk])):
        page = desk.get(url).content.decode()
        assert "<script>alert" not in page
        assert 'href="javascript:' not in page


def test_a_new_status_in_the_admin_stops_the_clocks(desk, incident) -> None:
    url = reverse("admin:reputation_incident_change", args=[incident.pk])
    answer = desk.post(url, incident_data(status="answering"))
    assert answer.status_code == 302, answer.context["errors"]
    incident.refresh_from_db()
    assert incident.answered_at is not None
    assert incident.closed_at is None
    desk.post(url, incident_data(status="solved"))
    incident.refresh_from_db()
    assert incident.closed_at is not None


def test_an_owner_works_on_the_brand(desk, incident, editor, viewer, stranger) -> None:
    url = reverse("admin:reputation_incident_change", args=[incident.pk])
    for nobody in (viewer, stranger):
        assert desk.post(url, incident_data(owner=nobody.pk)).status_code == 200
    assert desk.post(url, incident_data(owner=editor.pk)).status_code == 302
    page = desk.get(url).content.decode()
    assert ">stranger<" not in page


def test_taking_over_makes_one_the_owner(desk, incident, editor) -> None:
    desk.post(INCIDENTS, {"action": "take_over", "_selected_action": [incident.pk]})
    incident.refresh_from_db()
    assert incident.owner == editor
    assert incident.history.latest().history_user == editor


def test_an_incidents_page_and_brand_are_not_changed_by_an_id_in_the_body(
    desk, incident, other_brand, make_snapshot
) -> None:
    make_snapshot("negative")
    page = Mark.objects.get().page
    url = reverse("admin:reputation_incident_change", args=[incident.pk])
    desk.post(url, incident_data(page=page.pk, brand=other_brand.pk, title="Renamed"))
    incident.refresh_from_db()
    assert (incident.title, incident.page, incident.brand.slug) == ("Renamed", None, "hallway")


def test_people_are_listed_for_those_who_run_the_installation_only(client, manager, brand) -> None:
    User.objects.filter(pk=manager.pk).update(is_staff=True)
    client.force_login(manager, backend=BACKEND)
    assert client.get("/admin/auth/user/").status_code == 403
    client.force_login(User.objects.create_superuser("root"), backend=BACKEND)
    assert client.get("/admin/auth/user/").status_code == 200


def test_a_person_gets_a_role_on_their_own_page(client, brand, stranger) -> None:
    client.force_login(User.objects.create_superuser("root"), backend=BACKEND)
    url = reverse("admin:auth_user_change", args=[stranger.pk])
    page = client.get(url)
    assert page.status_code == 200
    own = stranger.memberships.get()
    data = {
        "username": "stranger", "first_name": "S", "last_name": "", "email": "", "is_active": "on",
        "date_joined_0": "2026-01-01", "date_joined_1": "10:00",
        "memberships-TOTAL_FORMS": 2, "memberships-INITIAL_FORMS": 1,
        "memberships-0-id": own.pk, "memberships-0-user": stranger.pk,
        "memberships-0-brand": own.brand_id, "memberships-0-role": "manager",
        "memberships-1-user": stranger.pk, "memberships-1-brand": brand.pk,
        "memberships-1-role": "viewer",
    }  # fmt: skip
    answer = client.post(url, data)
    assert answer.status_code == 302, answer.context["errors"]
    assert Membership.objects.get(brand=brand, user=stranger).role == "viewer"


def test_deleting_a_failed_sign_in_is_for_those_who_run_the_installation(client, brand, manager):
    User.objects.filter(pk=manager.pk).update(is_staff=True)
    client.force_login(manager, backend=BACKEND)
    assert client.get("/admin/axes/accessattempt/").status_code == 403
    client.force_login(User.objects.create_superuser("root"), backend=BACKEND)
    assert client.get("/admin/axes/accessattempt/").status_code == 200
