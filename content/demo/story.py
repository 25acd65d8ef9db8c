"""What every part of the story knows: its clock, its people, its pieces, and how its rows get their dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db.models import Max, Model

from content.demo import plot
from content.demo.plot import Planned
from content.models import Brief, Consent, Customer, Draft, Piece, Proof, Site, Testimonial
from reputation.models import Incident, Mark
from reputation.tone.verdict import Tone
from serp.history import readings_of
from serp.models import Brand, Keyword

OSLO = ZoneInfo("Europe/Oslo")
REMEMBERED: tuple[Any, ...] = (
    Brand, Keyword, Incident, Mark, Piece, Brief, Draft, Customer, Testimonial, Consent, Proof, Site,
)  # fmt: skip
"""Models with a history of changes that the story touches."""


class Story:
    """The story so far. `now` is the aware time at which it ends."""

    brand: Brand

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.people: dict[str, User] = {}
        self.begun: dict[Planned, Piece] = {}
        self.dated = {model: newest_change(model) for model in REMEMBERED}

    def moment(self, day: int) -> datetime:
        """The hour at which the story looks at a day: half past six in Oslo, the last one now."""
        if day == plot.DAYS:
            return self.now
        zone = OSLO
        local = (self.now.astimezone(zone) - timedelta(days=plot.DAYS - day)).date()
        return datetime.combine(local, time(6, 30), tzinfo=zone)

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.brand.zone).date()

    def ago(self, days: int, hour: int, minute: int = 0) -> datetime:
        """A moment so many days before the story's end, at a wall time in Oslo."""
        day = self.day_of(self.now) - timedelta(days=days)
        return datetime.combine(day, time(hour, minute), tzinfo=OSLO)

    def piece(self, draft: str) -> Piece | None:
        """The piece that the text of this name is for, as it stands now."""
        found = next(
            (piece for planned, piece in self.begun.items() if planned.draft == draft), None
        )
        return Piece.objects.get(pk=found.pk) if found else None

    def made(self, rows: Iterable[Model], now: datetime) -> None:
        """Let rows whose moment of making is the database's own tell the story's time."""
        for row in rows:
            type(row)._default_manager.filter(pk=row.pk).update(created_at=now)

    def date_changes(self, now: datetime, *, by: User | None = None) -> None:
        """Let the history of changes tell the story's time, and who it was where nobody is named."""
        for model in REMEMBERED:
            fresh = model.history.filter(history_id__gt=self.dated[model])
            if by is not None:
                fresh.filter(history_user=None).update(history_user=by)
            if model is not Piece:  # the moves of pieces say their own time
                fresh.update(history_date=now)
            self.dated[model] = newest_change(model)

    def negatives(self, keyword: Keyword | None) -> list[Mark]:
        """Marks of the negatives on the keyword's newest result page, from the top."""
        if keyword is None:
            return []
        keyword.refresh_from_db()
        if keyword.latest is None:
            return []
        (reading,) = readings_of([keyword.latest])
        marks = {
            m.page_id: m
            for m in Mark.objects.filter(
                brand=self.brand, page__in=[p for p in reading.pages if p], tone=Tone.NEGATIVE
            ).select_related("page", "listing")
        }
        return [marks[page] for page in reading.pages if page in marks]


def newest_change(model: Any) -> int:
    """The id of the newest row in the history of changes of a model; 0 when there is none."""
    return model.history.aggregate(newest=Max("history_id"))["newest"] or 0
