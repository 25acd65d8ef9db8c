"""The one gate of this installation: shared through Redis where there is one, else the process's own."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from serp.permits import Limits, OwnLimits
from serp.shared_limits import SharedLimits


@lru_cache(maxsize=1)
def limits() -> Limits:
    """What every request of a provider account passes through in this process."""
    return OwnLimits() if settings.IS_EMBEDDED else SharedLimits(settings.REDIS_URL)
