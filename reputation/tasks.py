"""Celery's way into judging: the tick that judges new snapshots."""

from celery import shared_task

from reputation.judging import judge_new_snapshots as judge

MOST = 2000
"""Snapshots a tick: a large import is worked off over several."""


@shared_task
def judge_new_snapshots() -> None:
    """Judge what was read since the last tick."""
    judge(limit=MOST)
