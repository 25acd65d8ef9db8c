"""What a provider's rate headers ask of us: how long to wait when nothing is left of a window."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

LONGEST = 3600.0
"""A longer wait is asked for again when this one is over."""

_PAIRS = (
    ("ratelimit-remaining", "ratelimit-reset"),
    ("x-ratelimit-remaining", "x-ratelimit-reset"),
    ("x-rate-limit-remaining", "x-rate-limit-reset"),
)
_NUMBER = re.compile(r"\s*(\d{1,12})(?:\.\d+)?\s*")
_FIELD = re.compile(r"\b(remaining|reset|r|t)\s*=\s*(\d{1,12})")
_AN_INSTANT = 1_000_000_000
"""A reset above this is a Unix time, not a number of seconds."""


def pause_of(headers: Mapping[str, str], now: float | None = None) -> float:
    """Seconds to wait before the next request, 0 to `LONGEST`; 0 when something is left, or when the
    headers say nothing that can be read.

    Reads the common pairs (a list of numbers stands for several windows, as Brave sends it) and the
    single `RateLimit` field of the IETF draft (draft-ietf-httpapi-ratelimit-headers). `headers` have
    lower-case names; `now` is a Unix time.
    """
    now = time.time() if now is None else now
    waits = [0.0]
    for remaining, reset in _PAIRS:
        left, ends = _numbers(headers.get(remaining, "")), _numbers(headers.get(reset, ""))
        waits += [end for rest, end in zip(left, ends, strict=False) if rest == 0]
    stated = headers.get("ratelimit", "")
    # A list of policies with parameters, or, in older drafts, one dictionary.
    for field in stated.split(",") if ";" in stated else [stated]:
        parts = {name: int(number) for name, number in _FIELD.findall(field)}
        if parts.get("remaining", parts.get("r")) == 0:
            waits.append(float(parts.get("reset", parts.get("t", 0))))
    seconds = max(wait - now if wait > _AN_INSTANT else wait for wait in waits)
    return min(max(0.0, seconds), LONGEST)


def _numbers(value: str) -> list[float]:
    found = [_NUMBER.fullmatch(part) for part in value.split(",")]
    return [float(match[1]) for match in found if match] if all(found) else []
