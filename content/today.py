"""What is to do today: incidents, pieces, results to mark, pages to lift, failing checks; urgent first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse

from content.cards import ICONS, WRITING
from content.charts.drawing import spoken_day
from content.freshness import Failure
from content.models import Piece
from content.proof.withdrawing import ComingOff
from reputation.models import Incident
from reputation.surprises import Surprise
from serp.models import Brand

SOON = timedelta(days=2)
HALF_DAY = timedelta(hours=12)
"""Pieces due within this time are named."""
MOST_NEAR = 5
"""How far below page one a page of ours is worth a push."""
NEXT_ACT = {
    Piece.Status.IDEA: "Brief",
    Piece.Status.BRIEFED: "Write",
    Piece.Status.DRAFT: "Finish",
    Piece.Status.REVIEW: "Review",
    Piece.Status.APPROVED: "Publish",
    Piece.Status.SCHEDULED: "Publish",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what and why, who (`owner`, or `anybody` in words), when in words with the
    class `late` or `now`, and the page that does it. `by` sorts: the most urgent first."""

    icon: str
    what: str
    why: str
    owner: AbstractBaseUser | None
    anybody: str
    due: str
    css: str
    url: str
    by: datetime


@dataclass(frozen=True, slots=True)
class Near:
    """A page of ours just below page one."""

    title: str
    position: int
    phrase: str
    owner: AbstractBaseUser | None = None


