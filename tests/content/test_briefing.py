"""First briefs: ten kinds, no word of the negative in any title, terms and questions, no twins."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User

from content.boards import board_of
from content.brief.own_texts import own_texts, shipped, texts
from content.brief.widths import title_fit
from content.briefing import draft_brief, draw, free_day, make_piece
from content.models import Brief, BriefTemplate, Piece
from content.opportunities import Lift, Opportunity, lift_at, opportunity_at, plan_of
from content.opportunities import Pieces as PiecesOf
from content.wording import repeats
from reputation.judging import judge
from reputation.models import Mark
from reputation.tone.verdict import Category
from serp.models import Brand, Keyword, Snapshot
from serp.providers.base import Feature, Item, Link, ResultKind
from serp.recording import Reading, record
from tests.cast import NOW, MakeSnapshot

RECALLED = "Hallway Burr 2 recalled after injuries"
QUESTIONS = Feature(
    ResultKind.PEOPLE_ALSO_ASK, links=(Link("Which burr fits?"), Link("How loud is it?"))
)
RELATED = Feature(ResultKind.RELATED_SEARCHES, links=(Link("hallway burr 2 price"),))


@pytest.fixture
def grinder(brand: Brand) -> Keyword:
    """A keyword whose own phrase says the negative's word."""
    return Keyword.objects.create(
        brand=brand, phrase="hallway burr 2 recall", kind=Keyword.Kind.PRODUCT
    )


@pytest.fixture
def snapshot(grinder: Keyword) -> Snapshot:
    """Page one: a recall at the top, then three results that share terms, one of them our own."""
    rows = [
        ("https://recallwatch.example/burr", RECALLED, "Stop using the grinder at once."),
        ("https://hallwaycoffee.example/burr", "Hallway Burr 2", "The quiet grinder."),
        ("https://bench.example/test", "A quiet grinder", "Burr 2 against five."),
        ("https://shop.example/burr", "Burr 2 in stock", "Quiet and steel."),
    ]
    items = tuple(Item(n, *row) for n, row in enumerate(rows, start=1))
    (stored,) = record(
        [
            Reading(
                keyword=grinder,
                taken_at=NOW,
                items=items,
                features=(QUESTIONS, RELATED),
                depth=20,
                asked=20,
                provider="sample",
                source=Snapshot.Source.CHECK,
            )
        ]
    )
    judge([stored])
    evidence = [
        {"words": "recalled", "field": "title", "weight": -0.8},
        {"words": "injuries", "field": "title", "weight": -0.6},
        {"words": "Hallway", "field": "title", "weight": -0.1},
        {"words": "steel", "field": "snippet", "weight": 0.4},
    ]
    Mark.objects.filter(brand=grinder.brand).update(tone="neutral", shade="neutral", evidence=[])
    Mark.objects.filter(brand=grinder.brand, page__host="recallwatch.example").update(
        tone="negative", shade="negative", category=Category.RECALL, evidence=evidence
    )
    grinder.refresh_from_db()
    return stored


@pytest.fixture
def opportunity(grinder: Keyword, snapshot: Snapshot) -> Opportunity:
    (one,) = plan_of(grinder.brand, NOW).opportunities
    return one


def own_page(opportunity: Opportunity, brand: Brand) -> Lift:
    found = lift_at(opportunity, PiecesOf(brand), page=str(opportunity.rungs[1].page_id))
    assert found is not None
    return found


@pytest.mark.parametrize("kind", Piece.Kind.values)
@pytest.mark.parametrize("language", ["en", "no", "lv", "zh-cn", "qq"])
def test_each_kind_has_a_title_outline_and_angle_without_the_negatives_words(
    brand: Brand, grinder: Keyword, snapshot: Snapshot, kind: str, language: str
) -> None:
    grinder.language = language
    board = board_of(brand, grinder)
    assert board is not None
    draft = draft_brief(brand, kind=kind, keyword=grinder, board=board, negative=board.rungs[0])
    assert draft.title.startswith("Hallway burr 2")
    assert len(draft.title) > len("Hallway burr 2")
    assert repeats(draft.title, ["recall", "recalled", "injuries", "recall"]) == []
    assert len(draft.outline.splitlines()) >= 5
    assert draft.intent
    assert "Say who is affected" in draft.angle


def test_the_control_a_title_from_the_plain_phrase_would_repeat_the_negative(
    grinder: Keyword,
) -> None:
    assert repeats(f"{grinder.phrase}: your questions answered", ["recalled"]) == ["recall"]


def test_words_to_avoid_are_those_that_speak_against_the_brand(
    brand: Brand, opportunity: Opportunity
) -> None:
    piece, _ = make_piece(brand, opportunity, kind="faq", by=None, now=NOW)
    assert piece.brief.avoid[:2] == ["recalled", "injuries"]
    assert "recall" in piece.brief.avoid
    assert {"hallway", "steel"}.isdisjoint(piece.brief.avoid)


