"""Admin lists about watching: what they show, to whom, at which cost, and what their actions do."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from serp.models import Check, CtrCurve, Keyword, Listing, Membership, ProviderAccount, Snapshot
from serp.scheduling import request_check
from tests.cast import NOW

BACKEND = "django.contrib.auth.backends.ModelBackend"
KEYWORDS = "/admin/serp/keyword/"
PLACE = {
    "kind": "brand", "engine": "google", "country": "no", "language": "en", "device": "desktop",
    "depth": 20, "cadence": "1d",
}  # fmt: skip


@pytest.fixture
def admin_of(client):
    """Enter the admin as this person: `admin_of(editor).get(...)`."""

    def enter(user: User):
        User.objects.filter(pk=user.pk).update(is_staff=True)
        client.force_login(user, backend=BACKEND)
        return client

    return enter


@pytest.fixture
def root(db) -> User:
    return User.objects.create_superuser("root")


def queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


@pytest.mark.parametrize("name", ["brand", "keyword", "check", "snapshot", "provideraccount"])
def test_a_list_costs_a_constant_number_of_queries(
    name, admin_of, manager, brand, keyword, make_snapshot
) -> None:
    client, url = admin_of(manager), f"/admin/serp/{name}/"

    def add(number: int) -> None:
        more = Keyword.objects.create(brand=brand, phrase=f"hallway {number}")
        make_snapshot("neutral", of=more)
        check = request_check(more, NOW)
        Keyword.objects.filter(pk=more.pk).update(last_check=check)
        ProviderAccount.objects.create(name=f"A{number}", provider="serper", key="k", brand=brand)
        twin = type(brand).objects.create(
            name=f"Hallway {number}", slug=f"hallway-{number}", account=brand.account
        )
        Membership.objects.create(brand=twin, user=manager, role="manager")
        Keyword.objects.create(brand=twin, phrase="hallway")

    # The side bar lists a dozen brands; its entries are not what this is about.
    for number in range(2):
        add(number)
    client.get(url)
    before = queries(client, url)
    for number in range(2, 12):
        add(number)
    assert queries(client, url) == before


def test_check_now_pause_and_resume_for_many(admin_of, manager, brand, keyword) -> None:
    other = Keyword.objects.create(brand=brand, phrase="hallway recall")
    client = admin_of(manager)

    def act(name: str) -> str:
        data = {"action": name, "_selected_action": [keyword.pk, other.pk]}
        return client.post(KEYWORDS, data, follow=True).content.decode()

    assert "2 keywords are checked within the minute." in act("check_now")
    assert "0 keywords are checked within the minute. 2 left out" in act("check_now")
    assert Check.objects.count() == 2
    assert "2 paused" in act("pause_all")
    assert set(Keyword.objects.values_list("is_paused", flat=True)) == {True}
    assert "2 watched again" in act("resume_all")
    assert not Keyword.objects.filter(next_check_at=None).exists()


def test_an_editor_reads_keywords_and_the_bulk_actions_leave_them(
    admin_of, editor, brand, keyword
) -> None:
    client = admin_of(editor)
    client.post(KEYWORDS, {"action": "pause_all", "_selected_action": [keyword.pk]})
    keyword.refresh_from_db()
    assert not keyword.is_paused


def test_a_manager_adds_and_changes_a_keyword_and_its_history_says_who(
    admin_of, manager, brand
) -> None:
    client = admin_of(manager)
    url = reverse("admin:serp_keyword_add")
    answer = client.post(url, {**PLACE, "brand": brand.pk, "phrase": "hallway grinder"})
    keyword = Keyword.objects.get()
    assert answer.status_code == 302
    assert keyword.next_check_at is not None
    change = reverse("admin:serp_keyword_change", args=[keyword.pk])
    client.post(change, {**PLACE, "phrase": "hallway grinder", "country": "SE"})
    keyword.refresh_from_db()
    assert keyword.country == "se"
    page = client.get(reverse("admin:serp_keyword_history", args=[keyword.pk])).content.decode()
    assert "manager" in page
    assert "Country" in page


def test_an_old_state_is_shown_without_controls_and_not_brought_back(
    admin_of, manager, brand, keyword
) -> None:
    keyword.save()
    client = admin_of(manager)
    state = keyword.history.latest().pk
    url = reverse("admin:serp_keyword_simple_history", args=[keyword.pk, state])
    page = client.get(url).content.decode()
    assert keyword.phrase in page
    assert 'name="phrase"' not in page
    assert client.post(url, {**PLACE, "phrase": "other"}).status_code == 403
    keyword.refresh_from_db()
    assert keyword.phrase == "hallway coffee"


@pytest.mark.parametrize("person", ["viewer", "editor", "manager"])
def test_every_page_of_a_row_opens_for_every_role(
    person, admin_of, request, brand, keyword, make_snapshot
) -> None:
    snapshot = make_snapshot("negative", "own")
    brand.save()
    client = admin_of(request.getfixturevalue(person))
    for name, row in (("brand", brand), ("keyword", keyword), ("snapshot", snapshot)):
        page = client.get(reverse(f"admin:serp_{name}_change", args=[row.pk]))
        assert page.status_code == 200
    for name, row in (("brand", brand), ("keyword", keyword)):
        if row.history.exists():
            state = [row.pk, row.history.latest().pk]
            assert (
                client.get(reverse(f"admin:serp_{name}_simple_history", args=state)).status_code
                == 200
            )


def test_only_those_who_manage_a_brand_see_its_people_there(
    admin_of, brand, editor, manager, stranger
) -> None:
    url = reverse("admin:serp_brand_change", args=[brand.pk])
    assert "memberships-TOTAL_FORMS" not in admin_of(editor).get(url).content.decode()
    page = admin_of(manager).get(url).content.decode()
    assert "memberships-TOTAL_FORMS" in page
    assert ">editor<" in page
    assert ">stranger<" not in page, "people of other brands are not on the list"


def test_a_result_page_shows_its_results_with_safe_links_only(
    admin_of, viewer, keyword, make_snapshot
) -> None:
    snapshot = make_snapshot("negative:recall")
    snapshot_page = Snapshot.objects.get(pk=snapshot.pk)
    listing = Listing.objects.get(pk=snapshot_page.results[0])
    Listing.objects.filter(pk=listing.pk).update(title="<img src=x>")
    url = reverse("admin:serp_snapshot_change", args=[snapshot.pk])
    page = admin_of(viewer).get(url).content.decode()
    assert 'href="https://recall.example/recall"' in page
    assert "<img src=x>" not in page
    type(listing.page).objects.filter(pk=listing.page_id).update(seen_url="javascript:alert(1)")
    assert "javascript:alert" not in admin_of(viewer).get(url).content.decode()


def test_a_key_is_neither_in_the_form_nor_in_the_list_nor_in_the_history(
    admin_of, root, brand
) -> None:
    client = admin_of(root)
    data = {
        "name": "Real", "provider": "serper", "key": "k-secret", "options": "{}",
        "max_in_flight": 5, "per_second": 5,
    }  # fmt: skip
    client.post("/admin/serp/provideraccount/add/", data)
    account = ProviderAccount.objects.get(name="Real")
    assert account.key == "k-secret"
    url = reverse("admin:serp_provideraccount_change", args=[account.pk])
    client.post(url, {**data, "key": "k-other"})
    account.refresh_from_db()
    assert account.key == "k-other"
    pages = [url, "/admin/serp/provideraccount/", url.replace("change", "history"), "/admin/"]
    for page in pages:
        text = client.get(page).content.decode()
        assert "k-secret" not in text
        assert "k-other" not in text


def test_a_manager_makes_no_account_for_all_brands(admin_of, manager, brand) -> None:
    data = {
        "name": "Real", "provider": "serper", "key": "k", "options": "{}", "max_in_flight": 5,
        "per_second": 5,
    }  # fmt: skip
    client = admin_of(manager)
    assert client.post("/admin/serp/provideraccount/add/", data).status_code == 200
    client.post("/admin/serp/provideraccount/add/", {**data, "brand": brand.pk})
    assert list(ProviderAccount.objects.filter(name="Real").values_list("brand", flat=True)) == [
        brand.pk
    ]


def test_shared_accounts_are_seen_by_those_who_run_the_installation_only(
    admin_of, root, manager, account, brand
) -> None:
    url = reverse("admin:serp_provideraccount_change", args=[account.pk])
    assert admin_of(manager).get(url).status_code == 404
    assert admin_of(root).get(url).status_code == 200


def test_the_first_person_can_add_a_brand_in_the_admin_too(admin_of, root) -> None:
    client = admin_of(root)
    data = {
        "name": "Kettle", "slug": "", "time_zone": "Europe/Oslo", "account": "sample",
        "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert client.get("/admin/serp/brand/").status_code == 200
    assert client.post("/admin/serp/brand/add/", data).status_code == 302
    assert ProviderAccount.objects.get().provider == "sample"


def test_a_keyword_goes_with_what_the_machinery_wrote_for_it(
    admin_of, manager, keyword, make_snapshot
) -> None:
    make_snapshot("neutral")
    request_check(keyword, NOW)
    client = admin_of(manager)
    client.post(reverse("admin:serp_keyword_delete", args=[keyword.pk]), {"post": "yes"})
    assert Keyword.objects.count() == Snapshot.objects.count() == Check.objects.count() == 0


def test_readings_and_checks_are_nobodys_to_change(admin_of, root, keyword, make_snapshot) -> None:
    snapshot = make_snapshot("neutral")
    client = admin_of(root)
    assert (
        client.post(
            reverse("admin:serp_snapshot_change", args=[snapshot.pk]), {"depth": 3}
        ).status_code
        == 403
    )
    url = reverse("admin:serp_snapshot_delete", args=[snapshot.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    assert client.get("/admin/serp/check/add/").status_code == 403


def test_edited_shares_count_the_curve_on_and_one_curve_is_the_default(admin_of, root) -> None:
    client = admin_of(root)
    second = CtrCurve.objects.filter(is_default=False)[0]
    data = {
        "name": second.name, "source": second.source, "source_url": "curves.example/study",
        "published_on": "2020-07-01", "tail": second.tail,
    }  # fmt: skip
    shares = [0.2, *second.shares[1:]]
    url = reverse("admin:serp_ctrcurve_change", args=[second.pk])
    answer = client.post(url, {**data, "shares": str(shares)})
    assert answer.status_code == 302, answer.context["errors"]
    second.refresh_from_db()
    assert (second.version, second.source_url) == (2, "https://curves.example/study")
    client.post(
        "/admin/serp/ctrcurve/", {"action": "use_as_default", "_selected_action": [second.pk]}
    )
    assert list(CtrCurve.objects.filter(is_default=True)) == [second]


def test_editors_read_the_curves_and_do_not_change_them(admin_of, editor, brand) -> None:
    client = admin_of(editor)
    assert client.get("/admin/serp/ctrcurve/").status_code == 200
    data = {"action": "use_as_default", "_selected_action": [CtrCurve.objects.last().pk]}
    before = CtrCurve.objects.get(is_default=True)
    client.post("/admin/serp/ctrcurve/", data)
    assert CtrCurve.objects.get(is_default=True) == before


def test_people_without_the_staff_flag_do_not_enter(client, manager, brand) -> None:
    client.force_login(manager, backend=BACKEND)
    assert client.get(KEYWORDS)["Location"].startswith("/admin/login/")


def test_the_admins_policy_loosens_only_itself(admin_of, manager, brand) -> None:
    client = admin_of(manager)
    policies = {
        url: client.get(url)["Content-Security-Policy"].split("; ")  # in no fixed order
        for url in (KEYWORDS, "/b/hallway/checks/")
    }
    assert "script-src 'self' 'unsafe-eval'" in policies[KEYWORDS]
    assert "script-src 'self'" in policies["/b/hallway/checks/"]
    assert "unsafe" not in " ".join(policies["/b/hallway/checks/"])
