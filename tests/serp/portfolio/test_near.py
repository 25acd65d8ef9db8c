"""Which phrases are nearly the same, which are not, and which of two stands."""

from __future__ import annotations

import pytest

from serp.portfolio.candidates import Candidate
from serp.portfolio.near import likeness, without_near


@pytest.mark.parametrize(
    ("one", "other", "language", "why"),
    [
        ("hallway coffee", "Hallway Coffee", "en", "the same phrase"),
        ("hallway-coffee!", "hallway coffee", "en", "the same without punctuation"),
        ("hallway's coffee", "hallways coffee", "en", "the same without punctuation"),
        ("hallwaycoffee", "hallway coffee", "en", "written as one word"),
        ("café éclair", "cafe eclair", "fr", "the same without marks"),
        ("coffee hallway", "hallway coffee", "en", "another order of the words"),
        ("hallway colour", "hallway color", "en", "another spelling"),
        ("hallway review", "reviews hallway", "en", "singular and plural"),
        ("hallway bewertung", "hallway bewertungen", "de", "singular and plural"),
        ("is hallway a scam", "hallway scam", "en", "only filling words differ"),
        ("海味馆 投诉", "海味馆投诉", "zh", "written as one word"),
    ],
)
def test_near_duplicates_say_why(one: str, other: str, language: str, why: str) -> None:
    assert likeness(one, other, language) == likeness(other, one, language) == why


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("hallway bag", "hallway bad", "en"),
        ("hallway glass", "hallway glas", "en"),
        ("hallway reviews", "hallway complaints", "en"),
        ("hallway bus", "hallway bu", "en"),
        ("is it", "what is", "en"),
        ("!!!", "???", "en"),
        ("hallway 2025", "hallway 2026", "en"),
        ("海味馆投诉", "海味馆评价", "zh"),
    ],
)
def test_other_phrases_stay_apart(one: str, other: str, language: str) -> None:
    assert likeness(one, other, language) == ""


def candidate(phrase: str, kind: str = "brand", *languages: str) -> Candidate:
    return Candidate(phrase, kind, "because", languages=languages)


def test_the_first_of_two_stays_and_the_merge_names_it() -> None:
    kept, merges = without_near(
        [candidate("hallway reviews"), candidate("reviews hallway")], languages=["en"]
    )
    assert [one.phrase for one in kept] == ["hallway reviews"]
    (merge,) = merges
    assert (merge.left_out.phrase, merge.into, merge.why, merge.is_watched) == (
        "reviews hallway", "hallway reviews", "another order of the words", False,
    )  # fmt: skip


def test_a_watched_keyword_stands_before_every_candidate() -> None:
    kept, merges = without_near(
        [candidate("hallway reviews")], languages=["en"], watched=[("hallway review", "en")]
    )
    assert kept == []
    assert merges[0].is_watched
    assert merges[0].into == "hallway review"


def test_what_is_watched_in_one_language_only_is_still_new_in_the_other() -> None:
    kept, _ = without_near(
        [candidate("hallway")], languages=["en", "no"], watched=[("hallway", "en")]
    )
    assert [one.phrase for one in kept] == ["hallway"]


def test_what_a_person_put_back_stays() -> None:
    kept, merges = without_near(
        [candidate("hallway reviews"), candidate("Reviews Hallway")],
        languages=["en"],
        kept={"reviews hallway"},
    )
    assert len(kept) == 2
    assert merges == []


def test_a_misspelling_is_not_merged_for_the_letter_that_it_is_about() -> None:
    kept, merges = without_near(
        [
            candidate("māras piens"),
            candidate("maras piens", "misspelling"),
            candidate("māraspiens", "misspelling"),
            candidate("maras-piens", "misspelling"),
        ],
        languages=["lv"],
    )
    assert [one.phrase for one in kept] == ["māras piens", "maras piens", "māraspiens"]
    assert merges[0].left_out.phrase == "maras-piens"


def test_a_candidate_of_a_language_that_nobody_searches_in_is_dropped() -> None:
    kept, merges = without_near([candidate("hallway avis", "problem", "fr")], languages=["en"])
    assert (kept, merges) == ([], [])
