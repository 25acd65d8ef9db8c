"""Celery's way into publishing: the ticks that read, learn, plan ahead, send and measure."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from content import measuring
from content.brief.enriching import enrich_waiting
from content.forecasting.fitting import fit_due
from content.proof import mailing as proof_mail
from content.publishing import sending
from content.reading.fetching import read_waiting
from content.reminding import mailing as reminder_mail
from content.reminding.noting import note
from content.scheduling.recurring import make_due

logger = logging.getLogger(__name__)

MOST_PAGES, LONGEST_READING = 40, 15.0
"""Pages and seconds a tick for reading what ranks."""


@shared_task
def follow_pieces() -> None:
    """Close the measuring of pieces that have been followed for four weeks. Safe to repeat."""
    measuring.follow(timezone.now())


def each(acts: Iterable[Callable[[datetime], object]]) -> None:
    """Do one thing after the other, for the same moment. What fails keeps none of the others from it."""
    now = timezone.now()
    for act in acts:
        try:
            act(now)
        except Exception:
            logger.exception("%s.%s failed; it is tried again", act.__module__, act.__name__)


@shared_task
def read_pages() -> None:
    """Read ranking pages that briefs wait for, as far as their sites allow it, and fill them in."""
    each([read_some, enrich_waiting])


def read_some(now: datetime) -> int:
    """As many pages as a tick has time for."""
    return read_waiting(now, limit=MOST_PAGES, seconds=LONGEST_READING)


@shared_task
def fit_forecasts() -> None:
    """Learn from the stored histories how long negatives stay, once a day."""
    fit_due(timezone.now())


@shared_task
def make_recurring() -> None:
    """Make the pieces of recurring series some weeks ahead."""
    make_due(timezone.now())


@shared_task
def publish_waiting() -> None:
    """Put drafts on the brands' sites, and tell engines of what went out."""
    each([sending.ping_published, sending.send_waiting])


@shared_task
def send_letters() -> None:
    """Send requests to customers and reminders to colleagues."""
    each([note, reminder_mail.send_waiting, proof_mail.send_waiting])
