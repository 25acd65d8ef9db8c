"""Where a new piece should stand: hosts the brand has first, never one that is on the page already."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from content.models import Piece, Placement
from content.opportunities import plan_of
from content.placing.choosing import domain_of, place_for, places_for, where_to_stand
from content.placing.saying import say
from reputation.models import Mark
from serp.models import Brand, Keyword
from tests.cast import NOW
from tests.content.placing.world import more_keywords, place, show

LATER = NOW + timedelta(days=1)


def slugs(kind: str, keyword: Keyword, **more: Any) -> list[str]:
    return [choice.place.slug for choice in places_for(kind, keyword, keyword.brand, **more)]


def test_a_place_where_the_brand_is_comes_first_with_the_reason(
    brand: Brand, keyword: Keyword
) -> None:
    show(keyword, {})
    assert slugs("video", keyword)[0] == "youtube"
    brand.profiles = ["https://vimeo.com/hallway"]
    brand.save()
    first = places_for("video", keyword, brand)[0]
    assert first.place.slug == "vimeo"
    assert first.reasons[0] == "you are there already"
    assert place_for("video", keyword, brand) == place("vimeo")


def test_a_host_on_the_keywords_page_one_is_left_out(brand: Brand, keyword: Keyword) -> None:
    (other,) = more_keywords(brand, 1)
    show(keyword, {5: "https://m.youtube.com/watch?v=1"})
    show(other, {})
    assert "youtube" not in slugs("video", keyword)
    assert "youtube" in slugs("video", other)
    assert "youtube" not in slugs("video", other, without={"youtube.com"})


def test_what_is_not_for_us_and_other_markets_are_left_out(
    brand: Brand, keyword: Keyword, editor: User
) -> None:
    say(brand, place("youtube"), state="not_for_us", url="", note="no", by=editor, now=NOW)
    found = slugs("video", keyword)
    assert "youtube" not in found
    assert "bilibili" not in found
    assert "vimeo" in found


def test_no_guest_post_goes_to_a_host_that_is_against_the_brand(
    brand: Brand, keyword: Keyword
) -> None:
    (other,) = more_keywords(brand, 1)
    assert "medium" in slugs("guest_post", other)
    show(keyword, {4: "https://medium.com/hallway-is-bad"})
    Mark.objects.filter(page__domain="medium.com").update(tone="negative")
    show(other, {})
    assert "medium" not in slugs("guest_post", other)


def test_types_for_the_own_site_stay_there_in_their_room_if_there_is_one(
    brand: Brand, keyword: Keyword
) -> None:
    show(keyword, {})
    assert slugs("faq", keyword)[0] == "own-site"
    show(keyword, {9: "https://hallwaycoffee.example/faq/grinder"}, at=LATER)
    assert slugs("faq", keyword)[0] == "help-centre"
    assert {choice.place.domain for choice in places_for("news", keyword, brand)} == {""}


def test_a_plan_never_sends_two_pieces_to_one_host_and_names_only_what_was_measured(
    brand: Brand, keyword: Keyword
) -> None:
    (other,) = more_keywords(brand, 1)
    show(keyword, {4: "https://bad.example/story"})
    Mark.objects.filter(page__domain="bad.example").update(tone="negative")
    show(other, {2: "https://www.youtube.com/watch?v=1", 3: "https://en.wikipedia.org/wiki/Cup"})
    (one,) = plan_of(brand, NOW).opportunities
    found = where_to_stand(brand, one)
    assert found["video"].placement == place("youtube").pk
    assert "on page one of 1 of 2 of your keywords" in found["video"].words
    assert found["profile"].domain == "wikipedia.org"
    assert "forum" not in found
    domains = [where.domain for where in found.values() if where.domain]
    assert len(domains) == len(set(domains))


def test_the_domain_of_a_place_is_the_registrable_one() -> None:
    assert domain_of(Placement(domain="no.wikipedia.org")) == "wikipedia.org"
    assert domain_of(Placement(domain="google.com/maps")) == "google.com"
    assert domain_of(Placement(domain="")) == ""


def test_a_piece_made_from_the_plan_knows_where_it_is_to_stand(
    brand: Brand, keyword: Keyword, editor: User
) -> None:
    (other,) = more_keywords(brand, 1)
    show(keyword, {4: "https://bad.example/story"})
    Mark.objects.filter(page__domain="bad.example").update(tone="negative")
    show(other, {2: "https://www.youtube.com/watch?v=1"})
    (one,) = plan_of(brand, NOW).opportunities
    client = Client()
    client.force_login(editor)
    path = f"/b/hallway/opportunities/{keyword.pk}/{one.page.pk}/"
    assert "at YouTube: on page one of 1 of 2" in client.get(path).content.decode()
    client.post(f"{path}make/", {"kind": "video"})
    assert Piece.objects.get().placement == place("youtube")
    (one,) = plan_of(brand, NOW).opportunities
    assert "youtube.com" not in {where.domain for where in where_to_stand(brand, one).values()}
