"""Marks, judgements and day scores: found, not pushed; a person's word stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from reputation import judges, judging, tasks
from reputation.daily import score_days
from reputation.judging import judge_new_snapshots
from reputation.marking import mark, unmark
from reputation.models import BrandScore, Judgement, Mark
from reputation.ownership import ownership_of
from reputation.rescoring import refresh_ownership
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
    unmark(row, by=editor, now=NOW)
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
        ("https://tubely.example/@HALLWAY/videos", "influenced"),
        ("https://tubely.example/watch", "third"),
        ("https://people.example/profile.php?id=7", "influenced"),
        ("https://people.example/profile.php?id=8", "third"),
        ("https://hallway.pages.example/anything", "influenced"),
    ],
)
def test_ownership_follows_the_brands_own_lists(brand: Brand, url: str, ownership: str) -> None:
    brand.profiles += ["https://www.people.example/profile.php?id=7", "hallway.pages.example"]
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


def test_new_own_domains_are_found_by_the_next_tick(brand: Brand, keyword: Keyword) -> None:
    store(keyword, ("https://new-shop.example/", "A shop"))
    tasks.judge_new_snapshots()
    brand.domains = [*brand.domains, "new-shop.example"]
    brand.save()
    assert Mark.objects.get().ownership == "third", "the control: saving alone changes nothing"
    tasks.judge_new_snapshots()
    assert Mark.objects.get().ownership == "owned"


def break_on(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """Let the judge of tone crash on a title with this word."""
    real = judges.judge_texts

    def judge_texts(texts: Any, names: Any, *, year: int) -> Any:
        texts = list(texts)
        if any(word in text.title for text in texts):
            raise RuntimeError("this text breaks the judge")
        return real(texts, names, year=year)

    monkeypatch.setattr(judges, "judge_texts", judge_texts)


def test_a_snapshot_that_cannot_be_judged_holds_up_no_other(
    brand: Brand, other_brand: Brand, keyword: Keyword, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = Keyword.objects.create(brand=other_brand, phrase="kettle works")
    for day in range(6):
        at = NOW + timedelta(days=day)
        title = "poison" if day == 0 else f"Title {day}"
        store(keyword, (f"https://h{day}.example/", title), at=at)
        store(theirs, (f"https://h{day}.example/", "A title"), at=at)
    with monkeypatch.context() as patch:
        break_on(patch, "poison")
        assert judge_new_snapshots() == 11
        assert judge_new_snapshots() == 0, "the control: it is tried again and fails again"
    assert Snapshot.objects.get(judgement__isnull=True).taken_at == NOW
    assert judge_new_snapshots() == 1, "it is judged as soon as it can be"


def test_a_brand_of_which_nothing_can_be_judged_holds_up_no_other(
    other_brand: Brand, keyword: Keyword, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "BATCH", 10)
    theirs = Keyword.objects.create(brand=other_brand, phrase="kettle works")
    for day in range(25):
        store(keyword, (f"https://h{day}.example/", "poison"), at=NOW + timedelta(days=day))
    store(theirs, ("https://later.example/", "A title"), at=NOW + timedelta(days=99))
    break_on(monkeypatch, "poison")
    assert judge_new_snapshots(limit=20) == 1


def test_an_import_of_older_readings_does_not_bring_an_old_title_back(
    brand: Brand, keyword: Keyword
) -> None:
    url = "https://news.example/a"
    store(keyword, (url, "Hallway Coffee fined for fraud"))
    judge_new_snapshots()
    imported = Keyword.objects.create(brand=brand, phrase="hallway", is_paused=True)
    for old in (keyword, imported):
        store(old, (url, "Hallway Coffee opens a shop"), at=NOW - timedelta(days=90))
    judge_new_snapshots()
    found = Mark.objects.get()
    assert found.tone == "negative"
    assert found.first_seen_at == NOW - timedelta(days=90)


def test_a_tone_that_turns_is_seen_at_once_on_the_other_keywords(
    brand: Brand, keyword: Keyword
) -> None:
    url = "https://news.example/a"
    other = Keyword.objects.create(brand=brand, phrase="hallway refund", cadence=Cadence.WEEKLY)
    store(other, (url, "Hallway Coffee opens a shop"))
    judge_new_snapshots()
    store(keyword, (url, "Hallway Coffee fined for fraud"), at=NOW + timedelta(hours=1))
    judge_new_snapshots()
    assert list(Judgement.objects.values_list("negatives", flat=True)) == [1, 1]
    assert BrandScore.objects.get().with_negative == 2


def test_confirming_the_machine_scores_nothing_again(keyword: Keyword, editor: User) -> None:
    for day in range(3):
        store(keyword, ("https://news.example/a", "Hallway Coffee fined for fraud"), at=NOW + timedelta(days=day))  # fmt: skip
    judge_new_snapshots()
    mark(Mark.objects.get(), by=editor, now=NOW, tone="negative")
    assert not Judgement.objects.filter(is_stale=True).exists()
    mark(Mark.objects.get(), by=editor, now=NOW, tone="positive")
    assert Judgement.objects.filter(is_stale=True).count() == 2, "the control"


def test_a_mark_changes_the_days_on_which_a_weekly_reading_stands(
    brand: Brand, keyword: Keyword, editor: User, make_snapshot: MakeSnapshot
) -> None:
    weekly = Keyword.objects.create(brand=brand, phrase="weekly", cadence=Cadence.WEEKLY)
    monday = NOW - timedelta(days=2)
    make_snapshot("neutral:story", of=weekly, at=monday)
    make_snapshot("own", at=NOW)
    assert BrandScore.objects.get(day=NOW.date()).with_negative == 0
    mark(Mark.objects.get(page__host="story.example"), by=editor, now=NOW, tone="negative")
    assert BrandScore.objects.get(day=NOW.date()).with_negative == 1


def test_an_imported_history_of_a_paused_keyword_has_its_scores_and_ends(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    imported = Keyword.objects.create(brand=brand, phrase="imported", is_paused=True)
    Keyword.objects.create(brand=brand, phrase="never read", is_paused=True)
    for day in (30, 29, 27):
        make_snapshot("negative:a", of=imported, at=NOW - timedelta(days=day))
    make_snapshot("own", at=NOW - timedelta(days=27))
    make_snapshot("own", at=NOW)
    score_days(brand, [NOW.date() - timedelta(days=28)])
    found = {
        (NOW.date() - row.day).days: (row.measured, row.keywords) for row in brand.scores.all()
    }
    assert found == {30: (1, 1), 29: (1, 1), 28: (0, 1), 27: (2, 2), 0: (1, 1)}


def test_far_days_are_scored_without_all_that_lies_between(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot, django_assert_max_num_queries: Any
) -> None:
    for day in (400, 200, 0):
        make_snapshot("negative", at=NOW - timedelta(days=day))
    BrandScore.objects.all().delete()
    days = [NOW.date() - timedelta(days=day) for day in (400, 200, 0)]
    with django_assert_max_num_queries(14):
        score_days(brand, days)
    assert list(BrandScore.objects.values_list("measured", flat=True)) == [1, 1, 1]
