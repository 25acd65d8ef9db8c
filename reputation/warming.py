"""Loads in the background, when a web process starts, what its first visitors would wait seconds for."""

from __future__ import annotations

import logging
import os
import threading

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.models import Count
from django.urls import get_resolver
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


def warm() -> None:
    """Import every page's code, and open the readers of the languages whose keywords are watched.

    What fails here is logged and fails again, with its message, where it is asked for.
    """
    try:
        _ = get_resolver().url_patterns
        languages = languages_in_use()
        for part in settings.LOADED_AHEAD:
            import_string(part)(languages)
    except (DatabaseError, ImproperlyConfigured, ImportError, OSError):
        logger.exception("The first pages will be slower: not everything could be loaded ahead.")
    finally:
        connection.close()


def languages_in_use() -> list[str]:
    """The keywords' languages without their regions, the commonest first."""
    from serp.models import Keyword  # not before the apps are loaded

    rows = Keyword.objects.in_view().values_list("language").annotate(n=Count("pk")).order_by("-n")
    return list(dict.fromkeys(code.split("-")[0].lower() for code, _ in rows))


def warm_in_background() -> threading.Thread:
    """Begin to warm up. A process that forks afterwards waits until that is done: a thread does not
    come along, and the locks that it holds would stay locked."""
    thread = threading.Thread(target=warm, name="warming", daemon=True)
    thread.start()
    os.register_at_fork(before=lambda: thread.join(timeout=30))
    return thread
