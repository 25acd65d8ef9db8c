"""Asks the database for all that a brand's overview shows, in a number of queries that never grows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.db.models import Q

from content.charts.drawing import spoken_day, spoken_span
from content.charts.picture import Event
from content.charts.score import ScorePicture, signed
from content.freshness import Freshness, freshness
from content.glance import ENOUGH, Glance, glance, weekday, whole
from content.models import Piece
from content.proof.withdrawing import must_come_off
from content.rankings import holes_of
from content.standing import Changed, standing_of
from content.today import (
    Task,
    coming_off_tasks,
    failure_tasks,
    incident_tasks,
    lift_tasks,
    marking_task,
    most_urgent,
    piece_tasks,
    surprise_tasks,
)
from reputation.models import BrandScore, Incident
from reputation.surprises import surprises
from serp.history import Gap
from serp.models import Brand, Keyword
from serp.providers.registry import title_of

WEEKS = timedelta(weeks=26)
DAY = timedelta(days=1)
SIGNS = (("inc", "incident"), ("pub", "published"), ("src", "another provider"))


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the page shows; `watched` and `paused` count keywords. `ends_on` is the last day that
    the score is told of: today, or the last scored day where nothing is watched any more."""

    watched: int
    paused: int
    glance: Glance | None
    newest: datetime | None
    picture: ScorePicture
    today: date
    ends_on: date
    tasks: list[Task]
    changed: Changed | None
    state: Freshness
    to_mark: int
    providers: list[str]

    @property
    def age(self) -> int:
        """How many days ago the story ended; 0: it goes on."""
        return (self.today - self.ends_on).days

    @property
    def is_unmeasured_today(self) -> bool:
        """Checks failed today and none has brought a reading: what is shown is older."""
        if not self.state.failures or self.newest is None:
            return False
        return self.newest.astimezone(self.picture.zone).date() < self.today

    @property
    def signs(self) -> list[tuple[str, str]]:
        """Kinds of events on the score's chart, with their words."""
        drawn = {event.kind for event in self.picture.events}
        return [(kind, words) for kind, words in SIGNS if kind in drawn]

    @property
    def period(self) -> str:
        """The days of the score's chart, in words."""
        zone = self.picture.zone
        ends = (self.picture.first, self.picture.last)
        return spoken_span(*(at.astimezone(zone).date() for at in ends))

    @property
    def changed_heading(self) -> str:
        """Between which days page one is compared."""
        if self.changed is None:
            return ""
        if self.age:
            return f"Changed from {spoken_span(self.changed.since, self.changed.until)}"
        return f"Changed since {weekday(self.changed.since, self.today)}"


def overview_of(brand: Brand, *, now: datetime) -> Overview:
    """Everything about a brand as of `now`."""
    today = now.astimezone(brand.zone).date()
    keywords = list(
        brand.keywords.select_related("latest", "last_check__account")
        .defer("latest__results", "latest__features", "last_check__account__key")
        .order_by("phrase")
    )
    watched = [row for row in keywords if not row.is_paused]
    newest_first = list(brand.scores.order_by("-day")[: WEEKS.days])
    ends_on = last_day(newest_first, today=today, is_watched=bool(watched))
    until = min(now, midday(ends_on, brand)) if ends_on < today else now
    scores = [row for row in reversed(newest_first) if ends_on - WEEKS < row.day <= ends_on]
    incidents = list(
        brand.incidents.filter(Q(opened_at__gt=until - WEEKS) | ~Q(status__in=Incident.DONE))
        .select_related("owner", "keyword")
        .order_by("opened_at")
    )
    pieces = list(brand.pieces.select_related("owner", "keyword").order_by("pk"))
    state = freshness(watched, zone=brand.zone, now=now)
    to_mark = brand.marks.to_review().count()
    found = standing_of(brand, watched or keywords, pieces)
    tasks = [
        *surprise_tasks(brand, surprises(brand, now), now=now),
        *incident_tasks(brand, [x for x in incidents if not x.is_done], now=now, zone=brand.zone),
        *coming_off_tasks(brand, must_come_off(brand, now), now=now),
        *piece_tasks(brand, [x for x in pieces if not x.is_live], today=today, now=now),
        *marking_task(brand, waiting=to_mark, on_page_one=found.to_mark, now=now),
        *lift_tasks(brand, found.near, now=now),
        *failure_tasks(brand, state.failures, now=now),
    ]
    opened = [(x.opened_at.astimezone(brand.zone).date(), x.title) for x in incidents]
    return Overview(
        watched=len(watched),
        paused=len(keywords) - len(watched),
        glance=glance(scores, opened, today=today),
        newest=max((row.latest.taken_at for row in keywords if row.latest), default=None),
        picture=score_picture(
            brand,
            scores,
            [*events_of(incidents, pieces, until), *takeovers(brand, scores)],
            until=until,
        ),
        today=today,
        ends_on=ends_on,
        tasks=most_urgent(tasks),
        changed=found.changed,
        state=state,
        to_mark=to_mark,
        providers=providers_of(keywords),
    )


