"""Celery's way into watching: the tick that finds due keywords and checks them."""

from celery import shared_task
from django.utils import timezone

from serp.models import Heartbeat
from serp.tracking import check_due

SECONDS = 45.0
"""Time in which a tick begins checks; with one deadline on top it stays below the hard limit."""


@shared_task
def check_due_keywords() -> None:
    """Check what is due. Several workers may run it at once: the claim keeps them apart."""
    Heartbeat.beat("worker", timezone.now())
    check_due(seconds=SECONDS)
