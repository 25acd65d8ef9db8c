"""Says which keywords are quiet: nothing negative on page one, so that they can wait when money is short."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from serp.models import Keyword
from serp.spacing import hurry

FULL = 0.999
"""A judgement covers page one when it read this share of its clicks; the rest is rounding."""

QUIET = Q(latest__judgement__negatives=0, latest__judgement__coverage__gte=FULL)


def mark_quiet(now: datetime) -> int:
    """Set `is_quiet` by the newest judged reading of each keyword; returns how many turned. Safe to
    repeat; two questions and one update each way, however many keywords there are.

    A keyword that was never read, or whose page one was not read in full, is not quiet. While a newer
    reading waits to be judged, the verdict of the last one stands. One that is quiet no longer is due
    again at its own cadence at once.
    """
    judged = Keyword.objects.filter(latest__judgement__isnull=False)
    turned_quiet = list(judged.filter(QUIET, is_quiet=False).values_list("pk", flat=True))
    quiet = Keyword.objects.filter(is_quiet=True)
    turned_loud = [
        *quiet.filter(latest__isnull=True).values_list("pk", flat=True),
        *quiet.filter(latest__judgement__isnull=False).exclude(QUIET).values_list("pk", flat=True),
    ]
    for pks, value in ((turned_quiet, True), (turned_loud, False)):
        for start in range(0, len(pks), 500):
            Keyword.objects.filter(pk__in=pks[start : start + 500]).update(is_quiet=value)
    for start in range(0, len(turned_loud), 500):
        hurry(Keyword.objects.filter(pk__in=turned_loud[start : start + 500]), now)
    return len(turned_quiet) + len(turned_loud)
