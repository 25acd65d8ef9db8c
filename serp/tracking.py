"""Checks keywords: all that is due, or one that a person asks for."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from django.conf import settings
from django.utils import timezone

from serp.asking import Clock
from serp.models import Keyword, Pause, Snapshot
from serp.run import Run, Tally
from serp.scheduling import request_check


def check_due(
    *,
    clock: Clock = timezone.now,
    in_flight: int | None = None,
    seconds: float | None = None,
    only: Sequence[int] | None = None,
    progress: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """Offer what is due and check all that is open; returns what came of it.

    `clock` gives aware times: the demo and the tests pass a simulated one. `seconds` bounds the
    time in which new checks are begun; `only` narrows the run to checks with these ids and offers
    nothing; `progress` is told after every few answers. While the installation is paused, nothing
    is done.
    """
    run = Run(
        clock=clock,
        in_flight=in_flight or settings.CHECKS_IN_FLIGHT,
        only=only,
        progress=progress,
    )
    if Pause.current() is not None:
        return run.tally
    return run.go(None if seconds is None else time.monotonic() + seconds)


def check(keyword: Keyword, *, clock: Clock = timezone.now) -> Snapshot | None:
    """Check one keyword now, in this process; returns its snapshot, or None when none was written.

    Raises TooSoon as `request_check` does.
    """
    row = request_check(keyword, clock())
    check_due(clock=clock, in_flight=1, only=[row.pk])
    return Snapshot.objects.filter(check_row=row).first()
