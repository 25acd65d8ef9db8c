"""Search intent from a page and a phrase, each with its reasons."""

import pytest

from content.brief.intent import Signs, intent_of
from content.places import Place


@pytest.mark.parametrize(
    ("phrase", "language", "intent"),
    [
        ("hallway burr 2 price", "en", "transactional"),
        ("hallway burr 2 reviews", "en", "commercial"),
        ("kjøp hallway burr", "no", "transactional"),
        ("hallway atsauksmes", "lv", "commercial"),
        ("hallway news today", "en", "news"),
        ("hallway login", "en", "navigational"),
        ("how to clean a burr grinder", "en", "informational"),
        ("走廊咖啡机怎么样", "zh", "commercial"),
        ("走廊咖啡官网", "zh", "navigational"),
    ],
)
def test_words_of_the_phrase_tell_the_intent(phrase: str, language: str, intent: str) -> None:
    assert intent_of(Signs(phrase, language)).intent == intent


def test_words_are_whole_words() -> None:
    assert intent_of(Signs("hallway bookshelf", "en")).intent == ""
    assert intent_of(Signs("hallway book", "en")).intent == "transactional"


def test_the_page_tells_it_where_the_phrase_says_nothing_and_reasons_are_named() -> None:
    found = intent_of(
        Signs(
            "hallway burr 2",
            "en",
            keyword_kind="product",
            features=("people_also_ask",),
            places=(Place.REVIEW,) * 4 + (Place.OTHER,) * 6,
            results=10,
        )
    )
    assert found.intent == "commercial"
    assert found.why == ["4 of 10 results are review sites", "it is a search for a product"]


def test_without_a_sign_nothing_is_claimed() -> None:
    found = intent_of(Signs("hallway", "en"))
    assert (found.intent, found.why) == ("", [])


def test_own_pages_all_over_the_page_make_it_a_search_for_the_site() -> None:
    places = (Place.OTHER,) * 10
    assert intent_of(Signs("hallway", "en", places=places, own=4, results=10)).intent == (
        "navigational"
    )
