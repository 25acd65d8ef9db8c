"""Making the piece for a place where the brand is missing: which type, which keyword, and never two."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from content.briefing import draw
from content.models import Piece, Placement
from content.placing.making import NotMade, make_piece_at
from serp.models import Brand, Keyword
from tests.cast import NOW
from tests.content.placing.world import more_keywords, place, show

HOME = "https://hallwaycoffee.example/"


def make(brand: Brand, slug: str, by: User | None = None) -> tuple[Piece, bool]:
    return make_piece_at(brand, place(slug), by=by, now=NOW)


def test_the_piece_has_type_place_days_hours_and_a_brief_with_the_places_rules(
    brand: Brand, keyword: Keyword, editor: User
) -> None:
    show(keyword, {})
    piece, is_new = make(brand, "wikipedia-en", editor)
    assert is_new
    assert (piece.kind, piece.placement, piece.keyword) == (
        "profile",
        place("wikipedia-en"),
        keyword,
    )
    assert piece.status == Piece.Status.BRIEFED
    assert piece.hours == place("wikipedia-en").hours
    assert piece.due_on
    assert piece.publish_on
    assert piece.created_by == editor
    assert any("Paid editing is disclosed" in line for line in piece.brief.disclosures)
    assert any("No article of one's own" in line for line in piece.brief.disclosures)
    assert piece.brief.drawn_from == NOW
    held = list(piece.brief.disclosures)
    assert draw(piece, now=NOW).disclosures == held, "drawn anew it keeps the rules of the place"


def test_a_second_click_finds_the_first_piece_until_it_is_published(
    brand: Brand, keyword: Keyword
) -> None:
    first, _ = make(brand, "linkedin")
    again, is_new = make(brand, "linkedin")
    assert (again, is_new) == (first, False)
    Piece.objects.update(status="published", published_at=NOW, url="https://linkedin.com/company/x")
    _, is_new = make(brand, "linkedin")
    assert is_new


def test_the_keyword_is_the_one_with_the_fewest_of_our_pages(
    brand: Brand, keyword: Keyword
) -> None:
    bare, busy = more_keywords(brand, 2)
    show(keyword, {1: HOME, 2: HOME + "a"})
    show(bare, {})
    show(busy, {1: HOME})
    assert make(brand, "linkedin")[0].keyword == bare
    assert {make(brand, slug)[0].keyword for slug in ("facebook", "x")} == {bare, busy}


def test_a_keyword_of_the_places_language_is_chosen(brand: Brand, keyword: Keyword) -> None:
    (norwegian,) = more_keywords(brand, 1, language="no")
    assert make(brand, "proff-no")[0].keyword == norwegian


def test_without_a_keyword_of_its_market_nothing_is_made(brand: Brand, keyword: Keyword) -> None:
    with pytest.raises(NotMade, match="Add one first"):
        make(brand, "wikipedia-lv")
    assert not Piece.objects.exists()


def test_own_pages_never_serve_one_intent_twice(brand: Brand, keyword: Keyword) -> None:
    Piece.objects.create(brand=brand, title="There", kind="faq", keyword=keyword)
    with pytest.raises(NotMade, match="compete"):
        make(brand, "help-centre")
    kinds = {make(brand, "own-site")[0].kind, make(brand, "own-blog")[0].kind}
    assert len(kinds) == 2
    assert "faq" not in kinds


def test_where_nothing_can_be_published_nothing_is_made(brand: Brand, keyword: Keyword) -> None:
    silent = Placement.objects.create(brand=brand, slug="silent", name="Silent", kind="register")
    with pytest.raises(NotMade, match="only looked at"):
        make_piece_at(brand, silent, by=None, now=NOW)


def test_a_wrong_spelling_gets_no_piece(brand: Brand, keyword: Keyword) -> None:
    Keyword.objects.update(kind=Keyword.Kind.MISSPELLING)
    with pytest.raises(NotMade):
        make(brand, "linkedin")


def test_a_long_name_leaves_a_title_that_fits(brand: Brand, keyword: Keyword) -> None:
    long: Any = Placement.objects.create(
        brand=brand, slug="long", name="n" * 120, kind="media", piece_kinds=["guest_post"]
    )
    Keyword.objects.update(phrase="k" * 190)
    piece, _ = make_piece_at(brand, long, by=None, now=NOW)
    piece.full_clean(exclude=["owner"])
