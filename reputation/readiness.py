"""Whether this installation may be sent people and trusted to check: each part that may fail, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from serp.models import Heartbeat, Pause
from serp.pulse import WORKER_SILENCE

REDIS_SECONDS = 1.0
"""Time in which Redis has to answer: who asks whether we are ready waits no longer."""
AWAY = (DatabaseError, InterfaceError)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except AWAY:
        return False
    return True


def failing_parts(now: datetime) -> Iterator[str]:
    """One line for each part that keeps the installation from its work; none when it is ready.

    The lines name no addresses and no reasons that a person gave: anybody may read them.
    """
    if not database_answers():
        yield "database: does not answer"
        return
    try:
        missing = missing_migrations()
        if missing:
            yield f"migrations: {missing} not applied"
            return
        beat, pause = Heartbeat.last("worker"), Pause.current()
    except AWAY:
        yield "database: does not answer as it should"
        return
    if settings.REDIS_URL and not redis_answers(settings.REDIS_URL):
        yield "redis: does not answer"
    if beat is None:
        yield "worker: never seen"
    elif now - beat > WORKER_SILENCE:
        yield f"worker: silent for {int((now - beat).total_seconds())} s"
    if pause is not None:
        yield f"paused: since {pause.since:%Y-%m-%d %H:%M} UTC"


def missing_migrations() -> int:
    """How many of the apps' last migrations the database lacks."""
    recorder = MigrationRecorder(connection)
    wanted = last_migrations()
    if not recorder.has_table():
        return len(wanted)
    names = {name for _, name in wanted}
    rows = recorder.migration_qs.filter(name__in=names).values_list("app", "name")
    return len(wanted - set(rows))


@lru_cache(maxsize=1)
def last_migrations() -> frozenset[tuple[str, str]]:
    """App and name of the migrations that nothing follows; read from the files once a process."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


def redis_answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(
            url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
        ) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError, ValueError):
        return False