def span(length: timedelta) -> str:
    """A length of time in words: "2 h 14 min", "3 days"."""
    minutes = int(length.total_seconds() // 60)
    if minutes >= 48 * 60:
        return f"{minutes // 1440} days"
    if minutes >= 60:
        rest = f" {minutes % 60} min" if minutes % 60 and minutes < 600 else ""
        return f"{minutes // 60} h{rest}"
    return f"{max(minutes, 0)} min"


def sentence(words: str) -> str:
    """The words with a capital at the start: what is in capitals already stays."""
    return words[:1].upper() + words[1:]


def incident_tasks(
    brand: Brand, incidents: Iterable[Incident], *, now: datetime, zone: ZoneInfo
) -> list[Task]:
    """Open incidents, with the clock of the first answer where none has been given."""
    return [incident_task(brand, row, now=now, zone=zone) for row in incidents]


def incident_task(brand: Brand, row: Incident, *, now: datetime, zone: ZoneInfo) -> Task:
    where = f" for “{row.keyword.phrase}”" if row.keyword else ""
    about = f"{sentence(row.get_severity_display())}, {row.get_cause_display()}{where}."
    if row.answered_at is not None:
        open_for = span(now - row.opened_at)
        why = f"{about} Answered; {row.get_status_display()}, open for {open_for}."
        what, due, css, by = f"Follow up “{row.title}”", "open", "", now + timedelta(days=1)
    elif row.due_at < now:
        what, due, css, by = (
            f"Answer “{row.title}”",
            f"{span(now - row.due_at)} late",
            "late",
            row.due_at,
        )
        why = f"{about} The first answer is overdue."
    else:
        local = row.due_at.astimezone(zone)
        is_today = local.date() == now.astimezone(zone).date()
        due = f"today {local:%H:%M}" if is_today else f"{local:%a} {local:%H:%M}"
        is_near = is_today or row.due_at - now < HALF_DAY
        what, css, by = f"Answer “{row.title}”", "now" if is_near else "", row.due_at
        why = f"{about} First answer due in {span(row.due_at - now)}."
    url = reverse("incidents-one", args=[brand.slug, row.pk])
    return Task("incident", what, why, row.owner, "nobody yet", due, css, url, by)


def due_day(piece: Piece) -> date | None:
    """The day that a piece's next act is due: the draft's while it is written, else publication."""
    if piece.status in WRITING:
        return piece.due_on or piece.publish_on
    return piece.publish_on or piece.due_on


def piece_tasks(brand: Brand, pieces: Iterable[Piece], *, today: date, now: datetime) -> list[Task]:
    """Pieces that are late or due within two days."""
    found = []
    for piece in pieces:
        day = due_day(piece)
        if day is None or day > today + SOON:
            continue
        due, css = day_words(day, today)
        where = f" It is to rank for “{piece.keyword.phrase}”." if piece.keyword else ""
        found.append(
            Task(
                ICONS[Piece.Kind(piece.kind)],
                f"{NEXT_ACT[Piece.Status(piece.status)]} “{piece.title}”",
                f"{sentence(piece.get_kind_display())}, {piece.get_status_display()}.{where}",
                piece.owner,
                "nobody yet",
                due,
                css,
                reverse("board-piece", args=[brand.slug, piece.pk]),
                now + (day - today) + timedelta(hours=8),
            )
        )
    return found


def day_words(day: date, today: date) -> tuple[str, str]:
    """A due day in words, with its class."""
    if day < today:
        count = (today - day).days
        return f"{count} day{'s' if count > 1 else ''} late", "late"
    if day == today:
        return "today", "now"
    return f"{day:%a} {spoken_day(day, year_of=today)}", ""


def coming_off_tasks(brand: Brand, rows: Iterable[ComingOff], *, now: datetime) -> list[Task]:
    """Testimonials that were withdrawn and stand in a piece still."""
    found = []
    for row in rows:
        left = span(abs(row.by - now))
        found.append(
            Task(
                "testimonial",
                f"Take the words of {row.name} off “{row.piece}”",
                f"The consent was withdrawn. {'Visitors see them still.' if row.is_live else 'It is not out yet.'}",
                row.piece.owner,
                "any editor",
                f"{left} late" if row.is_late else f"in {left}",
                "late" if row.is_late else "now",
                reverse("board-piece", args=[brand.slug, row.piece.pk]),
                row.by,
            )
        )
    return found


def marking_task(brand: Brand, *, waiting: int, on_page_one: int, now: datetime) -> list[Task]:
    """Results that only the machine has judged, if any of them stands on page one."""
    if not on_page_one:
        return []
    stand = "1 of them stands" if on_page_one == 1 else f"{on_page_one} of them stand"
    return [
        Task(
            "mark",
            f"Mark {waiting} result{'s' if waiting > 1 else ''}",
            f"{stand} on page one and count in the score as the machine judged them.",
            None,
            "any editor",
            "today",
            "now",
            reverse("marking", args=[brand.slug]),
            now + timedelta(hours=10),
        )
    ]


def lift_tasks(brand: Brand, near: Sequence[Near], *, now: datetime) -> list[Task]:
    """Pages of ours just below page one, the closest first."""
    return [
        Task(
            "lift",
            f"Lift “{page.title}” from {page.position}",
            f"{count_places(page.position)} below page one for “{page.phrase}”.",
            page.owner,
            "any editor",
            "this week",
            "",
            reverse("opportunities", args=[brand.slug]),
            now + timedelta(days=3, hours=page.position),
        )
        for page in sorted(near, key=lambda page: page.position)
    ]


def count_places(position: int) -> str:
    places = position - 10
    return "1 place" if places == 1 else f"{places} places"


def surprise_tasks(brand: Brand, found: Iterable[Surprise], *, now: datetime) -> list[Task]:
    """New negatives in the first three and pages of ours that have left page one: an alarm once a second
    reading shows the same, a word while it is under way."""
    return [surprise_task(brand, row, now=now) for row in found]


def surprise_task(brand: Brand, row: Surprise, *, now: datetime) -> Task:
    seen = f"Read {row.at.astimezone(brand.zone):%H:%M} for “{row.keyword.phrase}”"
    if row.position is None:
        what = f"“{row.title}” has left page one"
        url = reverse("history-keyword", args=[brand.slug, row.keyword.pk])
    else:
        what = f"New negative at {row.position}: “{row.title}”"
        url = reverse("grid-card", args=[brand.slug, row.snapshot_id, row.position])
    if row.is_pending:
        why = f"{seen}: it is being confirmed by a second reading. Nothing needs to be done yet."
        return Task(
            "clock", what, why, None, "any editor", "wait", "", url, now + timedelta(days=2)
        )
    said = (
        "a second reading shows the same" if row.is_confirmed else "no second reading could be had"
    )
    return Task(
        "warn", what, f"{seen}; {said}.", None, "any editor", "today", "now", url,
        now + timedelta(hours=1),
    )  # fmt: skip


def failure_tasks(brand: Brand, failures: Iterable[Failure], *, now: datetime) -> list[Task]:
    """Checks that bring nothing: a bad account is for today, single failures for tomorrow."""
    return [failure_task(brand, failure, now=now) for failure in failures]


def failure_task(brand: Brand, failure: Failure, *, now: datetime) -> Task:
    count = len(failure.keywords)
    name = f"“{failure.keywords[0].phrase}”" if count == 1 else f"{count} keywords"
    stands = "is" if count == 1 else "are"
    what = f"See why {name} {stands} not measured"
    if failure.is_at_account:
        what = f"Look at the provider account “{failure.account}”"
    why = f"{sentence(failure.reason)}; {name} {stands} left out of the score."
    is_urgent = failure.is_at_account or failure.is_skipped
    return Task(
        "refresh", what, why, None, "a manager", "today" if is_urgent else "tomorrow",
        "now" if is_urgent else "", reverse("checks", args=[brand.slug]),
        now + timedelta(hours=6 if is_urgent else 30),
    )  # fmt: skip


def most_urgent(tasks: Iterable[Task]) -> list[Task]:
    """What is late first, then by due moment."""
    return sorted(tasks, key=lambda task: (task.css != "late", task.by, task.what))
