"""The Celery application: one static tick per floor; what is due stands in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reputation.settings")

app = Celery("pushdown")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()  # otherwise other threads, such as the web server's, send to an empty application
app.autodiscover_tasks()
