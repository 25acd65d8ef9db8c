"""One datum from tick to effect: a negative appears, is judged, answered and planned against, a piece
is published, rises, passes the negative, and the effect says so. Only the clock is simulated."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from content import workflow
from content.approving import checklist
from content.briefing import make_piece
from content.measuring import effect
from content.models import Piece
from content.opportunities import plan_of
from content.tasks import follow_pieces
from reputation import incidents, tasks
from reputation.models import BrandScore, Incident, Mark
from serp.history import latest_readings
from serp.models import Brand, Check, Keyword, ProviderAccount, Snapshot
from serp.scheduling import resume
from serp.tracking import check_due
from tests.cast import NOW

CRISIS = 98
"""The day of the sample world's story on which the recall breaks out."""
PHRASES = ("hallway coffee", "hallway burr 2", "hallway refund")


@pytest.mark.django_db
def test_from_tick_to_effect(
    brand: Brand, account: ProviderAccount, editor: User, client: Client
) -> None:
    # The world's clock starts a day before the crisis.
    start = NOW - timedelta(days=CRISIS - 1)
    account.options = {"epoch": start.date().isoformat(), "product": "Hallway Burr 2"}
    account.save()
    brand.aliases = ["Hallway", "Hallway Burr 2"]
    brand.save()

    def live(first: int, last: int) -> None:
        """The scheduler's ticks, day by day; day 0 is `NOW`."""
        for day in range(first, last + 1):
            moment = NOW + timedelta(days=day)
            check_due(clock=lambda moment=moment: moment)
            tasks.judge_new_snapshots()

    def at(day: int) -> datetime:
        return NOW + timedelta(days=day, hours=1)

    # 1 to 5: tick, check, record, judge, score.
    keywords = [Keyword.objects.create(brand=brand, phrase=phrase) for phrase in PHRASES]
    for keyword in keywords:
        resume(keyword, NOW)
    live(0, 0)
    assert Check.objects.filter(state=Check.State.MEASURED).count() == len(PHRASES)
    calm = BrandScore.objects.get(day=NOW.date())
    assert calm.coverage == 1

    live(1, 10)
    crisis = BrandScore.objects.latest("day")
    assert calm.score is not None
    assert crisis.score is not None
    assert crisis.score < calm.score - 10
    assert crisis.with_negative == len(PHRASES)

    # 7: a person opens an incident from the result.
    plan = plan_of(brand, at(10))
    target = next(one for one in plan.opportunities if one.keyword.phrase == "hallway burr 2")
    negative = target.page
    mark = Mark.objects.get(brand=brand, page=negative)
    assert mark.evidence, "the machine says why"
    client.force_login(editor)
    client.post(
        reverse("incidents-open", args=[brand.slug]),
        {"page": negative.pk, "keyword": target.keyword.pk},
    )
    incident = Incident.objects.get(page=negative)
    assert incident.due_at > incident.opened_at
    incidents.add_note(incident, text="Answered with our name.", by=editor, now=at(10))
    incidents.set_status(incident, Incident.Status.ANSWERING, now=at(10))

    # 8: the opportunity becomes a piece with a brief.
    piece, is_new = make_piece(brand, target, kind=Piece.Kind.FAQ, by=editor, now=at(10))
    assert is_new
    assert piece.displaces == negative
    assert piece.brief.questions
    assert piece.brief.terms
    assert not set(piece.title.casefold().split()) & {"recall", "recalled", "injuries", "unsafe"}

    # 9: it goes its way and is published; from then on the tracker follows it.
    piece.title = "Hallway Burr 2: answers from our engineers"
    piece.no_draft_reason = "The engineers wrote it in their own editor."
    piece.save()
    points = [line.point.text for line in checklist.checklist(piece)]
    checklist.set_ticks(piece, points, by=editor, now=at(10))
    for status in ("draft", "review", "approved"):
        workflow.move(piece, status, by=editor, now=at(10))
    url = "https://hallwaycoffee.example/burr-2-answers"
    workflow.move(piece, "published", by=editor, now=at(10), url=url)
    before = latest_readings(brand)[target.keyword.pk].position(negative.pk)
    assert before is not None
    assert latest_readings(brand)[target.keyword.pk].position(piece.page_id) is None

    live(11, 80)

    # 10: the effect.
    reading = latest_readings(brand)[target.keyword.pk]
    rose_to = reading.position(piece.page_id)
    fell_to = reading.position(negative.pk)
    assert rose_to is not None
    assert rose_to <= 10
    assert fell_to is None or fell_to > before
    found = effect(piece, at(80))
    assert found is not None
    page = client.get(reverse("board-piece", args=[brand.slug, piece.pk]))
    assert page.status_code == 200
    after = BrandScore.objects.latest("day")
    assert after.score is not None
    assert after.score > crisis.score
    follow_pieces()
    assert Snapshot.objects.count() == 81 * len(PHRASES)
