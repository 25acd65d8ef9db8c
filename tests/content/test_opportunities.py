"""Opportunities from made result pages: numbers, what is planned, what is missing, and how old it is."""

from datetime import timedelta
from typing import Any

import pytest

from content.models import Piece
from content.opportunities import Pieces as PiecesOf
from content.opportunities import lift_at, opportunity_at, plan_of
from content.suggestions import ON_OWN_SITE, Situation, suggest
from reputation.models import Mark
from serp.curves import curve_of
from serp.models import Brand, Check, Keyword, Page
from serp.providers.base import Feature, Link, ResultKind
from tests.cast import NOW, MakeSnapshot

PAGE_ONE = ("own", "positive", "neutral", "negative:bad") + ("neutral",) * 6
Kind = Piece.Kind


def only(brand: Brand, **at: Any) -> Any:
    (one,) = plan_of(brand, at.get("now", NOW)).opportunities
    return one


def page_of(url: str) -> Page:
    return Page.objects.get(url=url)


def piece_for(keyword: Keyword, kind: str = Kind.FAQ, **fields: Any) -> Piece:
    return Piece.objects.create(
        brand=keyword.brand, title="Made before", kind=kind, keyword=keyword, **fields
    )


def test_a_negative_is_measured_with_all_its_numbers(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE_ONE, "neutral", "own", "positive", "negative")
    Keyword.objects.filter(pk=keyword.pk).update(volume=1000)
    one = only(brand)
    assert one.rung.position == 4
    assert one.takes == curve_of(brand).share(4)
    assert one.clicks == round(1000 * curve_of(brand).share(4))
    assert (one.distance.to_pass, one.distance.from_outside) == (7, 1)
    assert [lift.candidate.rung.position for lift in one.lifts] == [12, 13]
    assert one.missing == 5
    assert [s.kind for s in one.to_make] == [Kind.VIDEO, Kind.PROFILE, Kind.FORUM, Kind.GUEST_POST]
    assert one.unnamed == 1
    assert one.reading.taken_at == NOW
    assert one.doubt == ""


def test_no_negative_means_no_opportunity(brand: Brand, make_snapshot: MakeSnapshot) -> None:
    make_snapshot("own", "neutral", "positive")
    plan = plan_of(brand, NOW)
    assert plan.opportunities == []
    assert (plan.read, plan.watched) == (1, 1)


