"""Nothing measured though it should be: one alarm with its reason, one all-clear that names the gap."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from serp.blindness import fell_due
from serp.cadence import Cadence
from serp.models import Brand, Check, Heartbeat, Keyword, Notice, Pause
from serp.monitoring import watch
from serp.notices import open_notice
from serp.scheduling import resume
from tests.cast import NOW, MakeSnapshot, person

pytestmark = pytest.mark.django_db
State = Check.State
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def alarm() -> Notice | None:
    return Notice.objects.open().filter(key="monitoring").first()


def ends(keyword: Keyword, state: str, at: datetime, *, kind: str = "") -> Check:
    row = Check.objects.create(
        keyword=keyword,
        period=at,
        not_before=at,
        sent_at=at,
        finished_at=at,
        state=state,
        error_kind=kind,
        account=keyword.brand.account,
    )
    Keyword.objects.filter(pk=keyword.pk).update(last_check=row)
    return row


@pytest.fixture
def watched(brand: Brand) -> list[Keyword]:
    """Eight keywords that are checked daily; none of them is due in the next days."""
    later = NOW + timedelta(days=9)
    rows = [
        Keyword.objects.create(brand=brand, phrase=f"k{n}", next_check_at=later) for n in range(8)
    ]
    Keyword.objects.update(created_at=NOW - timedelta(days=30))
    return rows


@pytest.fixture
def ticking(watched: list[Keyword]) -> None:
    """A worker that looked a minute ago."""
    Heartbeat.beat("worker", NOW - MINUTE)
    watch(NOW - MINUTE)


def test_all_is_well_while_checks_bring_results(
    watched: list[Keyword], ticking: None, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("own", of=watched[0], at=NOW)
    ends(watched[0], State.MEASURED, NOW)
    for is_worker in (True, False):
        watch(NOW + MINUTE, is_worker=is_worker)
    assert not Notice.objects.exists()


def test_a_silent_worker_is_seen_from_outside_and_its_return_names_the_gap(
    watched: list[Keyword], ticking: None
) -> None:
    watch(NOW + 8 * MINUTE, is_worker=False)
    assert alarm() is None
    watch(NOW + 10 * MINUTE, is_worker=False)
    row = alarm()
    assert row is not None
    assert "no worker has given a sign of life since 18 Nov 05:59 UTC" in row.text
    back = NOW + timedelta(hours=24)
    Heartbeat.beat("worker", back)
    watch(back)
    assert alarm() is None
    row.refresh_from_db()
    assert row.ending.startswith(
        "Monitoring is back: nothing was read from 18 Nov 05:59 UTC to 19 Nov 06:00 UTC; "
        "8 checks fell due in that time."
    )
    assert Notice.objects.count() == 1


def test_a_worker_that_wakes_after_a_silence_that_nobody_saw_tells_the_gap_once(
    watched: list[Keyword], ticking: None
) -> None:
    back = NOW + timedelta(hours=24)
    for second in range(0, 120, 20):
        watch(back + timedelta(seconds=second))
    (row,) = Notice.objects.all()
    assert row.closed_at == back
    assert "8 checks fell due" in row.ending


def test_a_silence_in_which_nothing_fell_due_is_no_news(
    watched: list[Keyword], ticking: None
) -> None:
    Keyword.objects.update(cadence=Cadence.MONTHLY)
    watch(NOW + timedelta(hours=24))
    assert not Notice.objects.exists()


def test_of_two_workers_that_wake_at_once_one_tells(watched: list[Keyword], ticking: None) -> None:
    back = NOW + timedelta(hours=24)
    watch(back)
    watch(back - timedelta(seconds=1))
    watch(back + timedelta(seconds=1))
    assert Notice.objects.count() == 1


def test_checks_that_wait_while_none_ends_are_told(watched: list[Keyword], ticking: None) -> None:
    resume(watched[0], NOW)
    Check.objects.create(keyword=watched[1], period=NOW, not_before=NOW)
    for minute in range(0, 30, 5):
        watch(NOW + minute * MINUTE)
    assert alarm() is None
    watch(NOW + 31 * MINUTE)
    row = alarm()
    assert row is not None
    assert "2 checks wait, the oldest since 18 Nov 06:00 UTC" in row.text


def test_a_task_that_a_provider_works_on_is_not_overdue(
    watched: list[Keyword], ticking: None
) -> None:
    row = Check.objects.create(
        keyword=watched[1], period=NOW, not_before=NOW, state=State.SENT, task="t1"
    )
    for minute in range(0, 60, 5):
        watch(NOW + minute * MINUTE)
    assert alarm() is None
    Check.objects.filter(pk=row.pk).update(task="")
    watch(NOW + 61 * MINUTE)
    assert alarm() is not None, "the control"


def test_checks_that_end_while_others_wait_are_no_standstill(
    watched: list[Keyword], ticking: None, make_snapshot: MakeSnapshot
) -> None:
    Check.objects.create(keyword=watched[1], period=NOW, not_before=NOW)
    make_snapshot("own", of=watched[0], at=NOW + 20 * MINUTE)
    ends(watched[0], State.MEASURED, NOW + 20 * MINUTE)
    watch(NOW + 9 * MINUTE)
    for minute in range(18, 45, 9):
        watch(NOW + minute * MINUTE)
    assert alarm() is None


def test_five_failures_in_a_row_are_told_at_once_and_fewer_after_six_hours(
    watched: list[Keyword], ticking: None, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("own", of=watched[0], at=NOW - 3 * HOUR)
    for one in watched[:4]:
        ends(one, State.FAILED, NOW, kind="timeout")
    watch(NOW + MINUTE)
    assert alarm() is None
    ends(watched[4], State.FAILED, NOW + MINUTE, kind="bad_key")
    watch(NOW + 2 * MINUTE)
    row = alarm()
    assert row is not None
    assert row.text.startswith("Nothing has been measured since 18 Nov 03:00 UTC: all 5 checks")
    assert "the provider did not answer in time (4), the provider refused the key (1)" in row.text
    Notice.objects.all().delete()
    Check.objects.filter(keyword__in=watched[1:]).delete()
    now = NOW + 2 * MINUTE
    while now < NOW + 6 * HOUR - 9 * MINUTE:
        now += 9 * MINUTE
        watch(now)
        assert alarm() is None
    watch(NOW + 6 * HOUR + MINUTE)
    assert alarm() is not None


def test_the_alarm_stays_until_an_engine_has_answered(
    watched: list[Keyword], ticking: None, make_snapshot: MakeSnapshot
) -> None:
    for row in watched:
        ends(row, State.FAILED, NOW, kind="server")
    now = NOW
    for _ in range(200):
        now += 9 * MINUTE
        watch(now)
        assert alarm() is not None
    assert Notice.objects.count() == 1
    ends(watched[1], State.EMPTY, now + MINUTE)
    ends(watched[2], State.FAILED, now + 2 * MINUTE, kind="server")
    watch(now + 3 * MINUTE)
    assert alarm() is None, "that the engine has nothing is an answer; one failure is no standstill"
    assert Notice.objects.get().ending


def test_checks_that_are_left_out_are_told_by_their_own_notices(
    watched: list[Keyword], ticking: None
) -> None:
    for row in watched:
        ends(row, State.SKIPPED, NOW)
    watch(NOW + MINUTE)
    assert alarm() is None


def test_where_the_account_was_told_the_alarm_is_not_told_again(
    watched: list[Keyword], ticking: None, brand: Brand
) -> None:
    open_notice(Notice.Kind.ACCOUNT, "account:1", "Held.", NOW, account=brand.account)
    for one in watched:
        ends(one, State.FAILED, NOW, kind="server")
    watch(NOW + MINUTE)
    row = alarm()
    assert row is not None
    assert row.opening_sent_at is None, "the control: nobody was told of the account"
    Notice.objects.filter(key="monitoring").delete()
    Notice.objects.update(opening_sent_at=NOW)
    watch(NOW + 2 * MINUTE)
    row = alarm()
    assert row is not None
    assert row.opening_sent_at is not None


def test_nothing_is_expected_of_a_paused_installation_or_of_one_that_watches_nothing(
    watched: list[Keyword], ticking: None
) -> None:
    Pause.begin("restored", NOW)
    watch(NOW + 24 * HOUR, is_worker=False)
    watch(NOW + 25 * HOUR)
    Pause.end()
    Keyword.objects.update(is_paused=True)
    watch(NOW + 26 * HOUR, is_worker=False)
    assert not Notice.objects.exists()


def test_redis_that_does_not_answer_is_told_on_an_installation_that_needs_it(
    watched: list[Keyword], ticking: None, settings: Any, redis_url: str
) -> None:
    settings.IS_EMBEDDED, settings.REDIS_URL = False, redis_url
    watch(NOW)
    assert alarm() is None
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    watch(NOW + MINUTE)
    row = alarm()
    assert row is not None
    assert "Redis does not answer (ConnectionError)" in row.text
    settings.REDIS_URL = redis_url
    watch(NOW + 2 * MINUTE)
    assert alarm() is None


def test_the_checks_that_fall_due_are_counted_by_their_own_moments(brand: Brand) -> None:
    hourly = Keyword.objects.create(brand=brand, phrase="a", cadence=Cadence.HOURLY)
    Keyword.objects.create(brand=brand, phrase="b", cadence=Cadence.WEEKLY)
    Keyword.objects.create(brand=brand, phrase="c", cadence=Cadence.HOURLY, is_paused=True)
    Keyword.objects.update(created_at=NOW - timedelta(days=30))
    assert fell_due(NOW, NOW + 24 * HOUR) == 24
    Keyword.objects.filter(pk=hourly.pk).update(cadence=Cadence.DAILY)
    assert fell_due(NOW, NOW + timedelta(days=14)) == 14 + 2


def test_the_doctor_tells_by_mail_that_no_worker_runs(
    watched: list[Keyword], settings: Any
) -> None:
    person("chief", is_superuser=True)
    Heartbeat.beat("worker", timezone.now() - HOUR)
    output = StringIO()
    with pytest.raises(CommandError):
        call_command("doctor", "--notify", stdout=output, no_color=True)
    assert "1 message sent." in output.getvalue()
    (message,) = mail.outbox
    assert message.subject == "Pushdown: Monitoring is broken"
    with pytest.raises(CommandError):
        call_command("doctor", stdout=output, no_color=True)
    with pytest.raises(CommandError):
        call_command("doctor", "--notify", stdout=output, no_color=True)
    assert len(mail.outbox) == 1
    assert User.objects.count() == 1
