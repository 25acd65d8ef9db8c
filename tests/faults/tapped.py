"""Pushdown's Celery application with a tap on the wire: it notes which process called, and can die of one answer."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import reputation.celery
from serp.providers.base import Answer, Request
from serp.providers.http import BoundedFetch

app = reputation.celery.app
LOG, POISON = os.environ["TAP_LOG"], os.environ.get("TAP_POISON", "")
sound_call = BoundedFetch.__call__


def call(self: BoundedFetch, request: Request) -> Answer:
    """Fetch, note the process and the phrase, and die of the answer where it is the poisonous one."""
    answer = sound_call(self, request)
    phrase = request.params.get("q", "")
    with Path(LOG).open("a") as log:
        log.write(f"{os.getpid()} {phrase}\n")
    if POISON and phrase == POISON:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer


BoundedFetch.__call__ = call  # type: ignore[method-assign]
