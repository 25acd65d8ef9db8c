"""Decisions as stored: rounds, turns and their days, claims of two at once, drafts that change."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User

from content.approving import checklist, deciding, rounds
from content.approving.deciding import Decider
from content.drafting.saving import Typed, save
from content.models import Approval, Draft, Freeze, Piece, ReviewStage
from content.workflow import NotAllowed, move
from serp.models import Brand
from tests.cast import NOW

pytestmark = pytest.mark.django_db
Send = Callable[[], list[Approval]]
Make = Callable[..., ReviewStage]


def fresh(piece: Piece) -> Piece:
    return Piece.objects.get(pk=piece.pk)


def states(piece: Piece) -> list[str]:
    return [row.state for row in rounds.rows_of(piece)]


def test_without_stages_one_approval_is_asked_for_with_its_day(in_review: Send) -> None:
    (row,) = in_review()
    assert (row.name, row.order, row.round) == ("Editor’s approval", 1, 1)
    assert row.opened_at == NOW
    assert row.due_on == date(2026, 11, 20)


def test_stages_of_its_type_open_one_after_the_other(
    piece: Piece, in_review: Send, make_stage: Make, editor: User, lawyer: User
) -> None:
    make_stage("Facts")
    make_stage("Film", kinds=["video"])
    make_stage("Legal", lawyer, days=5)
    facts, legal = in_review()
    assert (legal.opened_at, legal.due_on, legal.reviewer) == (None, None, lawyer)
    with pytest.raises(NotAllowed, match="waits for “Facts”"):
        deciding.approve(legal, Decider(lawyer), now=NOW)
    outcome = deciding.approve(facts, Decider(editor), now=NOW + timedelta(days=1))
    assert not outcome.is_approved
    legal.refresh_from_db()
    assert legal.due_on == date(2026, 11, 24)
    assert deciding.approve(legal, Decider(lawyer), now=NOW).is_approved
    assert fresh(piece).status == "approved"


def test_a_request_for_changes_goes_back_with_its_note_and_keeps_the_round(
    piece: Piece, in_review: Send, make_stage: Make, editor: User, lawyer: User
) -> None:
    make_stage("Facts")
    make_stage("Legal", lawyer)
    make_stage("Board")
    facts, legal, _ = in_review()
    deciding.approve(facts, Decider(editor), now=NOW)
    with pytest.raises(NotAllowed, match="Say what is to be changed"):
        deciding.ask_for_changes(legal, Decider(lawyer), now=NOW, note="  ")
    deciding.ask_for_changes(legal, Decider(lawyer), now=NOW, note="Name the source.")
    assert fresh(piece).status == "draft"
    assert states(piece) == ["approved", "changes", "skipped"]
    move(piece, "review", by=editor, now=NOW)
    rows = rounds.rows_of(piece)
    assert [(row.round, row.state) for row in rows[3:]] == [(2, "waiting")] * 3
    assert rows[1].note == "Name the source."


def test_of_two_who_claim_one_gets_it_and_the_other_is_told_who(
    in_review: Send, editor: User, lawyer: User
) -> None:
    (row,) = in_review()
    mine, stale = (Approval.objects.select_related("piece__brand").get(pk=row.pk) for _ in "ab")
    deciding.claim(mine, lawyer)
    with pytest.raises(NotAllowed, match="Lars Lawyer was first"):
        deciding.claim(stale, editor)
    assert Approval.objects.get().reviewer == lawyer
    with pytest.raises(NotAllowed, match="Lars Lawyer has claimed"):
        deciding.approve(row, Decider(editor), now=NOW)


def test_a_claim_is_given_free_by_its_holder_or_a_manager(
    in_review: Send, editor: User, lawyer: User, manager: User
) -> None:
    (row,) = in_review()
    deciding.claim(row, lawyer)
    with pytest.raises(NotAllowed, match="Only its reviewer or a manager"):
        deciding.release(row, editor)
    assert deciding.release(row, lawyer).reviewer is None
    deciding.claim(row, lawyer)
    assert deciding.release(row, manager).reviewer is None


def test_nobody_approves_their_own_draft_while_somebody_else_can(
    piece: Piece, in_review: Send, writer: User, editor: User
) -> None:
    (row,) = in_review()
    with pytest.raises(NotAllowed, match="their own draft"):
        deciding.approve(row, Decider(writer), now=NOW)
    with pytest.raises(NotAllowed, match="their own draft"):
        deciding.claim(row, writer)
    assert deciding.approve(row, Decider(editor), now=NOW).is_approved


def test_who_wrote_counts_and_not_who_owns(
    piece: Piece, in_review: Send, writer: User, editor: User
) -> None:
    save(piece, Typed(text="Yes, it is."), revision=0, by=editor, now=NOW)
    assert rounds.authors_of(piece) == {editor.pk}
    (row,) = in_review()
    assert rounds.refusal_for(row, writer, piece=piece, rows=[row]) == ""
    assert "own draft" in rounds.refusal_for(row, editor, piece=piece, rows=[row])


def test_alone_on_the_brand_one_may(piece: Piece, in_review: Send, writer: User) -> None:
    (row,) = in_review()
    assert deciding.approve(row, Decider(writer), now=NOW).is_approved


def test_a_decision_is_taken_once(in_review: Send, editor: User, lawyer: User) -> None:
    (row,) = in_review()
    deciding.approve(row, Decider(editor), now=NOW)
    with pytest.raises(NotAllowed, match="not in review"):
        deciding.ask_for_changes(row, Decider(lawyer), now=NOW, note="Too late.")
    assert Approval.objects.get().state == "approved"


def test_only_what_is_not_required_can_be_skipped(
    piece: Piece, in_review: Send, make_stage: Make, editor: User, lawyer: User
) -> None:
    make_stage("Style", lawyer, is_required=False)
    make_stage("Facts")
    style, facts = in_review()
    deciding.skip(style, Decider(editor), now=NOW)
    with pytest.raises(NotAllowed, match="is required"):
        deciding.skip(facts, Decider(editor), now=NOW)
    assert deciding.approve(facts, Decider(editor), now=NOW).is_approved


def test_open_points_hold_the_piece_but_not_the_decision(
    piece: Piece, in_review: Send, editor: User
) -> None:
    (row,) = in_review()
    point = checklist.checklist(piece)[0].point.text
    rest = [line.point.text for line in checklist.checklist(piece)][1:]
    checklist.set_ticks(piece, rest, by=editor, now=NOW)
    outcome = deciding.approve(row, Decider(editor), now=NOW)
    assert outcome.lacking == [f"To be ticked: {point}"]
    assert (fresh(piece).status, states(piece)) == ("review", ["approved"])
    with pytest.raises(NotAllowed, match="To be ticked"):
        move(piece, "approved", by=editor, now=NOW)
    checklist.set_ticks(piece, [point, *rest], by=editor, now=NOW)
    assert move(piece, "approved", by=editor, now=NOW).status == "approved"


def test_nothing_written_here_needs_a_reason(piece: Piece, in_review: Send, editor: User) -> None:
    Piece.objects.update(no_draft_reason="")
    (row,) = in_review()
    (reason,) = deciding.approve(row, Decider(editor), now=NOW).lacking
    assert "say under “Change” why" in reason


def test_a_draft_changed_after_its_approval_needs_it_again(
    piece: Piece, in_review: Send, make_stage: Make, editor: User, lawyer: User, writer: User
) -> None:
    make_stage("Facts")
    make_stage("Legal", lawyer)
    facts, legal = in_review()
    deciding.approve(facts, Decider(editor), now=NOW)
    deciding.approve(legal, Decider(lawyer), now=NOW)
    Draft.objects.create(piece=piece, text="New words.", revision=1, saved_by=writer)
    Approval.objects.filter(pk=legal.pk).update(draft_revision=1)
    with pytest.raises(NotAllowed, match="changed after “Facts”"):
        move(piece, "published", by=editor, now=NOW, url="https://hallwaycoffee.example/x")
    deciding.ask_again(piece, by=editor, now=NOW)
    assert fresh(piece).status == "review"
    again = rounds.rows_of(piece)[2:]
    assert [(row.name, row.state) for row in again] == [("Facts", "waiting"), ("Legal", "approved")]
    assert again[1].decided_by == lawyer


def test_asking_again_without_a_change_is_refused(
    piece: Piece, in_review: Send, editor: User
) -> None:
    (row,) = in_review()
    deciding.approve(row, Decider(editor), now=NOW)
    with pytest.raises(NotAllowed, match="its approvals stand"):
        deciding.ask_again(piece, by=editor, now=NOW)


def test_moving_on_from_the_board_gives_the_last_approval(
    piece: Piece, in_review: Send, writer: User, editor: User
) -> None:
    in_review()
    with pytest.raises(NotAllowed, match="their own draft"):
        move(piece, "approved", by=writer, now=NOW)
    move(piece, "approved", by=editor, now=NOW)
    assert Approval.objects.get().decided_by == editor


def test_moving_on_does_not_leap_over_two_approvals(
    piece: Piece, in_review: Send, make_stage: Make, editor: User
) -> None:
    make_stage("Facts")
    make_stage("Legal")
    in_review()
    with pytest.raises(NotAllowed, match="“Legal” is not given yet"):
        move(piece, "approved", by=editor, now=NOW)
    assert states(piece) == ["waiting", "waiting"]


def test_the_machine_approves_nothing(piece: Piece, in_review: Send) -> None:
    in_review()
    with pytest.raises(NotAllowed, match="not approved yet"):
        move(piece, "approved", by=None, now=NOW)


def test_going_back_closes_what_waited(piece: Piece, in_review: Send, editor: User) -> None:
    in_review()
    move(piece, "draft", by=editor, now=NOW)
    assert states(piece) == ["skipped"]


def test_stages_whose_reviewers_have_left_are_for_all_editors(
    piece: Piece, brand: Brand, in_review: Send, make_stage: Make, editor: User, lawyer: User
) -> None:
    make_stage("Legal", lawyer)
    (row,) = in_review()
    assert "decided by Lars Lawyer" in rounds.refusal_for(row, editor, piece=piece, rows=[row])
    brand.memberships.filter(user=lawyer).delete()
    Approval.objects.update(reviewer=None)
    (row,) = rounds.rows_of(piece)
    assert rounds.refusal_for(row, editor, piece=piece, rows=[row]) == ""


@pytest.mark.parametrize("status", ["scheduled", "published"])
def test_a_freeze_lets_nothing_out_but_what_a_manager_gives_a_reason_for(
    piece: Piece, brand: Brand, editor: User, manager: User, status: str
) -> None:
    today = NOW.date()
    Piece.objects.update(status="approved", publish_on=today + timedelta(2))
    Freeze.objects.create(brand=brand, starts_on=today, reason="Recall", by=manager, made_at=NOW)
    url = "https://hallwaycoffee.example/x"
    for by, override in ((editor, ""), (editor, "It must."), (manager, " ")):
        with pytest.raises(
            NotAllowed, match="frozen from Wed 18 Nov 2026 until it is lifted: Recall"
        ):
            move(piece, status, by=by, now=NOW, url=url, override=override)
    move(piece, status, by=manager, now=NOW, url=url, override="The recall page itself.")
    assert "The recall page itself." in Piece.history.latest().history_change_reason


def test_a_freeze_that_has_ended_by_then_holds_nothing(
    piece: Piece, brand: Brand, editor: User
) -> None:
    today = NOW.date()
    Piece.objects.update(status="approved", publish_on=today + timedelta(2))
    Freeze.objects.create(
        brand=brand, starts_on=today, ends_on=today + timedelta(1), reason="Recall", made_at=NOW
    )
    assert move(piece, "scheduled", by=editor, now=NOW).status == "scheduled"
