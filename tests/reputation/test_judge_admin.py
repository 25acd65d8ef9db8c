"""The versions of the judge in the admin: their figures, the way back, and who may take it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reputation.judges import judge_for
from reputation.models import JudgeVersion
from reputation.tone import VERSION
from serp.models import Brand, Membership
from tests.cast import person
from tests.reputation.test_judges import version

pytestmark = pytest.mark.django_db
URL = "/admin/reputation/judgeversion/"
BACKEND = "django.contrib.auth.backends.ModelBackend"
FIGURES = {
    "before": 61.2, "after": 72.04, "better": 0.981, "recall_before": 70.0, "recall_after": 69.0,
    "gate_before": 94.8, "gate_after": 94.1,
}  # fmt: skip


@pytest.fixture
def root(db: None) -> User:
    return person("root", is_staff=True, is_superuser=True)


@pytest.fixture
def chief(brand: Brand) -> User:
    """A manager of our brand who may enter the admin."""
    user = person("chief", is_staff=True)
    Membership.objects.create(brand=brand, user=user, role=Membership.Role.MANAGER)
    return user


def do(client: Client, user: User, action: str, *rows: JudgeVersion) -> str:
    client.force_login(user, backend=BACKEND)
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(URL, data, follow=True).content.decode()


def page(client: Client, user: User, url: str = URL) -> str:
    client.force_login(user, backend=BACKEND)
    return client.get(url).content.decode()


def test_the_list_tells_the_figures_and_why_a_version_judges_or_not(
    client: Client, root: User, brand: Brand
) -> None:
    live = version(brand, "rules+1")
    live.figures |= FIGURES
    live.save()
    version(None, "rules+2", is_live=False, verdict="Not promoted: too weak.")
    shown = page(client, root)
    for words in (
        "rules+1", "61.2 → 72.0", "98.1% of resamples", "70.0 → 69.0 %", "94.8 → 94.1",
        "judges now", "the installation", "was not promoted", "Not promoted: too weak.",
    ):  # fmt: skip
        assert words in shown
    one = page(client, root, reverse("admin:reputation_judgeversion_change", args=[live.pk]))
    assert "61.2 → 72.0" in one
    assert 'name="_save"' not in one


def test_the_way_back_is_one_action_and_leaves_its_trace(
    client: Client, root: User, brand: Brand
) -> None:
    old, new = version(brand, "old", is_live=False), version(brand, "new")
    shown = do(client, root, "make_live", old)
    assert "old judges Hallway Coffee now" in shown
    assert judge_for(brand).version == "old"
    new.refresh_from_db()
    assert (new.is_live, new.retired_at is None) == (False, False)
    assert "Made live by hand." in page(
        client, root, reverse("admin:reputation_judgeversion_history", args=[old.pk])
    )


def test_a_version_of_other_rules_is_refused_with_its_reason(
    client: Client, root: User, brand: Brand
) -> None:
    old = version(brand, "old", is_live=False, base="rules-0")
    assert "old was trained on other rules" in do(client, root, "make_live", old)
    assert judge_for(brand).version == VERSION


def test_two_versions_at_once_cannot_be_made_live(client: Client, root: User, brand: Brand) -> None:
    rows = [version(brand, name, is_live=False) for name in ("a", "b")]
    assert "one at a time can judge" in do(client, root, "make_live", *rows)
    assert judge_for(brand).version == VERSION


def test_taking_a_version_down_says_who_judges_then(
    client: Client, root: User, brand: Brand
) -> None:
    shared, own = version(None, "shared"), version(brand, "own")
    assert "the installation&#x27;s shared judges Hallway Coffee now" in do(
        client, root, "take_down", own
    )
    assert judge_for(brand).version == "shared"
    assert "the rules alone judge the installation now" in do(client, root, "take_down", shared)
    assert judge_for(brand).version == VERSION
    assert "None of these judges now" in do(client, root, "take_down", own)


@pytest.mark.parametrize("action", ["make_live", "take_down"])
@pytest.mark.parametrize("who", ["editor", "stranger"])
def test_only_managers_of_the_brand_choose_its_version(
    client: Client, brand: Brand, request: pytest.FixtureRequest, who: str, action: str
) -> None:
    live, idle = version(brand, "live"), version(brand, "idle", is_live=False)
    do(client, request.getfixturevalue(who), action, idle if action == "make_live" else live)
    assert judge_for(brand).version == "live"


@pytest.mark.parametrize("action", ["make_live", "take_down"])
def test_a_manager_chooses_for_the_brand_and_not_for_the_installation(
    client: Client, brand: Brand, chief: User, action: str
) -> None:
    live, idle = version(None, "live"), version(None, "idle", is_live=False)
    do(client, chief, action, idle if action == "make_live" else live)
    assert judge_for(brand).version == "live"
    own, other = version(brand, "own"), version(brand, "other", is_live=False)
    do(client, chief, action, other if action == "make_live" else own)
    assert judge_for(brand).version == {"make_live": "other", "take_down": "live"}[action]


def test_everybody_sees_only_what_is_theirs(
    client: Client, brand: Brand, other_brand: Brand, editor: User, stranger: User, root: User
) -> None:
    rows = {
        "ours": version(brand, "label-ours"),
        "theirs": version(other_brand, "label-theirs"),
        "shared": version(None, "label-shared"),
    }
    sees = {"editor": {"ours"}, "stranger": {"theirs"}, "root": set(rows)}
    for user in (editor, stranger, root):
        shown = page(client, user)
        assert {name for name, row in rows.items() if row.label in shown} == sees[user.username]
        for name, row in rows.items():
            answer = client.get(reverse("admin:reputation_judgeversion_change", args=[row.pk]))
            assert answer.status_code == (200 if name in sees[user.username] else 404)


def test_the_list_costs_a_constant_number_of_queries(
    client: Client, root: User, brand: Brand, other_brand: Brand
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            page(client, root)
        return len(caught)

    version(brand, "first")
    few = count()
    rows: list[Any] = [version(other_brand, f"more {at}", is_live=False) for at in range(8)]
    assert len(rows) == 8
    assert count() <= few
