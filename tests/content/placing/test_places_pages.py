"""The pages of places: list, filters, a person's word, making a piece, own places; who may what."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from content.models import Piece, Placement, Presence
from serp.models import Brand, Keyword
from tests.content.placing.world import more_keywords, place, show

PATH = "/b/hallway/placements/"
PROFILE = "https://www.linkedin.com/company/hallway"
FORM = {"name": "Trade paper", "kind": "media", "domain": "trade.example", "hours": "3", "is_active": "on"}  # fmt: skip


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(editor: User) -> Client:
    return signed_in(editor)


@pytest.fixture
def chief(manager: User) -> Client:
    return signed_in(manager)


def rows(response: Any) -> list[str]:
    return [line.place.slug for line, _ in response.context["rows"]]


def test_the_list_says_what_is_there_and_what_is_missing(
    desk: Client, brand: Brand, keyword: Keyword
) -> None:
    brand.profiles = [PROFILE]
    brand.save()
    show(keyword, {3: PROFILE})
    page = desk.get(PATH)
    text = page.content.decode()
    assert rows(page)[0] in ("own-site", "linkedin")
    assert "stands at 3" in text
    assert "on page one of 575 of 651 company names" in text
    assert "Paid editing is disclosed" in text
    assert "wikipedia-lv" not in rows(page)


def test_filters_narrow_and_hostile_ones_find_nothing(
    desk: Client, brand: Brand, keyword: Keyword
) -> None:
    page = desk.get(PATH, {"language": "all", "country": "all", "kind": "register"})
    assert {line.place.kind for line, _ in page.context["rows"]} == {"register"}
    odd = desk.get(PATH, {"language": "<script>", "kind": "'", "state": "x" * 999, "page": "-4"})
    assert odd.status_code == 200
    assert rows(odd) == []
    assert "No place fits" in odd.content.decode()
    assert "<script>" not in odd.content.decode().partition("<main")[2]


def test_saying_there_keeps_the_address_and_the_filters_and_can_be_undone(
    desk: Client, brand: Brand, keyword: Keyword
) -> None:
    linkedin = place("linkedin").pk
    answer = desk.post(f"{PATH}{linkedin}/say/?kind=social", {"state": "there", "url": PROFILE})
    assert answer["Location"] == f"{PATH}?kind=social#place-{linkedin}"
    assert Presence.objects.get().url == PROFILE
    assert PROFILE in desk.get(PATH).content.decode()
    desk.post(f"{PATH}{linkedin}/say/", {"undo": "1"})
    assert not Presence.objects.exists()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"state": "there"}, "Write the address of your page there"),
        ({"state": "there", "url": "javascript:alert(1)"}, "with https://"),
        ({"state": "there", "url": "https://elsewhere.example/x"}, "is not at linkedin.com"),
        ({"state": "not_for_us", "note": "  "}, "Say in a few words"),
        ({"state": "maybe", "url": PROFILE}, "Choose with one of the buttons"),
        ({"url": PROFILE, "note": "a" * 1001}, "at most 1000"),
    ],
)
def test_a_word_that_cannot_be_taken_is_told_and_kept(
    desk: Client, brand: Brand, keyword: Keyword, typed: dict[str, str], says: str
) -> None:
    answer = desk.post(f"{PATH}{place('linkedin').pk}/say/", typed)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert says in text
    for value in filter(str.strip, (typed.get("url", ""), typed.get("note", ""))):
        assert value in text
    assert not Presence.objects.exists()


def test_a_refused_word_is_shown_also_where_the_filters_hide_the_place(
    desk: Client, brand: Brand, keyword: Keyword
) -> None:
    answer = desk.post(f"{PATH}{place('linkedin').pk}/say/?kind=register", {"state": "there"})
    assert answer.status_code == 422
    assert "linkedin" in rows(answer)


def test_making_a_piece_opens_it_and_a_second_click_opens_the_same(
    desk: Client, brand: Brand, keyword: Keyword
) -> None:
    path = f"{PATH}{place('youtube').pk}/make/"
    first, second = desk.post(path), desk.post(path)
    piece = Piece.objects.get()
    assert first["Location"] == second["Location"] == f"/b/hallway/pieces/{piece.pk}/"
    assert piece.title in desk.get(PATH).content.decode()


def test_where_no_piece_can_be_made_the_list_says_why(desk: Client, brand: Brand) -> None:
    answer = desk.post(f"{PATH}{place('youtube').pk}/make/", follow=True)
    assert "Add one first" in answer.content.decode()


def test_a_manager_adds_changes_and_switches_off_a_place_of_the_brand(
    chief: Client, brand: Brand
) -> None:
    chief.post(f"{PATH}new/", FORM | {"domain": "https://www.Trade.example/news/", "languages": "EN, no", "piece_kinds": ["guest_post"]})  # fmt: skip
    row = Placement.objects.get(brand=brand)
    assert (row.domain, row.languages, row.piece_kinds) == ("trade.example/news", ["en", "no"], ["guest_post"])  # fmt: skip
    assert row.is_edited
    chief.post(f"{PATH}new/", FORM)
    assert Placement.objects.filter(brand=brand).count() == 2
    off = {name: value for name, value in FORM.items() if name != "is_active"}
    chief.post(f"{PATH}{row.pk}/", off | {"name": "Trade weekly"})
    page = chief.get(PATH, {"language": "all", "country": "all"})
    assert row.slug not in [line.place.slug for line in page.context["catalogue"].lines]
    assert "Switched off" in page.content.decode()
    assert "Trade weekly" in page.content.decode()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": "  "}, "This field is required"),
        ({"domain": "no host"}, "is no host"),
        ({"domain": "trade"}, "whole host"),
        ({"languages": "english"}, "two letters"),
        ({"hours": "-1"}, "from 0 to 1000"),
        ({"hours": "nan"}, "Enter a number"),
        ({"source": "javascript:alert(1)"}, "with https://"),
        ({"url": "nonsense address"}, "valid URL"),
        ({"piece_kinds": ["poem"]}, "Select a valid choice"),
        ({"needs": "x" * 2001}, "At most 2000"),
    ],
)
def test_a_place_that_cannot_be_kept_is_told_and_nothing_is_lost(
    chief: Client, brand: Brand, wrong: dict[str, Any], says: str
) -> None:
    answer = chief.post(f"{PATH}new/", FORM | wrong)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "trade.example" in answer.content.decode() or "domain" in wrong
    assert not Placement.objects.filter(brand=brand).exists()


def test_hostile_words_of_a_place_are_text(chief: Client, brand: Brand) -> None:
    chief.post(f"{PATH}new/", FORM | {"name": "<img src=x onerror=alert(1)>", "needs": "<b>x</b>"})
    text = chief.get(PATH).content.decode()
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text
    assert "<b>x</b>" not in text


def test_the_catalogue_is_not_changed_from_a_brand_and_others_places_do_not_exist(
    chief: Client, other_brand: Brand, brand: Brand, keyword: Keyword
) -> None:
    theirs = Placement.objects.create(
        brand=other_brand, slug="theirs", name="Theirs", kind="media", piece_kinds=["guest_post"]
    )
    assert chief.get(f"{PATH}{place('linkedin').pk}/").status_code == 404
    for path in ("", "say/", "make/"):
        assert chief.post(f"{PATH}{theirs.pk}/{path}", {"state": "missing"}).status_code == 404
    assert "Theirs" not in chief.get(PATH, {"language": "all"}).content.decode()


def test_a_viewer_reads_and_has_no_buttons(viewer: User, brand: Brand, keyword: Keyword) -> None:
    client = signed_in(viewer)
    text = client.get(PATH).content.decode()
    assert "Make piece" not in text
    assert 'name="note"' not in text
    assert client.post(f"{PATH}{place('linkedin').pk}/say/", {"state": "there"}).status_code == 403
    assert client.post(f"{PATH}{place('linkedin').pk}/make/").status_code == 403


def test_reading_writes_nothing_and_rows_raise_no_queries(
    desk: Client, brand: Brand, keyword: Keyword, editor: User
) -> None:
    show(keyword, {1: PROFILE})
    desk.get(PATH)
    with CaptureQueriesContext(connection) as before:
        desk.get(PATH, {"kind": "question"})
    for one in more_keywords(brand, 4):
        show(one, {2: PROFILE})
    for row in Placement.objects.filter(brand=None)[:20]:
        desk.post(f"{PATH}{row.pk}/say/", {"state": "missing"})
        Piece.objects.create(brand=brand, title="For it", placement=row, owner=editor)
    desk.get(PATH)
    with CaptureQueriesContext(connection) as after:
        desk.get(PATH, {"language": "all", "country": "all"})
    writes = [q["sql"] for q in after if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert writes == []
    assert len(after) <= len(before)
