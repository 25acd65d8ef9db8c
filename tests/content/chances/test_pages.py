"""The list of opportunities with its filters and marks, and the page of one plan, through the browser's door."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content.models import Piece
from reputation.models import Mark
from serp.models import Brand, Keyword, Page
from tests.cast import MakeSnapshot

DAY = timedelta(days=1)
PAGE = (
    "own:home",
    "positive:good",
    "neutral:a",
    "neutral:b",
    "neutral:c",
    "negative:bad",
    "own:next",
)


@pytest.fixture
def read(brand: Brand, make_snapshot: MakeSnapshot) -> Page:
    """Eight daily readings, the newest an hour ago; the negative stands in all of them."""
    now = timezone.now()
    for n in range(8, 0, -1):
        make_snapshot(*PAGE, at=now - n * DAY)
    make_snapshot(*PAGE, at=now - timedelta(hours=1))
    return Page.objects.get(url="https://bad.example/bad")


@pytest.fixture
def signed_in(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def listed(client: Client, brand: Brand, **query: Any) -> str:
    return client.get(reverse("opportunities", args=[brand.slug]), query).content.decode()


@pytest.mark.usefixtures("read")
def test_the_list_shows_difficulty_and_narrows_by_keyword_category_and_what_to_do(
    signed_in: Client, brand: Brand, keyword: Keyword
) -> None:
    Mark.objects.filter(page__host="bad.example").update(category="service")
    html = listed(signed_in, brand)
    assert "Title of bad" in html
    assert 'data-l="difficulty"' in html
    assert "Title of bad" in listed(
        signed_in, brand, keyword=keyword.pk, category="service", do="act"
    )
    for narrowed in ({"keyword": keyword.pk + 1}, {"category": "price"}, {"do": "leave"}):
        assert "None of the 1 negatives fits this choice" in listed(signed_in, brand, **narrowed)


@pytest.mark.usefixtures("read")
@pytest.mark.parametrize(
    "query", [{"keyword": "²"}, {"keyword": "9" * 40}, {"category": "<b>"}, {"do": "x"}]
)
def test_a_filter_that_makes_no_sense_narrows_nothing(
    signed_in: Client, brand: Brand, query: dict[str, str]
) -> None:
    assert "Title of bad" in listed(signed_in, brand, **query)


def test_a_negative_that_falls_by_itself_is_marked_in_the_list_and_on_its_plan(
    signed_in: Client, brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    now = timezone.now()
    for n in range(30, 0, -3):
        above = ["positive", "neutral", "neutral"] + ["neutral"] * (4 if n < 8 else 0)
        make_snapshot(*above, "negative:bad", *["neutral"] * 5, at=now - n * DAY)
    assert "leave it alone" in listed(signed_in, brand, do="leave")
    page = Page.objects.get(url="https://bad.example/bad")
    url = reverse("opportunities-plan", args=[brand.slug, keyword.pk, page.pk])
    html = signed_in.get(url).content.decode()
    assert "Leave it alone for now: it falls by itself." in html
    assert "It stood at 4 four weeks ago and at 8 last week" in html


def test_the_plan_page_shows_slots_difficulty_and_how_far_to_trust_them(
    signed_in: Client, brand: Brand, keyword: Keyword, read: Page
) -> None:
    url = reverse("opportunities-plan", args=[brand.slug, keyword.pk, read.pk])
    html = signed_in.get(url).content.decode()
    for words in ("Effort", "Live by", "page one by", "Why ", "Difficulty", "Own pages near"):
        assert words in html
    assert "each taken as independent of the others" in html
    assert "not measured here: general assumption" in html


def test_one_click_in_the_plan_makes_a_piece_with_the_day_and_hours_that_it_showed(
    signed_in: Client, brand: Brand, keyword: Keyword, read: Page
) -> None:
    url = reverse("opportunities-make", args=[brand.slug, keyword.pk, read.pk])
    signed_in.post(url, {"kind": "video"})
    piece = Piece.objects.get()
    today = timezone.now().astimezone(brand.zone).date()
    assert piece.hours == 24
    assert piece.likelihood is not None
    assert piece.publish_on is not None
    assert piece.publish_on >= today + timedelta(days=10)
    assert piece.brief is not None


def test_making_all_leaves_out_what_another_piece_serves_already(
    signed_in: Client,
    brand: Brand,
    keyword: Keyword,
    read: Page,
    make_snapshot: MakeSnapshot,
) -> None:
    near = Keyword.objects.create(brand=brand, phrase="hallway cofee", country="no")
    make_snapshot(*PAGE, of=near, at=timezone.now() - timedelta(hours=1))
    Piece.objects.create(brand=brand, title="The film", kind="video", keyword=near)
    plan = reverse("opportunities-plan", args=[brand.slug, keyword.pk, read.pk])
    assert "widen it instead of making a second page" in signed_in.get(plan).content.decode()
    url = reverse("opportunities-make", args=[brand.slug, keyword.pk, read.pk])
    signed_in.post(url, {"all": "1"})
    made = Piece.objects.filter(keyword=keyword)
    assert made.count() > 1
    assert not made.filter(kind="video").exists()


@pytest.mark.usefixtures("read")
def test_the_list_page_asks_as_often_for_twenty_negatives_as_for_one(
    signed_in: Client,
    brand: Brand,
    make_snapshot: MakeSnapshot,
    django_assert_max_num_queries: Any,
) -> None:
    listed(signed_in, brand)
    with django_assert_max_num_queries(60) as first:
        listed(signed_in, brand)
    now = timezone.now()
    for n in range(19):
        other = Keyword.objects.create(brand=brand, phrase=f"word {n}", country="no")
        make_snapshot(*PAGE, of=other, at=now - timedelta(hours=1))
        Piece.objects.create(brand=brand, title="P", kind="video", keyword=other)
    with django_assert_max_num_queries(len(first)):
        listed(signed_in, brand)
