"""Which results wait for a person's look, in parts, the worthiest first."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import TextChoices

from reputation.models import Mark
from reputation.standing import Seen
from reputation.tone.verdict import Tone
from reputation.worth import Waiting, by_worth
from serp.models import Brand


class Which(TextChoices):
    """Parts of the results to mark."""

    ALL = "all", "All"
    PAGE_ONE = "page-one", "On page one"
    NEGATIVE = "negative", "Negative by machine"
    SECOND = "second", "Second look"


def queue_of(brand: Brand, user: AbstractBaseUser, seen: Seen) -> dict[str, list[int]]:
    """The ids of the marks that wait, by part, the worthiest first.

    A second look waits for anybody but the person who marked.
    """
    machine = Mark.objects.filter(brand=brand, source=Mark.Source.MACHINE)
    rows = [
        (Waiting(pk, page, confidence, first_seen_at), tone)
        for pk, page, confidence, first_seen_at, tone in machine.values_list(
            "pk", "page_id", "confidence", "first_seen_at", "tone"
        )
    ]
    order = by_worth((row for row, _ in rows), seen.pages)
    first = {row.pk for row, _ in rows if row.page in seen.pages}
    negative = {row.pk for row, tone in rows if tone == Tone.NEGATIVE}
    second = Mark.objects.filter(brand=brand, second_asked_at__isnull=False)
    return {
        Which.ALL: order,
        Which.PAGE_ONE: [pk for pk in order if pk in first],
        Which.NEGATIVE: [pk for pk in order if pk in negative],
        Which.SECOND: list(
            second.exclude(marked_by=user)  # type: ignore[misc]
            .order_by("second_asked_at", "pk")
            .values_list("pk", flat=True)
        ),
    }


def neighbours(queue: Sequence[int], pk: int) -> tuple[int | None, int | None]:
    """The ids before and after `pk` in the queue; for one that is not in it, none and the first."""
    if pk not in queue:
        return None, next(iter(queue), None)
    at = queue.index(pk)
    return (queue[at - 1] if at else None), (queue[at + 1] if at + 1 < len(queue) else None)
