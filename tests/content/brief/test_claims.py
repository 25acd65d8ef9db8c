"""Claims that want proof, questions and snippets: what is found, and what is left alone."""

import pytest

from content.brief.claims import claims_in, joined
from content.brief.questions import for_headings, questions_of
from content.brief.snippet import description, seo_title
from content.brief.widths import TITLE_LIMIT, title_fit
from content.brief.words import is_question


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We are the best roaster.", "en"),
        ("Returns fell by 43 %.", "en"),
        ("Vi er ledende i Norge.", "no"),
        ("Mēs esam vienīgais ražotājs.", "lv"),
        ("我们是行业第一。", "zh"),
        ("It costs €49.", "en"),
        ("12,400 owners were helped.", "en"),
    ],
)
def test_superlatives_and_figures_want_proof(text: str, language: str) -> None:
    (claim,) = claims_in(text, language)
    assert claim.text == text
    assert claim.why


@pytest.mark.parametrize(
    "text", ["How we roast.", "Founded in 2009.", "3 steps to a clean grinder.", ""]
)
def test_plain_sentences_years_and_small_counts_do_not(text: str) -> None:
    assert claims_in(text, "en") == []


def test_each_claim_stands_once() -> None:
    assert len(claims_in("The best.\nThe best.", "en")) == 1
    rows = joined(
        [{"text": "A", "why": "x"}], [{"text": "a", "why": "y"}, {"text": "B", "why": ""}]
    )
    assert [row["text"] for row in rows] == ["A", "B"]


@pytest.mark.parametrize(
    ("text", "language", "asks"),
    [
        ("Which burr fits?", "en", True),
        ("how to clean a grinder", "en", True),
        ("hallway burr 2 price", "en", False),
        ("is good", "en", False),
        ("hvordan rense kvern", "no", True),
        ("咖啡机怎么清洗", "zh", True),
        ("咖啡机价格", "zh", False),
    ],
)
def test_questions_are_known_by_mark_or_first_word(text: str, language: str, asks: bool) -> None:
    assert is_question(text, language) == asks


def test_questions_come_from_the_engine_then_from_searches_and_titles_each_once() -> None:
    found = questions_of(
        ["How loud is it?"],
        related=["how loud is it", "burr price", "how to clean it well"],
        titles=["Why grind at home?", "Grinders"],
        language="en",
    )
    assert found == ["How loud is it?", "how to clean it well", "Why grind at home?"]


def test_a_question_that_repeats_the_negative_is_no_heading() -> None:
    asked = ["Was the burr recalled?", "How loud is it?"]
    assert for_headings(asked, ["recall"]) == ["How loud is it?"]
    assert for_headings(asked, []) == asked


def test_the_title_gets_the_brands_name_where_there_is_room() -> None:
    assert seo_title("Burr 2: answers", "Hallway", []) == "Burr 2: answers | Hallway"
    assert seo_title("Hallway Burr 2", "Hallway", []) == "Hallway Burr 2"
    long = "Burr grinder questions answered by people who repair grinders"
    assert seo_title(long, "Hallway Coffee Company of the North", []).endswith("repair grinders")
    assert title_fit(seo_title(long * 3, "Hallway", [])).pixels <= TITLE_LIMIT


def test_a_description_never_says_a_word_to_avoid() -> None:
    assert description("All about {subject}.", "Burr 2", avoid=[], device="desktop") == (
        "All about Burr 2."
    )
    assert (
        description("About the recall of {subject}", "B", avoid=["recall"], device="desktop") == ""
    )
