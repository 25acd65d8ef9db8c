"""`manage.py judge`: judges and scores all stored result pages that wait for it."""

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from reputation.judging import BATCH, judge_new_snapshots
from serp.models import Snapshot


class Command(BaseCommand):
    help = "Judge the tone of new results and score their result pages, now and in this process."

    def handle(self, **options: Any) -> None:
        waiting = Snapshot.objects.filter(judgement__isnull=True).count()
        waiting += Snapshot.objects.filter(judgement__is_stale=True).count()
        done = 0
        with tqdm(total=waiting, unit="result page", disable=None) as bar:
            while number := judge_new_snapshots(limit=BATCH):
                done += number
                bar.update(number)
        self.stdout.write(f"{done:,} result pages judged.")
