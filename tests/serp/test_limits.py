"""The gate keeps an account's rate and its number in flight, in one process and over several alike."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from serp import permits, shared_limits
from serp.permits import FIRST_WINDOW, MARGIN, WIDENING, Limits, LimitsDown, OwnLimits, Permit
from serp.shared_limits import SharedLimits


@pytest.fixture(params=["own", "shared"])
def gate(request: pytest.FixtureRequest) -> Iterator[Limits]:
    if request.param == "own":
        yield OwnLimits()
        return
    url = request.getfixturevalue("redis_url")
    yield SharedLimits(url)
    with redis.Redis.from_url(url) as connection:
        connection.flushdb()


def starts(
    gate: Limits, seconds: float, *, per_second: float, in_flight: int = 100, wanted: int = 3
) -> list[float]:
    """When requests begin that are given back at once, over so many seconds."""
    begin = time.monotonic()
    found: list[float] = []
    while (now := time.monotonic()) < begin + seconds:
        given = gate.acquire(1, wanted=wanted, per_second=per_second, in_flight=in_flight)
        found += [now + permit.starts_in - begin for permit in given]
        gate.release(given, good=len(given))
        time.sleep(0.005)
    return found


def most_in_a_second(moments: list[float]) -> int:
    return max(sum(1 for other in moments if 0 <= other - one < 1.0) for one in moments)


def test_the_rate_is_kept_and_used(gate: Limits) -> None:
    moments = starts(gate, 2.0, per_second=20)
    assert most_in_a_second(moments) <= 20
    assert len([m for m in moments if m < 2.0]) >= 0.9 * 40


def test_without_a_rate_worth_the_name_there_is_no_spacing(gate: Limits) -> None:
    assert len(starts(gate, 0.3, per_second=100_000)) > 50, "the control of the test above"


def test_requests_in_flight_are_counted_until_they_are_given_back(gate: Limits) -> None:
    def acquire(wanted: int) -> list[Permit]:
        return gate.acquire(1, wanted=wanted, per_second=100_000, in_flight=3)

    first = acquire(10)
    assert len(first) == 3
    assert acquire(1) == []
    gate.release(first[:1], good=1)
    assert len(acquire(10)) == 1
    gate.unused(first[1:2])
    assert len(acquire(10)) == 1
    assert gate.acquire(2, wanted=1, per_second=1, in_flight=1), "another account is apart"


def test_what_a_dead_worker_held_is_free_after_the_lease_and_what_a_living_one_holds_is_not(
    gate: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (permits, shared_limits):
        monkeypatch.setattr(module, "LEASE", 0.3)

    def acquire() -> list[Permit]:
        return gate.acquire(1, wanted=2, per_second=100_000, in_flight=2)

    held = acquire()
    assert len(held) == 2
    time.sleep(0.2)
    gate.renew(held[:1])
    time.sleep(0.2)
    assert len(acquire()) == 1


def test_an_account_must_prove_itself_before_many_requests_are_out(gate: Limits) -> None:
    def acquire() -> list[Permit]:
        return gate.acquire(1, wanted=400, per_second=1_000_000, in_flight=300)

    first = acquire()
    assert len(first) == FIRST_WINDOW
    gate.release(first, good=FIRST_WINDOW)
    second = acquire()
    assert len(second) == FIRST_WINDOW + WIDENING * FIRST_WINDOW
    gate.release(second, good=0)
    assert len(acquire()) == FIRST_WINDOW


def test_a_held_account_is_not_asked(gate: Limits) -> None:
    gate.hold(1, 0.3)
    gate.hold(1, 0.1)
    assert gate.acquire(1, wanted=1, per_second=100, in_flight=9) == []
    assert gate.turn(1, per_second=100) > 0.1, "a further page waits as well"
    time.sleep(0.32)
    assert gate.acquire(1, wanted=1, per_second=100, in_flight=9)


def test_further_pages_take_their_turn_in_the_same_row(gate: Limits) -> None:
    (first,) = gate.acquire(1, wanted=1, per_second=2, in_flight=9)
    assert first.starts_in == pytest.approx(0, abs=0.01)
    assert gate.turn(1, per_second=2) == pytest.approx(MARGIN / 2, abs=0.1)
    assert gate.turn(1, per_second=2) == pytest.approx(MARGIN, abs=0.1)
    assert gate.acquire(1, wanted=1, per_second=2, in_flight=9) == [], "beyond the horizon"


def test_two_processes_share_one_rate(redis_url: str) -> None:
    """Two gates on one Redis are what two processes have; two of one's own are the control."""

    def both(first: Limits, second: Limits) -> int:
        moments: list[float] = []
        begin = time.monotonic()
        while (now := time.monotonic()) < begin + 1.5:
            for gate in (first, second):
                given = gate.acquire(7, wanted=2, per_second=10, in_flight=50)
                moments += [now + permit.starts_in for permit in given]
                gate.release(given, good=len(given))
            time.sleep(0.005)
        return most_in_a_second(moments)

    assert both(SharedLimits(redis_url), SharedLimits(redis_url)) <= 10
    assert both(OwnLimits(), OwnLimits()) > 15


def test_without_redis_nothing_is_let_through() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    gate: Any = SharedLimits(f"redis://127.0.0.1:{port}/0")
    with pytest.raises(LimitsDown):
        gate.acquire(1, wanted=1, per_second=1, in_flight=1)
    with pytest.raises(LimitsDown):
        gate.turn(1, per_second=1)


def test_a_flushed_redis_goes_on(redis_url: str) -> None:
    gate = SharedLimits(redis_url)
    assert gate.acquire(1, wanted=1, per_second=1, in_flight=1)
    with redis.Redis.from_url(redis_url) as connection:
        connection.flushdb()
        connection.script_flush()
    assert gate.acquire(1, wanted=1, per_second=1, in_flight=1)
