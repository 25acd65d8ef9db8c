"""Pages to add a brand, change it, and say who works on it."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from serp.models import Brand, Membership, ProviderAccount

BACKEND = "django.contrib.auth.backends.ModelBackend"
SETTINGS = "/b/hallway/settings/"
MEMBERS = "/b/hallway/members/"


@pytest.fixture
def root(client, db) -> User:
    user = User.objects.create_superuser("root")
    client.force_login(user, backend=BACKEND)
    return user


def test_from_nothing_to_keywords_in_three_posts_and_none_asks_for_a_key(client, root) -> None:
    home = client.get("/").content.decode()
    assert reverse("brand-new") in home
    answer = client.post(
        reverse("brand-new"),
        {"name": "Kettle Works", "time_zone": "Europe/Oslo", "account": "sample"},
    )
    assert answer["Location"] == "/b/kettle-works/keywords/new/"
    assert "made up" in client.get(answer["Location"]).content.decode()
    answer = client.post(
        answer["Location"],
        {
            "phrases": "kettle works", "kind": "brand", "engine": "google", "country": "us",
            "language": "en", "device": "desktop", "depth": 20, "cadence": "1d",
        },
    )  # fmt: skip
    assert answer["Location"] == reverse("overview", args=["kettle-works"])


def test_a_brand_with_a_real_account_leads_over_the_accounts_page_to_the_keywords(
    client, root
) -> None:
    answer = client.post(
        reverse("brand-new"), {"name": "Kettle", "time_zone": "UTC", "account": "add"}
    )
    assert answer["Location"] == reverse("checks-account-new", args=["kettle"])
    answer = client.post(
        answer["Location"],
        {
            "name": "Serper", "provider": "serper", "key": "k-1", "options": "{}",
            "max_in_flight": 5, "per_second": 5,
        },
    )  # fmt: skip
    assert answer["Location"] == reverse("checks-keyword-new", args=["kettle"])
    brand = Brand.objects.get()
    assert (brand.account.name, brand.account.brand) == ("Serper", brand)


@pytest.mark.parametrize("person", ["manager", "editor", "viewer", "stranger"])
def test_only_those_who_run_the_installation_add_brands(client, brand, person, request) -> None:
    client.force_login(request.getfixturevalue(person), backend=BACKEND)
    count = Brand.objects.count()
    data = {"name": "Mine", "time_zone": "UTC"}
    assert client.post(reverse("brand-new"), data).status_code == 403
    assert Brand.objects.count() == count


def test_a_changed_short_name_changes_the_address(client, brand, manager) -> None:
    client.force_login(manager, backend=BACKEND)
    data = {
        "name": "Hallway",
        "slug": "corridor",
        "time_zone": "Asia/Tokyo",
        "domains": "a.example",
    }
    answer = client.post(SETTINGS, data)
    assert answer["Location"] == reverse("checks-brand", args=["corridor"])
    brand.refresh_from_db()
    assert (brand.name, brand.time_zone, brand.domains) == ("Hallway", "Asia/Tokyo", ["a.example"])
    assert brand.history.first().history_user == manager


def test_a_refused_brand_keeps_what_was_typed_and_the_frame_its_own_name(
    client, brand, manager
) -> None:
    client.force_login(manager, backend=BACKEND)
    data = {"name": "", "slug": "x y", "time_zone": "Nowhere", "profiles": "tubely.example/@h"}
    page = client.post(SETTINGS, data).content.decode()
    assert page.count('class="error"') == 3
    assert "tubely.example/@h</textarea>" in page
    assert "Hallway Coffee" in page, "the side bar"
    assert Brand.objects.get(pk=brand.pk).name == "Hallway Coffee"


def test_a_manager_gives_changes_and_takes_roles(client, brand, manager, stranger) -> None:
    client.force_login(manager, backend=BACKEND)
    client.post(MEMBERS, {"username": "stranger", "role": "viewer"})
    client.post(MEMBERS, {"username": "stranger", "role": "editor"})
    assert Membership.objects.get(brand=brand, user=stranger).role == "editor"
    client.post(MEMBERS, {"username": "stranger", "role": "none"})
    assert not Membership.objects.filter(brand=brand, user=stranger).exists()
    assert Membership.objects.filter(user=stranger).count() == 1, "their own brand stays theirs"


def test_an_unknown_person_or_role_is_refused_with_the_form_still_filled(
    client, brand, manager
) -> None:
    client.force_login(manager, backend=BACKEND)
    answer = client.post(MEMBERS, {"username": "nobdy", "role": "owner"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert 'value="nobdy"' in page
    assert page.count('class="error"') == 2


def test_a_manager_who_steps_down_is_led_out(client, brand, manager, editor) -> None:
    client.force_login(manager, backend=BACKEND)
    client.post(MEMBERS, {"username": "editor", "role": "manager"})
    answer = client.post(MEMBERS, {"username": "manager", "role": "viewer"})
    assert answer["Location"] == "/"
    assert client.get(SETTINGS).status_code == 403


def test_reading_the_forms_makes_no_account(client, root) -> None:
    client.get(reverse("brand-new"))
    assert ProviderAccount.objects.count() == 0
