"""The workflow of pieces: every pair of steps, what publishing does, and days that are refused."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import User

from content import workflow
from content.approving import checklist
from content.models import Piece
from content.workflow import NotAllowed, Status, move, next_steps, refusal, reschedule
from serp.models import Brand, Keyword, TrackedPage
from tests.cast import NOW

TODAY = date(2026, 11, 18)
ORDER = ["idea", "briefed", "draft", "review", "approved", "scheduled", "published", "measured"]
ALLOWED = {
    "idea": {"briefed"},
    "briefed": {"idea", "draft"},
    "draft": {"idea", "briefed", "review"},
    "review": {"idea", "briefed", "draft", "approved"},
    "approved": {"idea", "briefed", "draft", "review", "scheduled", "published"},
    "scheduled": {"idea", "briefed", "draft", "review", "approved", "published"},
    "published": {"measured"},
    "measured": set(),
}


def make(brand: Brand, status: str = "idea", **fields: Any) -> Piece:
    if status in Piece.LIVE:
        fields = {"url": "https://hallwaycoffee.example/old", "published_at": NOW} | fields
    return Piece.objects.create(
        **{"brand": brand, "title": "Is the switch safe?", "status": status, "publish_on": TODAY}
        | fields
    )


@pytest.mark.parametrize(("status", "target"), list(product(ORDER, ORDER)))
def test_each_pair_of_steps_is_allowed_or_refused_in_words(status: str, target: str) -> None:
    reason = refusal(status, target)
    assert bool(reason) == (target not in ALLOWED[status])
    assert not reason or reason.endswith(".")


def test_a_leap_names_the_step_that_comes_first() -> None:
    assert "next step is “briefed”" in refusal("idea", "review")


def test_the_rules_know_every_status() -> None:
    assert list(Status.values) == ORDER


@pytest.mark.parametrize("status", ORDER)
def test_next_steps_are_the_allowed_moves_with_the_next_one_first(
    brand: Brand, status: str
) -> None:
    steps = next_steps(make(brand, status), TODAY)
    assert {step.status.value for step in steps} == ALLOWED[status]
    assert [step.is_back for step in steps] == sorted(step.is_back for step in steps)
    if status not in Piece.LIVE:
        assert steps[0].status == ORDER[ORDER.index(status) + 1]


def test_a_step_tells_what_it_lacks(brand: Brand) -> None:
    scheduled, published, *_ = next_steps(make(brand, "approved", publish_on=None), TODAY)
    assert "publication day" in scheduled.missing
    assert published.needs_url
    assert "address" in published.missing


def test_a_piece_goes_all_the_way(brand: Brand, editor: User) -> None:
    piece = make(brand, no_draft_reason="Written elsewhere.")
    points = [line.point.text for line in checklist.checklist(piece)]
    checklist.set_ticks(piece, points, by=editor, now=NOW)
    for status in ORDER[1:6]:
        piece = move(piece, status, by=editor, now=NOW)
    piece = move(piece, "published", by=editor, now=NOW, url="https://hallwaycoffee.example/safe")
    piece = move(piece, "measured", by=None, now=NOW)
    assert Piece.objects.get().status == "measured"
    users = [row.history_user for row in Piece.history.order_by("history_id")]
    assert users == [None, *[editor] * 6, None]


def test_publishing_sets_the_day_in_the_brands_zone_and_tracks_the_page(
    brand: Brand, keyword: Keyword, editor: User
) -> None:
    piece = make(brand, "scheduled", publish_on=TODAY + timedelta(9), keyword=keyword)
    late_evening = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)  # past midnight in Oslo
    move(
        piece,
        "published",
        by=editor,
        now=late_evening,
        url=" https://www.hallwaycoffee.example/safe?utm_source=x ",
    )
    piece = Piece.objects.get()
    assert piece.publish_on == date(2026, 11, 19)
    assert piece.published_at == late_evening
    assert piece.url == "https://www.hallwaycoffee.example/safe?utm_source=x"
    tracked = TrackedPage.objects.get()
    assert (tracked.brand, tracked.page, tracked.since) == (brand, piece.page, late_evening)
    assert tracked.page.url == "https://hallwaycoffee.example/safe"


@pytest.mark.parametrize(
    "url", ["", "  ", "javascript:alert(1)", "not an address", "ftp://x.example/a"]
)
def test_publishing_without_a_web_address_changes_nothing(
    brand: Brand, editor: User, url: str
) -> None:
    piece = make(brand, "approved")
    with pytest.raises(NotAllowed, match="address"):
        move(piece, "published", by=editor, now=NOW, url=url)
    kept = Piece.objects.get()
    assert (kept.status, kept.url, kept.published_at, kept.page) == ("approved", "", None, None)
    assert not TrackedPage.objects.exists()


@pytest.mark.parametrize(
    ("day", "words"), [(None, "needs a publication day"), (TODAY - timedelta(1), "has passed")]
)
def test_scheduling_needs_a_day_ahead(
    brand: Brand, editor: User, day: date | None, words: str
) -> None:
    with pytest.raises(NotAllowed, match=words):
        move(make(brand, "approved", publish_on=day), "scheduled", by=editor, now=NOW)


def test_held_steps_say_what_holds_them(brand: Brand) -> None:
    piece = make(brand, "review")
    approved, *back = next_steps(piece, TODAY, held=["To be ticked: the facts."])
    assert approved.missing == "To be ticked: the facts."
    assert [step.missing for step in back] == [""] * 3


def test_a_published_piece_does_not_go_back(brand: Brand, editor: User) -> None:
    with pytest.raises(NotAllowed, match="make a new piece"):
        move(make(brand, "published"), "draft", by=editor, now=NOW)


def test_an_unknown_step_is_refused(brand: Brand, editor: User) -> None:
    with pytest.raises(NotAllowed, match="no such step"):
        move(make(brand), "gone", by=editor, now=NOW)


def test_a_move_that_was_overtaken_is_refused(brand: Brand, editor: User) -> None:
    piece = make(brand, "review")
    Piece.objects.update(status="approved")
    with pytest.raises(NotAllowed, match="meanwhile"):
        move(piece, "draft", by=editor, now=NOW, was="review")
    assert Piece.objects.get().status == "approved"
    assert move(piece, "draft", by=editor, now=NOW).status == "draft"


def test_the_row_decides_and_not_a_stale_copy(brand: Brand, editor: User) -> None:
    stale = make(brand, "approved")
    move(Piece.objects.get(), "published", by=editor, now=NOW, url="https://a.example/x")
    with pytest.raises(NotAllowed):
        move(stale, "draft", by=editor, now=NOW)
    with pytest.raises(NotAllowed):
        reschedule(stale, TODAY + timedelta(3), by=editor, now=NOW)
    assert Piece.objects.get().status == "published"


def test_rescheduling_is_saved_with_the_persons_name(brand: Brand, editor: User) -> None:
    piece = reschedule(make(brand), TODAY + timedelta(5), by=editor, now=NOW)
    assert Piece.objects.get().publish_on == piece.publish_on == date(2026, 11, 23)
    assert Piece.history.latest().history_user == editor


def test_rescheduling_to_the_same_day_writes_no_history(brand: Brand, editor: User) -> None:
    reschedule(make(brand), TODAY, by=editor, now=NOW)
    assert Piece.history.count() == 1


def test_the_day_may_be_taken_away(brand: Brand, editor: User) -> None:
    assert reschedule(make(brand), None, by=editor, now=NOW).publish_on is None


@pytest.mark.parametrize(
    ("status", "day", "words"),
    [
        ("idea", TODAY - timedelta(1), "has passed. Choose today, Wed 18 Nov 2026"),
        ("scheduled", None, "needs its day"),
        ("published", TODAY + timedelta(1), "keeps the day"),
        ("measured", None, "keeps the day"),
    ],
)
def test_days_that_do_not_fit_are_refused(
    brand: Brand, editor: User, status: str, day: date | None, words: str
) -> None:
    with pytest.raises(NotAllowed, match=words):
        reschedule(make(brand, status), day, by=editor, now=NOW)
    assert Piece.objects.get().publish_on == TODAY


def test_today_is_the_brands_today(brand: Brand, editor: User) -> None:
    past_midnight_in_oslo = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    piece = make(brand, publish_on=None)
    assert workflow.brand_today(piece, past_midnight_in_oslo) == date(2026, 11, 19)
    with pytest.raises(NotAllowed, match="has passed"):
        reschedule(piece, TODAY, by=editor, now=past_midnight_in_oslo)
