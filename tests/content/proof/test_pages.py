"""The pages of testimonials and proofs: who sees what, what is refused, and that lists stay cheap."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.models import Consent, Customer, Piece, Proof, ProofRequest, Testimonial, Use
from content.proof.using import use
from serp.models import Brand
from tests.cast import NOW
from tests.content.proof.conftest import ASKED, WORDS, Agree

pytestmark = pytest.mark.django_db


def page(name: str, *args: Any) -> str:
    return reverse(name, args=["hallway", *args])


def person(**changes: Any) -> dict[str, Any]:
    return {"name": "Ida Moe", "email": "ida@cafe.example", "relation": "customer"} | changes


def test_a_viewer_sees_the_words_and_not_how_to_reach_the_person(
    client: Client, agreed: Testimonial, viewer: User, editor: User
) -> None:
    Testimonial.objects.filter(pk=agreed.pk).update(evidence="Receipt 4711")
    Customer.objects.update(relation_note="cousin of the founder")
    Consent.objects.update(evidence="Letter in folder 9")
    for user, seen in ((viewer, False), (editor, True)):
        client.force_login(user)
        one = client.get(page("proof-one", agreed.pk)).content.decode()
        everything = one + client.get(page("proof")).content.decode()
        assert WORDS in one
        for private in ("ida@cafe.example", "Receipt 4711", "cousin of", "folder 9"):
            assert (private in everything) == seen
        assert client.get(page("proof-edit", agreed.pk)).status_code == (200 if seen else 403)


def test_an_editor_writes_a_testimonial_down(client: Client, editor: User) -> None:
    client.force_login(editor)
    figures = "Time to the first cup | 9 | 4 | min | stopwatch, 20 mornings"
    answer = client.post(page("proof-new"), person(text=WORDS, rating="1", result=figures))
    row = Testimonial.objects.get()
    assert answer["Location"] == page("proof-one", row.pk)
    assert (row.state, row.is_negative, row.customer.name) == ("received", True, "Ida Moe")
    assert row.result[0]["how_measured"] == "stopwatch, 20 mornings"
    shown = client.get(page("proof-edit", row.pk)).content.decode()
    assert figures in shown


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": ""}, "required"),
        ({"email": "ida"}, "valid email"),
        ({"country": "n1"}, "two letters"),
        ({"rating": "6"}, "less than or equal to 5"),
        ({"result": "fast"}, "with a | between"),
        ({"result": "Time | 9 | 4 | min | "}, "how it was measured"),
        ({"evidence_url": "javascript:alert(1)"}, "valid URL"),
    ],
)
def test_bad_input_is_explained_and_kept(
    client: Client, editor: User, change: dict[str, Any], says: str
) -> None:
    client.force_login(editor)
    answer = client.post(page("proof-new"), person(text="Typed at length.") | change)
    assert answer.status_code == 422
    assert says in answer.content.decode().replace("&#x27;", "'")
    assert "Typed at length." in answer.content.decode()
    assert not Testimonial.objects.exists()
    assert not Customer.objects.exists()


def test_a_request_without_mail_shows_its_link_once(
    client: Client, testimonial: Testimonial, editor: User, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    client.force_login(editor)
    answer = client.post(page("proof-ask", testimonial.pk), {"asked_for": ASKED, "by_mail": "on"})
    assert answer.status_code == 200
    token = answer.context["link"].token
    assert token in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert token not in client.get(page("proof-one", testimonial.pk)).content.decode()
    assert not ProofRequest.objects.get().by_mail


def test_a_request_by_mail_waits_to_be_sent_and_shows_no_link(
    client: Client, testimonial: Testimonial, editor: User
) -> None:
    client.force_login(editor)
    answer = client.post(page("proof-ask", testimonial.pk), {"asked_for": ASKED, "by_mail": "on"})
    assert answer.status_code == 302
    row = ProofRequest.objects.get()
    assert (row.by_mail, row.sent_at) == (True, None)


def test_a_gating_request_names_the_rule_and_loses_nothing(
    client: Client, testimonial: Testimonial, editor: User
) -> None:
    client.force_login(editor)
    gate = "If you are happy, leave a positive review."
    answer = client.post(page("proof-ask", testimonial.pk), {"asked_for": gate})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Unhappy answers are not suppressed" in shown
    assert gate in shown
    assert not ProofRequest.objects.exists()


def test_a_consent_by_letter_needs_the_very_words_and_evidence(
    client: Client, testimonial: Testimonial, editor: User
) -> None:
    client.force_login(editor)
    path = page("proof-consent", testimonial.pk)
    assert client.get(path).status_code == 302, "no words yet"
    Testimonial.objects.update(text=WORDS)
    today = timezone.now().date()
    body = {
        "how": "letter", "given_by": "Ida Moe", "given_on": today, "scope": ["press"],
        "text_agreed": f"Yes: {WORDS}", "evidence": "Binder 2026",
    }  # fmt: skip
    for change in (
        {"text_agreed": "Yes to all."},
        {"evidence": ""},
        {"scope": []},
        {"how": "form"},
        {"given_on": today + timedelta(days=2)},
    ):
        assert client.post(path, body | change).status_code == 422, change
    assert not Consent.objects.exists()
    answer = client.post(path, body)
    assert "/withdraw/" in answer.content.decode()
    given = Consent.objects.get()
    assert (given.quote, given.scope, given.how) == (WORDS, ["press"], "letter")
    assert Testimonial.objects.get().state == "agreed"


def test_a_withdrawal_by_telephone_is_recorded(
    client: Client, agreed: Testimonial, piece: Piece, editor: User
) -> None:
    use(agreed, piece, by=editor, now=NOW)
    client.force_login(editor)
    client.post(page("proof-withdraw", agreed.pk), {"why": "called"})
    assert Consent.objects.get().withdrawn_why == "called"
    shown = client.get(page("proof")).content.decode()
    assert "Must come off" in shown
    row = Use.objects.get()
    client.post(page("proof-off", row.pk))
    row.refresh_from_db()
    assert row.removed_by == editor
    assert "Must come off" not in client.get(page("proof")).content.decode()


def test_only_a_manager_erases_and_only_by_the_name(
    client: Client, agreed: Testimonial, editor: User, manager: User
) -> None:
    path = page("proof-erase", agreed.pk)
    client.force_login(editor)
    assert client.post(path, {"name": "Ida Moe"}).status_code == 403
    client.force_login(manager)
    client.post(path, {"name": "Ida"})
    assert Customer.objects.get().name == "Ida Moe"
    client.post(path, {"name": "Ida Moe"})
    assert Customer.objects.get().erased_at
    assert WORDS not in client.get(page("proof-one", agreed.pk)).content.decode()
    assert client.get(page("proof-edit", agreed.pk)).status_code == 302


def test_a_piece_takes_what_is_free_and_names_the_rule_of_what_is_not(
    client: Client, agree: Agree, piece: Piece, editor: User
) -> None:
    client.force_login(editor)
    path = page("proof-put", piece.pk)
    worker = agree("Per Li", text="Other words.", relation="employee")
    answer = client.post(path, {"testimonial": worker.pk}, follow=True)
    assert "Nobody from inside without saying so" in answer.content.decode()
    assert not Use.objects.exists()
    client.post(path, {"testimonial": agree("Ida Moe").pk})
    assert Use.objects.get().added_by == editor


def test_another_brands_testimonial_is_none_of_ours(
    client: Client, agree: Agree, other_brand: Brand, piece: Piece, editor: User
) -> None:
    client.force_login(editor)
    foreign = agree("Stranger One", brand=other_brand)
    answer = client.post(
        page("proof-put", piece.pk), {"testimonial": foreign.pk}, follow=True
    ).content.decode()
    assert "none of Hallway Coffee" in answer
    assert "Stranger One" not in answer
    assert not Use.objects.exists()


def test_a_proof_is_written_with_its_pieces_and_changed(
    client: Client, piece: Piece, editor: User, other_brand: Brand
) -> None:
    client.force_login(editor)
    body = {"claim": "Quietest", "kind": "test", "source": "Lab", "pieces": [piece.pk]}
    client.post(page("proof-claim-new"), body)
    proof = Proof.objects.get()
    assert list(proof.pieces.all()) == [piece]
    assert proof.created_by == editor
    foreign = Piece.objects.create(brand=other_brand, title="Foreign")
    refused = client.post(page("proof-claim", proof.pk), body | {"pieces": [foreign.pk]})
    assert refused.status_code == 422
    client.post(page("proof-claim", proof.pk), body | {"holds_until": "2026-01-01"})
    assert "ran out" in client.get(page("proof")).content.decode()


@pytest.mark.parametrize("which", ["", "agreed", "open", "unhappy", "gone", "nonsense"])
def test_the_filters_count_and_show_their_own(
    client: Client, agree: Agree, viewer: User, which: str
) -> None:
    agree("Ida Moe")
    agree("Ola Vik", text="It broke.", rating=1, purposes=[])
    client.force_login(viewer)
    answer = client.get(page("proof"), {"which": which})
    names = {entry.row.customer.name for entry in answer.context["entries"]}
    assert names == {
        "agreed": {"Ida Moe"},
        "open": {"Ola Vik"},
        "unhappy": {"Ola Vik"},
        "gone": set(),
    }.get(which, {"Ida Moe", "Ola Vik"})


def test_the_list_asks_no_more_for_more_rows(
    client: Client, agree: Agree, piece: Piece, editor: User
) -> None:
    client.force_login(editor)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page("proof")).status_code == 200
        return len(queries)

    def add(number: int) -> None:
        row = agree(f"Customer {number}", text=f"Words {number}.")
        use(row, piece, by=editor, now=NOW)
        if number % 2:
            client.post(page("proof-withdraw", row.pk))
        Proof.objects.create(brand=row.brand, claim="c", source="s").pieces.add(piece)

    for number in range(2):
        add(number)
    client.get(page("proof"))
    few = count()
    for number in range(2, 8):
        add(number)
    assert count() == few
