"""What stands between a piece and “approved”, and between “approved” and readers."""

from __future__ import annotations

from content.approving import checklist, rounds, sequence
from content.drafting import gate as drafting
from content.models import Approval, Piece
from content.proof import gate as proof

NO_DRAFT = "Nothing is written here. Write the draft, or say under “Change” why its text is written elsewhere."


def blocking(piece: Piece) -> list[str]:
    """What an approval would still lack besides the approvals themselves, a sentence each: findings
    about the draft, required points of the checklist, and consent of people who are quoted."""
    return [
        *draft_blocks(piece),
        *(f"To be ticked: {text}" for text in checklist.unticked(checklist.checklist(piece))),
        *proof_blocks(piece),
    ]


def draft_blocks(piece: Piece) -> list[str]:
    """What the required checks of the draft find. A text that is written elsewhere needs a reason."""
    lines = []
    for finding in drafting.blocking(piece):
        if finding.rule != drafting.NO_DRAFT:
            place = f" ({finding.where.words})" if finding.where.words else ""
            lines.append(f"{finding.wrong}{place} {finding.todo}".strip())
        elif not piece.no_draft_reason.strip():
            lines.append(NO_DRAFT)
    return lines


def proof_blocks(piece: Piece) -> list[str]:
    """What stands against the people who are quoted and the proof that is shown."""
    return [str(finding) for finding in proof.blocking(piece)]


def lacking(piece: Piece, rows: list[Approval]) -> list[str]:
    """All that keeps the piece from being approved, the approvals themselves first."""
    return [*sequence.still_needed(rows, rounds.revision_of(piece)), *blocking(piece)]


def changed_since(piece: Piece, rows: list[Approval]) -> list[str]:
    """Names of required approvals that were given to another state of the draft than the present."""
    return [row.name for row in sequence.outdated(rows, rounds.revision_of(piece))]


def keeps_in(piece: Piece) -> list[str]:
    """What keeps an approved piece from being planned or published: a draft that was changed after
    its approval, and consent that has been withdrawn since."""
    again = [
        f"The draft was changed after “{name}”. Ask for approval again first."
        for name in changed_since(piece, rounds.rows_of(piece))
    ]
    return [*again, *proof_blocks(piece)]
