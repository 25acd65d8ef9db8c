"""Task mode: checks that a provider works off in its own time, at about a third of the price of live ones.

An account of DataForSEO whose options say {"mode": "task"} is asked in this way: what is due is
posted to the provider's queue (serp.task_posting), and its results are collected later
(serp.task_collecting). How a check waits in between is told in serp.task_queue.
"""

from __future__ import annotations

import time

from django.utils import timezone

from serp.asking import Clock
from serp.models import Pause
from serp.run import Tally
from serp.task_collecting import collect_due
from serp.task_posting import post_due


def work(*, clock: Clock = timezone.now, seconds: float | None = None) -> Tally:
    """Collect the results that are due, then post the checks that are; returns what came of it.

    `clock` gives aware times; `seconds` bounds the time in which new requests are begun. Safe to
    repeat and to run in several processes at once. While the installation is paused, nothing is
    done; checks are offered by `serp.scheduling`, as for live ones.
    """
    tally = Tally()
    if Pause.current() is not None:
        return tally
    until = None if seconds is None else time.monotonic() + seconds
    collect_due(clock, until, tally)
    post_due(clock, until, tally)
    return tally
