"""The pages behind one-time links: no account, no writing by reading, once, no script, hostile text shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from content.models import Consent, ProofRequest, Testimonial
from content.proof.asking import Link, revoke
from content.proof.using import use
from content.proof.withdrawing import must_come_off
from serp.models import Brand
from tests.cast import NOW
from tests.content.proof.conftest import ASKED, WORDS, filled, path_of

pytestmark = pytest.mark.django_db
RECEIPT = ProofRequest.Kind.RECEIPT


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The requests of these tests are made at NOW."""
    monkeypatch.setattr("content.views.consent.timezone.now", lambda: NOW)


def test_the_form_says_what_is_asked_by_whom_and_the_exact_wording(
    client: Client, link: Link, brand: Brand, editor: User
) -> None:
    User.objects.filter(pk=editor.pk).update(first_name="Anna", last_name="Berg")
    page = client.get(path_of(link.token))
    shown = page.content.decode()
    assert page.status_code == 200
    for text in (ASKED, "Anna Berg of Hallway Coffee", "Ida Moe", "in paid advertisements"):
        assert text in shown
    assert "I can take this back at any time" in shown


def test_the_page_is_kept_from_engines_caches_and_scripts(client: Client, link: Link) -> None:
    page = client.get(path_of(link.token))
    assert "noindex" in page["X-Robots-Tag"]
    assert "no-store" in page["Cache-Control"]
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert b"<script" not in page.content


def test_reading_writes_nothing(client: Client, link: Link) -> None:
    before = ProofRequest.objects.values().get()
    for method in (client.get, client.head):
        method(path_of(link.token))
    assert ProofRequest.objects.values().get() == before


@pytest.mark.parametrize("token", ["x", "a" * 43, "'--", "%00", "../admin"])
def test_a_wrong_token_tells_nothing(client: Client, link: Link, token: str) -> None:
    for path in (f"/testimonial/{token}/", f"/testimonial/{token}/withdraw/"):
        for answer in (client.get(path), client.post(path, filled())):
            assert answer.status_code == 404
            assert b"Hallway" not in answer.content


def test_one_kind_of_link_does_not_open_the_other(
    client: Client, link: Link, agreed: Testimonial
) -> None:
    assert client.get(path_of(link.token, RECEIPT)).status_code == 404
    assert client.get(path_of(agreed.withdrawal)).status_code == 404  # type: ignore[attr-defined]


def test_an_answer_without_the_token_against_forgery_is_refused(link: Link) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path_of(link.token), filled()).status_code == 403
    page = strict.get(path_of(link.token))
    token = page.context["csrf_token"]
    answer = strict.post(path_of(link.token), filled(csrfmiddlewaretoken=str(token)))
    assert answer.status_code == 200
    assert Consent.objects.count() == 1


def test_the_whole_answer_is_stored_and_the_link_to_withdraw_is_shown_once(
    client: Client, link: Link
) -> None:
    page = client.post(path_of(link.token), filled(purposes=["website", "ads"]))
    assert page.status_code == 200
    assert "/withdraw/" in page.content.decode()
    given = Consent.objects.get()
    assert given.scope == ["website", "ads"]
    row = Testimonial.objects.get()
    assert (row.text, row.rating, row.customer.organisation) == (WORDS, 5, "Moe Café")
    again = client.get(path_of(link.token))
    assert again.status_code == 410
    assert "/withdraw/" not in again.content.decode()


def test_a_double_click_is_one_answer(client: Client, link: Link) -> None:
    client.post(path_of(link.token), filled())
    second = client.post(path_of(link.token), filled(text="Other words."))
    assert second.status_code == 410
    assert "used already" in second.content.decode()
    assert Testimonial.objects.get().text == WORDS


