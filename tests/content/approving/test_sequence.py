"""Ordered approvals, decided without a database: whose turn, who may, what a changed draft undoes."""

from typing import Any

import pytest

from content.approving.sequence import (
    Reviewers,
    listed,
    newest_round,
    outdated,
    refusal,
    still_needed,
    whose_turn,
)
from content.models import Approval

ANN, BEN, CAT, STRANGER = 1, 2, 3, 99
DESK = Reviewers({ANN: "Ann", BEN: "Ben", CAT: "Cat"}, frozenset({ANN}))


def row(pk: int, state: str = "waiting", **fields: Any) -> Approval:
    return Approval(**{"pk": pk, "name": f"Stage {pk}", "order": pk, "state": state} | fields)


def test_the_first_that_waits_has_its_turn() -> None:
    rows = [row(2), row(1, "approved"), row(3)]
    turn = whose_turn(rows)
    assert turn is not None
    assert turn.pk == 2


def test_nobody_has_a_turn_behind_a_request_for_changes() -> None:
    assert whose_turn([row(1, "changes"), row(2)]) is None


def test_old_rounds_have_no_turn() -> None:
    rows = [row(1, round=1), row(5, "approved", round=2, order=1)]
    assert [one.pk for one in newest_round(rows)] == [5]
    assert whose_turn(rows) is None


@pytest.mark.parametrize(
    ("rows", "complete"),
    [
        ([row(1, "approved")], True),
        ([row(1, "approved"), row(2)], False),
        ([row(1, "approved"), row(2, "skipped", is_required=False)], True),
        ([row(1, "skipped")], False),
        ([row(1, "changes")], False),
        ([row(1, "approved", draft_revision=1)], False),
        ([row(1, "approved", draft_revision=1, is_required=False)], True),
    ],
)
def test_a_round_is_complete_when_all_it_needs_was_given_to_this_draft(
    rows: list[Approval], complete: bool
) -> None:
    assert bool(still_needed(rows, 0)) is not complete


def test_a_changed_draft_undoes_required_approvals() -> None:
    rows = [row(1, "approved", draft_revision=3), row(2, "approved", draft_revision=4)]
    assert [one.pk for one in outdated(rows, 4)] == [1]
    assert still_needed(rows, 4) == [
        "The draft was changed after “Stage 1”: it needs that approval again."
    ]


@pytest.mark.parametrize(
    ("person", "words"),
    [(BEN, ""), (ANN, "their own draft"), (STRANGER, "decided by Ben or Cat")],
)
def test_who_may_decide(person: int, words: str) -> None:
    one = row(1)
    reason = refusal(one, person, DESK, turn=one)
    assert words in reason
    assert bool(reason) == bool(words)


def test_alone_one_approves_ones_own_draft() -> None:
    one = row(1)
    alone = Reviewers({ANN: "Ann"}, frozenset({ANN}))
    assert refusal(one, ANN, alone, turn=one) == ""


def test_what_somebody_claimed_is_theirs_except_to_a_manager() -> None:
    one = row(1, reviewer_id=CAT)
    assert "Cat has claimed" in refusal(one, BEN, DESK, turn=one)
    assert refusal(one, CAT, DESK, turn=one) == ""
    assert refusal(one, BEN, DESK, turn=one, is_manager=True) == ""


def test_a_later_stage_waits_for_the_one_before() -> None:
    first, second = row(1), row(2)
    assert "It waits for “Stage 1”" in refusal(second, BEN, DESK, turn=first)


def test_a_decision_is_not_taken_twice() -> None:
    one = row(1, "approved")
    assert "decided already" in refusal(one, BEN, DESK, turn=None)


def test_names_for_a_sentence() -> None:
    assert listed(["Ben"]) == "Ben"
    assert listed(["Cat", "Ann", "Ben"]) == "Ann, Ben or Cat"
    assert listed([]) == "nobody"
