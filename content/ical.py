"""The editorial calendar as iCalendar text (RFC 5545), one all-day event for each promised day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from content.models import Piece
from serp.models import Brand

DAYS_BACK = 365
EVERY = timedelta(hours=1)
# SEQUENCE must grow with every change and fit into 31 bits: seconds since this moment do both.
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
SURE = (Piece.Status.APPROVED, Piece.Status.SCHEDULED, *Piece.LIVE)
_NOT_ONE_LINE = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Promise:
    """One day that a piece promises: that it goes out, or that its draft is due."""

    piece: Piece
    what: str
    on: date
    summary: str


def promises(pieces: Iterable[Piece], since: date) -> Iterator[Promise]:
    """The days from `since` on: publication days, and due days of drafts that are not out yet."""
    for piece in pieces:
        title = one_line(piece.title)
        if piece.publish_on and piece.publish_on >= since:
            yield Promise(piece, "publish", piece.publish_on, title)
        if piece.due_on and piece.due_on >= since and not piece.is_live:
            yield Promise(piece, "due", piece.due_on, f"Draft due: {title}")


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
    feed = Calendar()
    feed.add("PRODID", "-//Pushdown//Editorial calendar//EN")
    feed.add("VERSION", "2.0")
    feed.add("METHOD", "PUBLISH")
    feed.add("X-WR-CALNAME", one_line(f"{brand}: editorial calendar"))
    feed.add("X-WR-TIMEZONE", brand.time_zone)
    feed.add("REFRESH-INTERVAL", EVERY, parameters={"VALUE": "DURATION"})
    feed.add("X-PUBLISHED-TTL", EVERY)
    for promise in promises(pieces, today - timedelta(days=DAYS_BACK)):
        feed.add_component(event(promise, host=host, address=address(promise.piece)))
    return feed.to_ical()


def event(promise: Promise, *, host: str, address: str) -> Event:
    """One all-day event. Its id stays the same when the piece moves, so programs move it too."""
    piece = promise.piece
    entry = Event()
    entry.add("UID", f"piece-{piece.pk}-{promise.what}@{host}")
    entry.add("SUMMARY", promise.summary)
    entry.add("DTSTART", promise.on)
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
