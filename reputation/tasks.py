"""Celery's way into judging: the tick that judges new snapshots."""

from celery import shared_task
from django.utils import timezone

from reputation.judging import judge_new_snapshots as judge
from reputation.judging import refresh_edited_brands

MOST = 2000
"""Snapshots a tick: a large import is worked off over several."""


@shared_task
def judge_new_snapshots() -> None:
    """Judge what was read since the last tick, with the brands' lists as they are now."""
    refresh_edited_brands(timezone.now())
    judge(limit=MOST)
