"""The shipped catalogue: what every place says, and that the rules of honest work stand in it."""

from __future__ import annotations

import pytest

from content.models import Piece, Placement
from content.places import PLACE_OF_KIND, Place, place_of
from content.placing.scopes import holds
from content.placing.shipped import Entry, entries
from serp.addresses import canonical_url, registrable_domain

BY_SLUG = {entry.slug: entry for entry in entries()}
LANGUAGES = ("en", "zh", "no", "lv", "de", "es", "fr", "ru")


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.slug)
def test_every_place_can_be_stored_and_read(entry: Entry) -> None:
    row = Placement(
        slug=entry.slug,
        name=entry.name,
        kind=entry.kind,
        domain=entry.domain,
        url=entry.url,
        languages=list(entry.languages),
        countries=list(entry.countries),
        piece_kinds=list(entry.piece_kinds),
        needs=entry.needs,
        forbids=entry.forbids,
        disclosure=entry.disclosure,
        hours=entry.hours,
        source=entry.source,
    )
    row.clean_fields(exclude=["brand"])
    assert entry.needs
    assert entry.forbids
    assert entry.disclosure
    assert set(entry.piece_kinds) <= set(Piece.Kind.values)
    assert 0 < entry.hours < 100
    for address in filter(None, (entry.url, entry.source)):
        assert canonical_url(address)
        assert address.startswith("https://")


def test_no_slug_comes_twice() -> None:
    assert len(BY_SLUG) == len(entries()) >= 90


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_an_encyclopaedia_a_register_or_profile_and_places_to_publish(
    language: str,
) -> None:
    kinds = {entry.kind for entry in entries() if language in entry.languages}
    assert "encyclopaedia" in kinds
    assert {"register", "profile", "review"} & kinds
    assert {"question", "forum", "media"} & kinds


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_wikipedia_names_conflict_of_interest_talk_page_and_disclosure(language: str) -> None:
    entry = BY_SLUG[f"wikipedia-{language}"]
    assert "No article of one's own" in entry.forbids
    assert "talk page" in entry.forbids
    assert "Paid editing is disclosed" in entry.disclosure
    assert entry.source.startswith("https://")


def test_review_sites_and_employer_sites_forbid_own_reviews_and_rewards() -> None:
    for entry in entries():
        if entry.kind == "review":
            assert any(word in entry.forbids.lower() for word in ("review", "complain")), entry.slug
            assert "testimonial" not in entry.piece_kinds


def test_no_two_places_have_the_same_scope() -> None:
    scopes = [entry.domain for entry in entries() if entry.domain]
    assert len(scopes) == len(set(scopes))


def test_a_place_begins_within_or_beside_its_domain() -> None:
    """A wrong domain would never be seen in results; those whose desk stands elsewhere are known."""
    desks = {"bing-places", "apple-maps", "google-business", "companies-house", "yandex-business",
             "apple-podcasts", "spotify", "apple-app-store", "telegram"}  # fmt: skip
    for entry in entries():
        if entry.domain and entry.slug not in desks:
            host = entry.domain.partition("/")[0]
            assert registrable_domain(host) == registrable_domain(entry.url), entry.slug


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://no.wikipedia.org/wiki/Hallway", Place.ENCYCLOPAEDIA),
        ("https://ja.wikipedia.org/wiki/Hallway", Place.ENCYCLOPAEDIA),
        ("https://www.linkedin.com/company/hallway", Place.PROFILE),
        ("https://zhidao.baidu.com/question/1.html", Place.QUESTION),
        ("https://baike.baidu.com/item/hallway", Place.ENCYCLOPAEDIA),
        ("https://no.trustpilot.com/review/hallway.example", Place.REVIEW),
        ("https://www.reddit.com/r/coffee/comments/1", Place.FORUM),
        ("https://www.dailymotion.com/hallway", Place.VIDEO),
        ("https://www.nrk.no/hallway", Place.NEWS),
        ("https://hallway.example/forum/1", Place.FORUM),
        ("https://www.google.com/search", Place.OTHER),
        ("https://hallway.example/", Place.OTHER),
    ],
)
def test_the_kind_of_place_is_read_off_the_catalogue_then_off_words(url: str, place: Place) -> None:
    assert place_of(url, registrable_domain(url)) is place


def test_every_kind_of_placement_that_says_something_has_a_place() -> None:
    assert set(PLACE_OF_KIND) <= set(Placement.Kind.values)


@pytest.mark.parametrize(
    ("domain", "url", "inside"),
    [
        ("linkedin.com", "https://no.linkedin.com/company/x", True),
        ("linkedin.com", "https://notlinkedin.com/company/x", False),
        ("linkedin.com", "https://linkedin.com.evil.example/", False),
        ("google.com/maps", "https://www.google.com/maps/place/x", True),
        ("google.com/maps", "https://www.google.com/mapsandmore", False),
        ("no.wikipedia.org", "https://en.wikipedia.org/wiki/X", False),
        ("", "https://linkedin.com/", False),
        ("linkedin.com", "https://[broken", False),
    ],
)
def test_an_address_lies_within_a_domain_or_not(domain: str, url: str, inside: bool) -> None:
    assert holds(domain, url) is inside
