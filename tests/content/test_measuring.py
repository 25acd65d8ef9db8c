"""The effect of a published piece on a made history, and the tick that closes the measuring."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from content.measuring import FOLLOWED, Effect, due, effect, follow
from content.models import Piece
from content.tasks import follow_pieces
from content.workflow import move
from reputation.models import Judgement
from serp.models import Brand, Check, Keyword, Page
from tests.cast import NOW, MakeSnapshot

DAY = timedelta(days=1)
Publish = Callable[..., Piece]
URL = "https://ours.example/ours"


@pytest.fixture
def publish(brand: Brand, keyword: Keyword) -> Publish:
    """Publish a piece through the workflow: `publish(at)`."""

    def act(at: datetime = NOW, **fields: Any) -> Piece:
        fields = {"keyword": keyword, "url": URL} | fields
        url = fields.pop("url")
        piece = Piece.objects.create(
            brand=brand, title="A piece", status=Piece.Status.APPROVED, **fields
        )
        return move(piece, Piece.Status.PUBLISHED, by=None, now=at, url=url)

    return act


def effect_of(piece: Piece, now: datetime) -> Effect:
    found = effect(piece, now)
    assert found is not None
    return found


def bad_page() -> Page:
    return Page.objects.get(url="https://bad.example/bad")


def test_positions_of_piece_and_negative_and_score_before_and_now(
    publish: Publish, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("negative:early", "negative:bad", at=NOW - 9 * DAY, depth=20)
    before = make_snapshot("neutral:one", "negative:bad", "neutral:two", at=NOW - DAY, depth=20)
    piece = publish(displaces=bad_page())
    make_snapshot("neutral:one", "negative:bad", "neutral:ours", at=NOW + 3 * DAY, depth=20)
    after = make_snapshot(
        "neutral:one", "neutral:ours", "neutral:two", "negative:bad", at=NOW + 9 * DAY, depth=20
    )
    found = effect_of(piece, NOW + 10 * DAY)
    assert found.days == 10
    assert found.target is not None
    assert found.target.before is not None
    assert found.target.now is not None
    assert found.target.before.words == "not in the first 20"
    assert (found.target.now.words, found.target.words) == ("2", "entered")
    assert found.target.before.taken_at == NOW - DAY
    assert found.negative is not None
    assert found.negative.gained == -2
    assert found.score_before is not None
    assert found.score_now is not None
    scores = {j.snapshot_id: j.score for j in Judgement.objects.all()}
    assert found.score_before.value == scores[before.pk]
    assert found.score_now.value == scores[after.pk]
    assert found.score_change == round(scores[after.pk]) - round(scores[before.pk])
    assert found.score_change > 0


def test_a_reading_at_the_moment_of_publication_is_before_it(
    publish: Publish, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral:one", at=NOW)
    found = effect_of(publish(at=NOW), NOW + DAY)
    assert found.target is not None
    assert found.target.before is not None
    assert found.target.now is None
    assert found.target.words == "not measured since"
    assert found.score_now is None
    assert found.score_change is None


def test_failed_checks_since_are_not_a_measurement(
    keyword: Keyword, publish: Publish, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral:ours", at=NOW - DAY)
    piece = publish()
    Check.objects.create(
        keyword=keyword, period=NOW + DAY, state="failed", not_before=NOW, finished_at=NOW + DAY
    )
    found = effect_of(piece, NOW + 2 * DAY)
    assert found.target is not None
    assert found.target.now is None
    assert found.target.gained is None


def test_not_measured_before_is_said(publish: Publish, make_snapshot: MakeSnapshot) -> None:
    piece = publish()
    make_snapshot("neutral:ours", at=NOW + DAY)
    found = effect_of(piece, NOW + DAY)
    assert found.target is not None
    assert (found.target.before, found.target.words) == (None, "not measured before")


@pytest.mark.parametrize(
    ("first", "second", "words", "gained"),
    [
        (("neutral:ours", "neutral:a"), ("neutral:a", "neutral:ours"), "", -1),
        (("neutral:a", "neutral:ours"), ("neutral:ours", "neutral:a"), "", 1),
        (("neutral:ours",), ("neutral:ours",), "unchanged", 0),
        (("neutral:ours",), ("neutral:a",), "left", None),
        (("neutral:a",), ("neutral:a",), "", None),
    ],
)
def test_the_change_is_told_in_words_or_numbers(
    publish: Publish,
    make_snapshot: MakeSnapshot,
    first: tuple[str, ...],
    second: tuple[str, ...],
    words: str,
    gained: int | None,
) -> None:
    make_snapshot(*first, at=NOW - DAY)
    piece = publish()
    make_snapshot(*second, at=NOW + DAY)
    found = effect_of(piece, NOW + DAY).target
    assert found is not None
    assert (found.words, found.gained) == (words, gained)


def test_other_keywords_where_the_page_appears_are_listed_best_first(
    brand: Brand, publish: Publish, make_snapshot: MakeSnapshot
) -> None:
    piece = publish()
    for number, phrase in enumerate(("third", "second", "unseen")):
        other = Keyword.objects.create(brand=brand, phrase=phrase)
        tones = ["neutral"] * 3
        if phrase != "unseen":
            tones[2 - number] = "neutral:ours"
        make_snapshot(*tones, of=other, at=NOW + DAY)
    found = effect_of(piece, NOW + 2 * DAY)
    assert [m.keyword.phrase for m in found.others] == ["second", "third"]
    assert [m.now.position for m in found.others if m.now] == [2, 3]


def test_another_brands_keyword_stays_out(
    other_brand: Brand, publish: Publish, make_snapshot: MakeSnapshot
) -> None:
    piece = publish()
    theirs = Keyword.objects.create(brand=other_brand, phrase="theirs")
    make_snapshot("neutral:ours", of=theirs, at=NOW + DAY)
    assert effect_of(piece, NOW + DAY).others == ()


def test_scores_on_different_curves_are_not_compared(
    publish: Publish, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral:a", at=NOW - DAY)
    piece = publish()
    after = make_snapshot("neutral:a", at=NOW + DAY)
    assert effect_of(piece, NOW + DAY).score_change == 0
    Judgement.objects.filter(snapshot=after).update(curve_version="2")
    found = effect_of(piece, NOW + DAY)
    assert found.score_change is None
    assert found.has_curve_changed


def test_a_piece_that_is_not_out_has_no_effect(brand: Brand) -> None:
    assert effect(Piece.objects.create(brand=brand, title="Later"), NOW) is None


def test_the_effect_asks_as_often_for_many_keywords_as_for_one(
    brand: Brand,
    publish: Publish,
    make_snapshot: MakeSnapshot,
    django_assert_max_num_queries: Any,
) -> None:
    make_snapshot("neutral:a", at=NOW - DAY)
    pk = publish(displaces=None).pk
    for number in range(8):
        other = Keyword.objects.create(brand=brand, phrase=f"word {number}")
        make_snapshot("neutral:ours", of=other, at=NOW - DAY)
        make_snapshot("neutral:a", "neutral:ours", of=other, at=NOW + DAY)
    piece = Piece.objects.select_related("brand").get(pk=pk)
    with django_assert_max_num_queries(6):
        assert len(effect_of(piece, NOW + DAY).others) == 8


def test_a_piece_is_measured_after_28_days_once_it_was_read(
    publish: Publish, make_snapshot: MakeSnapshot
) -> None:
    piece = publish()
    make_snapshot("neutral:ours", at=NOW + FOLLOWED - DAY)
    assert follow(NOW + FOLLOWED + DAY) == []
    make_snapshot("neutral:ours", at=NOW + FOLLOWED + timedelta(hours=1))
    assert follow(NOW + FOLLOWED - DAY) == []
    assert follow(NOW + FOLLOWED) == []
    assert follow(NOW + FOLLOWED + DAY) == [piece]
    assert follow(NOW + FOLLOWED + DAY) == []
    piece.refresh_from_db()
    assert piece.status == Piece.Status.MEASURED


def test_readings_of_another_keyword_do_not_close_it(
    brand: Brand, publish: Publish, make_snapshot: MakeSnapshot
) -> None:
    publish()
    other = Keyword.objects.create(brand=brand, phrase="other")
    make_snapshot("neutral:ours", of=other, at=NOW + FOLLOWED)
    assert due(NOW + FOLLOWED) == []


def test_a_piece_without_keyword_is_closed_by_any_reading_of_its_brand(
    publish: Publish, make_snapshot: MakeSnapshot
) -> None:
    piece = publish(keyword=None)
    make_snapshot("neutral:ours", at=NOW + FOLLOWED)
    assert due(NOW + FOLLOWED) == [piece]


def test_one_moved_by_somebody_else_meanwhile_does_not_stop_the_others(
    publish: Publish, make_snapshot: MakeSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = publish(), publish(url="https://ours.example/two")
    make_snapshot("neutral:ours", at=NOW + FOLLOWED)
    both = due(NOW + FOLLOWED)
    assert both == [first, second]
    monkeypatch.setattr("content.measuring.due", lambda now: both)
    Piece.objects.filter(pk=first.pk).update(status=Piece.Status.MEASURED)
    assert follow(NOW + FOLLOWED) == [second]


def test_the_tick_of_the_worker_does_the_same(
    publish: Publish, make_snapshot: MakeSnapshot
) -> None:
    assert follow_pieces.name == "content.tasks.follow_pieces"
    piece = publish(at=datetime.fromisoformat("2020-01-01T06:00+00:00"))
    make_snapshot("neutral:ours", at=datetime.fromisoformat("2020-03-01T06:00+00:00"))
    follow_pieces()
    follow_pieces()
    piece.refresh_from_db()
    assert piece.status == Piece.Status.MEASURED
    assert piece.history.filter(status="measured").count() == 1
