"""The limits of an installation of many processes, kept in Redis: one script, with Redis's own clock."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from serp.permits import FIRST_WINDOW, HORIZON, LEASE, MARGIN, MEMORY, WIDENING, LimitsDown, Permit

PATIENCE = 2.0
"""Seconds that Redis may take to answer."""

# KEYS: the leases (a sorted set of tokens by their end), the lane (free, held, window).
# Times are milliseconds of Redis's clock: the machines' own may differ. Written as strings, since
# Redis would cut a number's fraction off.
_BEGIN = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
local function lane(name, otherwise)
  return tonumber(redis.call('HGET', KEYS[2], name) or otherwise)
end
local function keep(name, value)
  redis.call('HSET', KEYS[2], name, string.format('%.3f', value))
  redis.call('PEXPIRE', KEYS[2], math.ceil(math.max(MEMORY, value - now)))
end
""".replace("MEMORY", str(MEMORY * 1000))

_ACQUIRE = (
    _BEGIN
    + """
local gap, most, lease, horizon = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if lane('held', 0) > now then return {} end
local room = math.min(most, lane('window', ARGV[5])) - redis.call('ZCARD', KEYS[1])
local start, waits = math.max(now, lane('free', 0)), {}
for i = 6, #ARGV do
  if #waits >= room or start > now + horizon then break end
  redis.call('ZADD', KEYS[1], now + lease, ARGV[i])
  waits[#waits + 1] = string.format('%.3f', start - now)
  start = start + gap
end
if #waits > 0 then
  redis.call('PEXPIRE', KEYS[1], math.ceil(lease))
  keep('free', start)
end
return waits
"""
)
_TURN = (
    _BEGIN
    + """
local start = math.max(now, lane('free', 0), lane('held', 0))
keep('free', start + ARGV[1])
return string.format('%.3f', start - now)
"""
)
_HOLD = (
    _BEGIN
    + """
keep('held', math.max(lane('held', 0), now + ARGV[1]))
"""
)
_RENEW = (
    _BEGIN
    + """
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[1]))
"""
)
_UNUSED = "for i = 1, #ARGV do redis.call('ZREM', KEYS[1], ARGV[i]) end"
_RELEASE = (
    _BEGIN
    + """
for i = 3, #ARGV do redis.call('ZREM', KEYS[1], ARGV[i]) end
if tonumber(ARGV[1]) > 0 then
  keep('window', math.min(10000, lane('window', ARGV[2]) + ARGV[1]))
else
  keep('window', ARGV[2])
end
"""
)


class SharedLimits:
    """See `serp.permits.Limits`. What a flushed Redis forgets is soon learnt again: leases end, the
    window starts small, holds stand in the database as well."""

    def __init__(self, url: str) -> None:
        client: Any = redis.Redis.from_url(
            url,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 1),
        )
        self._acquire = client.register_script(_ACQUIRE)
        self._turn = client.register_script(_TURN)
        self._hold = client.register_script(_HOLD)
        self._renew = client.register_script(_RENEW)
        self._unused = client.register_script(_UNUSED)
        self._release = client.register_script(_RELEASE)

    def acquire(
        self, account: int, *, wanted: int, per_second: float, in_flight: int
    ) -> list[Permit]:
        tokens = [uuid.uuid4().hex for _ in range(wanted)]
        numbers = (
            1000 * MARGIN / per_second,
            in_flight,
            LEASE * 1000,
            HORIZON * 1000,
            FIRST_WINDOW,
        )
        waits = self._run(self._acquire, account, *numbers, *tokens)
        return [
            Permit(account, token, float(wait) / 1000)
            for token, wait in zip(tokens, waits, strict=False)
        ]

    def turn(self, account: int, *, per_second: float) -> float:
        return float(self._run(self._turn, account, 1000 * MARGIN / per_second)) / 1000

    def hold(self, account: int, seconds: float) -> None:
        self._run(self._hold, account, seconds * 1000)

    def renew(self, permits: Iterable[Permit]) -> None:
        for account, tokens in by_account(permits).items():
            self._run(self._renew, account, LEASE * 1000, *tokens)

    def unused(self, permits: Iterable[Permit]) -> None:
        for account, tokens in by_account(permits).items():
            self._run(self._unused, account, *tokens)

    def release(self, permits: Iterable[Permit], *, good: int) -> None:
        for account, tokens in by_account(permits).items():
            self._run(self._release, account, WIDENING * good, FIRST_WINDOW, *tokens)

    def _run(self, script: Any, account: int, *arguments: object) -> Any:
        # The braces keep both keys on one node of a cluster.
        keys = [f"pushdown:{{account:{account}}}:{part}" for part in ("leases", "lane")]
        try:
            return script(keys=keys, args=arguments)
        except RedisError as error:
            raise LimitsDown(f"Redis does not answer: {error}") from error


def by_account(permits: Iterable[Permit]) -> dict[int, list[str]]:
    """The tokens of permits by their account."""
    tokens: dict[int, list[str]] = {}
    for permit in permits:
        tokens.setdefault(permit.account, []).append(permit.token)
    return tokens
