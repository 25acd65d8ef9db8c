"""Marks, judgements and day scores: found, not pushed; a person's word stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from reputation.judging import (
    judge_new_snapshots,
    mark,
    ownership_of,
    refresh_ownership,
    score_days,
    unmark,
)
from reputation.models import BrandScore, Judgement, Mark
from serp.cadence import Cadence
from serp.models import Brand, Keyword, Page, Snapshot
from serp.providers.base import Item
from serp.recording import Reading, record
from tests.cast import NOW, MakeSnapshot

pytestmark = pytest.mark.django_db


def store(keyword: Keyword, *items: tuple[str, str], at: Any = NOW) -> Snapshot:
    (snapshot,) = record(
        [
            Reading(
                keyword=keyword,
                taken_at=at,
                items=tuple(Item(n, url, title, "") for n, (url, title) in enumerate(items, 1)),
                features=(),
                depth=len(items),
                asked=10,
                provider="sample",
                source=Snapshot.Source.CHECK,
            )
        ]
    )
    return snapshot


def test_a_new_snapshot_is_found_judged_and_scored(keyword: Keyword) -> None:
    store(
        keyword,
        ("https://hallwaycoffee.example/", "Hallway Coffee, grinders from Oslo"),
        ("https://news.example/a", "Hallway Coffee sued over burns, recall of all grinders"),
    )
    assert judge_new_snapshots() == 1
    assert judge_new_snapshots() == 0
    tones = dict(Mark.objects.values_list("page__host", "tone"))
    assert tones == {"hallwaycoffee.example": "neutral", "news.example": "negative"}
    negative = Mark.objects.get(tone="negative")
    assert negative.evidence, "the verdict says why"
    found = Judgement.objects.get()
    assert (found.negatives, found.worst, found.rank) == (1, 2, 1)
    assert found.curve_version
    day = BrandScore.objects.get()
    assert (day.keywords, day.measured, day.with_negative) == (1, 1, 1)
    assert day.score == found.score


def test_a_changed_title_is_judged_anew(keyword: Keyword) -> None:
    url = "https://news.example/a"
    store(keyword, (url, "Hallway Coffee opens a shop"))
    judge_new_snapshots()
    assert Mark.objects.get().tone == "neutral"
    store(keyword, (url, "Hallway Coffee fined for fraud"), at=NOW + timedelta(days=1))
    judge_new_snapshots()
    assert Mark.objects.get().tone == "negative"


def test_a_persons_mark_stands_against_a_changed_title(keyword: Keyword, editor: User) -> None:
    url = "https://news.example/a"
    store(keyword, (url, "Hallway Coffee fined for fraud"))
    judge_new_snapshots()
    mark(Mark.objects.get(), by=editor, now=NOW, tone="positive")
    store(keyword, (url, "Hallway Coffee guilty of fraud"), at=NOW + timedelta(days=1))
    judge_new_snapshots()
    found = Mark.objects.get()
    assert (found.tone, found.source, found.marked_by) == ("positive", "person", editor)


def test_a_mark_is_inherited_by_every_keyword_and_its_history(
    brand: Brand, keyword: Keyword, editor: User, make_snapshot: MakeSnapshot
) -> None:
    other = Keyword.objects.create(brand=brand, phrase="hallway refund")
    old = make_snapshot("neutral:story", "own", at=NOW - timedelta(days=7))
    new = make_snapshot("neutral:story", "own")
    elsewhere = make_snapshot("own", "neutral:story", of=other)
    assert not Judgement.objects.filter(negatives__gt=0).exists()
    mark(Mark.objects.get(page__host="story.example"), by=editor, now=NOW, tone="negative")
    fresh = Judgement.objects.filter(snapshot__in=[new, elsewhere])
    assert set(fresh.values_list("negatives", flat=True)) == {1}
    assert Judgement.objects.get(snapshot=old).negatives == 0, "older ones wait for the next pass"
    judge_new_snapshots()
    assert Judgement.objects.get(snapshot=old).negatives == 1
    assert BrandScore.objects.get(day=old.taken_at.date()).with_negative == 1


def test_a_mark_says_nothing_about_another_brand(
    brand: Brand, other_brand: Brand, keyword: Keyword, editor: User
) -> None:
    theirs = Keyword.objects.create(brand=other_brand, phrase="kettle works")
    for target in (keyword, theirs):
        store(target, ("https://news.example/a", "A neutral title"))
    judge_new_snapshots()
    mark(Mark.objects.get(brand=brand), by=editor, now=NOW, tone="negative")
    assert Mark.objects.get(brand=other_brand).tone == "neutral"


def test_taking_a_mark_back_lets_the_machine_judge_again(keyword: Keyword, editor: User) -> None:
    store(keyword, ("https://news.example/a", "Hallway Coffee fined for fraud"))
    judge_new_snapshots()
    row = mark(Mark.objects.get(), by=editor, now=NOW, tone="positive")
    unmark(row)
    found = Mark.objects.get()
    assert (found.tone, found.source, found.marked_by) == ("negative", "machine", None)


def test_the_history_of_a_mark_says_who_and_what(keyword: Keyword, editor: User) -> None:
    store(keyword, ("https://news.example/a", "A neutral title"))
    judge_new_snapshots()
    row = mark(Mark.objects.get(), by=editor, now=NOW, tone="negative")
    assert row.history.first().tone == "negative"
    assert row.history.first().marked_by == editor


@pytest.mark.parametrize(
    ("url", "ownership"),
    [
        ("https://hallwaycoffee.example/a", "owned"),
        ("https://shop.hallwaycoffee.example/a", "owned"),
        ("https://nothallwaycoffee.example/a", "third"),
        ("https://tubely.example/@hallway", "influenced"),
        ("https://tubely.example/@hallway/videos", "influenced"),
        ("https://tubely.example/@hallwayhaters", "third"),
        ("https://tubely.example/watch", "third"),
    ],
)
def test_ownership_follows_the_brands_own_lists(brand: Brand, url: str, ownership: str) -> None:
    page = Page(url=url, host=url.split("/")[2], key="k")
    assert ownership_of(brand, page) == ownership


def test_new_own_domains_change_ownership_and_score(brand: Brand, keyword: Keyword) -> None:
    store(keyword, ("https://new-shop.example/", "A shop"))
    judge_new_snapshots()
    assert Judgement.objects.get().own == 0
    brand.domains = [*brand.domains, "new-shop.example"]
    brand.save()
    assert refresh_ownership(brand) == 1
    assert Judgement.objects.get().own == 1


def test_a_reading_stands_for_its_slot_and_no_longer(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    weekly = Keyword.objects.create(brand=brand, phrase="weekly", cadence=Cadence.WEEKLY)
    make_snapshot("own", at=NOW)
    make_snapshot("negative", of=weekly, at=NOW - timedelta(days=1))
    today, next_week = NOW.date(), NOW.date() + timedelta(days=7)
    score_days(brand, [today, next_week])
    measured = dict(BrandScore.objects.values_list("day", "measured"))
    assert measured[today] == 2, "Tuesday's weekly reading still stands on Wednesday"
    assert measured[next_week] == 0
    assert BrandScore.objects.get(day=next_week).score is None, "nothing is carried over"


def test_a_keyword_that_was_not_measured_lowers_the_coverage_only(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    other = Keyword.objects.create(brand=brand, phrase="hallway refund")
    make_snapshot("own", at=NOW - timedelta(days=1))
    make_snapshot("negative", of=other, at=NOW - timedelta(days=1))
    make_snapshot("own", at=NOW)
    score_days(brand, [NOW.date()])
    found = BrandScore.objects.get(day=NOW.date())
    assert (found.measured, found.keywords, found.coverage) == (1, 2, 0.5)
    assert found.score == 100


def test_judging_many_pages_costs_few_queries(
    brand: Brand, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        keyword = Keyword.objects.create(brand=brand, phrase=f"phrase {number}")
        store(keyword, *[(f"https://h{number}-{n}.example/", f"Title {n}") for n in range(10)])
    with django_assert_max_num_queries(30):
        judge_new_snapshots()
    assert Mark.objects.count() == 300
