"""Takes decisions about a piece in review: claimed, released, approved, sent back, skipped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from content.approving import gate, rounds, sequence
from content.models import Approval, Piece
from content.scheduling.freezing import frozen
from content.workflow import MOST_REASON, NotAllowed, Status, brand_today, frozen_words, keep, lock
from serp.access import Role, may

State = Approval.State
CHANGED_MEANWHILE = (
    "The draft was changed while you read it. Read what stands there now, then decide."
)
THROUGH_LINK = ", through a link"
"""How the history's word on an outsider's decision ends."""
SAY_WHAT = "Say what is to be changed: the writer reads nothing else."


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides: a person of the brand, or an outsider by the name that they gave."""

    user: AbstractBaseUser | None = None
    guest: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a decision. `lacking` is what still keeps the piece from "approved"."""

    piece: Piece
    lacking: list[str]

    @property
    def is_approved(self) -> bool:
        return self.piece.status == Status.APPROVED


def approve(
    approval: Approval, who: Decider, *, now: datetime, note: str = "", read: str = ""
) -> Outcome:
    """Give one approval; with the last one, and nothing else missing, the piece is approved.

    It is given to the draft as it stands now. `read` is the revision that the page showed: nobody
    approves words that were saved after they had begun to read. Raises NotAllowed.
    """
    with transaction.atomic():
        piece = approval.piece
        row = take(approval, who)
        if read and read != str(rounds.revision_of(piece)):
            raise NotAllowed(CHANGED_MEANWHILE)
        write(row, State.APPROVED, who, piece=piece, now=now, note=note)
        return go_on(piece, who, now)


def skip(approval: Approval, who: Decider, *, now: datetime, note: str = "") -> Outcome:
    """Leave out an approval that is not required. Raises NotAllowed."""
    with transaction.atomic():
        piece = approval.piece
        row = take(approval, who, is_any_editor=True)
        if row.is_required:
            raise NotAllowed(f"“{row.name}” is required: it cannot be skipped.")
        write(row, State.SKIPPED, who, piece=piece, now=now, note=note)
        return go_on(piece, who, now)


def ask_for_changes(approval: Approval, who: Decider, *, now: datetime, note: str) -> Piece:
    """Send the piece back to its draft with a note. What was decided stays as it was; the approvals
    that still waited are closed. Raises NotAllowed, also for an empty note."""
    if not note.strip():
        raise NotAllowed(SAY_WHAT)
    with transaction.atomic():
        piece = approval.piece
        row = take(approval, who)
        write(row, State.CHANGES, who, piece=piece, now=now, note=note)
        rounds.close_round(piece, now, by=who.user)
        piece.status = Status.DRAFT
        if who.guest:
            piece._change_reason = by_guest("Changes requested", who.guest)  # type: ignore[attr-defined]
        keep(piece, who.user)
        return piece


def ask_again(piece: Piece, *, by: AbstractBaseUser, now: datetime) -> Piece:
    """Ask for the approvals that a changed draft has undone: a new round, in which decisions about
    the present draft stand. A piece that was approved goes back to review. Raises NotAllowed."""
    with transaction.atomic():
        lock(piece)
        if piece.status not in (Status.REVIEW, Status.APPROVED, Status.SCHEDULED):
            raise NotAllowed(f"It is “{piece.get_status_display()}”: no approval is asked for now.")
        rows = rounds.rows_of(piece)
        if rows and not gate.changed_since(piece, rows):
            raise NotAllowed("The draft was not changed since: its approvals stand.")
        rounds.ask_again(piece, now)
        if piece.status != Status.REVIEW:
            piece.status = Status.REVIEW
            keep(piece, by)
    return piece


def claim(approval: Approval, by: AbstractBaseUser) -> Approval:
    """Take an approval that is nobody's yet. Of two at once one gets it; the other is told who.
    Raises NotAllowed."""
    piece = approval.piece
    reason = rounds.not_among_for(approval, by, piece=piece)
    if reason:
        raise NotAllowed(reason)
    if not rounds.claim(approval, by):
        approval.refresh_from_db()
        holder = approval.reviewer
        if approval.state != State.WAITING:
            raise NotAllowed(f"“{approval.name}” is decided already.")
        if holder is not None and holder.pk == by.pk:
            raise NotAllowed(f"You hold “{approval.name}” already.")
        name = (holder.get_full_name() or holder.get_username()) if holder else "Somebody else"
        raise NotAllowed(f"{name} was first: “{approval.name}” is claimed.")
    approval.refresh_from_db()
    return approval


def release(approval: Approval, by: AbstractBaseUser) -> Approval:
    """Give a claimed approval free: one's own, or as a manager anybody's. Raises NotAllowed."""
    rows = Approval.objects.filter(pk=approval.pk, state=State.WAITING).exclude(reviewer=None)
    if not may(by, approval.piece.brand, Role.MANAGER):
        rows = rows.filter(reviewer_id=by.pk)
    if not rows.update(reviewer=None):
        raise NotAllowed("Only its reviewer or a manager can give it free, before it is decided.")
    approval.refresh_from_db()
    return approval


def take(approval: Approval, who: Decider, *, is_any_editor: bool = False) -> Approval:
    """Lock the piece and hold its approval against the rules; returns the row as it stands now."""
    piece = approval.piece
    lock(piece)
    if piece.status != Status.REVIEW:
        raise NotAllowed(f"It is not in review: it is “{piece.get_status_display()}” now.")
    rows = rounds.rows_of(piece)
    row = next((row for row in rows if row.pk == approval.pk), None)
    if row is None:
        raise NotAllowed("This approval is gone: look at the page again.")
    turn = sequence.whose_turn(rows)
    if who.user is None or is_any_editor:
        reason = sequence.untimely(row, turn)
    else:
        reason = rounds.refusal_for(row, who.user, piece=piece, rows=rows)
    if reason:
        raise NotAllowed(reason)
    return row


def write(
    row: Approval, state: str, who: Decider, *, piece: Piece, now: datetime, note: str
) -> None:
    """Store the decision, or say that somebody else has decided meanwhile."""
    if not rounds.write_down(
        row,
        state,
        by=who.user,
        guest=who.guest,
        note=note,
        revision=rounds.revision_of(piece),
        now=now,
    ):
        raise NotAllowed(f"“{row.name}” was decided meanwhile: {row.get_state_display()}.")


def go_on(piece: Piece, who: Decider, now: datetime) -> Outcome:
    """Give the next approval its turn, or approve the piece when nothing is missing any more."""
    rounds.give_turn(piece, now)
    lacking = gate.lacking(piece, rounds.rows_of(piece))
    if not lacking:
        piece.status = Status.APPROVED
        if who.guest:
            piece._change_reason = by_guest("Approved", who.guest)  # type: ignore[attr-defined]
        keep(piece, who.user)
    return Outcome(piece, lacking)


def by_guest(what: str, name: str) -> str:
    """What the history says of an outsider's decision."""
    room = MOST_REASON - len(what) - len(" by ") - len(THROUGH_LINK)
    return f"{what} by {name[:room]}{THROUGH_LINK}"


def held_by_freeze(piece: Piece, now: datetime) -> str:
    """Why the piece would not go out on its day, or today; empty when the calendar is open."""
    today = brand_today(piece, now)
    day = max(piece.publish_on or today, today)
    freeze = frozen(piece.brand, day)
    return frozen_words(freeze, day) if freeze else ""
