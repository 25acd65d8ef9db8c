"""Notices reach the right people by mail at least once and at most twice, whatever dies in between."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import OperationalError, connections

from serp import delivery
from serp.delivery import LEASE, UNSURE, send_waiting
from serp.models import Brand, Keyword, Membership, Notice, Pause, ProviderAccount
from serp.notices import close_notice, open_notice
from serp.telling import SETTLING
from tests.cast import NOW, person
from tests.installation import Installation
from tests.mail_server import BUSY, CUT, MUTE, REFUSE, MailServer

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
Kind = Notice.Kind
SETTLED = NOW + SETTLING


@pytest.fixture
def chief(db: None) -> User:
    return person("chief", is_superuser=True)


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A real mail server that the installation sends through."""
    started = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", started.port
    yield started
    started.stop()


def monitoring(now: datetime = NOW) -> Notice:
    open_notice(Kind.MONITORING, "monitoring", "Nothing is measured.", now)
    return Notice.objects.get(key="monitoring", closed_at=None)


def quarantine(brand: Brand, number: int = 1) -> None:
    open_notice(Kind.QUARANTINE, f"quarantine:{number}", f"“k{number}” waits.", NOW, brand=brand)


def sent_to() -> list[tuple[str, list[str]]]:
    return [(str(message.subject), message.bcc) for message in mail.outbox]


def test_an_opening_and_an_ending_are_a_message_each_and_each_is_sent_once(chief: User) -> None:
    row = monitoring()
    for minute in range(3):
        assert send_waiting(NOW + minute * MINUTE) == (minute == 0)
    close_notice("monitoring", NOW + HOUR, ending="Monitoring is back: from 6 to 7.")
    for minute in range(3):
        assert send_waiting(NOW + HOUR + minute * MINUTE) == (minute == 0)
    opening, ending = mail.outbox
    assert opening.subject == "Pushdown: Monitoring is broken"
    assert "Nothing is measured." in opening.body
    assert ending.subject == "Pushdown: Monitoring is back"
    assert "from 6 to 7" in ending.body
    assert opening.extra_headers["Message-ID"] != ending.extra_headers["Message-ID"]
    assert str(row.message_id) in opening.extra_headers["Message-ID"]


def test_the_receivers_do_not_see_each_other(server: MailServer, chief: User) -> None:
    person("second chief", is_superuser=True, is_active=True)
    get = User.objects.get(username="second chief")
    User.objects.filter(pk=get.pk).update(email="second@people.example")
    monitoring()
    send_waiting(NOW)
    (message,) = server.mails
    assert server.people == [["chief@people.example", "second@people.example"]]
    assert "chief@people.example" not in message.as_string()
    assert message["To"] == "undisclosed-recipients:;"
    assert message["Auto-Submitted"] == "auto-generated"


def test_each_notice_goes_only_to_those_who_may_see_it(
    brand: Brand, other_brand: Brand, manager: User, editor: User, stranger: User, chief: User
) -> None:
    quarantine(brand)
    send_waiting(SETTLED)
    assert sent_to() == [("Pushdown: Keyword in quarantine, Hallway Coffee", [manager.email])]
    mail.outbox.clear()
    monitoring()
    send_waiting(NOW)
    assert sent_to() == [("Pushdown: Monitoring is broken", [chief.email])]
    mail.outbox.clear()
    Notice.objects.all().delete()
    own = ProviderAccount.objects.create(name="Own", provider="sample", brand=other_brand)
    shared = brand.account
    Keyword.objects.create(brand=other_brand, phrase="kettle", account=own)
    Brand.objects.filter(pk=other_brand.pk).update(account=None)
    open_notice(Kind.ACCOUNT, "account:1", "Held.", NOW, account=shared)
    open_notice(Kind.ACCOUNT, "account:2", "Held.", NOW, account=own, brand=other_brand)
    send_waiting(SETTLED)
    assert sorted(sent_to()) == [
        ("Pushdown: Account held, Kettle Works", [chief.email, stranger.email]),
        ("Pushdown: Account held, Sample world", [chief.email, manager.email]),
    ]


def test_a_brand_without_a_manager_is_told_to_those_who_run_the_installation(
    brand: Brand, editor: User, chief: User
) -> None:
    quarantine(brand)
    send_waiting(SETTLED)
    assert [people for _, people in sent_to()] == [[chief.email]]


def test_where_nobody_has_an_address_it_waits_and_says_so(brand: Brand, manager: User) -> None:
    User.objects.update(email="")
    quarantine(brand)
    assert send_waiting(SETTLED) == 0
    row = Notice.objects.get()
    assert "Nobody who may see it has a mail address" in row.trouble
    assert row.attempts == 0
    User.objects.update(email="now@people.example")
    assert send_waiting(SETTLED) == 0, "not asked at every tick"
    assert send_waiting(SETTLED + HOUR) == 1
    row.refresh_from_db()
    assert (row.trouble, row.opening_sent_at) == ("", SETTLED + HOUR)


