"""Which pages of others are worth lifting, and which phrases are one intent."""

import pytest

from content.chances.one_intent import clash_of, is_near, kin_of
from content.ladder import Candidate, Rung, Side
from content.liftable import can_lift, is_about, is_entry
from content.models import Piece
from reputation.models import Mark
from serp.models import Listing, Page

NAMES = ("Hallway Coffee", "Hallway")


def candidate(url: str, side: Side, title: str = "A page") -> Candidate:
    page = Page(url=url, host="", domain=url.split("/")[2])
    return Candidate(Rung(7, Listing(page=page, title=title), Mark(tone="neutral")), side, 3)


@pytest.mark.parametrize(
    ("url", "side", "can"),
    [
        ("https://rival.example/", Side.NEUTRAL, False),
        ("https://quotes.example/quote/HC", Side.NEUTRAL, False),
        ("https://board.example/leaders/hallway-coffee", Side.NEUTRAL, True),
        ("https://critic.example/why-we-answer-to-hallway-coffee-now", Side.NEUTRAL, False),
        ("https://openpedia.example/wiki/Hallway_Coffee", Side.NEUTRAL, True),
        ("https://openpedia.example/wiki/Kettle", Side.NEUTRAL, False),
        ("https://dailynews.example/hallway", Side.NEUTRAL, False),
        ("https://dailynews.example/hallway", Side.FRIENDLY, True),
        ("https://grindforum.example/thread/1", Side.FRIENDLY, False),
        ("https://people.example/profile/reel/9", Side.FRIENDLY, False),
        ("https://rival.example/", Side.OWN, True),
    ],
)
def test_pages_of_others_are_lifted_only_where_somebody_can(
    url: str, side: Side, can: bool
) -> None:
    assert can_lift(candidate(url, side), names=NAMES, avoid=[]) is can


@pytest.mark.parametrize("side", [Side.INFLUENCED, Side.FRIENDLY, Side.NEUTRAL])
def test_a_title_with_the_negatives_words_is_never_lifted(side: Side) -> None:
    url = "https://openpedia.example/wiki/Hallway_Coffee"
    assert not can_lift(candidate(url, side, "The recalled grinder"), names=NAMES, avoid=["recall"])


def test_an_entry_is_a_name_and_no_more() -> None:
    assert is_entry("https://a.example/people/jo-doe", ("Jo Doe",))
    assert is_entry("https://a.example/people/jo-doe-875", ("Jo Doe",))
    assert not is_entry("https://a.example/jo-doe-must-go-now", ("Jo Doe",))
    assert is_about("https://a.example/HallwayCoffee", NAMES)
    assert not is_about("https://a.example/kettle", NAMES)


def test_phrases_are_one_intent_by_their_words_or_by_their_results() -> None:
    assert is_near("hallway coffee", "coffee hallway")
    assert is_near("hallway grinder", "hallway grinders")
    assert not is_near("hallway coffee", "hallway careers")
    kin = kin_of(
        "hallway coffee",
        {1, 2, 3, 4, 5},
        [(7, "roaster oslo", {2, 3, 4, 5}), (8, "burr", {1, 2, 3}), (9, "hallway cofee", set())],
    )
    assert [(one.keyword, one.why) for one in kin] == [
        (7, "4 results in common"),
        (9, "nearly the same words"),
    ]


def test_a_piece_of_the_same_type_for_the_same_intent_is_a_clash() -> None:
    kin = kin_of("hallway coffee", set(), [(9, "hallway cofee", set())])
    there = Piece(title="Your questions", kind="faq", keyword_id=9)
    clash = clash_of("faq", kin, [there])
    assert clash is not None
    assert clash.piece is there
    assert "“Your questions” serves this intent under “hallway cofee” already" in clash.words
    assert clash_of("video", kin, [there]) is None
    assert clash_of("faq", kin, [Piece(title="Lift", kind="faq", keyword_id=9, lifts_id=3)]) is None
    assert clash_of("faq", [], [there]) is None
