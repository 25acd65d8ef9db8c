"""Slot plans from stored readings: what is measured, what each slot says, and how often the database is asked."""

from datetime import date, timedelta
from typing import Any

import pytest

from content.chances.building import slot_plan
from content.chances.hosts import measured_for
from content.chances.outcomes import outcomes
from content.chances.slots import SlotPlan, Where
from content.models import BriefTemplate, Piece
from content.opportunities import opportunity_at, plan_of
from reputation.models import Mark
from serp.models import Brand, Keyword, Page
from tests.cast import NOW, MakeSnapshot

DAY = timedelta(days=1)
PAGE = ("own:home", "positive:good", "negative:bad", "neutral:a", "own:second", "neutral:b")


def planned(brand: Brand, keyword: Keyword, **more: Any) -> SlotPlan:
    keyword.refresh_from_db()
    page = Page.objects.get(url="https://bad.example/bad")
    one = opportunity_at(brand, keyword=keyword, page=page.pk, now=NOW)
    assert one is not None
    return slot_plan(brand, one, NOW, **more)


def slot(plan: SlotPlan, kind: str) -> Any:
    return next(s for s in (*plan.new, *plan.reserve) if s.kind == kind)


@pytest.fixture
def months(make_snapshot: MakeSnapshot) -> None:
    """Four months of readings every five days; the own second page passes the negative half of the time."""
    for n in range(24):
        order = list(PAGE)
        if n % 4 >= 2:
            order[2], order[4] = order[4], order[2]
        make_snapshot(*order, at=NOW - 5 * DAY * (24 - n))
    make_snapshot(*PAGE)


def test_a_plan_has_type_effort_likelihood_and_days_for_each_slot(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE)
    plan = planned(brand, keyword)
    assert [s.lift.candidate.side.word for s in plan.lifts if s.lift] == ["own page"]
    for one in plan.slots:
        assert one.hours > 0
        assert 0 < one.chance.value < 1
        assert one.live_by > NOW.date()
        assert one.live_by.weekday() < 5
        assert one.chance.grounds
    assert all(s.page_one_by and s.page_one_by > s.live_by for s in plan.new)
    assert plan.hours == pytest.approx(sum(s.hours for s in plan.slots))
    days = [s.live_by for s in plan.slots]
    assert max(days) >= NOW.date() + timedelta(days=round(plan.hours / 16 * 7))


def test_without_history_the_likelihood_says_that_it_rests_on_an_assumption(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE)
    (lift,) = planned(brand, keyword).lifts
    assert lift.chance.trust == "not measured here: general assumption"


@pytest.mark.usefixtures("months")
def test_a_page_that_often_passed_here_is_likelier_and_shows_the_counts(
    brand: Brand, keyword: Keyword
) -> None:
    measured = measured_for(brand, keyword, NOW)
    assert measured.counts.moments > 0
    plan = planned(brand, keyword)
    (lift,) = plan.lifts
    grounds = " ".join(lift.chance.grounds)
    assert "pages that stood 2 below one that stood steadily" in grounds
    assert (
        "hallwaycoffee.example is on page one of 1 of 1 such keyword, on average at 1.0." in grounds
    )
    rates = {cell: rate for cell, rate in measured.counts.passed.items() if cell[0] == 2}
    assert any(rate.hits for rate in rates.values())


def test_a_new_page_above_a_high_negative_is_less_likely_than_on_page_one(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE)
    for one in planned(brand, keyword).new:
        assert one.reach is not None
        assert one.chance.value < one.reach.value
        assert one.likelihood == one.reach.value


def test_own_pieces_that_reached_page_one_raise_the_likelihood_of_their_type(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE, "neutral:film")
    before = slot(planned(brand, keyword), "video").reach
    film = Page.objects.get(url="https://film.example/film")
    other = Keyword.objects.create(brand=brand, phrase="burr grinder", kind=Keyword.Kind.TOPIC)
    make_snapshot("neutral:film", of=other)
    for _ in range(3):
        Piece.objects.create(
            brand=brand,
            title="A film",
            kind="video",
            keyword=other,
            status=Piece.Status.MEASURED,
            url=film.url,
            page=film,
            published_at=NOW - 60 * DAY,
        )
    after = slot(planned(brand, keyword), "video").reach
    assert after.value > before.value
    assert "3 of 3 pieces of this type reached page one for this brand." in after.grounds


