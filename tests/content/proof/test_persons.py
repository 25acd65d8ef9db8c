"""A person is exported whole and erased whole, histories included; what must stay stays."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from content.approving.deciding import by_guest
from content.models import (
    Comment,
    Consent,
    Customer,
    Draft,
    Piece,
    ProofRequest,
    ReviewLink,
    Testimonial,
    Use,
)
from content.proof.asking import NotAsked, ask
from content.proof.erasing import GONE, NOBODY, erase_customer, erase_person, left
from content.proof.persons import SECRET, mentions
from content.proof.using import snippet, use
from content.proof.withdrawing import must_come_off
from serp.models import Brand
from tests.cast import NOW
from tests.content.proof.conftest import WORDS, Agree

pytestmark = pytest.mark.django_db
EMAIL = "ida@cafe.example"


@pytest.fixture
def life(agreed: Testimonial, piece: Piece, editor: User) -> Testimonial:
    """All that one person may leave behind: words, consent, a use, a draft, a guest's remark."""
    use(agreed, piece, by=editor, now=NOW)
    draft = Draft.objects.create(piece=piece, text=f"> {WORDS}\n> — Ida Moe")
    draft.text = "Rewritten."
    draft.save()
    customer = agreed.customer
    customer.role_title = "Owner"
    customer.save()
    guest = ReviewLink.objects.create(
        piece=piece, name="Ida Moe", email=EMAIL.upper(), token_hash="x", expires_at=NOW
    )
    Comment.objects.create(
        piece=piece, link=guest, guest_name="Ida Moe", text="Write to Ida@Cafe.example."
    )
    return agreed


def run(name: str, *args: str) -> str:
    out = io.StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue()


def test_the_export_holds_everything_with_its_history(life: Testimonial) -> None:
    found = json.loads(run("export_person", "IDA@cafe.example"))
    assert found["customers"][0]["name"] == "Ida Moe"
    assert len(found["customers"][0]["history"]) == 3
    assert found["testimonials"][0]["text"] == WORDS
    assert found["consents"][0]["quote"] == WORDS
    assert found["comments"][0]["text"].startswith("Write to")
    assert found["links"][0]["name"] == "Ida Moe"
    assert {row["table"] for row in found["mentions"]} >= {"content.customer", "content.comment"}
    assert not SECRET & set(found["requests"][0])


def test_the_export_of_one_person_holds_nobody_else(life: Testimonial, agree: Agree) -> None:
    agree("Ola Vik", text="Quite other words than hers.")
    assert "Ola Vik" not in run("export_person", EMAIL)
    assert "Ola Vik" in run("export_person", "ola@cafe.example")


def test_who_is_not_there_is_told_so(life: Testimonial) -> None:
    for command in ("export_person", "erase_person"):
        with pytest.raises(CommandError, match="Nothing is stored"):
            run(command, "nobody@cafe.example")


def test_without_yes_nothing_is_changed(life: Testimonial) -> None:
    told = run("erase_person", EMAIL)
    assert "Nothing was changed" in told
    assert "testimonials      1" in told
    assert Customer.objects.get().name == "Ida Moe"
    assert left(EMAIL) > 0


def everything(text: str) -> list[str]:
    return [row["table"] for row in mentions(text)]


def test_after_erasing_no_table_names_the_person(
    life: Testimonial, brand: Brand, piece: Piece
) -> None:
    assert everything(WORDS)
    run("erase_person", EMAIL, "--yes")
    assert everything(EMAIL) == []
    assert everything("Ida Moe") == []
    assert everything(WORDS) == []
    assert Customer.objects.get().erased_at
    assert ReviewLink.objects.get().revoked_at
    assert Comment.objects.get().text == "Write to [erased]."
    (coming,) = must_come_off(brand, NOW)
    assert coming.piece == piece


def test_the_fact_of_consent_and_its_end_stays(life: Testimonial) -> None:
    run("erase_person", EMAIL, "--yes")
    kept = Consent.objects.get()
    assert (kept.given_at, kept.scope, kept.given_by) == (NOW, ["website"], NOBODY)
    assert kept.withdrawn_at
    assert Testimonial.objects.get().state == "withdrawn"


