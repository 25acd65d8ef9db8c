"""Celery's way into watching: the ticks that check what is due and look after the machinery."""

from __future__ import annotations

import logging
import threading

from celery import shared_task
from django.utils import timezone

from serp import confirming, delivery, drift, money, monitoring, pruning, spacing, task_mode
from serp.models import Heartbeat
from serp.tracking import check_due

logger = logging.getLogger(__name__)

SECONDS = 45.0
"""Time in which a tick begins checks; with one deadline on top it stays below the hard limit."""
PRUNING = 60.0
"""Time that a day's pruning may take; what is left over waits for the next day."""

_running = threading.Lock()
_working = threading.Lock()


@shared_task
def check_due_keywords() -> None:
    """Check what is due. Workers keep out of each other's way by their claims; within one, a second
    tick leaves the work to the run that is under way, which sees new keywords by itself."""
    Heartbeat.beat("worker", timezone.now())
    if not _running.acquire(blocking=False):
        return
    try:
        check_due(seconds=SECONDS)
    finally:
        _running.release()


@shared_task
def work_off_queues() -> None:
    """Collect what is done in the providers' queues, and post what is due in task mode."""
    if not _working.acquire(blocking=False):
        return
    try:
        task_mode.work(seconds=SECONDS)
    finally:
        _working.release()


@shared_task
def look_after() -> None:
    """See whether readings can be trusted, budgets last and anything is measured at all. What fails
    keeps none of the others from being done: one of them raises the alarm."""
    now = timezone.now()
    for act in (
        drift.watch,
        confirming.work,
        monitoring.watch,
        money.close_past_notices,
        money.close_forgotten,
        spacing.respace,
    ):
        try:
            act(now)
        except Exception:
            logger.exception("%s.%s failed; it is tried again", act.__module__, act.__name__)


@shared_task
def send_notices() -> None:
    """Tell people what waits to be told; apart from the rest, since a mail server may be slow."""
    delivery.send_waiting(timezone.now())


@shared_task
def prune_daily() -> None:
    """Delete what is kept for a set number of days only."""
    for _ in pruning.prune(timezone.now(), seconds=PRUNING):
        pass
