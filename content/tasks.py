"""Celery's way into publishing: the tick that looks whether published pieces are measured."""

from celery import shared_task
from django.utils import timezone

from content.measuring import follow


@shared_task
def follow_pieces() -> None:
    """Close the measuring of pieces that have been followed for four weeks. Safe to repeat."""
    follow(timezone.now())
