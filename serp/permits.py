"""How many requests an account may have in flight, and when the next may start: permits with a lease."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

HORIZON = 0.25
"""Seconds ahead in which starts are promised: a permit is held while its request waits."""
LEASE = 20.0
"""Seconds after which a permit that nobody renews is free again: its worker is dead."""
MARGIN = 1.07
"""Starts are spaced this much wider than the rate asks: what the network shifts must not exceed it."""
FIRST_WINDOW = 10
"""Requests in flight before an account has proved that it answers: what a dead provider costs."""
WIDENING = 4
"""By how much each good answer widens that window, up to the account's own limit."""
MEMORY = 600.0
"""Seconds for which an idle account's window is remembered."""


class LimitsDown(Exception):
    """The limits that all processes share cannot be asked: nothing may be paid for now."""


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to make one request at a time for an account, beginning `starts_in` seconds from when it
    was given. It counts as in flight until it is given back or its lease runs out."""

    account: int
    token: str
    starts_in: float


class Limits(Protocol):
    """The one gate of an installation. Every method may raise LimitsDown."""

    def acquire(
        self, account: int, *, wanted: int, per_second: float, in_flight: int
    ) -> list[Permit]:
        """Up to `wanted` permits that start within `HORIZON`; fewer, or none, when the account is at
        its rate, has `in_flight` requests out over all processes, or is held."""
        ...

    def turn(self, account: int, *, per_second: float) -> float:
        """Seconds to wait before a further request under a permit that one has; it is counted."""
        ...

    def hold(self, account: int, seconds: float) -> None:
        """Let nobody begin a request of the account for so long; a longer hold stands."""
        ...

    def renew(self, permits: Iterable[Permit]) -> None:
        """Keep permits for another `LEASE`."""
        ...

    def unused(self, permits: Iterable[Permit]) -> None:
        """Give permits back under which nothing was asked."""
        ...

    def release(self, permits: Iterable[Permit], *, good: int) -> None:
        """Give permits of one account back; `good` of their requests brought an answer. None good:
        the account must prove itself again."""
        ...


@dataclass
class Lane:
    """What is known of one account. Times are seconds of `time.monotonic`."""

    free_at: float = 0.0
    held_until: float = 0.0
    window: int = FIRST_WINDOW
    used_at: float = 0.0
    leases: dict[str, float] = field(default_factory=dict)


class OwnLimits:
    """The limits of an installation that is one process."""

    def __init__(self) -> None:
        self.lanes: dict[int, Lane] = {}
        self.lock = threading.Lock()

    def lane(self, account: int, now: float) -> Lane:
        lane = self.lanes.setdefault(account, Lane())
        if now - lane.used_at > MEMORY:
            lane.window = FIRST_WINDOW
        lane.used_at = now
        return lane

    def acquire(
        self, account: int, *, wanted: int, per_second: float, in_flight: int
    ) -> list[Permit]:
        with self.lock:
            now = time.monotonic()
            lane = self.lane(account, now)
            lane.leases = {token: end for token, end in lane.leases.items() if end > now}
            room = min(wanted, min(in_flight, lane.window) - len(lane.leases))
            given: list[Permit] = []
            start = max(now, lane.free_at)
            while len(given) < room and start <= now + HORIZON and lane.held_until <= now:
                permit = Permit(account, uuid.uuid4().hex, start - now)
                lane.leases[permit.token] = now + LEASE
                given.append(permit)
                start += MARGIN / per_second
                lane.free_at = start
            return given

    def turn(self, account: int, *, per_second: float) -> float:
        with self.lock:
            now = time.monotonic()
            lane = self.lane(account, now)
            start = max(now, lane.free_at, lane.held_until)
            lane.free_at = start + MARGIN / per_second
            return start - now

    def hold(self, account: int, seconds: float) -> None:
        with self.lock:
            now = time.monotonic()
            lane = self.lane(account, now)
            lane.held_until = max(lane.held_until, now + seconds)

    def renew(self, permits: Iterable[Permit]) -> None:
        with self.lock:
            now = time.monotonic()
            for permit in permits:
                self.lane(permit.account, now).leases[permit.token] = now + LEASE

    def unused(self, permits: Iterable[Permit]) -> None:
        with self.lock:
            for permit in permits:
                self.lanes[permit.account].leases.pop(permit.token, None)

    def release(self, permits: Iterable[Permit], *, good: int) -> None:
        with self.lock:
            now = time.monotonic()
            for number, permit in enumerate(permits):
                lane = self.lane(permit.account, now)
                lane.leases.pop(permit.token, None)
                if number == 0:
                    lane.window = lane.window + WIDENING * good if good else FIRST_WINDOW
