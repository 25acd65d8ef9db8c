"""Saves a draft: everything that was typed, unless somebody else saved in the meantime."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from content.models import Draft, Piece


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form."""

    text: str = ""
    title: str = ""
    description: str = ""
    evidence: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, draft: Draft) -> Typed:
        return cls(draft.text, draft.title, draft.description, draft.evidence)


class SavedMeanwhile(Exception):
    """Somebody saved after this person began. `current` is what stands there now."""

    def __init__(self, current: Draft) -> None:
        super().__init__("Somebody saved meanwhile.")
        self.current = current


@transaction.atomic
def save(
    piece: Piece, typed: Typed, *, revision: int, by: AbstractBaseUser | None, now: datetime
) -> Draft:
    """Store the draft and return it; its revision grows by one unless nothing has changed.

    `revision` is the one that the person began from, 0 where there was none. `now` is an aware time.
    Raises SavedMeanwhile where another revision stands there now and says something else.
    """
    # Two first savings would make two drafts: the piece is there to be locked.
    Piece.objects.select_for_update().get(pk=piece.pk)
    draft = Draft.objects.filter(piece=piece).select_related("saved_by").first()
    draft = draft or Draft(piece=piece)
    if draft.pk and Typed.of(draft) == typed:
        return draft
    if draft.revision != revision:
        raise SavedMeanwhile(draft)
    draft.text, draft.title = typed.text, typed.title
    draft.description, draft.evidence = typed.description, typed.evidence
    draft.revision += 1
    draft.saved_by, draft.saved_at = by, now  # type: ignore[assignment]
    draft._history_user = by  # type: ignore[attr-defined]
    draft.save()
    return draft
