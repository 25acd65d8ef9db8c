import os

# Set before numpy is loaded: the forecast and the learner multiply small matrices, and its own threads
# cost 25 s of processor time where one takes 1 s.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from reputation.celery import app as celery_app

__all__ = ["celery_app"]
