"""Everything about a piece's approvals that its page shows, asked for once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import User

from content.approving import checklist, commenting, deciding, gate, links, rounds, sequence
from content.approving.desk import Desk, desk
from content.cards import deadline
from content.models import Approval, Draft, Piece, ReviewLink
from reputation.templatetags.pushdown import person
from serp.access import Role, may

Status = Piece.Status
State = Approval.State
MOST_NAMED = 3
"""Reviewers that a line names one by one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One approval as shown. `refusal` says why the reader may not decide it, `is_turn` that it is
    the one to be decided."""

    approval: Approval
    is_turn: bool
    is_outdated: bool
    is_own: bool
    may_claim: bool
    may_release: bool
    reviewers: str
    refusal: str
    days_late: int


@dataclass(frozen=True, slots=True)
class Round:
    """One round of approvals; all but the newest are kept to be read."""

    number: int
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page shows of approvals, checklist, comments and links."""

    desk: Desk
    rounds: list[Round]
    older: list[Round]
    planned: list[str]
    turned_down: Approval | None
    outdated: list[str]
    lines: list[checklist.Line]
    missing: int
    threads: list[commenting.Thread]
    open_threads: int
    links: list[ReviewLink]
    waiting: list[Approval]
    draft: Draft | None
    holds: list[str]
    freeze: str

    @property
    def turn(self) -> Row | None:
        """The approval that is to be decided now."""
        return next((row for one in self.rounds for row in one.rows if row.is_turn), None)

    @property
    def ticked(self) -> int:
        return sum(line.tick is not None for line in self.lines)

    @property
    def older_newest_first(self) -> list[Round]:
        return self.older[::-1]


def look(piece: Piece, reader: User, now: datetime) -> Seen:
    """Ask for all of it, in a number of queries that rows do not raise. `now` is aware."""
    today = now.astimezone(piece.brand.zone).date()
    approvals = rounds.rows_of(piece)
    draft = Draft.objects.filter(piece=piece).select_related("saved_by").first()
    revision = draft.revision if draft else 0
    in_review = piece.status == Status.REVIEW
    turn = sequence.whose_turn(approvals) if in_review else None
    rows = show_rows(piece, approvals, turn=turn, reader=reader, revision=revision, today=today)
    numbers = sorted({approval.round for approval in approvals})
    all_rounds = [
        Round(number, [rows[one.pk] for one in approvals if one.round == number])
        for number in numbers
    ]
    lines = checklist.checklist(piece)
    threads = commenting.threads_of(piece)
    holds = keeps(piece, approvals)
    freeze = (
        deciding.held_by_freeze(piece, now)
        if piece.status in (Status.APPROVED, Status.SCHEDULED)
        else ""
    )
    newest = sequence.newest_round(approvals)
    return Seen(
        desk=desk(
            piece,
            day=deadline(piece),
            turn=turn,
            reviewers=rows[turn.pk].reviewers if turn else "",
            blocks=[*holds, *([freeze] if freeze else [])],
            owner=person(piece.owner),
            today=today,
        ),
        rounds=all_rounds[-1:],
        older=all_rounds[:-1],
        planned=[] if approvals else planned(piece),
        turned_down=next((row for row in newest if row.state == State.CHANGES), None)
        if piece.status in (Status.DRAFT, Status.BRIEFED, Status.IDEA)
        else None,
        outdated=[row.name for row in sequence.outdated(approvals, revision)]
        if in_review or piece.status in (Status.APPROVED, Status.SCHEDULED)
        else [],
        lines=lines,
        missing=len(checklist.unticked(lines)),
        threads=threads,
        open_threads=sum(thread.is_open for thread in threads),
        links=links.in_force(piece, now),
        waiting=[row for row in newest if row.state == State.WAITING],
        draft=draft if revision else None,
        holds=holds,
        freeze=freeze,
    )


def keeps(piece: Piece, approvals: list[Approval]) -> list[str]:
    """What keeps the piece from its next step towards publication, a sentence each."""
    if piece.status == Status.REVIEW:
        waits = sequence.newest_round(approvals)
        outdated = gate.changed_since(piece, waits)
        again = [f"The draft was changed after “{name}”: ask for it again." for name in outdated]
        return [*again, *gate.blocking(piece)]
    if piece.status in (Status.APPROVED, Status.SCHEDULED):
        return gate.keeps_in(piece)
    return []


def planned(piece: Piece) -> list[str]:
    """Names of the approvals that it will need once it goes to review."""
    return [stage.name for stage in rounds.stages_for(piece)] or [sequence.DEFAULT_NAME]


def show_rows(
    piece: Piece,
    approvals: list[Approval],
    *,
    turn: Approval | None,
    reader: User,
    revision: int,
    today: date,
) -> dict[int, Row]:
    """The approvals as this reader sees them, by id; the people are asked for once."""
    if not approvals:
        return {}
    editors, authors = rounds.editors_of(piece), rounds.authors_of(piece)
    is_manager = may(reader, piece.brand, Role.MANAGER)
    if is_manager:
        editors.setdefault(reader.pk, person(reader))
    undone = {row.pk for row in sequence.outdated(approvals, revision)}
    shown = {}
    for approval in approvals:
        reviewers = rounds.reviewers_of(approval, editors=editors, authors=authors)
        is_turn = turn is not None and approval.pk == turn.pk
        held = approval.reviewer_id
        shown[approval.pk] = Row(
            approval=approval,
            is_turn=is_turn,
            is_outdated=approval.pk in undone,
            is_own=approval.state == State.APPROVED and approval.decided_by_id in authors,
            may_claim=is_turn
            and held is None
            and not sequence.not_among(approval, reader.pk, reviewers),
            may_release=is_turn and held is not None and (is_manager or held == reader.pk),
            reviewers=person(approval.reviewer) if approval.reviewer else anyone(reviewers),
            refusal=sequence.refusal(
                approval, reader.pk, reviewers, turn=turn, is_manager=is_manager
            ),
            days_late=max(0, (today - approval.due_on).days) if is_turn and approval.due_on else 0,
        )
    return shown


def anyone(reviewers: sequence.Reviewers) -> str:
    """Who may take an approval that nobody holds, short enough for a line."""
    people = reviewers.others or reviewers.names
    if len(people) > MOST_NAMED:
        return f"any of {len(people)} reviewers"
    return sequence.listed(list(people.values()))
