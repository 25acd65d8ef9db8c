"""What can be changed on many pieces at once, as forms and the memory of undo write it: as text."""

from __future__ import annotations

from datetime import date, time

from content.models import Piece

DAY, TIME, OWNER, STATUS = "day", "time", "owner", "status"
ATTRIBUTES = {DAY: "publish_on", TIME: "publish_time", OWNER: "owner_id", STATUS: "status"}
Value = date | time | int | str | None


def show(piece: Piece, field: str) -> str:
    """The value as text: a day and a time in ISO form, a person's id, a step; "" for none."""
    value = getattr(piece, ATTRIBUTES[field])
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date | time) else str(value)


def read(field: str, text: str) -> Value:
    """The value that such a text means. Raises ValueError."""
    text = text.strip()
    if field == STATUS:
        return text
    if not text:
        return None
    if field == DAY:
        return date.fromisoformat(text)
    if field == TIME:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    return int(text)


def write(piece: Piece, field: str, value: Value) -> None:
    """Set the value on the instance, without saving it."""
    setattr(piece, ATTRIBUTES[field], value)
