"""A provider's rate headers are obeyed when nothing is left, and are harmless otherwise."""

from __future__ import annotations

import pytest

from serp.providers.rate_headers import LONGEST, pause_of

NOW = 1_790_000_000.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "12"}, 12),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW) + 30)}, 30),
        ({"x-ratelimit-remaining": "0, 1200", "x-ratelimit-reset": "1, 900000"}, 1),
        ({"x-ratelimit-remaining": "5, 0", "x-ratelimit-reset": "1, 900000"}, LONGEST),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "7"}, 7),
        ({"ratelimit": '"default";r=0;t=9'}, 9),
        ({"ratelimit": "limit=10, remaining=0, reset=4"}, 4),
        ({"x-ratelimit-remaining": "3", "x-ratelimit-reset": "12"}, 0),
        ({"x-ratelimit-remaining": "0"}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, 0),
        ({"x-ratelimit-remaining": "-1", "x-ratelimit-reset": "12"}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" * 400}, 0),
        ({}, 0),
    ],
)
def test_the_pause_that_headers_ask_for(headers: dict[str, str], seconds: float) -> None:
    assert pause_of(headers, NOW) == pytest.approx(seconds)
