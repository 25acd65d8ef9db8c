"""The work of marking: a person's word on a page, a second look, and how a mark is taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from reputation.judges import judge_for
from reputation.judging import heard, take, text_of
from reputation.models import Mark, Passage, ToneEntry
from reputation.rescoring import hold, rescore
from reputation.tone.verdict import Shade, Tone
from reputation.tone_history import Before, entry

MOST_STEPS = 50
"""How far back an undo looks: changes of ownership in between are stepped over."""


def done_words(shade: str, keywords: int) -> str:
    """What is said after a mark: for how many keywords it holds. `shade` may be a plain tone."""
    word = Shade(shade).label
    if keywords == 0:
        return (
            f"Marked {word}. The page stands for no keyword now; the mark holds when it comes back."
        )
    if keywords == 1:
        return f"Marked {word} for the one keyword where the page appears."
    return f"Marked {word} for all {keywords} keywords where the page appears."


def stamp(mark: Mark | Passage) -> str:
    """A sign of the state that a person saw, to notice when somebody else has marked since."""
    return f"{mark.source}/{mark.marked_by_id or ''}/{mark.tone}"


def marked_by_another(mark: Mark | Passage, seen: str, user: AbstractBaseUser) -> bool:
    """Whether another person has marked this since the state `seen` was shown; without one, whether
    another person has marked it at all."""
    return mark.is_by_person and mark.marked_by_id != user.pk and stamp(mark) != seen


@transaction.atomic
def mark(
    mark: Mark,
    *,
    by: AbstractBaseUser,
    now: datetime,
    tone: str | None = None,
    shade: str | None = None,
    ownership: str | None = None,
    category: str | None = None,
    why: str = "",
) -> Mark:
    """Let a person's word on a page stand, on every keyword where the page appears.

    The latest readings are scored again at once, older ones by the next pass of
    `judge_new_snapshots`. Giving the tone that the machine gave confirms it. `shade` says more than
    `tone` and may stand for it; `why` is the person's reason. A person who was not the last to mark
    a page that waits for a second look gives that look.
    """
    hold(mark.brand)
    stored = Mark.objects.get(pk=mark.pk)
    before = Before.of(stored)
    if shade is not None:
        tone = Shade(shade).tone
    if tone is not None:
        mark.machine_tone = before.machine_tone
        mark.tone, mark.shade = Tone(tone), Shade(shade or tone)
        mark.source, mark.marked_by = Mark.Source.PERSON, by  # type: ignore[assignment]
        if tone != Tone.NEGATIVE:
            mark.category = ""
    if category is not None:
        mark.category = category
    if ownership is not None:
        mark.ownership = Mark.Ownership(ownership)
        mark.is_ownership_by_person = True
    mark.marked_at = now
    is_second = stored.second_asked_at is not None and stored.marked_by_id != by.pk
    if tone is not None and is_second:
        mark.second_asked_at = mark.second_asked_by = None
    # Only what the person said: the machine may have read a new text meanwhile.
    mark.save(
        update_fields=[
            "tone", "shade", "machine_tone", "source", "marked_by", "category", "ownership",
            "is_ownership_by_person", "marked_at", "second_asked_at", "second_asked_by",
        ]
    )  # fmt: skip
    if tone is not None:
        act = ToneEntry.Act.SECOND if is_second else ToneEntry.Act.MARKED
        entry(mark, before, act, now, by=by, why=why).save()
    if (stored.tone, stored.ownership) != (mark.tone, mark.ownership):
        rescore(mark.brand, [mark.page_id])
    return mark


@transaction.atomic
def unmark(mark: Mark, *, by: AbstractBaseUser, now: datetime) -> Mark:
    """Take a person's word back: the machine judges the page's last known text anew."""
    hold(mark.brand)
    before = Before.of(mark)
    if mark.listing is not None:
        judge = judge_for(mark.brand)
        opinion = heard(mark)
        (verdict,) = judge.verdicts([text_of(mark.listing)], [opinion.said if opinion else None])
        take(mark, verdict, judge.label(opinion), opinion=opinion)
    mark.source, mark.marked_by, mark.marked_at = Mark.Source.MACHINE, None, now
    mark.save()
    entry(mark, before, ToneEntry.Act.TAKEN_BACK, now, by=by).save()
    rescore(mark.brand, [mark.page_id])
    return mark


@transaction.atomic
def ask_second(mark: Mark, *, by: AbstractBaseUser, now: datetime) -> bool:
    """Ask for a second person's look at a mark that a person made; False where one is asked for
    already, or where no person has marked it yet."""
    asked = Mark.objects.filter(pk=mark.pk, source=Mark.Source.PERSON, second_asked_at__isnull=True)
    return bool(asked.update(second_asked_by=by, second_asked_at=now))


@transaction.atomic
def take_back(mark: Mark, *, by: AbstractBaseUser, now: datetime) -> Mark:
    """Undo the last mark: the tone that a person gave before stands again, and otherwise the machine
    judges anew."""
    for row in mark.history.order_by("-history_date", "-history_id")[:MOST_STEPS]:
        if (row.source, row.tone, row.marked_by_id) != (mark.source, mark.tone, mark.marked_by_id):
            if row.source == Mark.Source.PERSON and row.marked_by is not None:
                return restore(mark, row, by=by, now=now)
            break
    return unmark(mark, by=by, now=now)


def restore(mark: Mark, row: Any, *, by: AbstractBaseUser, now: datetime) -> Mark:
    """Let the state `row` of the mark's history stand again, with the person who gave it."""
    hold(mark.brand)
    before = Before.of(mark)
    mark.tone, mark.shade, mark.category = row.tone, row.shade, row.category
    mark.source, mark.marked_by, mark.marked_at = row.source, row.marked_by, now
    mark.save(update_fields=["tone", "shade", "category", "source", "marked_by", "marked_at"])
    entry(mark, before, ToneEntry.Act.TAKEN_BACK, now, by=by).save()
    if before.tone != mark.tone:
        rescore(mark.brand, [mark.page_id])
    return mark