def test_a_negative_marked_by_a_person_lends_the_words_of_its_title(
    brand: Brand, grinder: Keyword, snapshot: Snapshot
) -> None:
    Mark.objects.filter(brand=brand).update(evidence=[])
    board = board_of(brand, grinder)
    assert board is not None
    draft = draft_brief(brand, kind="faq", keyword=grinder, board=board, negative=board.rungs[0])
    assert {"recalled", "injuries"} <= set(draft.avoid)
    assert "hallway" not in draft.avoid


def test_terms_are_those_of_the_other_results_with_their_counts(
    brand: Brand, opportunity: Opportunity
) -> None:
    piece, _ = make_piece(brand, opportunity, kind="faq", by=None, now=NOW)
    terms = {row["term"]: (row["results"], row["of"]) for row in piece.brief.terms}
    assert terms["quiet"] == (3, 3)
    assert terms["quiet grinder"] == (2, 3)
    assert terms["burr"] == (3, 3)
    assert {"hallway", "stop", "using", "steel", "the"}.isdisjoint(terms)


def test_questions_are_taken_over_and_searches_that_ask_nothing_stand_apart(
    brand: Brand, opportunity: Opportunity
) -> None:
    piece, _ = make_piece(brand, opportunity, kind="faq", by=None, now=NOW)
    assert piece.brief.questions == ["Which burr fits?", "How loud is it?"]
    assert piece.brief.structure["related"] == ["hallway burr 2 price"]
    assert "Question: Which burr fits?" in piece.brief.outline.splitlines()


def test_the_piece_knows_its_keyword_negative_days_and_maker(
    brand: Brand, grinder: Keyword, opportunity: Opportunity, editor: User
) -> None:
    piece, is_new = make_piece(brand, opportunity, kind="video", by=editor, now=NOW)
    assert is_new
    assert piece.status == Piece.Status.BRIEFED
    assert piece.keyword == grinder
    assert piece.displaces == opportunity.page
    assert (piece.owner, piece.created_by) == (None, editor)
    assert (piece.due_on, piece.publish_on) == (date(2026, 11, 25), date(2026, 12, 2))
    assert piece.brief.drawn_from == NOW


def test_a_second_click_makes_no_twin(brand: Brand, opportunity: Opportunity) -> None:
    first, is_new = make_piece(brand, opportunity, kind="faq", by=None, now=NOW)
    second, is_second_new = make_piece(brand, opportunity, kind="faq", by=None, now=NOW)
    assert (is_new, is_second_new) == (True, False)
    assert first == second
    other, is_other_new = make_piece(brand, opportunity, kind="video", by=None, now=NOW)
    assert is_other_new
    assert Piece.objects.count() == Brief.objects.count() == 2
    assert other.publish_on != first.publish_on


def test_lifting_names_the_page_and_makes_no_twin(brand: Brand, opportunity: Opportunity) -> None:
    lift = own_page(opportunity, brand)
    piece, is_new = make_piece(brand, opportunity, kind=lift.kind, by=None, now=NOW, lift=lift)
    again, is_again = make_piece(brand, opportunity, kind=lift.kind, by=None, now=NOW, lift=lift)
    assert (is_new, is_again, piece) == (True, False, again)
    assert piece.title == "Lift “Hallway Burr 2”"
    assert piece.lifts is not None
    assert piece.lifts.url == "https://hallwaycoffee.example/burr"


def test_lifting_a_page_whose_title_repeats_the_negative_names_its_address(
    brand: Brand, opportunity: Opportunity
) -> None:
    lift = own_page(opportunity, brand)
    assert lift.candidate.rung.listing is not None
    lift.candidate.rung.listing.title = "About the recall"
    piece, _ = make_piece(brand, opportunity, kind=lift.kind, by=None, now=NOW, lift=lift)
    assert piece.title == "Lift “hallwaycoffee.example/burr”"


def test_a_piece_once_measured_lets_its_page_be_lifted_again(
    brand: Brand, grinder: Keyword, opportunity: Opportunity
) -> None:
    lift = own_page(opportunity, brand)
    first, _ = make_piece(brand, opportunity, kind=lift.kind, by=None, now=NOW, lift=lift)
    Piece.objects.filter(pk=first.pk).update(
        status="measured", url="https://hallwaycoffee.example/burr", published_at=NOW
    )
    second, is_new = make_piece(brand, opportunity, kind=lift.kind, by=None, now=NOW, lift=lift)
    assert is_new
    assert second != first


def test_the_planned_day_is_a_weekday_that_no_piece_of_the_keyword_has(grinder: Keyword) -> None:
    saturday, monday = date(2026, 12, 5), date(2026, 12, 7)
    assert free_day(saturday, keyword=grinder) == monday
    Piece.objects.create(brand=grinder.brand, title="One", keyword=grinder, publish_on=monday)
    assert free_day(saturday, keyword=grinder) == monday + timedelta(days=1)


