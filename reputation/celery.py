"""The Celery application and its clock: which tick comes how often; what is due stands in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reputation.settings")

SECONDS = {
    "serp.tasks.check_due_keywords": 5.0,
    "serp.tasks.work_off_queues": 20.0,
    "serp.tasks.look_after": 30.0,
    "serp.tasks.send_notices": 30.0,
    "serp.tasks.prune_daily": 86400.0,
    "reputation.tasks.judge_new_snapshots": 20.0,
    "reputation.tasks.ask_the_model": 60.0,
    "reputation.tasks.learn_from_people": 600.0,
    "content.tasks.follow_pieces": 600.0,
    "content.tasks.read_pages": 20.0,
    "content.tasks.fit_forecasts": 3600.0,
    "content.tasks.make_recurring": 3600.0,
    "content.tasks.send_letters": 60.0,
    "content.tasks.publish_waiting": 30.0,
}

app = Celery("pushdown")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()  # otherwise other threads, such as the web server's, send to an empty application
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # A tick that nobody took before the next one is worth nothing: it must not pile up.
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for task, seconds in SECONDS.items()
}
