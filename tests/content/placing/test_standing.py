"""Whether the brand is at a place: settings, marks and pieces say it, and a person's word outdoes them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from content.models import Piece, Placement, Presence
from content.placing.listing import catalogue_of
from content.placing.saying import say, take_back
from content.placing.standing import State
from reputation.models import Mark
from serp.models import Brand, Keyword
from tests.cast import NOW
from tests.content.placing.world import line_of, place, show

PROFILE = "https://www.linkedin.com/company/hallway"
ARTICLE = "https://en.wikipedia.org/wiki/Hallway_Coffee"


def test_a_place_that_nothing_speaks_for_is_missing(brand: Brand, keyword: Keyword) -> None:
    line = line_of(brand, "linkedin")
    assert line.state is State.MISSING
    assert line.can_make


def test_a_profile_in_the_settings_is_there_with_its_address(brand: Brand) -> None:
    brand.profiles = [PROFILE]
    brand.save()
    stand = line_of(brand, "linkedin").stand
    assert (stand.state, stand.url, stand.since) == (State.THERE, PROFILE, None)
    assert line_of(brand, "facebook").state is State.MISSING


def test_a_page_marked_as_influenced_is_there_since_it_was_seen_and_with_its_position(
    brand: Brand, keyword: Keyword
) -> None:
    show(keyword, {3: PROFILE})
    assert line_of(brand, "linkedin").state is State.UNCLEAR
    Mark.objects.filter(page__url__contains="linkedin").update(
        ownership=Mark.Ownership.INFLUENCED, first_seen_at=NOW
    )
    stand = line_of(brand, "linkedin").stand
    assert (stand.state, stand.position, stand.since) == (State.THERE, 3, NOW)


def test_a_page_of_strangers_is_no_presence(brand: Brand, keyword: Keyword) -> None:
    show(keyword, {2: "https://www.linkedin.com/company/somebody-else"})
    assert line_of(brand, "linkedin").state is State.MISSING


def test_an_article_about_the_brand_waits_for_a_persons_word(
    brand: Brand, keyword: Keyword
) -> None:
    show(keyword, {2: ARTICLE})
    stand = line_of(brand, "wikipedia-en").stand
    assert (stand.state, stand.position) == (State.UNCLEAR, 2)
    assert "wikipedia.org" in stand.url


def test_a_thread_about_the_brand_is_no_place_of_its(brand: Brand, keyword: Keyword) -> None:
    show(keyword, {2: "https://www.reddit.com/r/coffee/comments/1/hallway_coffee"})
    assert line_of(brand, "reddit").state is State.MISSING


def test_a_published_piece_brings_the_brand_there(brand: Brand) -> None:
    Piece.objects.create(
        brand=brand, title="Film", status="published", published_at=NOW,
        url="https://www.youtube.com/watch?v=1",
    )  # fmt: skip
    stand = line_of(brand, "youtube").stand
    assert (stand.state, stand.since) == (State.THERE, NOW)
    assert "Film" in stand.why


def test_the_brands_own_hosts_hold_site_blog_help_and_newsroom(
    brand: Brand, keyword: Keyword
) -> None:
    show(keyword, {
        1: "https://hallwaycoffee.example/",
        4: "https://help.hallwaycoffee.example/descaling",
        6: "https://hallwaycoffee.example/en/news/2026/award",
    })  # fmt: skip
    assert line_of(brand, "own-site").stand.position == 1
    assert line_of(brand, "help-centre").stand.position == 4
    assert line_of(brand, "newsroom").stand.position == 6
    assert line_of(brand, "own-blog").state is State.MISSING


@pytest.mark.parametrize("state", Presence.State.values)
def test_a_persons_word_outdoes_the_rest_and_can_be_taken_back(
    brand: Brand, editor: User, state: str
) -> None:
    brand.profiles = [PROFILE]
    brand.save()
    for _ in range(2):
        say(brand, place("linkedin"), state=state, url="", note="because", by=editor, now=NOW)
    line = line_of(brand, "linkedin")
    assert line.state == state
    assert line.stand.said is not None
    assert line.stand.said.note == "because"
    assert Presence.objects.count() == 1
    assert take_back(brand, place("linkedin"))
    assert not take_back(brand, place("linkedin"))
    assert line_of(brand, "linkedin").state is State.THERE


def test_what_another_brand_said_added_or_published_counts_for_it_alone(
    brand: Brand, other_brand: Brand, stranger: User
) -> None:
    say(other_brand, place("linkedin"), state="there", url="", note="", by=stranger, now=NOW)
    Placement.objects.create(brand=other_brand, slug="theirs", name="Theirs", kind="media")
    Piece.objects.create(brand=other_brand, title="Theirs", placement=place("youtube"))
    lines = {line.place.slug: line for line in catalogue_of(brand).lines}
    assert lines["linkedin"].state is State.MISSING
    assert lines["youtube"].piece is None
    assert "theirs" not in lines


def test_an_address_that_was_said_is_tied_to_its_page(
    brand: Brand, keyword: Keyword, editor: User
) -> None:
    show(keyword, {3: PROFILE})
    said = say(brand, place("linkedin"), state="there", url=PROFILE + "/", note="", by=editor, now=NOW)  # fmt: skip
    assert said.page is not None
    assert "linkedin" in said.page.url
