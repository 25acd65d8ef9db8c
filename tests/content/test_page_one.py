"""What changed on page one: only what two readings really show."""

from datetime import UTC, datetime, timedelta

import pytest

from content.page_one import Change, Kind, changes, most_important, standing_at
from serp.ctr import default_curve
from serp.history import Reading
from serp.models import Keyword
from tests.cast import NOW, MakeSnapshot

CURVE = default_curve()
AT = datetime(2026, 11, 18, tzinfo=UTC)
TEN = tuple(range(100, 110))


def reading(
    *pages: int | None, depth: int | None = None, is_partial: bool = False, keyword: int = 1
) -> Reading:
    size = len(pages) if depth is None else depth
    return Reading(1, keyword, AT, size, is_partial, "sample", pages, pages)


def found(before: Reading, after: Reading) -> dict[int, Change]:
    return {c.page_id: c for c in changes({1: before}, {1: after}, CURVE)}


def test_a_new_page_entered() -> None:
    change = found(reading(*TEN), reading(7, *TEN[:9]))[7]
    assert (change.kind, change.words) == (Kind.ENTERED, "new at 1")
    assert change.is_up


def test_a_page_from_page_two_entered_with_both_places() -> None:
    before = reading(*TEN, 7)
    after = reading(*TEN[:9], 7, TEN[9])
    assert found(before, after)[7].words == "11 → 10"


def test_a_page_left_to_page_two_or_out_of_sight() -> None:
    before, deep = reading(7, *TEN[:9]), reading(*TEN, 7)
    assert found(before, deep)[7].words == "1 → 11"
    gone = found(before, reading(*TEN))[7]
    assert (gone.kind, gone.words) == (Kind.LEFT, "was 1")


def test_a_step_of_one_place_is_no_move() -> None:
    assert found(reading(1, 2), reading(2, 1)) == {}
    assert set(found(reading(1, 2, 3), reading(3, 2, 1))) == {1, 3}


@pytest.mark.parametrize(
    "after",
    [
        reading(*TEN[:4], is_partial=True),
        reading(100, None, *TEN[2:9], 55),
    ],
)
def test_nothing_is_said_to_have_left_where_page_one_was_not_read(after: Reading) -> None:
    before = reading(100, 7, *TEN[2:9], 55)
    assert 7 not in found(before, after)


def test_nothing_is_said_to_be_new_where_the_earlier_reading_had_holes() -> None:
    before = reading(*TEN[:9], None)
    assert 7 not in found(before, reading(*TEN[:9], 7))


def test_a_keyword_without_an_earlier_reading_changes_nothing() -> None:
    assert changes({}, {1: reading(*TEN)}, CURVE) == []


def test_a_page_that_changed_for_several_keywords_stands_once() -> None:
    before = {1: reading(*TEN), 2: reading(*TEN, keyword=2)}
    after = {1: reading(*TEN[:9], 7), 2: reading(7, *TEN[:9], keyword=2)}
    entered = [c for c in changes(before, after, CURVE) if c.page_id == 7]
    assert [(c.keyword_id, c.now, c.more) for c in entered] == [(2, 1, 1)]


def test_negatives_come_first_then_our_own_then_the_clicks_at_stake() -> None:
    rows = [
        Change(Kind.MOVED, 1, page, 5, 3, clicks, 10)
        for page, clicks in ((1, 0.2), (2, 0.01), (3, -0.1), (4, 0.05))
    ]
    order = most_important(rows, {2: "neg", 3: "own"})
    assert [row.page_id for row in order] == [2, 3, 1, 4]


def test_the_reading_that_stood_is_the_newest_up_to_then(
    keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    old = make_snapshot("neutral:a", at=NOW - timedelta(days=2))
    make_snapshot("neutral:b", at=NOW)
    assert standing_at([keyword], NOW)[0][keyword.pk].snapshot_id == old.pk


def test_a_reading_older_than_its_cadence_stands_for_nothing(
    keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral:a", at=NOW - timedelta(days=4))
    assert standing_at([keyword], NOW) == [{}]
    keyword.cadence = "1w"
    assert set(standing_at([keyword], NOW)[0]) == {keyword.pk}
