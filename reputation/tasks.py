"""Celery's way into judging: the tick that judges new snapshots, and the one that learns from people."""

from celery import shared_task
from django.utils import timezone

from reputation.judging import judge_new_snapshots as judge
from reputation.opinions import ask_model
from reputation.quiet import mark_quiet
from reputation.rejudging import rejudge_outdated
from reputation.rescoring import refresh_edited_brands
from reputation.surprises import look
from reputation.training import train_due

MOST = 2000
"""Snapshots a tick: a large import is worked off over several."""
MOST_OPINIONS, LONGEST_ASKING = 1000, 30.0
"""Texts and seconds a tick for the optional model, which reads about 20 a second."""
LONGEST_TRAINING = 40.0
"""Seconds after which a tick begins with no further scope; Celery ends a task after 90."""


@shared_task
def judge_new_snapshots() -> None:
    """Judge what was read since the last tick, with the brands' lists as they are now, and have new
    negatives confirmed."""
    refresh_edited_brands(timezone.now())
    judge(limit=MOST)
    rejudge_outdated(timezone.now(), limit=MOST)
    mark_quiet(timezone.now())
    look(timezone.now())


@shared_task
def ask_the_model() -> None:
    """Have the optional model read what it has not read yet; nothing where it is not installed."""
    ask_model(timezone.now(), limit=MOST_OPINIONS, seconds=LONGEST_ASKING)


@shared_task
def learn_from_people() -> None:
    """Train the judge from people's marks: once a night in each scope, on the first tick of the day
    (UTC); a scope that just got marks enough need not wait for it."""
    train_due(timezone.now(), seconds=LONGEST_TRAINING)