def test_five_hundred_notices_at_once_are_one_digest(
    brand: Brand, manager: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(500):
        quarantine(brand, number)
    assert send_waiting(NOW + MINUTE) == 0, "others may join"
    with django_assert_max_num_queries(20):
        assert send_waiting(SETTLED) == 1
    (message,) = mail.outbox
    assert message.subject == "Pushdown: 500 keywords in quarantine"
    assert "40. “k39” waits." in message.body
    assert "And 460 more" in message.body
    assert not Notice.objects.filter(opening_sent_at=None).exists()


def test_what_is_over_before_it_is_told_is_not_told_except_a_gap(
    brand: Brand, manager: User, chief: User
) -> None:
    open_notice(Kind.ACCOUNT, "account:1", "Held.", NOW, account=brand.account)
    close_notice("account:1", NOW + MINUTE, ending="It answers again.")
    quarantine(brand)
    close_notice("quarantine:1", NOW + MINUTE)
    assert send_waiting(NOW + HOUR) == 0
    monitoring(NOW + HOUR)
    close_notice("monitoring", NOW + HOUR, ending="Monitoring is back.")
    assert send_waiting(NOW + HOUR) == 1
    assert [subject for subject, _ in sent_to()] == ["Pushdown: Monitoring is back"]
    assert send_waiting(NOW + 2 * HOUR) == 0


def test_monitoring_tells_for_its_accounts_and_an_account_for_its_runs(
    brand: Brand, manager: User, chief: User
) -> None:
    monitoring()
    open_notice(Kind.ACCOUNT, "account:1", "Held.", NOW, account=brand.account)
    open_notice(Kind.DRIFT, "drift:1", "Doubtful.", NOW, account=brand.account)
    assert send_waiting(NOW + HOUR) == 1
    close_notice("account:1", NOW + 2 * HOUR, ending="It answers again.")
    close_notice("monitoring", NOW + 2 * HOUR + MINUTE, ending="Monitoring is back.")
    send_waiting(NOW + 2 * HOUR + MINUTE)
    send_waiting(NOW + 3 * HOUR)
    close_notice("drift:1", NOW + 4 * HOUR, ending="Whole again.")
    send_waiting(NOW + 5 * HOUR)
    subjects = [subject for subject, _ in sent_to()]
    assert subjects == ["Pushdown: Monitoring is broken", "Pushdown: Monitoring is back"]


def test_an_account_that_stays_held_when_monitoring_is_back_is_told_then(
    brand: Brand, manager: User, chief: User
) -> None:
    monitoring()
    open_notice(Kind.ACCOUNT, "account:1", "Held.", NOW, account=brand.account)
    send_waiting(NOW + HOUR)
    close_notice("monitoring", NOW + HOUR, ending="Monitoring is back.")
    send_waiting(NOW + HOUR + MINUTE)
    assert len(mail.outbox) == 2
    send_waiting(NOW + HOUR + 11 * MINUTE)
    assert mail.outbox[2].subject == "Pushdown: Account held, Sample world"


def test_nothing_is_sent_while_the_installation_is_paused(chief: User) -> None:
    monitoring()
    Pause.begin("restored", NOW)
    assert send_waiting(NOW) == 0
    Pause.end()
    assert send_waiting(NOW) == 1


def test_a_name_cannot_write_a_header(server: MailServer, brand: Brand, manager: User) -> None:
    Brand.objects.filter(pk=brand.pk).update(name="Acme\r\nBcc: thief@evil.example\r\n\r\nHello")
    User.objects.filter(pk=manager.pk).update(email="m@people.example")
    bad = person("bad")
    Membership.objects.create(brand=brand, user=bad, role="manager")
    User.objects.filter(pk=bad.pk).update(email="x@people.example\r\nBcc: thief@evil.example")
    quarantine(brand)
    send_waiting(SETTLED)
    (message,) = server.mails
    assert server.people == [["m@people.example"]]
    assert message["Bcc"] is None
    assert "thief" in message["Subject"], "the control: the name was used"
    assert "\n" not in message["Subject"]


@pytest.mark.parametrize("fault", [REFUSE, BUSY, "gone"])
def test_a_mail_server_that_takes_nothing_is_tried_again_later_each_time_later(
    server: MailServer, settings: Any, chief: User, fault: str
) -> None:
    row = monitoring()
    if fault == "gone":
        settings.EMAIL_PORT = 1
    else:
        server.fault = fault
    waits, now = [], NOW
    for _ in range(8):
        assert send_waiting(now) == 0
        row.refresh_from_db()
        assert row.trouble.startswith("The mail server: ")
        assert row.not_before is not None
        assert send_waiting(row.not_before - timedelta(seconds=1)) == 0
        waits.append(row.not_before - now)
        now = row.not_before
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) < (2 * MINUTE, HOUR + MINUTE)
    assert waits[-1] > 10 * MINUTE
    assert row.attempts == 0, "what was surely not taken is no try"
    server.fault, settings.EMAIL_PORT = "", server.port
    assert send_waiting(now) == 1
    assert len(server.mails) == 1
    row.refresh_from_db()
    assert (row.trouble, row.not_before) == ("", None)


