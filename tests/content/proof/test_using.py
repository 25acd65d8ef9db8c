"""Testimonials go into pieces where no rule forbids it, come off when withdrawn, and gate the piece."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Consent, Customer, Draft, Piece, Proof, ProofRequest, Testimonial, Use
from content.proof.asking import NotAsked, ask
from content.proof.card import card_of
from content.proof.gate import blocking, findings
from content.proof.law import Topic
from content.proof.listing import expired
from content.proof.tokens import find
from content.proof.using import Stopped, candidates, purpose_of, snippet, use
from content.proof.withdrawing import (
    COME_OFF,
    live_to_unpublish,
    must_come_off,
    take_off,
    withdraw,
)
from serp.models import Brand
from tests.cast import NOW
from tests.content.proof.conftest import ASKED, WORDS, Agree

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def topics(piece: Piece) -> list[Topic]:
    return [one.topic for one in blocking(piece, NOW)]


def make_live(piece: Piece) -> None:
    Piece.objects.filter(pk=piece.pk).update(
        status="published", url="https://hallwaycoffee.example/x", published_at=NOW
    )
    piece.refresh_from_db()


def test_an_agreed_testimonial_is_used_once(
    agreed: Testimonial, piece: Piece, editor: User
) -> None:
    first = use(agreed, piece, by=editor, now=NOW)
    assert use(agreed, piece, by=editor, now=LATER) == first
    assert Use.objects.get().purpose == "website"
    assert blocking(piece, NOW) == []


def test_beyond_the_consent_it_is_stopped_with_the_rule(
    agreed: Testimonial, brand: Brand, editor: User
) -> None:
    news = Piece.objects.create(brand=brand, title="News", kind="news")
    with pytest.raises(Stopped, match=r"agreed to: website\. This use is: press.*GDPR Article"):
        use(agreed, news, by=editor, now=NOW)
    assert not Use.objects.exists()


@pytest.mark.parametrize(
    ("kind", "purpose"), [("case_study", "case_study"), ("news", "press"), ("faq", "website")]
)
def test_the_type_of_piece_names_the_purpose(kind: str, purpose: str) -> None:
    assert purpose_of(Piece(kind=kind)) == purpose


def test_a_withdrawal_flags_every_use_at_once_and_ends_open_requests(
    agreed: Testimonial, piece: Piece, brand: Brand, editor: User
) -> None:
    other = Piece.objects.create(brand=brand, title="Other")
    for one in (piece, other):
        use(agreed, one, by=editor, now=NOW)
    ask(agreed, asked_for=ASKED, by=editor, now=NOW, by_mail=False)
    make_live(piece)
    assert withdraw(agreed, now=NOW, why="I moved on.")
    coming = must_come_off(brand, NOW)
    assert {one.piece for one in coming} == {piece, other}
    assert {one.by for one in coming} == {NOW + COME_OFF}
    assert [one.is_live for one in coming if one.piece == piece] == [True]
    assert list(live_to_unpublish(brand)) == [piece]
    given = Consent.objects.get()
    assert (given.withdrawn_at, given.withdrawn_why) == (NOW, "I moved on.")
    assert not ProofRequest.objects.filter(kind="ask", used_at=None, revoked_at=None).exists()
    assert topics(piece) == [Topic.WITHDRAWAL]


def test_a_second_withdrawal_changes_nothing(
    agreed: Testimonial, piece: Piece, brand: Brand, editor: User
) -> None:
    use(agreed, piece, by=editor, now=NOW)
    withdraw(agreed, now=NOW)
    assert not withdraw(agreed, now=LATER)
    assert must_come_off(brand, LATER)[0].by == NOW + COME_OFF
    assert Consent.objects.get().withdrawn_at == NOW


def test_what_is_late_is_told_and_what_is_off_is_gone(
    agreed: Testimonial, piece: Piece, brand: Brand, editor: User
) -> None:
    row = use(agreed, piece, by=editor, now=NOW)
    withdraw(agreed, now=NOW)
    assert [one.is_late for one in must_come_off(brand, NOW + COME_OFF)] == [False]
    assert [one.is_late for one in must_come_off(brand, NOW + 2 * COME_OFF)] == [True]
    assert take_off(row, by=editor, now=LATER)
    assert not take_off(row, by=editor, now=LATER)
    assert must_come_off(brand, LATER) == []
    assert blocking(piece, NOW) == []


def test_a_withdrawn_person_is_not_asked_again(agreed: Testimonial, editor: User) -> None:
    withdraw(agreed, now=NOW)
    with pytest.raises(NotAsked, match="withdrew"):
        ask(agreed, asked_for=ASKED, by=editor, now=LATER, by_mail=False)


def test_words_changed_after_the_consent_stop_the_piece(
    agreed: Testimonial, piece: Piece, editor: User
) -> None:
    use(agreed, piece, by=editor, now=NOW)
    Testimonial.objects.update(text=WORDS.replace("halved", "more than halved"))
    assert topics(piece) == [Topic.WORDS]


def test_the_draft_must_hold_the_words_unchanged(
    agreed: Testimonial, piece: Piece, editor: User
) -> None:
    use(agreed, piece, by=editor, now=NOW)
    draft = Draft.objects.create(piece=piece, text=f"# Cafés\n\n{snippet(agreed)}\n")
    assert blocking(piece, NOW) == []
    draft.text = draft.text.replace("halved", "cut")
    draft.save()
    assert topics(piece) == [Topic.WORDS]


def test_a_snippet_of_hostile_words_stays_words(agree: Agree, piece: Piece, editor: User) -> None:
    nasty = "<script>alert(1)</script> [x](javascript:1) **bold** a\\*b\n1. one & two\n# three"
    row = agree("Eve <b>", text=nasty)
    use(row, piece, by=editor, now=NOW)
    text = snippet(row)
    assert "\\<script\\>" in text
    assert "\\[x\\]\\(javascript:1\\)" in text
    assert all(line.startswith(">") for line in text.splitlines())
    Draft.objects.create(piece=piece, text=text)
    assert blocking(piece, NOW) == []


def test_the_disclosure_stands_in_the_snippet(agree: Agree, piece: Piece, editor: User) -> None:
    row = agree("Per Li", relation="employee")
    with pytest.raises(Stopped, match=r"no ordinary customer \(employee\)"):
        use(row, piece, by=editor, now=NOW)
    Testimonial.objects.update(disclosure="Works for Hallway Coffee.")
    row.refresh_from_db()
    assert use(row, piece, by=editor, now=NOW)
    assert "*Works for Hallway Coffee.*" in snippet(row)


def test_the_same_words_under_two_names_stop_both(agree: Agree, piece: Piece, editor: User) -> None:
    first = agree("Ida Moe")
    use(first, piece, by=editor, now=NOW)
    agree("Ola Vik")
    assert topics(piece) == [Topic.FAKE]


def test_typed_words_without_a_source_are_stopped(
    brand: Brand, customer: Customer, piece: Piece, editor: User
) -> None:
    row = Testimonial.objects.create(
        brand=brand, customer=customer, text=WORDS, state="agreed", received_at=NOW
    )
    Consent.objects.create(
        testimonial=row, given_at=NOW, given_by="Ida", scope=["website"], quote=WORDS,
        text_agreed=WORDS, how="letter",
    )  # fmt: skip
    with pytest.raises(Stopped, match="Nothing shows where these words come from"):
        use(row, piece, by=editor, now=NOW)
    Consent.objects.update(evidence="Letter in the binder of 2026.")
    assert use(row, piece, by=editor, now=NOW)


def test_an_expired_proof_stops_and_a_live_piece_with_one_is_told(
    brand: Brand, piece: Piece
) -> None:
    proof = Proof.objects.create(
        brand=brand, claim="Quietest", source="Lab", holds_until=date(2026, 1, 1)
    )
    proof.pieces.add(piece)
    assert topics(piece) == [Topic.EXPIRED]
    assert list(expired(brand, NOW.date())) == []
    make_live(piece)
    assert list(expired(brand, NOW.date())) == [proof]
    Proof.objects.update(holds_until=None)
    assert blocking(piece, NOW) == []


def test_unhappy_answers_forbid_showing_the_chosen_as_all(
    agree: Agree, agreed: Testimonial, piece: Piece, editor: User
) -> None:
    use(agreed, piece, by=editor, now=NOW)
    agree("Ola Vik", text="It broke.", rating=1, purposes=[])
    assert topics(piece) == []
    assert [one.topic for one in findings(piece, NOW)] == [Topic.SUPPRESSION]
    piece.title = "What all our customers say"
    assert topics(piece) == [Topic.SUPPRESSION]


def test_a_piece_without_any_is_free(piece: Piece) -> None:
    assert findings(piece, NOW) == []


def test_candidates_are_the_brands_own_and_free_ones_come_first(
    agree: Agree, other_brand: Brand, piece: Piece, editor: User
) -> None:
    agree("Stranger One", brand=other_brand)
    stopped = agree("Per Li", text="Other words.", relation="employee")
    free = agree("Ida Moe")
    assert [one.testimonial for one in candidates(piece)] == [free, stopped]
    use(free, piece, by=editor, now=NOW)
    assert [one.testimonial for one in candidates(piece)] == [stopped]


def test_the_withdrawal_link_outlives_everything(agreed: Testimonial) -> None:
    token = agreed.withdrawal  # type: ignore[attr-defined]
    receipt = find(token, "receipt")
    assert receipt
    assert receipt.expires_at is None
    assert receipt.consent == Consent.objects.get()


def test_the_card_of_a_piece_asks_no_more_for_more_rows(
    agree: Agree, piece: Piece, editor: User
) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            card_of(Piece.objects.select_related("brand").get(pk=piece.pk))
        return len(queries)

    use(agree("Ida Moe"), piece, by=editor, now=NOW)
    agree("Ola Vik", text="Other words.")
    few = count()
    for number in range(5):
        row = agree(f"Customer {number}", text=f"Words {number}.")
        if number % 2:
            use(row, piece, by=editor, now=NOW)
    assert count() == few
