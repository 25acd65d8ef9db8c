"""What managers do to clusters, and what nobody may do to those of another brand."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from content.models import Cluster
from content.portfolio.clusters import group
from serp.models import Brand, Keyword
from tests.cast import MakeSnapshot


@pytest.fixture
def address(brand: Brand) -> str:
    return reverse("clusters", args=[brand.slug])


@pytest.fixture
def page(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def one(brand: Brand) -> Cluster:
    return Cluster.objects.create(brand=brand, name="one")


@pytest.fixture
def two(brand: Brand) -> Cluster:
    return Cluster.objects.create(brand=brand, name="two")


def words(client: Client, address: str, **data: Any) -> str:
    return client.post(address, data, follow=True).content.decode()


def test_rename(page: Client, address: str, one: Cluster, two: Cluster) -> None:
    words(page, address, do="rename", cluster=one.pk, name="  new   name ")
    one.refresh_from_db()
    assert one.name == "new name"
    for bad, said in (("two", "There is a cluster"), ("", "Write a name"), ("x" * 121, "121 char")):
        assert said in words(page, address, do="rename", cluster=one.pk, name=bad)
    one.refresh_from_db()
    assert one.name == "new name"


def test_merge_moves_all_and_leaves_no_empty_cluster(
    page: Client, address: str, keyword: Keyword, one: Cluster, two: Cluster
) -> None:
    one.keywords.add(keyword)
    words(page, address, do="merge", cluster=one.pk, into=two.pk)
    assert list(two.keywords.all()) == [keyword]
    assert not Cluster.objects.filter(pk=one.pk).exists()
    assert "into itself" in words(page, address, do="merge", cluster=two.pk, into=two.pk)


def test_move_takes_a_keyword_out_of_all_others(
    page: Client, address: str, keyword: Keyword, one: Cluster, two: Cluster
) -> None:
    one.keywords.add(keyword)
    words(page, address, do="move", keyword=[keyword.pk], into=two.pk)
    assert [row.name for row in keyword.clusters.all()] == ["two"]
    words(page, address, do="move", keyword=[keyword.pk], into="none")
    assert not keyword.clusters.exists()
    assert "tick at least one" in words(page, address, do="move", into=two.pk)
    assert "Choose a cluster" in words(page, address, do="move", keyword=[keyword.pk], into="")


def test_delete_keeps_the_keywords(
    page: Client, address: str, keyword: Keyword, one: Cluster
) -> None:
    one.keywords.add(keyword)
    words(page, address, do="delete", cluster=one.pk)
    assert not Cluster.objects.exists()
    assert Keyword.objects.filter(pk=keyword.pk).exists()


def test_grouping_places_every_keyword_once(brand: Brand, keyword: Keyword) -> None:
    for phrase in ("hallway reviews", "hallway coffee ratings", "hallway complaints"):
        Keyword.objects.create(brand=brand, phrase=phrase, country="no")
    assert group(brand) == 4
    assert group(brand) == 0
    placed = {c.name: sorted(k.phrase for k in c.keywords.all()) for c in brand.clusters.all()}
    assert placed == {
        "brand name": ["hallway coffee"],
        "reviews": ["hallway coffee ratings", "hallway reviews"],
        "complaints": ["hallway complaints"],
    }


def test_grouping_joins_what_shares_four_results(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    other = Keyword.objects.create(brand=brand, phrase="best roaster oslo", country="no")
    shared = [f"neutral:p{n}" for n in range(4)]
    make_snapshot(*shared, "neutral")
    make_snapshot(*shared, "neutral", of=other)
    group(brand)
    assert list(keyword.clusters.all()) == list(other.clusters.all())


def test_another_brands_cluster_is_as_one_that_is_not_there(
    page: Client, address: str, other_brand: Brand, one: Cluster
) -> None:
    theirs = Cluster.objects.create(brand=other_brand, name="theirs")
    their_word = Keyword.objects.create(brand=other_brand, phrase="kettle", country="no")
    for data in (
        {"do": "rename", "cluster": theirs.pk, "name": "mine"},
        {"do": "merge", "cluster": one.pk, "into": theirs.pk},
        {"do": "delete", "cluster": theirs.pk},
        {"do": "delete", "cluster": "9" * 40},
    ):
        assert page.post(address, data).status_code == 404
    assert "tick at least one" in words(
        page, address, do="move", keyword=[their_word.pk], into=one.pk
    )
    theirs.refresh_from_db()
    assert theirs.name == "theirs"


def test_an_unknown_wish_does_nothing(page: Client, address: str) -> None:
    assert "Nothing was done" in words(page, address, do="burn")


def test_viewers_see_no_forms(
    client: Client, viewer: User, address: str, one: Cluster, keyword: Keyword
) -> None:
    client.force_login(viewer)
    html = client.get(address).content.decode()
    assert "hallway coffee" in html
    assert 'name="do"' not in html


def test_the_number_of_queries_does_not_grow(
    page: Client,
    address: str,
    brand: Brand,
    keyword: Keyword,
    one: Cluster,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    one.keywords.add(keyword)
    with django_assert_max_num_queries(40) as few:
        page.get(address)
    for n in range(8):
        more = Keyword.objects.create(brand=brand, phrase=f"more {n}", country="no")
        Cluster.objects.create(brand=brand, name=f"c{n}").keywords.add(more)
    with django_assert_num_queries(len(few.captured_queries)):
        page.get(address)
