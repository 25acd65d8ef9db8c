"""Holds an account that does not answer: a provider's outage must cost few calls, not one a keyword."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from serp.models import Notice, ProviderAccount
from serp.notices import close_notice, open_notice
from serp.providers.base import ERROR_TEXT, ErrorKind

TRIP = 5
"""Outage-like answers in a row after which an account is held."""
SUSPECT = 15
"""Answers in a row, with those in flight, that an account may fail before it has answered again."""
FIRST_HOLD = timedelta(minutes=1)
LONGEST_HOLD = timedelta(minutes=15)
ASKED = "the provider asked us to wait"
WORTH_TELLING = timedelta(seconds=30)
"""A shorter hold, such as a provider's word to slow down, is no news."""

REFUSALS = frozenset({ErrorKind.BAD_KEY, ErrorKind.PAYMENT, ErrorKind.FORBIDDEN})
OUTAGES = REFUSALS | {
    ErrorKind.TIMEOUT,
    ErrorKind.CONNECTION,
    ErrorKind.SERVER,
    ErrorKind.RATE_LIMITED,
    ErrorKind.CAPTCHA,
    ErrorKind.ENGINE,
}
"""What tells of the provider rather than of one query. A malformed answer does not: it is kept, and
can be read again."""
THEIR_WORD = frozenset({ASKED, ERROR_TEXT[ErrorKind.RATE_LIMITED]})
"""Reasons of a hold that stands to its end: an answer to what was asked before it does not lift it."""


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of an account: failures in a row, the last of them, and until when it is held.
    Times are aware, UTC."""

    failures: int = 0
    failed_at: datetime | None = None
    held_until: datetime | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """How one request of an account ended: `kind` None means that a result page came, or that it
    failed for a reason of its own. `wait` is what the provider asked us to wait, in seconds; `began`
    is when it was noted, aware."""

    kind: ErrorKind | None
    wait: float = 0.0
    began: datetime | None = None

    def says_nothing_since(self, good: datetime | None) -> bool:
        """Whether a failure is no news, since the account answered well after this request began: a few
        answers that hang come to their end together, long after all others came."""
        is_old = good is not None and self.began is not None and self.began <= good
        return is_old and self.kind in OUTAGES and not self.wait


def after(health: Health, answers: Sequence[Answered], now: datetime) -> Health:
    """The health of an account after some answers, which came at about the same time."""
    ill = [answer.kind for answer in answers if answer.kind in OUTAGES]
    wait = max((answer.wait for answer in answers), default=0.0)
    failures = 0 if len(ill) < len(answers) else health.failures + len(ill)
    until, because = health.held_until, health.because
    stands = until is not None and until > now and because in THEIR_WORD
    if not failures and not stands:
        until, because = None, ""
    last = ill[-1] if ill else None
    if failures >= TRIP and last and not (until and until > now):
        was = until - health.failed_at if until and health.failed_at else timedelta(0)
        hold = min(max(FIRST_HOLD, 2 * was), LONGEST_HOLD)
        if last in REFUSALS:
            hold = LONGEST_HOLD
        until, because = now + hold, ERROR_TEXT[last]
    asked = now + timedelta(seconds=wait)
    if wait and (until is None or asked > until):
        until, because = asked, because or ASKED
    return Health(failures, now if ill else health.failed_at, until, because)


def in_flight(account: ProviderAccount, now: datetime) -> int:
    """How many requests of this account may be out at once, over all processes: none while it is
    held, one to try it after that, and few while it fails."""
    if account.held_until and account.held_until > now:
        return 0
    if account.failures >= TRIP:
        return 1
    if account.failures:
        return max(1, min(account.max_in_flight, SUSPECT - account.failures))
    return account.max_in_flight


def note(account_id: int, answers: Sequence[Answered], now: datetime) -> None:
    """Store what some answers say about an account; opens a notice when it is held for long, and
    closes it when it answers again; an account that was deleted meanwhile is left out. Runs inside
    the transaction that stores the answers."""
    held = ProviderAccount.objects.select_for_update(no_key=True).defer("key")
    row = held.filter(pk=account_id).first()
    if row is None:
        return
    before = Health(row.failures, row.failed_at, row.held_until, row.held_because)
    seen = row.answered_at
    health = after(before, [x for x in answers if not x.says_nothing_since(seen)], now)
    if any(answer.kind not in OUTAGES for answer in answers):
        row.answered_at = now
    if health != before or row.answered_at != seen:
        ProviderAccount.objects.filter(pk=account_id).update(
            failures=health.failures,
            failed_at=health.failed_at,
            held_until=health.held_until,
            held_because=health.because[:300],
            answered_at=row.answered_at,
        )
    key = f"account:{account_id}"
    if health.held_until and health.held_until - now >= WORTH_TELLING:
        text = words(
            row, health, refused=any(answer.kind in REFUSALS for answer in answers), now=now
        )
        open_notice(Notice.Kind.ACCOUNT, key, text, now, brand=row.brand, account=row)
    elif before.held_until and health.held_until is None:
        close_notice(key, now, ending=f"The account “{row}” answers again.")


def words(account: ProviderAccount, health: Health, *, refused: bool, now: datetime) -> str:
    """What people are told of a held account: why, since when, until when, and what to do. Times are in
    its brand's zone; those of an account that all brands share in UTC."""
    assert health.held_until is not None, "only a held account is told of"  # noqa: S101
    zone = account.brand.zone if account.brand else UTC
    until, last = (f"{at.astimezone(zone):%H:%M %Z}" for at in (health.held_until, now))
    if not health.failures:
        return f"The account “{account}” is not asked before {until}: {health.because}."
    many = f"{health.failures} request{'s' if health.failures != 1 else ''}"
    todo = (
        "Look at its key and its credit."
        if refused
        else "Nothing needs to be done if the provider recovers; keywords with a second account are "
        "read through that."
    )
    return (
        f"The account “{account}” is not asked: {health.because}. {many} failed in a row, the last "
        f"at {last}. It is tried again at {until}. {todo}"
    )
