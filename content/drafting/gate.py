"""What keeps a piece from being approved: the required findings on its draft."""

from __future__ import annotations

from content.drafting.check import check
from content.drafting.finding import Finding, Level
from content.drafting.gathering import given_of
from content.models import Draft, Piece

NO_DRAFT = "no_draft"
"""The rule of the one finding of a piece that was not written here: it may pass with a recorded reason."""


def needs_draft(piece: Piece) -> bool:
    """Whether a piece has a text of its own: one that lifts a page that exists already may have none."""
    return piece.lifts_id is None


def blocking(piece: Piece) -> list[Finding]:
    """The required findings of the piece's stored draft; empty: nothing is in the way.

    A piece without a draft that needs one has the single finding `NO_DRAFT`.
    """
    draft = Draft.objects.filter(piece=piece).first()
    if draft is None or not draft.text.strip():
        if not needs_draft(piece):
            return []
        return [
            Finding(
                NO_DRAFT,
                Level.REQUIRED,
                "There is no draft here to be checked.",
                "Write or paste it on the draft page, or record why it is approved without one.",
            )
        ]
    report = check(
        draft.text,
        given_of(piece, draft.evidence),
        title=draft.title,
        description=draft.description,
    )
    return report.required
