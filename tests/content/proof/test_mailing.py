"""Requests and copies reach their person by a real mail server, at least once and at most twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail

from content.models import Customer, ProofRequest, Testimonial
from content.proof import mailing
from content.proof.answering import Answer, answer
from content.proof.asking import Link, ask, revoke
from content.proof.mailing import PATIENCE, claim, send_waiting, waiting
from content.proof.tokens import find
from serp.delivery import LEASE, UNSURE
from serp.models import Pause
from tests.cast import NOW
from tests.content.proof.conftest import ASKED, FIRM_YES, WORDS
from tests.mail_server import BUSY, CUT, REFUSE, MailServer

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    started = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", started.port
    settings.SITE_URL = "https://pushdown.example"
    yield started
    started.stop()


@pytest.fixture
def mailed(testimonial: Testimonial, editor: User) -> Link:
    """A request that waits to be mailed, made now."""
    link = ask(testimonial, asked_for=ASKED, by=editor, now=NOW, by_mail=True)
    ProofRequest.objects.update(created_at=NOW)
    return link


def body_of(server: MailServer, number: int = 0) -> str:
    payload = server.mails[number].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def test_a_request_is_mailed_once_with_its_link_and_the_token_is_emptied(
    server: MailServer, mailed: Link
) -> None:
    assert "token" not in str(
        ProofRequest.objects.values("token").get()[mailed.token[:0] or "token"]
    )
    for minute in range(3):
        assert send_waiting(NOW + minute * MINUTE) == (minute == 0)
    assert server.people == [["ida@cafe.example"]]
    links = re.findall(r"https://pushdown\.example/testimonial/([\w-]+)/", body_of(server))
    assert links == [mailed.token]
    assert ASKED in body_of(server)
    row = ProofRequest.objects.get()
    assert (row.sent_at, row.token, row.mail_error) == (NOW, "", "")
    assert find(mailed.token, "ask") == row


def test_the_token_is_sealed_until_it_is_mailed(mailed: Link) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM content_proofrequest")
        (stored,) = cursor.fetchone()
    assert stored
    assert mailed.token not in stored


@pytest.mark.parametrize("fault", [BUSY, REFUSE])
def test_a_mail_that_was_not_taken_is_tried_again_and_told(
    server: MailServer, mailed: Link, fault: str
) -> None:
    server.fault = fault
    assert send_waiting(NOW) == 0
    row = ProofRequest.objects.get()
    assert row.mail_error
    assert row.attempts == 0
    server.fault = ""
    taken = len(server.mails)
    assert send_waiting(NOW) == 0, "it waits a minute"
    assert send_waiting(NOW + 2 * MINUTE) == 1
    assert len(server.mails) == taken + 1


def test_a_mail_of_which_nobody_knows_goes_out_twice_at_most_under_one_name(
    server: MailServer, mailed: Link
) -> None:
    server.fault = CUT
    for step in range(4):
        send_waiting(NOW + step * 2 * LEASE)
    assert len(server.mails) == 2
    assert len(set(server.ids())) == 1
    row = ProofRequest.objects.get()
    assert (row.mail_error, row.token) == (UNSURE, "")
    assert row.sent_at


def test_of_two_senders_one_gets_the_row(mailed: Link) -> None:
    first, second = waiting(NOW).get(), waiting(NOW).get()
    assert claim(first, NOW)
    assert not claim(second, NOW)
    assert not waiting(NOW).exists()


def test_what_was_revoked_answered_erased_or_is_too_old_is_not_mailed(
    mailed: Link, customer: Customer
) -> None:
    assert waiting(NOW).exists()
    assert not waiting(NOW + PATIENCE).exists()
    Customer.objects.update(erased_at=NOW)
    assert send_waiting(NOW) == 0
    Customer.objects.update(erased_at=None)
    revoke(mailed.request, NOW)
    assert send_waiting(NOW) == 0
    assert mail.outbox == []


def test_a_paused_installation_mails_nothing(mailed: Link, editor: User) -> None:
    Pause.objects.create(id=1, since=NOW)
    assert send_waiting(NOW) == 0


def test_the_customer_gets_a_copy_with_the_link_to_withdraw(server: MailServer, link: Link) -> None:
    said = Answer(WORDS, "Ida Moe", purposes=["website"], statements=FIRM_YES)
    token = answer(link.request, said, NOW)
    ProofRequest.objects.update(created_at=NOW)
    assert send_waiting(NOW) == 1
    text = body_of(server)
    assert f"https://pushdown.example/testimonial/{token}/withdraw/" in text
    assert WORDS in text
    assert ProofRequest.objects.get(kind="receipt").token == ""


def test_a_name_with_line_ends_makes_no_header(
    server: MailServer, testimonial: Testimonial, editor: User, brand: Any
) -> None:
    type(brand).objects.update(name="Hallway\r\nBcc: eve@evil.example")
    Customer.objects.update(name="Ida\nBcc: eve@evil.example")
    testimonial.refresh_from_db()
    ask(testimonial, asked_for=ASKED, by=editor, now=NOW, by_mail=True)
    ProofRequest.objects.update(created_at=NOW)
    assert send_waiting(NOW) == 1
    (message,) = server.mails
    assert message["Bcc"] is None
    assert server.people == [["ida@cafe.example"]]


def test_a_tick_begins_no_mail_after_its_time_and_claims_nothing(
    server: MailServer, mailed: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "SECONDS", 0.0)
    assert send_waiting(NOW) == 0
    assert ProofRequest.objects.get().attempts == 0
    monkeypatch.setattr(mailing, "SECONDS", 9.0)
    assert send_waiting(NOW) == 1


def test_a_token_of_another_encryption_key_waits_for_the_right_one(
    server: MailServer, mailed: Link, settings: Any
) -> None:
    right = settings.ENCRYPTION_KEY
    settings.ENCRYPTION_KEY = "another"
    for hour in range(3):
        assert send_waiting(NOW + hour * 60 * MINUTE) == 0
    row = ProofRequest.objects.get()
    assert (server.mails, row.sent_at, row.attempts) == ([], None, 0)
    assert "ENCRYPTION_KEY" in row.mail_error
    settings.ENCRYPTION_KEY = right
    assert send_waiting(NOW + 9 * 60 * MINUTE) == 1
    assert mailed.token in body_of(server)
