"""Reads from a form what is to be done to which pieces, and tells in sentences what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django.http import QueryDict

from content.models import Piece
from content.scheduling.choice import NOBODY, number_or_none, owners
from content.scheduling.moments import spoken
from content.scheduling.moving import ACTS, MOST_AT_ONCE, Order, Outcome
from content.scheduling.outlook import name
from serp.models import Brand

MOST_TOLD = 10
Status = Piece.Status


class BadOrder(Exception):
    """A form that cannot be carried out at all. The message says what to do."""


def pieces_in(brand: Brand, sent: QueryDict) -> list[Piece]:
    """The brand's pieces that the form names; those of other brands count as not there."""
    wanted = {int(text) for text in sent.getlist("piece") if number_or_none(text)}
    if len(wanted) > MOST_AT_ONCE:
        raise BadOrder(f"That are more than {MOST_AT_ONCE} pieces. Choose fewer.")
    rows = Piece.objects.filter(brand=brand, pk__in=wanted)
    found = list(rows.select_related("brand"))
    if not found:
        raise BadOrder("No piece is chosen. Tick the pieces first, then press the button again.")
    return found


def seen_in(sent: QueryDict) -> dict[int, str]:
    """What the reader saw, by piece: entries of the form "12:2026-11-23"."""
    found = {}
    for text in sent.getlist("seen"):
        pk, colon, value = text.partition(":")
        if colon and number_or_none(pk):
            found[int(pk)] = value
    return found


def order_in(brand: Brand, sent: QueryDict) -> Order:
    """What the form wants done. Raises BadOrder."""
    act = sent.get("act", "")
    if act not in ACTS:
        raise BadOrder("Choose what is to be done with the pieces.")
    if act in ("day", "place"):
        day = None if "off" in sent else day_in(sent.get("day", ""))
        owner = owner_in(brand, sent.get("owner", "")) if act == "place" else None
        return Order(act, day=day, owner=owner)
    if act == "shift":
        return Order(act, days=days_in(sent.get("days", "")))
    if act == "time":
        return Order(act, clock=clock_in(sent.get("time", "")))
    if act == "owner":
        return Order(act, owner=owner_in(brand, sent.get("owner", "")))
    if sent.get("status") not in Status.values:
        raise BadOrder("Choose a step first.")
    return Order(act, status=sent.get("status", ""))


def day_in(text: str) -> date:
    """The day that a form sent. To take a day away has a button of its own, "off"."""
    if not text.strip():
        raise BadOrder("Choose a day first.")
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise BadOrder(f"“{text}” is not a day. Write it as year-month-day: 2026-11-23.") from error


def days_in(text: str) -> int:
    """How many days to shift by, back with a minus."""
    try:
        days = int(text.strip().replace("\u2212", "-"))
    except ValueError as error:
        raise BadOrder("Write by how many days to move them: 7, or -7 for a week back.") from error
    if not days:
        raise BadOrder("Zero days moves nothing. Write a number such as 7.")
    return days


def clock_in(text: str) -> time | None:
    """The time on the wall that a form sent; None when it was left empty."""
    try:
        clock = time.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise BadOrder(f"“{text}” is not a time. Write hours and minutes: 09:30.") from error
    return clock.replace(second=0, microsecond=0, tzinfo=None) if clock else None


def owner_in(brand: Brand, text: str) -> Any:
    """The person that a form named, None for nobody."""
    if text == NOBODY:
        return None
    found = next((person for person in owners(brand) if str(person.pk) == text), None)
    if found is None:
        raise BadOrder(f"Choose somebody who may edit pieces of {brand}, or “nobody yet”.")
    return found


def told(order: Order, outcomes: Sequence[Outcome]) -> str:
    """What was done, in a sentence; "" when nothing was."""
    done = [outcome for outcome in outcomes if not outcome.reason]
    if not done:
        return ""
    if len(done) == 1:
        who, one = f"“{done[0].piece.title}”", True
    else:
        who, one = f"{len(done)} pieces", False
    notes = sorted({outcome.note for outcome in done if outcome.note})
    return " ".join([f"{who} {deed(order, done, one=one)}.", *notes])


def deed(order: Order, done: Sequence[Outcome], *, one: bool) -> str:
    """What the pieces do now, to go after their name."""
    if order.act == "shift" and not one:
        days = f"{abs(order.days)} {'day' if abs(order.days) == 1 else 'days'}"
        return f"stand {days} {'later' if order.days > 0 else 'earlier'}"
    if order.act in ("day", "shift", "place"):
        day = done[0].piece.publish_on
        where = f"on {spoken(day)}" if day else "on no day now"
        whose = f", with {name(order.owner)}" if order.act == "place" and order.owner else ""
        return f"{'stands' if one else 'stand'} {where}{whose}"
    if order.act == "time":
        verb = "goes out" if one else "go out"
        return f"{verb} at {order.clock:%H:%M}" if order.clock else f"{verb} at any time of the day"
    if order.act == "owner":
        verb = "belongs" if one else "belong"
        return f"{verb} to {name(order.owner)} now" if order.owner else f"{verb} to nobody now"
    return f"{'is' if one else 'are'} now “{Status(order.status).label}”"


def refused(outcomes: Sequence[Outcome]) -> list[str]:
    """The refusals, a sentence a piece; long lists are cut, and say how much."""
    lines = [
        f"“{outcome.piece.title}” was not changed. {outcome.reason}"
        for outcome in outcomes
        if outcome.reason
    ]
    rest = len(lines) - MOST_TOLD
    return [*lines[:MOST_TOLD], f"{rest} more were not changed."] if rest > 0 else lines
