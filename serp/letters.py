"""Writes the mails that tell of notices: one for a notice, one digest for several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from serp.models import Notice

LONGEST_SUBJECT = 140
MOST_NAMED = 40
"""Notices that a digest tells in full; the others are counted."""
NOBODY = "Nobody who may see it has a mail address: give one to a manager of the brand or to a superuser."
FIRST_WORD = {
    Notice.Kind.MONITORING: ("Monitoring is broken", "Monitoring is back"),
    Notice.Kind.DRIFT: ("A run to be doubted", "Runs are whole again"),
    Notice.Kind.ACCOUNT: ("Account held", "Account answers again"),
    Notice.Kind.BUDGET_SHORT: ("Budget nearly used up", "Budget renewed"),
    Notice.Kind.BUDGET_OUT: ("Budget used up", "Budget renewed"),
    Notice.Kind.QUARANTINE: ("Keyword in quarantine", "Keyword let go on"),
}
PLURAL = {
    Notice.Kind.DRIFT: "runs to be doubted",
    Notice.Kind.ACCOUNT: "accounts held",
    Notice.Kind.QUARANTINE: "keywords in quarantine",
}


def letter(notices: Sequence[Notice], receivers: Sequence[str], *, is_ending: bool) -> EmailMessage:
    """The mail to these receivers, who do not see each other. Written again for the same notices it has
    the same Message-ID."""
    return EmailMessage(
        subject=one_line(subject(notices, is_ending=is_ending))[:LONGEST_SUBJECT],
        body=body(notices, is_ending=is_ending),
        bcc=list(receivers),
        headers={
            "Message-ID": message_id(notices, is_ending=is_ending),
            "To": "undisclosed-recipients:;",
            "Auto-Submitted": "auto-generated",
        },
    )


def message_id(notices: Sequence[Notice], *, is_ending: bool) -> str:
    """The same for the same notices and phase: that of the oldest of them."""
    first = min(notices, key=lambda row: row.pk)
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{first.message_id}.{'ending' if is_ending else 'opening'}@{host}>"


def one_line(text: str) -> str:
    """The text without line ends and other control characters, which could begin a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def subject(notices: Sequence[Notice], *, is_ending: bool) -> str:
    """What happened, in a line."""
    one = notices[0]
    words = FIRST_WORD[Notice.Kind(one.kind)][is_ending]
    if len(notices) == 1:
        about = one.brand or one.account
        return f"Pushdown: {words}{f', {about}' if about else ''}"
    kinds = Counter(Notice.Kind(row.kind) for row in notices)
    if len(kinds) == 1 and not is_ending and one.kind in PLURAL:
        return f"Pushdown: {len(notices)} {PLURAL[Notice.Kind(one.kind)]}"
    if len(kinds) == 1:
        return f"Pushdown: {words}, {len(notices)} times"
    return f"Pushdown: {len(notices)} notices {'ended' if is_ending else 'to look at'}"


def body(notices: Sequence[Notice], *, is_ending: bool) -> str:
    """What each notice says, the first ones in full, and where to look."""
    parts = [one_line(row.ending if is_ending else row.text) for row in notices[:MOST_NAMED]]
    if len(notices) > 1:
        parts = [f"{number}. {part}" for number, part in enumerate(parts, start=1)]
    further = len(notices) - MOST_NAMED
    if further > 0:
        parts.append(f"And {further} more, which the pages show.")
    return "\n\n".join([*parts, f"To look: {place(notices)}", "-- \nPushdown"]) + "\n"


def place(notices: Sequence[Notice]) -> str:
    """Where a person looks: the state of the one brand that it is about, or of the installation."""
    brands = {row.brand for row in notices}
    brand = brands.pop() if len(brands) == 1 else None
    path = reverse("status", args=[brand.slug]) if brand else reverse("status-all")
    return settings.SITE_URL + path
