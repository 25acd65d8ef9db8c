"""The control: keywords checked as Celery's tutorial would, a task each, with nothing that protects them."""

from __future__ import annotations

import os
import signal
import sys
import urllib.request

import psycopg
from celery import Celery

TABLES = """
CREATE TABLE stored (number integer);
CREATE TABLE run (number integer);
CREATE TABLE budget (used integer);
INSERT INTO budget VALUES (0);
"""
DEADLY = 3
"""The keyword that kills its worker."""

app = Celery("plain", broker=os.environ.get("PLAIN_BROKER", "memory://"), set_as_current=False)
app.conf.task_ignore_result = True
app.conf.beat_schedule = {
    "check": {"task": "tests.faults.plain.check", "schedule": 1.0, "args": [0]}
}
app.conf.broker_connection_retry_on_startup = True


def session() -> psycopg.Connection:
    return psycopg.connect(os.environ["PLAIN_DATABASE"], autocommit=True)


def fetch(number: int) -> None:
    url = f"{os.environ['PLAIN_PROVIDER']}/search.json?q=plain+{number}&num=10"
    with urllib.request.urlopen(url, timeout=150) as answer:
        answer.read()


def store(number: int) -> None:
    with session() as connection:
        connection.execute("INSERT INTO stored VALUES (%s)", [number])


@app.task
def check(number: int) -> None:
    """One paid call, one row."""
    fetch(number)
    store(number)


@app.task(rate_limit="5/s")
def limited(number: int) -> None:
    """The same under Celery's own rate limit."""
    fetch(number)


@app.task
def budgeted(number: int) -> None:
    """Reads what is spent, calls, and writes what is spent: a budget as one would note it down."""
    with session() as connection:
        (used,) = connection.execute("SELECT used FROM budget").fetchone() or (0,)
    if used >= int(os.environ["PLAIN_BUDGET"]):
        return
    fetch(number)
    with session() as connection:
        connection.execute("UPDATE budget SET used = %s", [used + 1])


@app.task(acks_late=True, reject_on_worker_lost=True)
def deadly(number: int) -> None:
    """A task that comes back when its worker is lost; one number kills its worker."""
    with session() as connection:
        connection.execute("INSERT INTO run VALUES (%s)", [number])
    if number == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    store(number)


@app.task(autoretry_for=(OSError,), retry_backoff=False, default_retry_delay=0.2, max_retries=5)
def stubborn(number: int) -> None:
    """Tries again by itself whatever the provider says, as autoretry_for does."""
    fetch(number)
    store(number)


def main(task: str, count: int) -> None:
    for number in range(count):
        app.send_task(f"tests.faults.plain.{task}", [number])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
