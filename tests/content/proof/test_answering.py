"""Requests are made, answered once, revoked; the consent is kept word for word."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connections

from content.models import Consent, Customer, ProofRequest, Testimonial
from content.proof import wording
from content.proof.answering import Answer, LinkSpent, answer, refuse
from content.proof.asking import LIFE, Link, NotAsked, ask, revoke
from content.proof.tokens import find, token_hash
from tests.cast import NOW
from tests.content.proof.conftest import ASKED, FIRM_YES, WORDS

pytestmark = pytest.mark.django_db
HAPPY = Answer(WORDS, "Ida Moe", purposes=["website", "press"], rating=5, statements=FIRM_YES)


def test_only_the_hash_of_a_link_is_kept(link: Link) -> None:
    assert len(link.token) == 43  # 32 bytes
    kept = ProofRequest.objects.values().get()
    assert link.token not in str(kept)
    assert kept["token_hash"] == token_hash(link.token)
    assert find(link.token, "ask") == link.request
    assert find(link.token, "receipt") is None
    assert find(link.token[:-1], "ask") is None


def test_an_answer_is_kept_as_it_came_with_the_whole_statement(link: Link) -> None:
    token = answer(link.request, HAPPY, NOW)
    row, given = Testimonial.objects.get(), Consent.objects.get()
    assert (row.text, row.state, row.rating) == (WORDS, "agreed", 5)
    assert (given.scope, given.quote, given.given_by) == (["website", "press"], WORDS, "Ida Moe")
    assert given.wording_version == wording.VERSION
    assert wording.ending(str(row.brand)) in given.text_agreed
    assert WORDS in given.text_agreed
    assert "Are you 18 or older? Yes." in given.text_agreed
    assert "advertisements" not in given.text_agreed
    receipt = find(token, "receipt")
    assert receipt
    assert receipt.expires_at is None


def test_an_unhappy_answer_is_kept_and_counted(link: Link) -> None:
    said = Answer("It broke twice.", "Ida Moe", rating=1)
    assert answer(link.request, said, NOW) == ""
    row = Testimonial.objects.get()
    assert (row.text, row.is_negative, row.state) == ("It broke twice.", True, "received")
    assert not Consent.objects.exists()


def test_a_link_is_used_once(link: Link) -> None:
    answer(link.request, HAPPY, NOW)
    with pytest.raises(LinkSpent, match="used already"):
        answer(link.request, Answer("Other words.", "Mallory"), NOW)
    assert Testimonial.objects.get().text == WORDS
    assert Customer.objects.get().name == "Ida Moe"


def test_a_link_runs_out_and_can_be_revoked(link: Link) -> None:
    with pytest.raises(LinkSpent, match="run out"):
        answer(link.request, HAPPY, NOW + LIFE)
    assert revoke(link.request, NOW)
    assert not revoke(link.request, NOW + timedelta(days=1))
    with pytest.raises(LinkSpent, match="taken this request back"):
        answer(link.request, HAPPY, NOW)
    link.request.refresh_from_db()
    assert link.request.revoked_at == NOW
    assert not Consent.objects.exists()


def test_somebody_may_rather_not(link: Link) -> None:
    refuse(link.request, NOW)
    assert Testimonial.objects.get().state == "refused"
    with pytest.raises(LinkSpent):
        answer(link.request, HAPPY, NOW)


def test_a_refusal_leaves_words_that_are_there_alone(agreed: Testimonial, editor: User) -> None:
    more = ask(agreed, asked_for=ASKED, by=editor, now=NOW, by_mail=False)
    refuse(more.request, NOW)
    agreed.refresh_from_db()
    assert (agreed.state, agreed.text) == ("agreed", WORDS)


def test_a_person_is_asked_once_at_a_time(
    link: Link, testimonial: Testimonial, editor: User
) -> None:
    def again(days: int = 0) -> Link:
        now = NOW + timedelta(days=days)
        return ask(testimonial, asked_for=ASKED, by=editor, now=now, by_mail=False)

    with pytest.raises(NotAsked, match="asked already"):
        again()
    revoke(link.request, NOW)
    assert again().request.pk != link.request.pk
    assert again(days=31)


@pytest.mark.parametrize(
    ("change", "why"),
    [({"email": ""}, "no mail address"), ({"erased_at": NOW}, "erased")],
)
def test_who_cannot_be_asked_is_not(
    testimonial: Testimonial, editor: User, change: dict[str, Any], why: str
) -> None:
    Customer.objects.update(**change)
    with pytest.raises(NotAsked, match=why):
        ask(testimonial, asked_for=ASKED, by=editor, now=NOW, by_mail=True)


def test_without_a_mail_server_nothing_is_promised_by_mail(
    testimonial: Testimonial, editor: User, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    with pytest.raises(NotAsked, match="EMAIL_URL"):
        ask(testimonial, asked_for=ASKED, by=editor, now=NOW, by_mail=True)


def test_asking_only_the_happy_is_refused_with_the_rule(
    testimonial: Testimonial, editor: User
) -> None:
    with pytest.raises(NotAsked, match=r"Directive 2005/29/EC.*23c") as refused:
        ask(testimonial, asked_for="If you are happy, say so.", by=editor, now=NOW, by_mail=False)
    assert len(refused.value.findings) == 1
    assert not ProofRequest.objects.exists()


def test_new_purposes_are_asked_for_with_the_old_words(agreed: Testimonial, editor: User) -> None:
    more = ask(agreed, asked_for="May we print it?", by=editor, now=NOW, by_mail=False)
    answer(more.request, Answer(WORDS, "Ida Moe", purposes=["press"], statements=FIRM_YES), NOW)
    assert [one.scope for one in agreed.consents.order_by("pk")] == [["website"], ["press"]]


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_is_taken(link: Link) -> None:
    start, ends = threading.Barrier(2), []

    def send(text: str) -> None:
        asked = find(link.token, "ask")
        assert asked
        said = Answer(text, "Ida Moe", purposes=["website"], statements=FIRM_YES)
        start.wait()
        end = ""
        while not end:
            try:
                answer(asked, said, NOW)
                end = "taken"
            except LinkSpent:
                end = "spent"
            except OperationalError:
                continue  # a database in memory does not wait for the other's lock
        ends.append(end)
        connections.close_all()

    threads = [threading.Thread(target=send, args=[f"Words {n}."]) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(ends) == ["spent", "taken"]
    assert Consent.objects.count() == 1
    assert Consent.objects.get().quote == Testimonial.objects.get().text
