"""Pages to add keywords, to change one and to pause it."""

import pytest
from django.urls import reverse

from serp.models import Check, Keyword
from serp.scheduling import request_check
from serp.tracking import check_due
from tests.cast import NOW

PLACE = {
    "kind": "product", "engine": "google", "country": "no", "language": "en", "device": "desktop",
    "depth": 20, "cadence": "1d",
}  # fmt: skip
NEW = "/b/hallway/keywords/new/"


def test_a_brand_without_keywords_begins_with_its_name(client, brand, manager) -> None:
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(NEW).content.decode()
    assert ">\nHallway Coffee</textarea>" in page


def test_many_keywords_are_added_at_once_and_are_due(client, brand, keyword, manager) -> None:
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    data = {**PLACE, "phrases": "hallway grinder\nhallway coffee\nhallway grinder\nhallway recall"}
    answer = client.post(NEW, data, follow=True)
    text = answer.content.decode()
    assert "2 keywords are watched now." in text
    assert "1 was watched already and left as it is: “hallway coffee”." in text
    made = Keyword.objects.exclude(pk=keyword.pk)
    assert sorted(made.values_list("phrase", "kind")) == [
        ("hallway grinder", "product"),
        ("hallway recall", "product"),
    ]
    assert all(row.next_check_at is not None for row in made)
    assert all(row.history.get().history_user == manager for row in made), "who added it is known"


def test_adding_the_same_list_again_adds_nothing_and_keeps_what_was_typed(
    client, brand, manager
) -> None:
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    data = {**PLACE, "phrases": "hallway grinder\nhallway recall"}
    client.post(NEW, data)
    answer = client.post(NEW, data)
    assert "All 2 are watched already" in answer.content.decode()
    assert "hallway recall</textarea>" in answer.content.decode()
    assert Keyword.objects.count() == 2


def test_the_number_of_queries_to_add_does_not_grow_much_with_the_list(
    client, brand, manager, django_assert_max_num_queries
) -> None:
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    many = "\n".join(f"hallway phrase {n}" for n in range(500))
    with django_assert_max_num_queries(40):
        client.post(NEW, {**PLACE, "phrases": many})
    assert Keyword.objects.count() == 500


def test_an_error_stands_in_words_beside_its_field_and_nothing_typed_is_lost(
    client, brand, manager
) -> None:
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(NEW, {**PLACE, "phrases": "hallway grinder", "country": "norway"})
    page = answer.content.decode()
    assert 'id="id_country_error"' in page
    assert 'aria-invalid="true"' in page
    assert "hallway grinder</textarea>" in page
    assert Keyword.objects.count() == 0


def test_new_keywords_start_like_the_one_added_last(client, brand, keyword, manager) -> None:
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    Keyword.objects.filter(pk=keyword.pk).update(language="nb", cadence="6h")
    page = client.get(NEW + "?phrase=hallway+outlet").content.decode()
    assert 'name="language" value="nb"' in page
    assert '<option value="6h" selected>' in page
    assert "hallway outlet</textarea>" in page


def test_added_keywords_are_read_by_the_next_run(client, brand, manager) -> None:
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    client.post(NEW, {**PLACE, "phrases": "hallway coffee"})
    tally = check_due()
    assert tally.outcomes == {Check.State.MEASURED: 1}


def test_a_changed_cadence_makes_the_keyword_due_and_another_change_does_not(
    client, brand, keyword, manager
) -> None:
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("checks-keyword", args=[brand.slug, keyword.pk])
    data = {**PLACE, "phrase": keyword.phrase, "kind": "brand"}
    client.post(url, {**data, "volume": 900})
    keyword.refresh_from_db()
    assert (keyword.volume, keyword.next_check_at) == (900, None)
    client.post(url, {**data, "cadence": "1h"})
    keyword.refresh_from_db()
    assert keyword.next_check_at is not None


def test_pausing_skips_what_waits_and_resuming_makes_it_due(
    client, brand, keyword, manager
) -> None:
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    request_check(keyword, NOW)
    url = reverse("checks-pause", args=[brand.slug, keyword.pk])
    client.post(url)
    keyword.refresh_from_db()
    assert keyword.is_paused
    assert Check.objects.get().state == Check.State.SKIPPED
    client.post(url)
    keyword.refresh_from_db()
    assert not keyword.is_paused
    assert keyword.next_check_at is not None


@pytest.mark.parametrize("person", ["viewer", "editor"])
def test_only_managers_add_keywords(client, brand, person, request) -> None:
    user = request.getfixturevalue(person)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, {**PLACE, "phrases": "x"}).status_code == 403
    assert Keyword.objects.count() == 0