def test_a_piece_that_is_out_for_less_than_four_weeks_proves_nothing_yet(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral:film")
    film = Page.objects.get(url="https://film.example/film")
    fields = {"status": Piece.Status.PUBLISHED, "url": film.url, "page": film}
    Piece.objects.create(
        brand=brand,
        title="Film",
        kind="video",
        keyword=keyword,
        published_at=NOW - 27 * DAY,
        **fields,
    )
    assert outcomes(brand, NOW).kinds == {}
    Piece.objects.update(published_at=NOW - 28 * DAY)
    assert outcomes(brand, NOW).kinds["video"].hits == 1


def test_a_lift_counts_as_done_only_when_the_page_stands_above_the_negative(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE)
    pages = {page.url: page for page in Page.objects.all()}
    for url in ("https://good.example/good", "https://b.example/b"):
        Piece.objects.create(
            brand=brand,
            title="Lift",
            keyword=keyword,
            lifts=pages[url],
            displaces=pages["https://bad.example/bad"],
            status=Piece.Status.MEASURED,
            url=url,
            published_at=NOW - 60 * DAY,
        )
    assert outcomes(brand, NOW).lifts.of == 2
    assert outcomes(brand, NOW).lifts.hits == 1


def test_hours_of_a_brands_template_outdo_those_for_all_and_those_shipped(
    brand: Brand, other_brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE)
    assert slot(planned(brand, keyword), "video").hours == 24
    BriefTemplate.objects.create(kind="video", hours=30)
    assert slot(planned(brand, keyword), "video").hours == 30
    BriefTemplate.objects.create(kind="video", hours=7, brand=brand)
    BriefTemplate.objects.create(kind="video", hours=99, brand=other_brand)
    assert slot(planned(brand, keyword), "video").hours == 7


def test_a_placement_that_is_given_says_where_a_new_page_is_to_stand(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE)
    where = Where("in the newsroom of tubely.example", "tubely.example", 7)
    assert slot(planned(brand, keyword, places={"video": where}), "video").where == where


def test_the_host_record_of_other_brands_needs_five_of_their_keywords(
    brand: Brand, other_brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE)
    theirs = [
        Keyword.objects.create(brand=other_brand, phrase=f"kettle {n}", country="no")
        for n in range(5)
    ]
    for one in theirs[:4]:
        make_snapshot("neutral:good", of=one)
    keyword.refresh_from_db()
    assert len(measured_for(brand, keyword, NOW).pages) == 1
    make_snapshot("neutral:good", of=theirs[4])
    measured = measured_for(brand, keyword, NOW)
    assert measured.of_domain("good.example").seen.of == 6
    assert measured.of_domain("good.example").seen.hits == 6


def test_a_type_that_serves_the_intent_under_another_keyword_is_warned_about(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE)
    near = Keyword.objects.create(brand=brand, phrase="hallway cofee", country="no")
    make_snapshot(*PAGE, of=near)
    piece = Piece.objects.create(brand=brand, title="The film", kind="video", keyword=near)
    plan = planned(brand, keyword)
    video = slot(plan, "video")
    assert video.clash is not None
    assert video.clash.piece == piece
    assert plan.to_start == sum(1 for s in plan.slots if s.clash is None)
    assert [kin.phrase for kin in plan.kin] == ["hallway cofee"]


def test_the_plan_hands_day_hours_and_likelihood_to_the_piece_that_is_made(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE)
    plan = planned(brand, keyword)
    timed = plan.timed
    video = next(s for s in timed.suggestions if s.kind == "video")
    assert (video.live_by, video.hours) == (slot(plan, "video").live_by, 24)
    assert video.likelihood == slot(plan, "video").reach.value
    assert timed.lifts[0].live_by == plan.lifts[0].live_by
    assert timed.lifts[0].likelihood == plan.lifts[0].chance.value


def test_a_planned_piece_keeps_its_own_day_and_hours(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*PAGE)
    day = date(2027, 1, 8)
    piece = Piece.objects.create(
        brand=brand, title="Film", kind="video", keyword=keyword, hours=3, publish_on=day
    )
    (one,) = [s for s in planned(brand, keyword).new if s.piece == piece]
    assert (one.hours, one.live_by) == (3, day)


def test_more_slots_never_make_the_plan_less_likely(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*["neutral"] * 8, "negative:bad", "own", "own")
    plan = planned(brand, keyword)
    assert plan.opportunity.distance.to_pass == 2
    assert 0 < plan.pushed < 1
    assert plan.either >= max(plan.leaves, plan.pushed)
    assert plan.opportunity.rung.position < plan.expected <= 11
    assert plan.more_needed is not None


def test_the_plan_asks_as_often_with_twenty_keywords_as_with_one(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot, django_assert_max_num_queries: Any
) -> None:
    make_snapshot(*PAGE)
    with django_assert_max_num_queries(40) as first:
        planned(brand, keyword)
    for n in range(19):
        other = Keyword.objects.create(brand=brand, phrase=f"word {n}", country="no")
        make_snapshot(*PAGE, "neutral:c", of=other)
        Piece.objects.create(brand=brand, title="P", kind="video", keyword=other)
    with django_assert_max_num_queries(len(first)):
        planned(brand, keyword)


def test_an_own_page_that_reads_badly_is_not_counted_as_the_story(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    for n in range(10):
        make_snapshot("own:home", *["neutral"] * 5, "negative:bad", at=NOW - n * DAY)
    Mark.objects.filter(page__host="hallwaycoffee.example").update(tone="negative")
    (one,) = plan_of(brand, NOW).opportunities
    assert not slot_plan(brand, one, NOW).course.does_story_stay
