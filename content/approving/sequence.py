"""Ordered approvals: whose turn it is, who may decide, and what a changed draft undoes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from content.models import Approval

State = Approval.State
DEFAULT_NAME = "Editor’s approval"
"""The one approval of a brand that has set up no stages."""
DEFAULT_DAYS = 2
"""The time of its reviewer, in days."""


@dataclass(frozen=True, slots=True)
class Reviewers:
    """Who may decide one approval: the ids of people and their names. `authors` wrote the draft or
    own the piece."""

    names: dict[int, str]
    authors: frozenset[int]

    @property
    def others(self) -> dict[int, str]:
        """Those who have not written the draft."""
        return {pk: name for pk, name in self.names.items() if pk not in self.authors}

    @property
    def called(self) -> str:
        """Their names for a sentence: "Ines Ortega or Tomas Berg"."""
        return listed((self.others or self.names).values())


def newest_round(rows: Sequence[Approval]) -> list[Approval]:
    """The approvals of the last round, in their order."""
    last = max((row.round for row in rows), default=0)
    return sorted((row for row in rows if row.round == last), key=lambda row: row.order)


def whose_turn(rows: Sequence[Approval]) -> Approval | None:
    """The first approval of the newest round that waits, if nothing before it was turned down."""
    for row in newest_round(rows):
        if row.state == State.CHANGES:
            return None
        if row.state == State.WAITING:
            return row
    return None


def outdated(rows: Sequence[Approval], revision: int) -> list[Approval]:
    """Required approvals of the newest round that were given to another state of the draft than
    `revision`: they must be given again."""
    return [
        row
        for row in newest_round(rows)
        if row.state == State.APPROVED and row.is_required and row.draft_revision != revision
    ]


def refusal(
    row: Approval,
    person: int,
    reviewers: Reviewers,
    *,
    turn: Approval | None,
    is_manager: bool = False,
) -> str:
    """Why this person may not decide `row` now; empty when they may.

    A manager may decide what somebody else has claimed. Nobody approves their own draft where
    another reviewer exists: the four eyes of an editor's desk.
    """
    reason = untimely(row, turn) or not_among(row, person, reviewers)
    if reason:
        return reason
    if row.reviewer_id not in (None, person) and not is_manager:
        holder = reviewers.names.get(row.reviewer_id or 0, "Somebody else")
        return f"{holder} has claimed “{row.name}”. Ask for its release first."
    return ""


def untimely(row: Approval, turn: Approval | None) -> str:
    """Why nobody may decide `row` now; empty when it is its turn."""
    if row.state != State.WAITING:
        return f"“{row.name}” is decided already: {row.get_state_display()}."
    if turn is None or turn.pk != row.pk:
        before = f" It waits for “{turn.name}”." if turn else ""
        return f"It is not yet the turn of “{row.name}”.{before}"
    return ""


def not_among(row: Approval, person: int, reviewers: Reviewers) -> str:
    """Why this person is no reviewer of `row`; empty when they are."""
    if person not in reviewers.names:
        return f"“{row.name}” is decided by {reviewers.called}."
    if person in reviewers.authors and reviewers.others:
        return (
            "Nobody approves their own draft while somebody else can: "
            f"“{row.name}” is for {reviewers.called}."
        )
    return ""


def still_needed(rows: Sequence[Approval], revision: int) -> list[str]:
    """What the newest round still lacks, a sentence each."""
    needed = []
    for row in newest_round(rows):
        if row.state == State.WAITING:
            needed.append(f"“{row.name}” is not given yet.")
        elif row.state == State.CHANGES:
            needed.append(f"“{row.name}” asked for changes.")
        elif row.state == State.SKIPPED and row.is_required:
            needed.append(f"“{row.name}” was not asked.")
    needed += [
        f"The draft was changed after “{row.name}”: it needs that approval again."
        for row in outdated(rows, revision)
    ]
    return needed


def listed(names: Collection[str]) -> str:
    """Names for a sentence: "a, b or c"."""
    *first, last = sorted(names) or ["nobody"]
    return f"{', '.join(first)} or {last}" if first else last
