"""A keyword is quiet while its newest judged page one was read in full and holds nothing negative."""

from datetime import timedelta

import pytest

from reputation.models import Judgement
from reputation.quiet import mark_quiet
from reputation.tasks import judge_new_snapshots
from serp.cadence import next_check_at
from serp.models import Brand, Keyword, Snapshot
from tests.cast import NOW

CLEAN = ("neutral",) * 9 + ("own",)


def is_quiet(keyword: Keyword) -> bool:
    keyword.refresh_from_db()
    return keyword.is_quiet


@pytest.mark.parametrize(
    ("tones", "quiet"),
    [
        (CLEAN, True),
        ((*CLEAN, "negative"), True),
        ((*CLEAN[:9], "negative"), False),
        (("negative", *CLEAN[1:]), False),
    ],
)
def test_a_negative_on_page_one_makes_a_keyword_loud(keyword, make_snapshot, tones, quiet) -> None:
    make_snapshot(*tones)
    mark_quiet(NOW)
    assert is_quiet(keyword) is quiet


def test_what_was_never_read_or_not_in_full_is_not_quiet(brand, keyword, make_snapshot) -> None:
    mark_quiet(NOW)
    assert not is_quiet(keyword)
    make_snapshot(*CLEAN[:6], is_partial=True)
    mark_quiet(NOW)
    assert not is_quiet(keyword)
    make_snapshot(*CLEAN, at=NOW + timedelta(days=1))
    mark_quiet(NOW)
    assert is_quiet(keyword), "the control: in full it is"


def test_the_newest_judged_reading_counts(keyword, make_snapshot) -> None:
    make_snapshot(*CLEAN)
    mark_quiet(NOW)
    newer = make_snapshot("negative", *CLEAN[1:], at=NOW + timedelta(days=1))
    Judgement.objects.filter(snapshot=newer).delete()
    mark_quiet(NOW)
    assert is_quiet(keyword), "the newer one is not judged yet"
    judge_new_snapshots()
    assert not is_quiet(keyword), "the tick judges it and says so"


def test_a_keyword_that_gets_loud_is_due_at_its_own_cadence_again(
    brand, keyword, make_snapshot
) -> None:
    make_snapshot(*CLEAN)
    mark_quiet(NOW)
    far = NOW + timedelta(days=20)
    Keyword.objects.filter(pk=keyword.pk).update(next_check_at=far)
    Brand.objects.filter(pk=brand.pk).update(stretch=30)
    assert mark_quiet(NOW) == 0
    assert Keyword.objects.get().next_check_at == far, "the control: quiet, it waits"
    make_snapshot("negative", *CLEAN[1:], at=NOW + timedelta(days=1))
    Keyword.objects.filter(pk=keyword.pk).update(next_check_at=far)
    assert mark_quiet(NOW) == 1
    own = next_check_at(keyword.cadence, brand.zone, NOW, key=keyword.pk)
    assert Keyword.objects.get().next_check_at == own


def test_a_reading_that_is_gone_leaves_nothing_quiet(keyword, make_snapshot) -> None:
    make_snapshot(*CLEAN)
    mark_quiet(NOW)
    Snapshot.objects.all().delete()
    mark_quiet(NOW)
    assert not is_quiet(keyword)


def test_many_keywords_take_few_queries(
    brand, make_snapshot, django_assert_max_num_queries
) -> None:
    for number in range(30):
        make_snapshot(*CLEAN, of=Keyword.objects.create(brand=brand, phrase=f"hallway {number}"))
    with django_assert_max_num_queries(4):
        assert mark_quiet(NOW) == 30
    with django_assert_max_num_queries(3):
        assert mark_quiet(NOW) == 0