def test_erasing_twice_keeps_the_first_moment(life: Testimonial) -> None:
    erase_customer(life.customer, NOW)
    erase_customer(life.customer, NOW + timedelta(days=1))
    assert Customer.objects.get().erased_at == NOW


def test_an_earlier_address_finds_the_person_too(life: Testimonial) -> None:
    customer = life.customer
    customer.email = "ida@home.example"
    customer.save()
    run("erase_person", EMAIL, "--yes")
    assert Customer.objects.get().email == ""
    assert everything("ida@home.example") == []


def test_others_are_left_alone(life: Testimonial, agree: Agree) -> None:
    other = agree("Ola Vik", text="Quite other words than hers.")
    run("erase_person", EMAIL, "--yes")
    other.refresh_from_db()
    assert (other.text, other.state) == ("Quite other words than hers.", "agreed")
    assert Use.objects.filter(testimonial=other, must_off_at__isnull=False).count() == 0


def test_accounts_stay_and_are_told(life: Testimonial, editor: User) -> None:
    User.objects.filter(pk=editor.pk).update(email=EMAIL)
    assert "1 account" in run("erase_person", EMAIL, "--yes")
    assert User.objects.filter(email=EMAIL).exists()


def test_an_erased_person_is_not_asked_again(life: Testimonial, editor: User) -> None:
    erase_customer(life.customer, NOW)
    life.refresh_from_db()
    with pytest.raises(NotAsked, match="erased"):
        ask(life, asked_for="Once more?", by=editor, now=NOW, by_mail=False)


def test_an_open_request_of_an_erased_person_ends(agreed: Testimonial, editor: User) -> None:
    ask(agreed, asked_for="More?", by=editor, now=NOW, by_mail=True)
    erase_customer(agreed.customer, NOW)
    asked = ProofRequest.objects.get(kind="ask", used_at=None)
    assert (asked.revoked_at, asked.token) == (NOW, "")


def test_what_is_no_address_reaches_nobody(life: Testimonial) -> None:
    for trick in ("%", "e", "%@cafe"):
        with pytest.raises(CommandError, match="no mail address"):
            run("erase_person", trick, "--yes")


def test_an_address_that_ends_another_one_reaches_nobody(life: Testimonial) -> None:
    for part in ("da@cafe.example", "ida@cafe.exam", "%@cafe.example"):
        with pytest.raises(CommandError, match="Nothing is stored"):
            run("erase_person", part, "--yes")
    assert left(EMAIL) > 0


def test_words_that_were_copied_as_markdown_go_out_of_earlier_states_too(
    life: Testimonial, piece: Piece
) -> None:
    words = "Quiet (really!) and quick:\nfrom 9 to 4 minutes - I counted."
    Testimonial.objects.filter(pk=life.pk).update(text=words)
    life.refresh_from_db()
    draft = Draft.objects.get(piece=piece)
    draft.text = f"# Grinder\n\n{snippet(life)}\n"
    assert words not in draft.text
    draft.save()
    erase_customer(life.customer, NOW)
    told = Draft.history.filter(piece_id=piece.pk).values_list("text", flat=True)
    assert any(GONE in text for text in told)
    assert not any("really" in text or "counted" in text for text in told)


def test_words_go_out_of_the_drafts_of_pieces_that_are_deleted(
    life: Testimonial, piece: Piece
) -> None:
    number = piece.pk
    piece.delete()
    erase_customer(life.customer, NOW)
    told = list(Draft.history.filter(piece_id=number).values_list("text", flat=True))
    assert told
    assert not any(WORDS in text for text in told)


def test_the_name_of_a_guest_who_decided_goes_out_of_the_piece_s_history(
    life: Testimonial, piece: Piece
) -> None:
    piece._change_reason = by_guest("Approved", "Ida Moe")  # type: ignore[attr-defined]
    piece.save()
    assert Piece.history.filter(history_change_reason__contains="Ida Moe").exists()
    erase_person(EMAIL, NOW)
    assert not Piece.history.filter(history_change_reason__contains="Ida Moe").exists()
    assert Piece.history.filter(history_change_reason__startswith="Decided by").exists()


def test_a_long_name_leaves_the_end_by_which_a_guest_s_decision_is_known() -> None:
    reason = by_guest("Changes requested", "I" * 120)
    assert len(reason) == 100
    assert reason.endswith(", through a link")