def test_an_own_page_that_reads_as_negative_is_to_be_rewritten_not_pushed_down(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("own", "negative:bad", "own")
    Mark.objects.filter(brand=brand, page__host="hallwaycoffee.example").update(
        tone="negative", shade="negative"
    )
    plan = plan_of(brand, NOW)
    assert [one.page.host for one in plan.opportunities] == ["bad.example"]
    assert [rung.position for rung in plan.own] == [1, 3]
    assert plan.opportunities[0].distance.falls_too == 1
    assert plan.opportunities[0].lifts == ()


def test_a_negative_on_page_two_is_none(brand: Brand, make_snapshot: MakeSnapshot) -> None:
    make_snapshot(*["neutral"] * 10, "negative")
    assert plan_of(brand, NOW).opportunities == []


def test_most_clicks_come_first_by_volume_only_where_all_have_one(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    second = Keyword.objects.create(brand=brand, phrase="hallway grinder", volume=100_000)
    make_snapshot("negative:top")
    make_snapshot("neutral", "neutral", "negative:third", of=second)
    plan = plan_of(brand, NOW)
    assert not plan.sorted_by_volume
    assert [one.rung.position for one in plan.opportunities] == [1, 3]
    Keyword.objects.filter(pk=keyword.pk).update(volume=10)
    plan = plan_of(brand, NOW)
    assert plan.sorted_by_volume
    assert [one.rung.position for one in plan.opportunities] == [3, 1]


def test_pieces_in_work_for_the_keyword_count_as_planned(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE_ONE)
    before = only(brand)
    piece = piece_for(keyword, Kind.FAQ)
    after = only(brand)
    assert after.planned == (piece,)
    assert after.missing == before.missing - 1
    assert Kind.FAQ in [s.kind for s in before.suggestions]
    assert Kind.FAQ not in [s.kind for s in after.suggestions]


def test_the_same_phrase_on_another_device_is_one_intent(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE_ONE)
    phone = Keyword.objects.create(
        brand=brand, phrase="Hallway  coffee", country="no", device=Keyword.Device.MOBILE
    )
    other = Keyword.objects.create(brand=brand, phrase="hallway coffee", language="nb")
    piece = piece_for(phone)
    piece_for(other, Kind.VIDEO)
    assert only(brand).planned == (piece,)


def test_a_piece_that_ranks_is_no_longer_planned_but_a_page_to_lift(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("negative:bad", *["neutral"] * 8, "neutral:ours")
    fields = {"url": "https://ours.example/ours", "published_at": NOW}
    piece = piece_for(keyword, status=Piece.Status.PUBLISHED, **fields)
    assert only(brand).planned == (piece,)
    piece.page = page_of("https://ours.example/ours")
    piece.save()
    one = only(brand)
    assert one.planned == ()
    assert (one.lifts[-1].page, one.lifts[-1].candidate.side.word) == (piece.page, "own page")


def test_a_measured_piece_is_not_planned_and_its_kind_is_not_suggested_again(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE_ONE)
    piece_for(
        keyword,
        Kind.VIDEO,
        status=Piece.Status.MEASURED,
        url="https://v.example/",
        published_at=NOW,
    )
    one = only(brand)
    assert one.planned == ()
    assert Kind.VIDEO not in [s.kind for s in one.suggestions]


def test_a_page_whose_lifting_was_begun_shows_its_piece(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE_ONE[:9], "neutral:far")
    far = page_of("https://far.example/far")
    assert far not in [lift.page for lift in only(brand).lifts]
    piece = piece_for(keyword, Kind.GUEST_POST, lifts=far)
    (lift,) = [lift for lift in only(brand).lifts if lift.page == far]
    assert lift.piece == piece


def test_lifting_an_own_page_leaves_no_room_for_a_new_one_of_its_kind(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("negative:bad", "own")
    one = only(brand)
    assert [lift.kind for lift in one.lifts] == [Kind.FAQ]
    assert Kind.FAQ not in [s.kind for s in one.suggestions]


def test_a_failed_check_makes_no_opportunity_and_an_older_one_says_its_date(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    failed = Check.objects.create(
        keyword=keyword,
        period=NOW,
        state=Check.State.FAILED,
        error_kind="captcha",
        not_before=NOW,
        finished_at=NOW + timedelta(hours=1),
    )
    Keyword.objects.filter(pk=keyword.pk).update(last_check=failed)
    plan = plan_of(brand, NOW)
    assert (plan.opportunities, plan.read, plan.watched) == ([], 0, 1)
    make_snapshot(*PAGE_ONE, at=NOW - timedelta(days=1))
    doubt = only(brand).doubt
    assert "Wed 18 Nov 2026 brought nothing: the engine answered with a captcha" in doubt
    assert "positions of Tue 17 Nov 2026" in doubt


def test_a_stale_reading_says_its_date_and_a_fresh_one_does_not(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE_ONE)
    assert only(brand, now=NOW + timedelta(days=2)).doubt == ""
    assert only(brand, now=NOW + timedelta(days=2, seconds=1)).doubt == (
        "Not read since Wed 18 Nov 2026: the positions may have changed."
    )


def test_a_paused_keyword_is_not_planned_for_beside_watched_ones(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE_ONE)
    Keyword.objects.create(brand=brand, phrase="watched")
    Keyword.objects.filter(pk=keyword.pk).update(is_paused=True)
    assert plan_of(brand, NOW).opportunities == []


def test_an_imported_history_is_planned_for_though_nothing_is_watched(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE_ONE)
    Keyword.objects.filter(pk=keyword.pk).update(is_paused=True)
    assert only(brand, now=NOW + timedelta(days=90)).doubt.startswith("Not read since")


def test_another_brands_marks_and_pieces_do_not_count(
    brand: Brand, other_brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral:shared", "negative:bad")
    shared = page_of("https://shared.example/shared")
    Mark.objects.create(
        brand=other_brand,
        page=shared,
        tone="negative",
        shade="negative",
        marked_at=NOW,
        first_seen_at=NOW,
    )
    Piece.objects.create(
        brand=other_brand, title="Theirs", displaces=page_of("https://bad.example/bad")
    )
    one = only(brand)
    assert one.rung.position == 2
    assert one.planned == ()


def test_the_plan_of_one_negative_is_the_one_of_the_list(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE_ONE)
    one = only(brand)
    keyword.refresh_from_db()
    assert opportunity_at(brand, keyword=keyword, page=one.page.pk, now=NOW) == one
    neutral = one.rungs[2].page_id
    assert opportunity_at(brand, keyword=keyword, page=neutral, now=NOW) is None


def test_any_candidate_can_be_lifted_but_not_a_negative(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(
        "positive",
        *["neutral"] * 7,
        "negative:bad",
        "neutral:hallway",
        "own",
        "own",
        "negative:worse",
    )
    one, pieces = plan_of(brand, NOW).opportunities[0], PiecesOf(brand)
    last = one.rungs[9].page_id
    assert last not in [lift.page.pk for lift in one.lifts]
    found = lift_at(one, pieces, page=str(last))
    assert found is not None
    assert found.page.pk == last
    assert lift_at(one, pieces, page=str(one.rungs[12].page_id)) is None
    assert lift_at(one, pieces, page=str(one.rungs[1].page_id)) is None
    assert lift_at(one, pieces, page="x") is None


def test_the_list_asks_as_often_for_forty_negatives_as_for_one(
    brand: Brand, make_snapshot: MakeSnapshot, django_assert_num_queries: Any
) -> None:
    with_one = 10

    def measure() -> int:
        with django_assert_num_queries(with_one):
            return len(plan_of(Brand.objects.get(pk=brand.pk), NOW).opportunities)

    make_snapshot(*PAGE_ONE)
    assert measure() == 1
    for number in range(13):
        keyword = Keyword.objects.create(brand=brand, phrase=f"word {number}")
        make_snapshot("negative", "own", "negative", "neutral", "negative", of=keyword)
        piece_for(keyword)
    assert measure() == 40


def situation(**changes: Any) -> Situation:
    fields: dict[str, Any] = {
        "keyword_kind": Keyword.Kind.BRAND,
        "category": "",
        "places": (),
        "own": 0,
        "questions": (),
        "has_videos": True,
    }
    return Situation(**(fields | changes))


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        (Kind.FAQ, {"questions": ("Is it good?", "Where?")}, "ask 2 questions"),
        (Kind.NEWS, {"category": "regulator"}, "your own dated word"),
        (Kind.VIDEO, {"has_videos": False}, "No video on page one"),
        (Kind.CASE_STUDY, {"keyword_kind": Keyword.Kind.PRODUCT}, "no case or test"),
        (
            Kind.COMPARISON,
            {"keyword_kind": Keyword.Kind.PRODUCT, "places": ((3, "review"),)},
            "compare before they buy",
        ),
        (Kind.TESTIMONIAL, {"category": "service"}, "other customers"),
        (Kind.PROFILE, {}, "No encyclopaedia or profile"),
        (Kind.FORUM, {"places": ((7, "forum"),)}, "stands at 7"),
        (Kind.GUEST_POST, {"own": 2}, "2 of your own pages"),
        (Kind.WHITE_PAPER, {"category": "quality"}, "Figures and tests"),
    ],
)
def test_each_kind_is_suggested_for_its_reason(kind: str, changes: dict, words: str) -> None:
    (found,) = [s for s in suggest(situation(**changes)) if s.kind == kind]
    assert found.is_seen
    assert words in found.reason
    without = {"places": ((1, "encyclopaedia"),)} if kind == Kind.PROFILE else {}
    general = [s for s in suggest(situation(**without)) if s.kind == kind]
    if kind == Kind.COMPARISON:
        assert general == []
        return
    assert not general[0].is_seen
    assert general[0].reason


def test_reasons_on_the_page_come_first_and_no_kind_comes_twice() -> None:
    found = suggest(situation(own=3, questions=("Why?",)), taken={Kind.PROFILE})
    assert [s.kind for s in found[:2]] == [Kind.FAQ, Kind.GUEST_POST]
    assert len(found) == len({s.kind for s in found}) == 8


def test_a_forum_answer_is_not_suggested_where_people_argue() -> None:
    kinds = {s.kind for s in suggest(situation(places=((7, "forum"),)))}
    heated = {s.kind for s in suggest(situation(places=((7, "forum"),), category="ethics"))}
    assert kinds - heated == {Kind.FORUM}


def test_a_person_gets_no_case_study_and_a_faq_only_for_questions_that_are_asked() -> None:
    person = {s.kind for s in suggest(situation(keyword_kind=Keyword.Kind.PERSON))}
    assert person.isdisjoint({Kind.CASE_STUDY, Kind.TESTIMONIAL, Kind.WHITE_PAPER, Kind.FAQ})
    asked = suggest(situation(keyword_kind=Keyword.Kind.PERSON, questions=("Who?",)))
    assert asked[0].kind == Kind.FAQ


def test_no_more_pages_of_the_own_site_are_suggested_than_the_engine_would_show() -> None:
    own = [s.kind for s in suggest(situation(), own_room=1) if s.kind in ON_OWN_SITE]
    assert own == [Kind.FAQ]
    assert not ON_OWN_SITE & {s.kind for s in suggest(situation(), own_room=0)}


def test_a_negative_thread_is_no_place_to_answer(brand: Brand, make_snapshot: MakeSnapshot) -> None:
    make_snapshot("own", "negative:grindforum", *["neutral"] * 8)
    (forum,) = [s for s in only(brand).suggestions if s.kind == Kind.FORUM]
    assert not forum.is_seen


def test_a_page_that_uses_the_negatives_words_is_not_lifted(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("negative:bad", "positive:good", "positive:mute")
    assert len(only(brand).lifts) == 2
    Mark.objects.filter(page__host="bad.example").update(
        evidence=[{"words": "good", "weight": -1.0}]
    )
    assert [lift.page.host for lift in only(brand).lifts] == ["mute.example"]


def test_questions_and_videos_are_read_off_the_stored_page(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(
        *PAGE_ONE,
        features=(
            Feature(ResultKind.PEOPLE_ALSO_ASK, links=(Link("Is it safe?"), Link("Is it safe?"))),
            Feature(ResultKind.VIDEOS, links=(Link("A film", "https://tube.example/1"),)),
        ),
    )
    reasons = {s.kind: s for s in only(brand).suggestions}
    assert "ask 1 question here" in reasons[Kind.FAQ].reason
    assert not reasons[Kind.VIDEO].is_seen