@pytest.mark.parametrize("rating", ["1", "5", ""])
def test_good_and_bad_take_the_same_way(client: Client, link: Link, rating: str) -> None:
    page = client.post(path_of(link.token), filled(rating=rating, purposes=[]))
    assert page.status_code == 200
    assert "nothing of it is published" in page.content.decode()
    assert Testimonial.objects.get().is_negative == (rating == "1")


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"text": " "}, "text", "Write a few words"),
        ({"name": ""}, "name", "required"),
        ({"relation": ""}, "relation", "Choose one"),
        ({"relation": "president"}, "relation", "valid"),
        ({"received": "yes"}, "incentive", "Say what it was"),
        ({"received": ""}, "received", "Answer this"),
        ({"own_words": "no"}, "own_words", "cannot be published"),
        ({"adult": "no"}, "adult", "cannot be published"),
        ({"used_it": ""}, "used_it", "must be answered"),
        ({"purposes": ["everything"]}, "purposes", "everything"),
        ({"rating": "9"}, "rating", "9"),
        ({"text": "x" * 5001}, "text", "5000"),
    ],
)
def test_bad_input_is_explained_and_nothing_is_lost(
    client: Client, link: Link, change: dict[str, Any], field: str, says: str
) -> None:
    page = client.post(path_of(link.token), filled(role="Head of beans", **change))
    assert page.status_code == 422
    form = page.context["form"]
    assert says in " ".join(form.errors[field])
    assert "Head of beans" in page.content.decode()
    assert not Consent.objects.exists()
    assert client.post(path_of(link.token), filled()).status_code == 200, "the link still works"


def test_who_may_not_be_published_still_reaches_the_brand(client: Client, link: Link) -> None:
    page = client.post(path_of(link.token), filled(adult="no", purposes=[]))
    assert page.status_code == 200
    assert Testimonial.objects.get().statements["adult"] is False


def test_a_promise_for_praise_is_kept_as_such(client: Client, link: Link) -> None:
    client.post(
        path_of(link.token), filled(received="yes", incentive="A voucher", conditional="yes")
    )
    row = Testimonial.objects.get()
    assert (row.incentive, row.statements["conditional"]) == ("A voucher", True)


def test_hostile_words_are_shown_as_words(client: Client, link: Link, editor: User) -> None:
    nasty = "<script>alert(1)</script>"
    page = client.post(path_of(link.token), filled(text=nasty, name=f"Eve {nasty}"))
    assert nasty not in page.content.decode()
    client.force_login(editor)
    row = Testimonial.objects.get()
    for path in (f"/b/hallway/proof/{row.pk}/", "/b/hallway/proof/"):
        shown = client.get(path).content.decode()
        assert nasty not in shown
        assert "&lt;script&gt;" in shown


def test_a_revoked_link_and_a_refusal_answer_gone(client: Client, link: Link) -> None:
    revoke(link.request, NOW)
    assert client.get(path_of(link.token)).status_code == 410
    assert client.post(path_of(link.token), filled()).status_code == 410
    assert not Consent.objects.exists()


def test_i_would_rather_not_needs_no_field(client: Client, link: Link) -> None:
    page = client.post(path_of(link.token), {"refuse": "1"})
    assert page.status_code == 200
    assert Testimonial.objects.get().state == "refused"


def test_withdrawing_works_for_ever_and_flags_the_use(
    client: Client, agreed: Testimonial, piece: Any, editor: User, brand: Brand
) -> None:
    use(agreed, piece, by=editor, now=NOW)
    path = path_of(agreed.withdrawal, RECEIPT)  # type: ignore[attr-defined]
    shown = client.get(path).content.decode()
    assert WORDS in shown
    assert must_come_off(brand, NOW) == [], "reading withdraws nothing"
    for _ in range(2):
        page = client.post(path, {"why": "I left."})
        assert page.status_code == 200
        assert "It is withdrawn" in page.content.decode()
    assert len(must_come_off(brand, NOW)) == 1
    assert Consent.objects.get().withdrawn_why == "I left."


def test_withdrawing_needs_the_token_against_forgery(agreed: Testimonial) -> None:
    path = path_of(agreed.withdrawal, RECEIPT)  # type: ignore[attr-defined]
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403
    assert Consent.objects.get().withdrawn_at is None
