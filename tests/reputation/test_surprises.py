"""New negatives in the first three are confirmed before they alarm, and refuted ones never do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reputation.judging import judge_new_snapshots
from reputation.models import Incident, Mark
from reputation.surprises import look, surprises
from serp.models import Brand, Check, Confirmation, Keyword, Notice, Snapshot
from tests.cast import MakeSnapshot

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
FINE = ("own:shop", *(f"neutral:p{n}" for n in range(1, 10)))
BAD = ("own:shop", "negative:recall", *FINE[2:])
Verdict = Confirmation.Verdict
Read = Callable[..., Snapshot]


@pytest.fixture
def read(make_snapshot: MakeSnapshot, keyword: Keyword) -> Read:
    """A judged reading that a check brought."""

    def of(*tones: str, days: int = 0, at: timedelta = timedelta(0), confirms: bool = False) -> Snapshot:  # fmt: skip
        moment = NOW - days * DAY + at
        snapshot = make_snapshot(*tones, at=moment)
        open_one = Check.objects.filter(purpose=Check.Purpose.CONFIRMATION, state=Check.State.DUE)
        check = open_one.first() if confirms else Check(keyword=keyword, period=moment)
        assert check is not None
        check.state, check.tries, check.account = "measured", 1, keyword.brand.account
        check.sent_at = check.finished_at = check.not_before = moment
        check.save()
        Snapshot.objects.filter(pk=snapshot.pk).update(check_row=check)
        return snapshot

    return of


@pytest.fixture
def week(read: Read) -> None:
    for day in (3, 2, 1):
        read(*FINE, days=day)


def verdicts() -> dict[str, str]:
    return {row.page.host: row.verdict for row in Confirmation.objects.filter(is_gone=False)}


def test_a_new_negative_in_the_first_three_is_read_a_second_time(week: None, read: Read) -> None:
    read(*BAD)
    look(NOW + MINUTE)
    assert verdicts() == {"recall.example": Verdict.WAITING}
    assert Check.objects.filter(purpose=Check.Purpose.CONFIRMATION).count() == 1
    look(NOW + 2 * MINUTE)
    assert Check.objects.filter(purpose=Check.Purpose.CONFIRMATION).count() == 1


@pytest.mark.parametrize(
    "tones",
    [
        ("own:shop", "neutral:news", *FINE[2:]),
        ("own:shop", *FINE[1:3], "negative:recall", *FINE[4:]),
        FINE,
    ],
)
def test_other_news_is_none(week: None, read: Read, tones: tuple[str, ...]) -> None:
    read(*tones)
    look(NOW + MINUTE)
    assert verdicts() == {}


def test_a_negative_that_stood_there_of_late_is_not_new(week: None, read: Read) -> None:
    read(*BAD, at=-3 * MINUTE - DAY)
    read(*BAD)
    look(NOW + MINUTE)
    assert verdicts() == {}


def test_the_first_reading_of_a_keyword_holds_no_surprise(read: Read) -> None:
    read(*BAD)
    look(NOW + MINUTE)
    assert verdicts() == {}


def test_a_reading_that_is_judged_late_is_looked_at_all_the_same(
    week: None, read: Read, make_snapshot: MakeSnapshot
) -> None:
    snapshot = read(*BAD)
    judgement = Snapshot.objects.get(pk=snapshot.pk).judgement
    judgement.delete()
    look(NOW + MINUTE)
    assert verdicts() == {}, "not judged yet"
    judge_new_snapshots()
    Mark.objects.filter(page__host="recall.example").update(tone="negative", shade="negative")
    Snapshot.objects.get(pk=snapshot.pk).judgement.__class__.objects.filter(
        snapshot=snapshot
    ).update(worst=2)
    look(NOW + 20 * MINUTE)
    assert verdicts() == {"recall.example": Verdict.WAITING}


def page(client: Client, brand: Brand) -> str:
    return client.get(reverse("overview", args=[brand.slug])).content.decode()


def test_the_overview_waits_with_the_alarm_for_the_second_reading(
    week: None, read: Read, client: Client, viewer: User, brand: Brand
) -> None:
    client.force_login(viewer)
    read(*BAD, at=-5 * MINUTE)
    look(NOW - 4 * MINUTE)
    text = page(client, brand)
    assert "New negative at 2: “Title of recall”" in text
    assert "it is being confirmed by a second reading" in text
    Confirmation.objects.update(verdict=Verdict.CONFIRMED)
    text = page(client, brand)
    assert "a second reading shows the same" in text
    assert "being confirmed" not in text
    Confirmation.objects.update(verdict=Verdict.UNKNOWN)
    assert "no second reading could be had" in page(client, brand)
    Confirmation.objects.update(verdict=Verdict.REFUTED)
    text = page(client, brand)
    assert "New negative" not in text, "a refuted one raises no alarm"


def test_nothing_is_alarmed_while_the_run_is_to_be_doubted(
    week: None, read: Read, brand: Brand
) -> None:
    read(*BAD)
    look(NOW + MINUTE)
    assert len(surprises(brand, NOW + MINUTE)) == 1
    notice = Notice.objects.create(
        kind=Notice.Kind.DRIFT, key="drift:1", account=brand.account, opened_at=NOW
    )
    assert surprises(brand, NOW + MINUTE) == []
    Notice.objects.filter(pk=notice.pk).update(closed_at=NOW + MINUTE)
    assert len(surprises(brand, NOW + 2 * MINUTE)) == 1


def test_an_incident_ends_the_alarm_and_so_does_a_day(
    week: None, read: Read, brand: Brand, editor: User
) -> None:
    snapshot = read(*BAD)
    look(NOW + MINUTE)
    (found,) = surprises(brand, NOW + MINUTE)
    assert (found.position, found.is_pending, found.snapshot_id) == (2, True, snapshot.pk)
    assert surprises(brand, NOW + DAY + 2 * MINUTE) == []
    Incident.objects.create(
        brand=brand, title="Recall", page_id=found.page_id, opened_at=NOW, due_at=NOW
    )
    assert surprises(brand, NOW + MINUTE) == []


def test_a_page_of_ours_that_left_is_told_and_a_negative_that_left_is_not(
    week: None, read: Read, brand: Brand
) -> None:
    snapshot = read("neutral:new", *FINE[1:])
    for host in ("hallwaycoffee.example", "p1.example"):
        Confirmation.objects.create(
            snapshot=snapshot,
            page=Mark.objects.get(page__host=host).page,
            is_gone=True,
            asked_at=NOW,
            verdict=Verdict.CONFIRMED,
        )
    Mark.objects.filter(page__host="p1.example").update(tone="negative", shade="negative")
    (found,) = surprises(brand, NOW + MINUTE)
    assert found.title == "Title of shop"
    assert found.position is None
    assert found.is_confirmed
