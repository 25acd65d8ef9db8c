"""Spans of time in words: how long until, how long ago, how late. Pure."""

from __future__ import annotations

from datetime import timedelta

NO_BREAK = "\u00a0"
MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def in_words(span: timedelta, *, with_seconds: bool = False) -> str:
    """A span without its sign, in its two largest units: "3 days 4 h", "1 h 20 min", "12 min".

    Seconds are cut off; what is shorter than a minute is "less than a minute", or with them "12 s".
    """
    seconds = int(abs(span.total_seconds()))
    days, rest = divmod(seconds, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes = rest // MINUTE
    if days:
        parts = [
            f"{days}{NO_BREAK}{'day' if days == 1 else 'days'}",
            f"{hours}{NO_BREAK}h" * bool(hours),
        ]
    elif hours:
        parts = [f"{hours}{NO_BREAK}h", f"{minutes}{NO_BREAK}min" * bool(minutes)]
    elif minutes:
        parts = [f"{minutes}{NO_BREAK}min"]
    else:
        parts = [f"{seconds}{NO_BREAK}s" if with_seconds else "less than a minute"]
    return " ".join(filter(None, parts))
