"""A piece as an outsider reads it: its draft rendered, and the part of its brief that says what it is
for. Nothing about the negative, other pieces or the brand's numbers."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from content.drafting.rendering import preview
from content.models import Brief, Draft, Piece


@dataclass(frozen=True, slots=True)
class Reading:
    """`html` is empty when nothing is written here; `revision` says which state of the draft it is."""

    title: str
    html: SafeString
    revision: int
    intent: str
    questions: list[str]


def reading(piece: Piece) -> Reading:
    """What an outsider sees of the piece, in two queries."""
    draft = Draft.objects.filter(piece=piece).first()
    brief = Brief.objects.filter(piece=piece).only("intent", "questions").first()
    return Reading(
        title=(draft.title if draft else "") or piece.title,
        html=preview(draft.text if draft else ""),
        revision=draft.revision if draft else 0,
        intent=brief.intent if brief else "",
        questions=[str(question) for question in (brief.questions if brief else [])][:12],
    )
