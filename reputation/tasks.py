"""Celery's way into judging: the tick that judges new snapshots and says which keywords are quiet."""

from celery import shared_task
from django.utils import timezone

from reputation.judging import judge_new_snapshots as judge
from reputation.quiet import mark_quiet
from reputation.rejudging import rejudge_outdated
from reputation.rescoring import refresh_edited_brands
from reputation.surprises import look

MOST = 2000
"""Snapshots a tick: a large import is worked off over several."""


@shared_task
def judge_new_snapshots() -> None:
    """Judge what was read since the last tick, with the brands' lists as they are now, and have new
    negatives confirmed."""
    refresh_edited_brands(timezone.now())
    judge(limit=MOST)
    rejudge_outdated(timezone.now(), limit=MOST)
    mark_quiet(timezone.now())
    look(timezone.now())
