"""Celery's way into watching: the tick that checks what is due."""

from __future__ import annotations

import threading

from celery import shared_task
from django.utils import timezone

from serp.models import Heartbeat
from serp.tracking import check_due

SECONDS = 45.0
"""Time in which a tick begins checks; with one deadline on top it stays below the hard limit."""

_running = threading.Lock()


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