@pytest.mark.parametrize("fault", [CUT, MUTE])
def test_a_mail_of_which_nobody_knows_is_sent_a_second_time_as_the_same_and_no_third(
    server: MailServer, settings: Any, chief: User, fault: str
) -> None:
    settings.EMAIL_TIMEOUT = 1
    row = monitoring()
    server.fault = fault
    for minute in range(0, 60, 2):
        send_waiting(NOW + minute * 2 * MINUTE)
    assert len(server.mails) == 2
    assert len(set(server.ids())) == 1
    row.refresh_from_db()
    assert row.trouble == UNSURE
    server.fault = ""
    close_notice("monitoring", NOW + 5 * HOUR, ending="Monitoring is back.")
    send_waiting(NOW + 5 * HOUR)
    assert len(server.mails) == 3, "the ending has tries of its own"
    assert len(set(server.ids())) == 2


def test_a_digest_that_is_sent_a_second_time_is_the_same_digest(
    server: MailServer, settings: Any, brand: Brand, manager: User
) -> None:
    for number in range(5):
        quarantine(brand, number)
    server.fault = CUT
    send_waiting(SETTLED)
    quarantine(brand, 99)
    server.fault = ""
    send_waiting(SETTLED + LEASE + MINUTE)
    first, *others = server.mails
    assert first["Subject"] == "Pushdown: 5 keywords in quarantine"
    again = [message for message in others if message["Message-ID"] == first["Message-ID"]]
    assert [message.get_payload() for message in again] == [first.get_payload()]
    assert len(others) == 2, "the sixth has a mail of its own"


def test_a_notice_that_ends_while_its_opening_is_unsure_is_told_its_end(
    server: MailServer, chief: User
) -> None:
    monitoring()
    server.fault = CUT
    send_waiting(NOW)
    close_notice("monitoring", NOW + MINUTE, ending="Monitoring is back.")
    server.fault = ""
    for hour in range(1, 4):
        send_waiting(NOW + hour * HOUR)
    assert [message["Subject"] for message in server.mails] == [
        "Pushdown: Monitoring is broken",
        "Pushdown: Monitoring is back",
    ]


@pytest.mark.django_db(transaction=True)
def test_of_many_who_send_at_once_one_sends(
    server: MailServer, chief: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at_once() -> int:
        monitoring()
        gate = threading.Barrier(4)

        def send() -> None:
            gate.wait()
            try:
                send_waiting(NOW)
            except OperationalError:
                pass  # An SQLite in memory refuses at once who comes second; on PostgreSQL it waits.
            finally:
                connections.close_all()

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        Notice.objects.all().delete()
        return len(server.mails)

    assert at_once() == 1
    server.mails.clear()
    monkeypatch.setattr(delivery, "claim", lambda batch, now: batch)
    assert at_once() > 1, "the control: without the claim several send"


SEND = """
from django.utils import timezone
from serp.delivery import send_waiting
send_waiting(timezone.now())
"""
SET_UP = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.auth.models import User
from django.utils import timezone
from serp.notices import open_notice
User.objects.create_superuser("chief", "chief@people.example", "a long enough password")
open_notice("monitoring", "monitoring", "Nothing is measured.", timezone.now())
"""


@pytest.fixture
def site(tmp_path: Path, server: MailServer) -> Iterator[Installation]:
    """An installation with one notice that waits to be told."""
    one = Installation(
        tmp_path,
        database=f"sqlite:///{tmp_path / 'site.sqlite3'}",
        settings={"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"},
    )
    one.shell(SET_UP)
    yield one
    one.stop()


def let_the_lease_end(site: Installation) -> None:
    with sqlite3.connect(site.database.removeprefix("sqlite:///"), timeout=20) as database:
        database.execute("UPDATE serp_notice SET lease_until = '2020-01-01 00:00:00'")


def sender(site: Installation) -> subprocess.Popen[bytes]:
    return site.start("django", "shell", "-v0", "-c", SEND, log="sender")


def test_a_sender_killed_between_sending_and_noting_it_costs_one_mail_of_the_same_id_and_no_third(
    server: MailServer, site: Installation
) -> None:
    server.fault = MUTE
    for number in (1, 2):
        process = sender(site)
        assert server.came.acquire(timeout=60), site.tail()
        site.kill(process)
        assert len(server.mails) == number, "the control: what nobody noted is sent again"
        assert site.one("SELECT count(*) FROM serp_notice WHERE opening_sent_at IS NULL") == 1
        let_the_lease_end(site)
    server.fault = ""
    site.shell(SEND)
    assert len(server.mails) == 2
    assert len(set(server.ids())) == 1
    assert site.one("SELECT trouble FROM serp_notice") == UNSURE


def test_two_processes_at_once_send_one_mail(server: MailServer, site: Installation) -> None:
    for process in [sender(site), sender(site)]:
        assert process.wait(60) == 0, site.tail()
    assert len(server.mails) == 1
    assert site.one("SELECT count(*) FROM serp_notice WHERE opening_sent_at IS NOT NULL") == 1