def test_a_piece_without_reading_gets_what_is_known(brand: Brand) -> None:
    keyword = Keyword.objects.create(brand=brand, phrase="hallway kettle")
    piece = Piece.objects.create(brand=brand, title="A", kind="case_study", keyword=keyword)
    brief = draw(piece, now=NOW)
    assert brief.drawn_from is None
    assert (brief.terms, brief.questions) == ([], [])
    assert brief.outline
    bare = draw(Piece.objects.create(brand=brand, title="B", kind="news"), now=NOW)
    assert bare.intent


def test_drawing_anew_replaces_the_brief(brand: Brand, opportunity: Opportunity) -> None:
    piece, _ = make_piece(brand, opportunity, kind="faq", by=None, now=NOW)
    Brief.objects.filter(piece=piece).update(angle="Ours", terms=[])
    brief = draw(piece, now=NOW)
    assert brief.angle != "Ours"
    assert brief.terms
    assert Brief.objects.count() == 1


def test_a_brief_is_whole_before_anything_is_fetched(
    brand: Brand, opportunity: Opportunity
) -> None:
    piece, _ = make_piece(brand, opportunity, kind="faq", by=None, now=NOW)
    brief = piece.brief
    assert brief.search_intent == "informational"
    assert brief.intent_why
    assert brief.facts[0].startswith("To find out: Which batches")
    assert any("safe" in row["text"] for row in brief.claims)
    assert title_fit(brief.seo_title).is_fine
    assert repeats(f"{brief.seo_title} {brief.description}", brief.avoid) == []
    assert brief.schema_types == ["FAQPage"]
    assert brief.proof
    assert piece.hours == own_texts(brand, "faq", "en").hours


def test_links_are_own_pages_that_rank_for_related_keywords_and_never_the_negative(
    brand: Brand, opportunity: Opportunity, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("negative:bad", "own", at=NOW)
    piece, _ = make_piece(brand, opportunity, kind="faq", by=None, now=NOW)
    assert [row["why"][:4] for row in piece.brief.links] == ["at 2"]
    assert "hallwaycoffee.example" in piece.brief.links[0]["url"]


def test_a_template_of_the_brand_stands_over_the_one_for_all(brand: Brand) -> None:
    BriefTemplate.objects.create(kind="faq", intent="All", hours=3, outline="One\nTwo")
    BriefTemplate.objects.create(brand=brand, kind="faq", intent="Ours")
    BriefTemplate.objects.create(brand=brand, kind="faq", language="no", intent="Norsk")
    assert own_texts(brand, "faq", "en").intent == "Ours"
    assert own_texts(brand, "faq", "no").intent == "Norsk"
    assert own_texts(brand, "faq", "en").outline == ["One", "Two"]
    assert own_texts(brand, "faq", "en").hours == 3
    assert own_texts(brand, "video", "en").intent == shipped("video", "en").intent


def test_every_kind_and_category_has_its_texts() -> None:
    assert set(texts()["kinds"]) == set(Piece.Kind.values)
    for name in ("answers", "claims"):
        assert {c.value for c in Category if c.value} <= set(texts()[name])
    assert set(texts()["angles"]) == {c.value for c in Category if c.value}
    for own in texts()["kinds"].values():
        assert set(own["titles"]) == {"en", "no", "lv", "zh"}
        assert all("{subject}" in title for title in own["titles"].values())


def test_chinese_terms_are_whole_words(brand: Brand, make_snapshot: MakeSnapshot) -> None:
    keyword = Keyword.objects.create(brand=brand, phrase="走廊咖啡机", language="zh-cn")
    rows = [
        ("https://a.example/1", "咖啡机安静", "研磨均匀"),
        ("https://b.example/1", "安静的咖啡机", ""),
    ]
    record(
        [
            Reading(
                keyword=keyword,
                taken_at=NOW,
                items=tuple(Item(n, *row) for n, row in enumerate(rows, start=1)),
                features=(),
                depth=20,
                asked=20,
                provider="sample",
                source=Snapshot.Source.CHECK,
            )
        ]
    )
    keyword.refresh_from_db()
    draft = draft_brief(brand, kind="faq", keyword=keyword, board=board_of(brand, keyword))
    assert {row["term"] for row in draft.terms} == {"咖啡机", "安静"}


def test_an_opportunity_that_is_gone_is_none(
    brand: Brand, grinder: Keyword, snapshot: Snapshot
) -> None:
    Mark.objects.filter(brand=brand).update(tone="neutral", shade="neutral")
    page = snapshot.keyword.sightings.first()
    assert page is not None
    assert opportunity_at(brand, keyword=grinder, page=page.page_id, now=NOW) is None
