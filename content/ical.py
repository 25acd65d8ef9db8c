"""The editorial calendar as iCalendar text (RFC 5545): one event for each promised day, at its time if it has one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from content.models import Approval, Piece
from content.scheduling.moments import moment_of
from serp.models import Brand

DAYS_BACK = 365
EVERY = timedelta(hours=1)
LENGTH = timedelta(minutes=30)
"""How long the going out of a piece with a time is drawn: calendars show nothing of no length well."""
# SEQUENCE must grow with every change and fit into 31 bits: seconds since this moment do both.
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
SURE = (Piece.Status.APPROVED, Piece.Status.SCHEDULED, *Piece.LIVE)
_NOT_ONE_LINE = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Promise:
    """One day that a piece promises: that it goes out, that its draft is due, that it is reviewed.

    `at` is the moment in the brand's zone, None for the whole day.
    """

    piece: Piece
    what: str
    on: date
    summary: str
    at: datetime | None = None


def promises(pieces: Iterable[Piece], since: date) -> Iterator[Promise]:
    """The days from `since` on: publication days, and due days of drafts that are not out yet."""
    for piece in pieces:
        title = one_line(piece.title)
        if piece.publish_on and piece.publish_on >= since:
            yield Promise(piece, "publish", piece.publish_on, title, out_at(piece))
        if piece.due_on and piece.due_on >= since and not piece.is_live:
            yield Promise(piece, "due", piece.due_on, f"Draft due: {title}")


def out_at(piece: Piece) -> datetime | None:
    """When the clocks of the brand's zone show the time at which the piece goes out."""
    if piece.publish_on is None or piece.publish_time is None or piece.is_live:
        return None
    return moment_of(piece.publish_on, piece.publish_time, piece.brand.zone).local


def reviews(approvals: Iterable[Approval], since: date) -> Iterator[Promise]:
    """The days by which these decisions are due."""
    for approval in approvals:
        if approval.due_on and approval.due_on >= since:
            summary = f"Review due: {one_line(approval.piece.title)}"
            yield Promise(approval.piece, f"review-{approval.pk}", approval.due_on, summary)


def calendar(
    brand: Brand,
    pieces: Iterable[Piece],
    *,
    host: str,
    address: Callable[[Piece], str],
    today: date,
) -> bytes:
    """The brand's calendar: a year back, everything ahead.

    `host` makes the ids of the events unique in the world; `address` gives the page of a piece;
    `today` is the brand's day.
    """
    found = promises(pieces, today - timedelta(days=DAYS_BACK))
    feed = start(f"{brand}: editorial calendar")
    feed.add("X-WR-TIMEZONE", brand.time_zone)
    return fill(feed, found, host=host, address=address)


def personal(
    name: str,
    pieces: Iterable[Piece],
    approvals: Iterable[Approval],
    *,
    host: str,
    address: Callable[[Piece], str],
    today: date,
) -> bytes:
    """One person's calendar over all their brands: own pieces and reviews, each with its brand's
    name in front. The arguments are as for `calendar`; `today` is the day in UTC."""
    since = today - timedelta(days=DAYS_BACK)
    found = [*promises(pieces, since), *reviews(approvals, since)]
    named = [replace(p, summary=f"{one_line(p.piece.brand.name)}: {p.summary}") for p in found]
    return fill(start(f"{name}: pieces and reviews"), named, host=host, address=address)


def start(name: str) -> Calendar:
    """A calendar without events."""
    feed = Calendar()
    feed.add("PRODID", "-//Pushdown//Editorial calendar//EN")
    feed.add("VERSION", "2.0")
    feed.add("METHOD", "PUBLISH")
    feed.add("X-WR-CALNAME", one_line(name))
    feed.add("REFRESH-INTERVAL", EVERY, parameters={"VALUE": "DURATION"})
    feed.add("X-PUBLISHED-TTL", EVERY)
    return feed


def fill(
    feed: Calendar, found: Iterable[Promise], *, host: str, address: Callable[[Piece], str]
) -> bytes:
    """The calendar's text with these events, and the rules of the time zones that they name."""
    for promise in found:
        feed.add_component(event(promise, host=host, address=address(promise.piece)))
    feed.add_missing_timezones()
    return feed.to_ical()


def event(promise: Promise, *, host: str, address: str) -> Event:
    """One event. Its id stays the same when the piece moves, so programs move it too."""
    piece = promise.piece
    entry = Event()
    entry.add("UID", f"piece-{piece.pk}-{promise.what}@{host}")
    entry.add("SUMMARY", promise.summary)
    entry.add("DTSTART", promise.at or promise.on)
    if promise.at:
        # A length, not an end: of an hour that comes twice an end could only name the first.
        entry.add("DURATION", LENGTH)
    else:
        entry.add("DTEND", promise.on + timedelta(days=1))
    entry.add("DTSTAMP", piece.changed_at)
    entry.add("LAST-MODIFIED", piece.changed_at)
    entry.add("CREATED", piece.created_at)
    entry.add("SEQUENCE", max(0, int((piece.changed_at - BEGINNING).total_seconds())))
    entry.add("STATUS", "CONFIRMED" if piece.status in SURE else "TENTATIVE")
    entry.add("TRANSP", "TRANSPARENT")
    entry.add("CATEGORIES", [piece.get_kind_display()])
    entry.add("URL", address)
    entry.add("DESCRIPTION", description(piece, address))
    return entry


def description(piece: Piece, address: str) -> str:
    """What the event says beneath its title."""
    owner = piece.owner
    name = (owner.get_full_name() or owner.get_username()) if owner else "nobody yet"
    lines = [
        f"Step: {piece.get_status_display()}",
        f"Owner: {one_line(name)}",
        f"Type: {piece.get_kind_display()}",
    ]
    if piece.keyword:
        lines.append(f"Keyword: {one_line(piece.keyword.phrase)}")
    return "\n".join([*lines, address])


def one_line(text: str) -> str:
    """The text on one line: no break, tab or control character of any kind is left."""
    return _NOT_ONE_LINE.sub(" ", text).strip()
