"""What the demo shows of the planner: drafts, reviews, hours, series, customers, places and a forecast."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from content.approving import checklist, commenting, gate, rounds, sequence
from content.demo import plot
from content.drafting import gate as drafting
from content.drafting.sentences import count_words
from content.models import Brief, Cluster, Draft, ForecastModel, Piece, Placement, Testimonial
from content.placing.listing import catalogue_of
from content.proof.facts import facts_of
from content.proof.rules import use_findings
from content.scheduling.capacity import monday_of
from content.scheduling.conflicts import Rule
from content.scheduling.outlook import outlook
from serp.cadence import Cadence
from serp.models import Brand


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Brand]:
    """A story of nine days, made once for all of these tests, which only read."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(plot, "DAYS", 9)
        call_command("demo", stdout=StringIO())
        yield Brand.objects.get(slug=plot.SLUGS[0])
        transaction.set_rollback(True)


@pytest.fixture
def made(story: Brand, db: None) -> Brand:
    return story


def test_every_step_of_the_way_of_a_piece_is_seen(made: Brand) -> None:
    steps = set(Piece.objects.filter(brand=made).values_list("status", flat=True))
    assert steps >= {"idea", "briefed", "draft", "review", "approved", "scheduled"}


def test_pieces_in_review_wait_for_somebody_and_for_anybody(made: Brand) -> None:
    reviewed = Piece.objects.filter(brand=made, status="review")
    turns = [sequence.whose_turn(rounds.rows_of(piece)) for piece in reviewed]
    assert {turn.reviewer is None for turn in turns if turn} == {True, False}
    states = {row.state for piece in reviewed for row in rounds.rows_of(piece)}
    assert "approved" in states, "one is half way through its approvals"
    assert any(piece.review_links.exists() for piece in reviewed), "an outsider is asked"


def test_one_piece_was_sent_back_and_says_what_to_change(made: Brand) -> None:
    back = [
        (piece, row)
        for piece in Piece.objects.filter(brand=made, status="draft")
        for row in rounds.rows_of(piece)
        if row.state == "changes"
    ]
    assert back
    piece, row = back[0]
    assert row.note
    assert commenting.threads_of(piece)[0].first.quote in piece.draft.text


def test_comments_are_open_and_settled_and_quote_the_draft(made: Brand) -> None:
    threads = [
        (piece, thread)
        for piece in Piece.objects.filter(brand=made)
        for thread in commenting.threads_of(piece)
    ]
    assert {thread.is_open for _, thread in threads} == {True, False}
    assert any(thread.answers for _, thread in threads)
    for piece, thread in threads:
        assert thread.first.quote in piece.draft.text


def test_drafts_are_whole_texts_one_clean_and_one_with_open_findings(made: Brand) -> None:
    drafts = Draft.objects.filter(piece__brand=made).select_related("piece")
    whole = [draft for draft in drafts if 300 <= count_words(draft.text, "en") <= 700]
    assert len(whole) >= 3
    found = {draft.piece.status: drafting.blocking(draft.piece) for draft in whole}
    assert found["review"] == []
    assert found["scheduled"] == []
    assert any(
        drafting.blocking(draft.piece) and all(one.todo for one in drafting.blocking(draft.piece))
        for draft in whole
    )


def test_checklists_are_ticked_in_part_and_block(made: Brand) -> None:
    (claimed,) = [
        piece for piece in Piece.objects.filter(brand=made, status="review") if gate.blocking(piece)
    ]
    lines = checklist.checklist(claimed)
    assert 0 < sum(line.tick is not None for line in lines) < len(lines)
    assert all(line.startswith("To be ticked") for line in gate.blocking(claimed))


def test_what_is_approved_or_scheduled_went_through_its_approvals(made: Brand) -> None:
    done = Piece.objects.filter(brand=made, status__in=("approved", "scheduled"))
    assert done
    for piece in done:
        assert gate.lacking(piece, rounds.rows_of(piece)) == []


def test_briefs_are_drawn_from_result_pages(made: Brand) -> None:
    briefs = Brief.objects.filter(piece__brand=made, piece__keyword__cadence=Cadence.DAILY)
    assert briefs
    for brief in briefs:
        assert brief.drawn_from
        assert brief.outline
        assert brief.proof
        assert brief.search_intent


def test_next_week_one_person_has_too_much_and_one_is_away(made: Brand) -> None:
    today = timezone.now().astimezone(made.zone).date()
    monday = monday_of(today)
    ahead = outlook(made, today, [monday + timedelta(weeks=n) for n in range(4)])
    over = [load for load in ahead.loads.values() if load.is_over]
    assert [load.monday for load in over] == [monday + timedelta(weeks=1)]
    assert any(load.away for load in ahead.loads.values())
    assert Rule.OVER in {one.rule for one in ahead.conflicts}


def test_a_series_made_its_pieces_ahead_and_times_are_set(made: Brand) -> None:
    today = timezone.now().astimezone(made.zone).date()
    pieces = Piece.objects.filter(brand=made, recurrence__isnull=False)
    assert pieces
    assert not pieces.filter(publish_on__lte=today).exists()
    assert not pieces.filter(publish_time=None).exists()
    assert len({piece.title for piece in pieces}) == len(pieces)


def test_every_keyword_is_in_one_cluster(made: Brand) -> None:
    clusters = Cluster.objects.filter(brand=made)
    placed = list(clusters.values_list("keywords", flat=True))
    assert sorted(placed) == sorted(made.keywords.values_list("pk", flat=True))
    assert len(clusters) > 1


def test_testimonials_are_agreed_to_unhappy_and_taken_back(made: Brand) -> None:
    rows = list(Testimonial.objects.filter(brand=made))
    assert {row.state for row in rows} >= {"agreed", "received", "withdrawn", "requested"}
    assert all(row.state == "received" for row in rows if row.is_negative)
    facts = facts_of(rows)
    for row in rows:
        for use in row.uses.filter(must_off_at=None):
            assert use_findings(facts[row.pk], purpose=use.purpose) == [], row
    scheduled = Piece.objects.get(brand=made, status="scheduled")
    assert scheduled.uses.exists()
    for use in scheduled.uses.all():
        assert use.testimonial.text in scheduled.draft.text.replace("\\", "").replace("\n> ", "\n")


def test_somebody_said_where_the_brand_stands(made: Brand) -> None:
    stands = {line.stand.state for line in catalogue_of(made).lines if line.stand.said}
    assert len(stands) >= 3
    assert Placement.objects.filter(brand=None).exists()


def test_the_forecast_was_taught_once(made: Brand) -> None:
    assert ForecastModel.objects.get().made_at <= timezone.now()
