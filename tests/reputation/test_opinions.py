"""The optional model: asked in the background, once a text, and never needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from reputation import judges, opinions, tasks
from reputation.judging import judge_new_snapshots
from reputation.marking import mark, unmark
from reputation.models import Judgement, Mark, TextOpinion, ToneEntry
from reputation.opinions import ask_model
from reputation.rejudging import rejudge_outdated
from reputation.tone import VERSION, BrandNames, Text
from reputation.tone.opinion import Opinion
from serp.models import Brand, Keyword
from tests.cast import NOW
from tests.reputation.test_judging import store

pytestmark = pytest.mark.django_db

ILL, WELL, PLAIN = Opinion(0.99, 0.01, 0.0), Opinion(0.0, 0.01, 0.99), Opinion(0.05, 0.9, 0.05)
LATER = NOW + timedelta(hours=1)


class FakeModel:
    """Speaks ill of what tells of rats, and well of whatever tells of roses."""

    def __init__(self, name: str = "fake-1") -> None:
        self.name = name
        self.read: list[str] = []

    def opinions(self, texts: Sequence[Text], names: BrandNames) -> list[Opinion]:
        self.read += [text.title for text in texts]
        return [
            ILL if "rats" in text.title else WELL if "roses" in text.title else PLAIN
            for text in texts
        ]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeModel:
    model = FakeModel()
    monkeypatch.setattr(opinions, "model", lambda: model)
    return model


def ask(now: datetime = NOW, *, limit: int = 1000) -> int:
    return ask_model(now, limit=limit, seconds=30)


def seen(keyword: Keyword, *titles: str) -> list[Mark]:
    store(keyword, *((f"https://site-{n}.example/a", title) for n, title in enumerate(titles)))
    judge_new_snapshots()
    return list(Mark.objects.order_by("page__host"))


def test_the_model_turns_what_the_rules_hold_neutral(keyword: Keyword, fake: FakeModel) -> None:
    (row,) = seen(keyword, "Hallway Coffee and the rats")
    assert (row.tone, row.judge) == ("neutral", VERSION)
    assert ask() == 1
    row.refresh_from_db()
    assert (row.tone, row.shade, row.judge) == ("negative", "negative", f"{VERSION}+model")
    assert row.opinion is not None
    assert row.opinion.model == "fake-1"
    assert row.evidence[0]["reason"] == "the model reads it as negative (99 %)"
    line = ToneEntry.objects.get()
    assert (line.act, line.before, line.tone) == (ToneEntry.Act.NEW_OPINION, "neutral", "negative")
    assert Judgement.objects.get().negatives == 1


def test_without_a_model_nothing_changes(keyword: Keyword, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinions, "model", lambda: None)
    (row,) = seen(keyword, "Hallway Coffee and the rats")
    before = Mark.objects.values().get()
    assert ask() == 0
    tasks.ask_the_model()
    assert Mark.objects.values().get() == before
    assert row.opinion is None


def test_switched_off_the_model_is_not_even_loaded(
    keyword: Keyword, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load() -> None:
        raise AssertionError("loaded")

    monkeypatch.setattr("reputation.tone.model.installed_model", load)
    seen(keyword, "Hallway Coffee and the rats")
    settings.TONE_MODEL = "off"
    assert ask() == 0
    settings.TONE_MODEL = "auto"
    with pytest.raises(AssertionError, match="loaded"):
        ask()


def test_switching_it_off_takes_its_word_back(
    keyword: Keyword, fake: FakeModel, settings: Any
) -> None:
    (row,) = seen(keyword, "Hallway Coffee and the rats")
    ask()
    settings.TONE_MODEL = "off"
    assert rejudge_outdated(LATER, limit=100) == 1
    row.refresh_from_db()
    assert (row.tone, row.judge, row.opinion) == ("neutral", VERSION, None)
    assert rejudge_outdated(LATER, limit=100) == 0


def test_a_text_is_asked_once(keyword: Keyword, fake: FakeModel) -> None:
    seen(keyword, "Hallway Coffee and the rats", "Hallway Coffee and the rats", "Hallway Coffee")
    assert ask() == 3
    assert sorted(fake.read) == ["Hallway Coffee", "Hallway Coffee and the rats"]
    assert ask(LATER) == 0
    Mark.objects.update(opinion=None, judge=VERSION)
    assert ask(LATER + timedelta(hours=1)) == 3
    assert len(fake.read) == 2


def test_another_model_is_asked_anew(
    keyword: Keyword, fake: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(keyword, "Hallway Coffee and the rats")
    ask()
    other = FakeModel("fake-2")
    monkeypatch.setattr(opinions, "model", lambda: other)
    assert ask(LATER) == 1
    assert len(other.read) == 1
    assert Mark.objects.get().opinion == TextOpinion.objects.get(model="fake-2")


def test_a_new_text_waits_for_the_model_again(keyword: Keyword, fake: FakeModel) -> None:
    url = "https://site-0.example/a"
    seen(keyword, "Hallway Coffee and the rats")
    ask()
    store(keyword, (url, "Hallway Coffee and the roses"), at=LATER)
    judge_new_snapshots()
    row = Mark.objects.get()
    assert (row.tone, row.judge, row.opinion) == ("neutral", VERSION, None)
    assert ask(LATER) == 1
    assert Mark.objects.get().tone == "positive"


def test_a_killed_worker_costs_no_second_question(
    keyword: Keyword, fake: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(keyword, "Hallway Coffee and the rats")

    def die(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(opinions, "_judge_with", die)
        with pytest.raises(KeyboardInterrupt):
            ask()
    assert Mark.objects.get().tone == "neutral"
    assert ask(LATER) == 1
    assert Mark.objects.get().tone == "negative"
    assert len(fake.read) == 1


def test_one_worker_at_a_time_asks(keyword: Keyword, fake: FakeModel) -> None:
    seen(keyword, "Hallway Coffee and the rats", "Hallway Coffee and the roses")
    assert ask(limit=1) == 1
    assert ask(NOW + timedelta(seconds=20)) == 0
    assert ask(NOW + timedelta(seconds=60)) == 1


def test_what_stands_on_page_one_is_asked_first(keyword: Keyword, fake: FakeModel) -> None:
    seen(keyword, *(f"Hallway Coffee, part {n}" for n in range(12)))
    ask(limit=10)
    assert not {"Hallway Coffee, part 10", "Hallway Coffee, part 11"} & set(fake.read)
    ask(LATER)
    assert len(fake.read) == 12


def test_a_persons_mark_is_never_asked_about(
    keyword: Keyword, fake: FakeModel, editor: User
) -> None:
    (row,) = seen(keyword, "Hallway Coffee and the rats")
    mark(row, by=editor, now=NOW, tone="neutral")
    assert ask() == 0
    assert Mark.objects.get().tone == "neutral"


def test_a_person_who_marks_while_the_model_reads_is_right(
    keyword: Keyword, fake: FakeModel, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = seen(keyword, "Hallway Coffee and the rats")
    read = fake.opinions

    def marked_meanwhile(texts: Sequence[Text], names: BrandNames) -> list[Opinion]:
        mark(Mark.objects.get(), by=editor, now=NOW, tone="positive")
        return read(texts, names)

    monkeypatch.setattr(fake, "opinions", marked_meanwhile)
    assert ask() == 0
    row.refresh_from_db()
    assert (row.tone, row.source) == ("positive", "person")


def test_a_word_taken_back_leaves_the_models(
    keyword: Keyword, fake: FakeModel, editor: User
) -> None:
    (row,) = seen(keyword, "Hallway Coffee and the rats")
    ask()
    mark(Mark.objects.get(), by=editor, now=NOW, tone="positive")
    unmark(Mark.objects.get(), by=editor, now=LATER)
    row.refresh_from_db()
    assert (row.tone, row.judge) == ("negative", f"{VERSION}+model")


def test_judging_anew_and_the_model_do_not_chase_each_other(
    keyword: Keyword, fake: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = seen(keyword, "Hallway Coffee and the rats")
    ask()
    assert rejudge_outdated(LATER, limit=100) == 0
    monkeypatch.setattr(judges, "VERSION", "rules-99")
    assert rejudge_outdated(LATER, limit=100) == 1
    row.refresh_from_db()
    assert (row.tone, row.judge) == ("negative", "rules-99+model")
    assert row.opinion is not None
    assert rejudge_outdated(LATER, limit=100) == 0
    assert ask(LATER) == 0


def test_trained_corrections_outdate_the_same_rules_with_the_model(
    keyword: Keyword, fake: FakeModel
) -> None:
    """ "rules-2+7" stands between "rules-2" and "rules-2+model" in any order of letters."""
    seen(keyword, "Hallway Coffee and the rats")
    ask()
    for label in (f"{VERSION}+7", f"{VERSION}+7+model", "rules-1", f"{VERSION}z"):
        Mark.objects.update(judge=label)
        assert rejudge_outdated(LATER, limit=100) == 1, label
        assert Mark.objects.get().judge == f"{VERSION}+model"


def test_pages_of_the_brand_itself_are_no_praise(
    brand: Brand, keyword: Keyword, fake: FakeModel
) -> None:
    store(keyword, ("https://hallwaycoffee.example/", "Hallway Coffee and the roses"))
    judge_new_snapshots()
    ask()
    assert Mark.objects.get().tone == "neutral"


def test_every_brand_gets_its_turn(keyword: Keyword, other_brand: Brand, fake: FakeModel) -> None:
    other = Keyword.objects.create(
        brand=other_brand, phrase="kettle works", engine=keyword.engine, country=keyword.country,
        language=keyword.language, device=keyword.device,
    )  # fmt: skip
    store(keyword, *((f"https://a{n}.example/", f"Hallway Coffee, part {n}") for n in range(12)))
    store(other, ("https://b.example/", "Kettle Works and the rats"))
    judge_new_snapshots()
    assert ask(limit=11) == 11
    assert "Kettle Works and the rats" in fake.read


def test_listing_what_waits_costs_the_same_for_many_marks(
    keyword: Keyword, fake: FakeModel, django_assert_max_num_queries: Any
) -> None:
    seen(keyword, *(f"Hallway Coffee, part {n}" for n in range(40)))
    with django_assert_max_num_queries(60):
        assert ask() == 40
