"""Rounds of approvals as stored: asked for, carried over, claimed and written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser, User
from django.db.models import Q

from content.approving.sequence import (
    DEFAULT_DAYS,
    DEFAULT_NAME,
    Reviewers,
    newest_round,
    not_among,
    outdated,
    refusal,
    whose_turn,
)
from content.models import Approval, Draft, Piece, ReviewStage
from serp.access import Role, may, members

State = Approval.State


def rows_of(piece: Piece) -> list[Approval]:
    """All approvals of the piece with what a page shows of them, the oldest round first; two
    queries."""
    return list(
        Approval.objects.filter(piece=piece)
        .select_related("reviewer", "decided_by", "stage")
        .prefetch_related("stage__reviewers")
    )


def revision_of(piece: Piece) -> int:
    """The state of the draft that an approval is about; 0 while nothing is written here."""
    found = Draft.objects.filter(piece=piece).values_list("revision", flat=True).first()
    return found or 0


def stages_for(piece: Piece) -> list[ReviewStage]:
    """The brand's stages that hold for the piece's type, in order."""
    stages = ReviewStage.objects.filter(brand_id=piece.brand_id).prefetch_related("reviewers")
    return [stage for stage in stages if not stage.kinds or piece.kind in stage.kinds]


def open_round(piece: Piece, now: datetime, *, carrying: Sequence[Approval] = ()) -> list[Approval]:
    """Ask for the approvals that the piece needs, in a new round, and give the first its turn.

    `carrying` are decisions of the round before that still hold: they stand in the new round as
    they were taken. Call it with the piece's row locked.
    """
    last = Approval.objects.filter(piece=piece).order_by("-round").first()
    number = last.round + 1 if last else 1
    stages = stages_for(piece) or [ReviewStage(name=DEFAULT_NAME, days=DEFAULT_DAYS)]
    kept = {row.name: row for row in carrying}
    rows = []
    for order, stage in enumerate(stages, start=1):
        row = Approval(
            piece=piece,
            stage=stage if stage.pk else None,
            name=stage.name,
            round=number,
            order=order,
            is_required=stage.is_required,
            reviewer=only_reviewer(stage),
        )
        if stage.name in kept:
            carry(kept[stage.name], row)
        rows.append(row)
    Approval.objects.bulk_create(rows)
    give_turn(piece, now)
    return rows


def carry(before: Approval, row: Approval) -> None:
    """Copy a decision that still holds."""
    for name in (
        "state", "note", "decided_by_id", "decided_at", "guest_name", "draft_revision",
        "reviewer_id", "opened_at", "due_on",
    ):  # fmt: skip
        setattr(row, name, getattr(before, name))


def ask_again(piece: Piece, now: datetime) -> list[Approval]:
    """A new round after the draft was changed: what was given to its present state is carried over."""
    rows = rows_of(piece)
    gone = {row.pk for row in outdated(rows, revision_of(piece))}
    settled = (State.APPROVED, State.SKIPPED)
    kept = [row for row in newest_round(rows) if row.state in settled and row.pk not in gone]
    close_round(piece, now, by=None)
    return open_round(piece, now, carrying=kept)


def only_reviewer(stage: ReviewStage) -> User | None:
    """The reviewer of a stage that names exactly one: nobody needs to claim it."""
    named = list(stage.reviewers.all()) if stage.pk else []
    return named[0] if len(named) == 1 else None


def give_turn(piece: Piece, now: datetime) -> None:
    """Open the approval whose turn it is, if it is not open yet: from now on its days run."""
    rows = list(Approval.objects.filter(piece=piece).select_related("stage"))
    row = whose_turn(rows)
    if row is None or row.opened_at is not None:
        return
    days = row.stage.days if row.stage else DEFAULT_DAYS
    row.opened_at = now
    row.due_on = now.astimezone(piece.brand.zone).date() + timedelta(days=days)
    row.save(update_fields=["opened_at", "due_on"])


def write_down(
    row: Approval,
    state: str,
    *,
    by: AbstractBaseUser | None,
    guest: str = "",
    note: str = "",
    revision: int,
    now: datetime,
) -> bool:
    """Store a decision, unless the row was decided meanwhile; returns whether it was stored."""
    stored = Approval.objects.filter(pk=row.pk, state=State.WAITING).update(
        state=state,
        decided_by=by,
        guest_name=guest,
        note=note.replace("\x00", "").strip(),  # PostgreSQL takes no zero byte
        decided_at=now,
        draft_revision=revision,
    )
    row.refresh_from_db()
    return stored == 1


def close_round(piece: Piece, now: datetime, *, by: AbstractBaseUser | None) -> None:
    """End what still waits: nobody needs to decide it any more."""
    Approval.objects.filter(piece=piece, state=State.WAITING).update(
        state=State.SKIPPED, decided_at=now, decided_by=by
    )


def claim(row: Approval, by: AbstractBaseUser) -> bool:
    """Take a free approval; of two who claim at once one gets it."""
    taken = Approval.objects.filter(pk=row.pk, state=State.WAITING, reviewer=None).update(
        reviewer_id=by.pk
    )
    return taken == 1


def refusal_for(
    row: Approval, by: AbstractBaseUser, *, piece: Piece, rows: Sequence[Approval]
) -> str:
    """Why this person may not decide `row` now; empty when they may."""
    return refusal(
        row,
        by.pk,
        reviewers_for(row, by, piece=piece),
        turn=whose_turn(rows),
        is_manager=may(by, piece.brand, Role.MANAGER),
    )


def not_among_for(row: Approval, by: AbstractBaseUser, *, piece: Piece) -> str:
    """Why this person is no reviewer of `row`; empty when they are."""
    return not_among(row, by.pk, reviewers_for(row, by, piece=piece))


def reviewers_for(row: Approval, by: AbstractBaseUser, *, piece: Piece) -> Reviewers:
    """Who may decide `row`, as it concerns this person."""
    editors = editors_of(piece)
    if may(by, piece.brand, Role.EDITOR):
        # A superuser may do everything without being a member.
        editors.setdefault(by.pk, str(by))
    return reviewers_of(row, editors=editors, authors=authors_of(piece))


def editors_of(piece: Piece) -> dict[int, str]:
    """Names of the people who work on the brand's pieces, by id."""
    people = members(piece.brand, Role.EDITOR).filter(is_active=True)
    return {user.pk: user.get_full_name() or user.get_username() for user in people}


def authors_of(piece: Piece) -> frozenset[int]:
    """Who has written the draft, or else owns the piece: they do not approve it."""
    wrote = set(
        Draft.history.filter(piece_id=piece.pk)
        .filter(~Q(saved_by=None))
        .values_list("saved_by", flat=True)
    )
    owner = {piece.owner_id} if piece.owner_id else set()
    return frozenset(wrote or owner)


def reviewers_of(row: Approval, *, editors: dict[int, str], authors: frozenset[int]) -> Reviewers:
    """Who may decide: the reviewers that the stage names as far as they still work on the brand;
    where none is left, and for stages that name none, all its editors."""
    named = {user.pk for user in row.stage.reviewers.all()} if row.stage else set()
    names = {pk: name for pk, name in editors.items() if pk in named} or editors
    return Reviewers(names=names, authors=authors)