def last_day(newest_first: Iterable[BrandScore], *, today: date, is_watched: bool) -> date:
    """The day with which the score's story ends."""
    if is_watched:
        return today
    return next((row.day for row in newest_first if row.score is not None), today)


def midday(day: date, brand: Brand) -> datetime:
    """Noon of a day in the brand's zone, where its score is drawn; aware."""
    return datetime.combine(day, time(12), tzinfo=brand.zone)


def providers_of(keywords: Iterable[Keyword]) -> list[str]:
    """Where the latest readings come from, as people call it."""
    names = {row.latest.provider for row in keywords if row.latest is not None}
    return sorted(map(title_of, names))


def events_of(
    incidents: Iterable[Incident], pieces: Iterable[Piece], until: datetime
) -> list[Event]:
    """What is marked on the score's time axis: incidents opened and pieces published."""
    opened = [Event(row.opened_at, "inc", row.title) for row in incidents]
    published = [
        Event(row.published_at, "pub", row.title) for row in pieces if row.published_at is not None
    ]
    events = [event for event in opened + published if until - WEEKS < event.at <= until]
    return sorted(events, key=lambda event: event.at)


def takeovers(brand: Brand, rows: Iterable[BrandScore]) -> list[Event]:
    """Days from which on most readings came from another provider, which may see other results."""
    known = [row for row in rows if row.provider]
    return [
        Event(
            midday(after.day, brand),
            "src",
            f"{title_of(before.provider)} → {title_of(after.provider)}",
        )
        for before, after in pairwise(known)
        if before.provider != after.provider
    ]


def score_picture(
    brand: Brand, rows: Sequence[BrandScore], events: Sequence[Event], *, until: datetime
) -> ScorePicture:
    """The score's drawing up to `until`. Days that measured too little claim nothing: they are gaps."""
    today = until.astimezone(brand.zone).date()
    sure = [row for row in rows if row.score is not None and row.coverage >= ENOUGH]
    thin = [
        Gap(midday(row.day, brand), f"only {row.measured} of {row.keywords} keywords measured")
        for row in rows
        if (row.score is None or row.coverage < ENOUGH) and row.day < today
    ]
    times = tuple(midday(row.day, brand) for row in sure)
    last = max(until, times[-1]) if times else until
    first = times[0] - DAY if times else until - WEEKS
    return ScorePicture(
        times=times,
        scores=tuple(whole(row) for row in sure),
        holes=tuple(holes_of(times, thin, until=last, usual=DAY)),
        events=tuple(
            sorted((event for event in events if event.at >= first), key=lambda event: event.at)
        ),
        first=first,
        last=last,
        zone=brand.zone,
        description=described(sure),
    )


def described(rows: Sequence[BrandScore]) -> str:
    """The drawing of the score in words."""
    if not rows:
        return "No score yet."
    first, last = rows[0], rows[-1]
    low = min(rows, key=lambda row: row.score or 0)
    return (
        f"{signed(whole(first))} on {spoken_day(first.day)}, lowest {signed(whole(low))} on "
        f"{spoken_day(low.day)}, {signed(whole(last))} on {spoken_day(last.day)}."
    )
