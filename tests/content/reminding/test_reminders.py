"""Reminders: the right person, the right day of the brand, once; sent at least once and at most twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from content.models import Approval, Freeze, Piece, Reminder, ReminderChoice
from content.reminding import mailing
from content.reminding.mailing import FRESH, send_waiting
from content.reminding.noting import note
from content.reminding.wishes import Due, What, Wish, days
from serp.delivery import LEASE
from serp.models import Brand, Membership, Pause
from tests.mail_server import CUT, REFUSE, MailServer

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)  # 09:00 in Oslo
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    started = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", started.port
    yield started
    started.stop()


def make(brand: Brand, owner: User | None, **fields: Any) -> Piece:
    return Piece.objects.create(brand=brand, owner=owner, **{"title": "Is it safe?", **fields})


def told() -> set[tuple[str, str, date]]:
    rows = Reminder.objects.values_list("user__username", "what", "on")
    return set(rows)


@pytest.mark.parametrize(
    ("ahead", "before", "found"),
    [
        (1, 1, [Due(What.DRAFT, TODAY + DAY)]),
        (2, 1, []),
        (0, 0, [Due(What.DRAFT, TODAY)]),
        (7, 7, [Due(What.DRAFT, TODAY + 7 * DAY)]),
        (-1, 0, [Due(What.LATE, TODAY - DAY)]),
        (-3, 1, [Due(What.LATE, TODAY - 3 * DAY)]),
        (-4, 1, []),
    ],
)
def test_a_day_is_told_so_many_days_before_and_once_late(
    ahead: int, before: int, found: list[Due]
) -> None:
    wish = Wish(days_before=before)
    assert list(days(TODAY + ahead * DAY, What.DRAFT, wish, today=TODAY)) == found


def test_owner_and_reviewer_are_reminded_each_of_their_own_day(
    brand: Brand, editor: User, manager: User, viewer: User
) -> None:
    make(brand, editor, due_on=TODAY + DAY, publish_on=TODAY + 9 * DAY)
    make(brand, editor, status="approved", due_on=TODAY - DAY, publish_on=TODAY)
    make(brand, None, due_on=TODAY)
    make(brand, viewer, due_on=TODAY, status="published", url="https://x.example", published_at=NOW)
    reviewed = make(brand, None, status="review")
    Approval.objects.create(
        piece=reviewed, name="Legal", reviewer=manager, due_on=TODAY + DAY, opened_at=NOW
    )
    Approval.objects.create(
        piece=reviewed, name="Head", reviewer=viewer, due_on=TODAY + DAY, order=2
    )
    assert note(NOW) == 3
    assert told() == {
        ("editor", "draft", TODAY + DAY),
        ("editor", "publish", TODAY),
        ("manager", "review", TODAY + DAY),
    }
    assert note(NOW + MINUTE) == 0


def test_the_day_and_the_hour_are_the_brand_s(brand: Brand, editor: User) -> None:
    make(brand, editor, due_on=TODAY + DAY)
    assert note(datetime(2026, 11, 18, 6, 59, tzinfo=UTC)) == 0, "07:59 in Oslo"
    assert note(datetime(2026, 11, 18, 7, 0, tzinfo=UTC)) == 1
    brand.time_zone = "Pacific/Kiritimati"  # fourteen hours ahead
    brand.save()
    make(brand, editor, due_on=TODAY + 2 * DAY)
    assert note(datetime(2026, 11, 18, 18, 0, tzinfo=UTC)) == 1, "it is the 19th there"


def test_who_wants_none_or_left_the_brand_gets_none(
    brand: Brand, editor: User, manager: User
) -> None:
    make(brand, editor, due_on=TODAY)
    make(brand, manager, due_on=TODAY)
    ReminderChoice.objects.create(brand=brand, user=editor, is_on=False)
    Membership.objects.filter(user=manager).delete()
    assert note(NOW) == 0


def test_nobody_is_told_to_publish_while_the_calendar_is_frozen(brand: Brand, editor: User) -> None:
    make(brand, editor, status="approved", publish_on=TODAY)
    frozen = Freeze.objects.create(brand=brand, starts_on=TODAY, reason="Recall", made_at=NOW)
    assert note(NOW) == 0
    Freeze.objects.filter(pk=frozen.pk).update(lifted_at=NOW)
    assert note(NOW) == 1, "the control: without the freeze it is told"


def test_one_mail_tells_a_person_all_and_nothing_of_others(
    brand: Brand, editor: User, manager: User, settings: Any
) -> None:
    settings.SITE_URL = "https://pushdown.example"
    one = make(brand, editor, due_on=TODAY, title="Evil\r\nBcc: x@evil.example")
    make(brand, editor, due_on=TODAY + DAY, title="Second")
    make(brand, manager, due_on=TODAY, title="Not yours")
    note(NOW)
    assert send_waiting(NOW) == 2
    mine = next(message for message in mail.outbox if message.to == [editor.email])
    assert mine.subject == "Pushdown: 2 days of your pieces"
    assert f"https://pushdown.example/b/hallway/pieces/{one.pk}/" in mine.body
    assert "Not yours" not in mine.body
    assert "\nBcc:" not in mine.message().as_string()
    assert send_waiting(NOW + MINUTE) == 0


def test_a_refused_mail_is_tried_again_and_counts_no_try(
    brand: Brand, editor: User, server: MailServer
) -> None:
    make(brand, editor, due_on=TODAY)
    note(NOW)
    server.fault = REFUSE
    for hour in range(3):
        assert send_waiting(NOW + hour * 2 * LEASE) == 0
    server.fault = ""
    assert send_waiting(NOW + 8 * LEASE) == 1
    assert Reminder.objects.get().error == ""


def test_a_mail_of_which_nobody_knows_is_sent_twice_with_one_id_and_no_third(
    brand: Brand, editor: User, server: MailServer
) -> None:
    make(brand, editor, due_on=TODAY)
    note(NOW)
    server.fault = CUT
    for number in range(5):
        send_waiting(NOW + number * 2 * LEASE)
    assert len(server.ids()) == 2
    assert len(set(server.ids())) == 1
    assert "Disconnected" in Reminder.objects.get().error


def test_what_was_claimed_is_left_to_the_claimer(brand: Brand, editor: User) -> None:
    make(brand, editor, due_on=TODAY)
    note(NOW)
    ids = [Reminder.objects.get().pk]
    assert len(mailing.claim(ids, NOW)) == 1
    assert mailing.claim(ids, NOW) == []
    assert send_waiting(NOW) == 0
    assert send_waiting(NOW + 2 * LEASE) == 1, "a sender that died is replaced"


def test_what_was_done_meanwhile_is_not_told(brand: Brand, editor: User) -> None:
    piece = make(brand, editor, due_on=TODAY)
    note(NOW)
    Piece.objects.filter(pk=piece.pk).update(due_on=TODAY + 20 * DAY)
    assert send_waiting(NOW) == 0
    assert "done before" in Reminder.objects.get().error
    assert not mail.outbox


def test_a_pause_sends_nothing_and_old_news_stay_untold(brand: Brand, editor: User) -> None:
    make(brand, editor, due_on=TODAY)
    note(NOW)
    pause = Pause.objects.create(since=NOW, reason="restored")
    assert send_waiting(NOW) == 0
    pause.delete()
    assert send_waiting(NOW + FRESH + MINUTE) == 0


def test_a_person_without_an_address_is_told_nothing_and_it_is_said(
    brand: Brand, editor: User, client: Client
) -> None:
    User.objects.filter(pk=editor.pk).update(email="")
    make(brand, editor, due_on=TODAY)
    note(NOW)
    assert send_waiting(NOW) == 0
    client.force_login(editor)
    page = client.get("/b/hallway/calendar/reminders/").content.decode()
    assert "You have no mail address" in page
    assert "The person has no mail address." in page


def test_noting_costs_the_same_for_more_pieces(brand: Brand, editor: User) -> None:
    counts = []
    for size in (1, 20):
        for _ in range(size):
            make(brand, editor, due_on=TODAY)
        with CaptureQueriesContext(connection) as found:
            note(NOW + size * MINUTE)
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_the_page_keeps_ones_own_choice(client: Client, brand: Brand, viewer: User) -> None:
    client.force_login(viewer)
    address = "/b/hallway/calendar/reminders/"
    answer = client.post(address, {"is_on": "on", "days_before": "40", "hour": "25"})
    assert answer.status_code == 422
    assert ReminderChoice.objects.count() == 0
    client.post(address, {"is_on": "on", "days_before": "3", "hour": "10"})
    row = ReminderChoice.objects.get()
    assert (row.user, row.days_before, row.hour, row.is_on) == (viewer, 3, 10, True)
    client.post(address, {"days_before": "3", "hour": "10"})
    assert ReminderChoice.objects.get().is_on is False


def test_a_tick_begins_no_mail_after_its_time_and_claims_nothing(
    server: MailServer, brand: Brand, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(brand, editor, due_on=TODAY)
    note(NOW)
    monkeypatch.setattr(mailing, "SECONDS", 0.0)
    assert send_waiting(NOW) == 0
    assert Reminder.objects.get().tries == 0
    monkeypatch.setattr(mailing, "SECONDS", 9.0)
    assert send_waiting(NOW) == 1
