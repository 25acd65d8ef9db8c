"""Judges anew what an earlier version of the judge had judged; people's marks stand."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from reputation.judges import judge_for
from reputation.judging import store, take, text_of
from reputation.models import Mark, ToneEntry
from reputation.passages import rejudge_passages
from reputation.rescoring import hold, rescore
from reputation.tone_history import Before, note
from serp.models import Brand

BATCH = 500


def rejudge_outdated(now: datetime, *, limit: int) -> int:
    """Judge about `limit` marks and passages that another version of the judge made, in batches of one
    transaction each; returns how many were judged. Safe to repeat: what is left waits."""
    done = 0
    for brand in Brand.objects.order_by("pk"):
        while done < limit:
            judged = rejudge_batch(brand, now, min(BATCH, limit - done))
            done += judged
            if not judged:
                break
        while done < limit and (judged := rejudge_passages(brand, now)):
            done += judged
    return done


@transaction.atomic
def rejudge_batch(brand: Brand, now: datetime, size: int) -> int:
    """Judge up to `size` outdated marks of one brand anew; returns how many there were."""
    judge = judge_for(brand)
    # Two ranges and no "not equal": an index answers these.
    other = Q(judge__lt=judge.version) | Q(judge__gt=judge.version)
    machine = Mark.objects.filter(brand=brand, source=Mark.Source.MACHINE, listing__isnull=False)
    if not machine.filter(other).exists():
        return 0
    hold(brand)
    rows = list(machine.filter(other).select_related("listing__page")[:size])
    befores = {row.pk: Before.of(row) for row in rows}
    verdicts = judge.verdicts(text_of(row.listing) for row in rows if row.listing)
    for row, verdict in zip(rows, verdicts, strict=True):
        take(row, verdict, judge.version)
    store(rows)
    note(rows, befores, ToneEntry.Act.NEW_JUDGE, now)
    rescore(brand, {row.page_id for row in rows if row.tone != befores[row.pk].tone})
    return len(rows)
