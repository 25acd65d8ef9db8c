"""Saving and the gate: nothing typed is lost, and required findings hold a piece back."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

from content.drafting.gate import NO_DRAFT, blocking
from content.drafting.gathering import given_of
from content.drafting.saving import SavedMeanwhile, Typed, save
from content.models import Brief, Draft, Piece
from serp.models import Brand, Keyword
from tests.content.drafting.conftest import PROSE

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.fixture
def piece(brand: Brand, keyword: Keyword) -> Piece:
    Keyword.objects.filter(pk=keyword.pk).update(language="en")
    keyword.refresh_from_db()
    return Piece.objects.create(brand=brand, title="Grinder", kind="news", keyword=keyword)


def test_each_saving_is_a_revision_with_its_writer(piece: Piece, editor: User) -> None:
    save(piece, Typed("One"), revision=0, by=editor, now=NOW)
    draft = save(piece, Typed("Two"), revision=1, by=editor, now=NOW)
    assert (draft.revision, draft.saved_by, draft.saved_at) == (2, editor, NOW)
    assert [row.text for row in draft.history.all()] == ["Two", "One"]
    assert draft.history.first().history_user == editor


def test_saving_what_stands_there_makes_no_revision(piece: Piece, editor: User) -> None:
    save(piece, Typed("One"), revision=0, by=editor, now=NOW)
    assert save(piece, Typed("One"), revision=0, by=editor, now=NOW).revision == 1


def test_a_stale_revision_is_refused_and_theirs_stands(piece: Piece, editor: User) -> None:
    save(piece, Typed("Theirs"), revision=0, by=editor, now=NOW)
    with pytest.raises(SavedMeanwhile) as caught:
        save(piece, Typed("Mine"), revision=0, by=editor, now=NOW)
    assert caught.value.current.text == "Theirs"
    assert Draft.objects.get().text == "Theirs"
    assert save(piece, Typed("Mine"), revision=1, by=editor, now=NOW).text == "Mine"


def test_a_piece_without_a_draft_is_held_back_unless_it_lifts_a_page(
    piece: Piece, make_snapshot
) -> None:
    assert [finding.rule for finding in blocking(piece)] == [NO_DRAFT]
    make_snapshot("own")
    from serp.models import Page

    piece.lifts = Page.objects.get()
    assert blocking(piece) == []


def test_required_findings_hold_back_and_recommended_ones_do_not(
    piece: Piece, editor: User
) -> None:
    Brief.objects.create(piece=piece, terms=[{"term": "steel"}])
    save(piece, Typed(f"{PROSE}\n\nTODO", "Hallway coffee"), revision=0, by=editor, now=NOW)
    (finding,) = blocking(piece)
    assert str(finding) == "Line 3: “TODO” is a placeholder. Fill it in or take it out."
    save(piece, Typed(PROSE, "Hallway coffee"), revision=1, by=editor, now=NOW)
    assert blocking(piece) == []


def test_other_drafts_of_the_brand_are_compared(piece: Piece, brand: Brand, editor: User) -> None:
    body = " ".join(f"Sentence {n} tells of thing {n * 7} in town {n * 3}." for n in range(80))
    for number in range(5):
        other = Piece.objects.create(brand=brand, title=f"Other {number}", keyword=piece.keyword)
        save(other, Typed(body), revision=0, by=editor, now=NOW)
    save(piece, Typed(body, "Hallway coffee"), revision=0, by=editor, now=NOW)
    assert any("stands in “Other" in finding.wrong for finding in blocking(piece))
    assert len(given_of(piece).others) == 5


def test_another_brands_drafts_are_not_compared(
    piece: Piece, other_brand: Brand, editor: User
) -> None:
    theirs = Piece.objects.create(brand=other_brand, title="Secret")
    save(theirs, Typed(PROSE * 9), revision=0, by=editor, now=NOW)
    assert given_of(piece).others == []


def test_a_brief_with_odd_entries_is_no_reason_to_fail(piece: Piece) -> None:
    Brief.objects.create(
        piece=piece, terms=["x"], links=[3], claims="no", structure=[], questions=[1]
    )
    given = given_of(piece, [{"claim": "a"}])
    assert (list(given.terms), list(given.links), given.length) == ([], [], None)


def test_a_draft_that_got_a_deleted_ones_number_is_read_anew(
    piece: Piece, brand: Brand, editor: User
) -> None:
    other = Piece.objects.create(brand=brand, title="Other", keyword=piece.keyword)
    first = save(other, Typed("Words of the first one. " * 30), revision=0, by=editor, now=NOW)
    (before,) = given_of(piece).others
    pk = first.pk
    first.delete()
    Draft.objects.create(
        pk=pk, piece=other, text="Quite another. " * 30, revision=1, saved_at=LATER
    )
    (after,) = given_of(piece).others
    assert before.sketch != after.sketch
