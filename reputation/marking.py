"""The work of marking: which results wait, what a mark is answered with, and how it is taken back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet, TextChoices

from reputation import judging
from reputation.models import Mark
from reputation.tone.verdict import Tone
from serp.models import Brand

MOST_STEPS = 50
"""How far back an undo looks: changes of ownership in between are stepped over."""


class Which(TextChoices):
    """Parts of the results to mark."""

    ALL = "all", "All"
    PAGE_ONE = "page-one", "On page one"
    NEGATIVE = "negative", "Negative by machine"


def waiting(brand: Brand, which: str, page_one: Collection[int]) -> QuerySet[Mark]:
    """The marks that no person has looked at, newest page first; `page_one` holds the ids of the
    pages that stand there now."""
    marks = Mark.objects.filter(brand=brand).to_review()
    if which == Which.PAGE_ONE:
        return marks.filter(page__in=page_one)
    return marks.filter(tone=Tone.NEGATIVE) if which == Which.NEGATIVE else marks


def neighbours(queue: Sequence[int], pk: int) -> tuple[int | None, int | None]:
    """The ids before and after `pk` in the queue; for one that is not in it, none and the first."""
    if pk not in queue:
        return None, next(iter(queue), None)
    at = queue.index(pk)
    return (queue[at - 1] if at else None), (queue[at + 1] if at + 1 < len(queue) else None)


def done_words(tone: str, keywords: int) -> str:
    """What is said after a mark: for how many keywords it holds."""
    word = Tone(tone).label
    if keywords == 0:
        return (
            f"Marked {word}. The page stands for no keyword now; the mark holds when it comes back."
        )
    if keywords == 1:
        return f"Marked {word} for the one keyword where the page appears."
    return f"Marked {word} for all {keywords} keywords where the page appears."


def stamp(mark: Mark) -> str:
    """A sign of the state that a person saw, to notice when somebody else has marked since."""
    return f"{mark.source}/{mark.marked_by_id or ''}/{mark.tone}"


def marked_by_another(mark: Mark, seen: str, user: AbstractBaseUser) -> bool:
    """Whether another person has marked this since the state `seen` was shown; without one, whether
    another person has marked it at all."""
    return mark.is_by_person and mark.marked_by_id != user.pk and stamp(mark) != seen


@transaction.atomic
def take_back(mark: Mark, *, now: datetime) -> Mark:
    """Undo the last mark: the tone that a person gave before stands again, and otherwise the machine
    judges anew."""
    for row in mark.history.order_by("-history_date", "-history_id")[:MOST_STEPS]:
        if (row.source, row.tone, row.marked_by_id) != (mark.source, mark.tone, mark.marked_by_id):
            if row.source == Mark.Source.PERSON and row.marked_by is not None:
                return judging.mark(
                    mark, by=row.marked_by, now=now, tone=row.tone, category=row.category
                )
            break
    return judging.unmark(mark)
