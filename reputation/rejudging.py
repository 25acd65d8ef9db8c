"""Judges anew what an earlier version of the judge had judged; people's marks stand."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from reputation.judges import judge_for
from reputation.judging import heard, store, take, text_of
from reputation.models import Mark, ToneEntry
from reputation.passages import rejudge_passages
from reputation.rescoring import hold, rescore
from reputation.tone_history import Before, note
from serp.models import Brand

BATCH = 500

logger = logging.getLogger(__name__)


def rejudge_outdated(now: datetime, *, limit: int) -> int:
    """Judge about `limit` marks and passages that another version of the judge made, in batches of one
    transaction each; returns how many were judged. Safe to repeat: what is left waits."""
    done = 0
    for brand in Brand.objects.order_by("pk"):
        try:
            while done < limit and (judged := rejudge_batch(brand, now, min(BATCH, limit - done))):
                done += judged
            while done < limit and (judged := rejudge_passages(brand, now)):
                done += judged
        except (OperationalError, InterfaceError):
            raise  # The database is away or busy: that says nothing about a brand.
        except Exception:
            logger.exception("What an older judge said of %s cannot be judged anew", brand)
    return done


@transaction.atomic
def rejudge_batch(brand: Brand, now: datetime, size: int) -> int:
    """Judge up to `size` outdated marks of one brand anew; returns how many there were."""
    judge = judge_for(brand)
    other = judge.outdated()
    machine = Mark.objects.filter(brand=brand, source=Mark.Source.MACHINE, listing__isnull=False)
    if not machine.filter(other).exists():
        return 0
    hold(brand)
    rows = list(machine.filter(other).select_related("listing__page", "opinion")[:size])
    befores = {row.pk: Before.of(row) for row in rows}
    opinions = [heard(row) for row in rows]
    verdicts = judge.verdicts(
        (text_of(row.listing) for row in rows if row.listing),
        [opinion.said if opinion else None for opinion in opinions],
    )
    for row, verdict, opinion in zip(rows, verdicts, opinions, strict=True):
        take(row, verdict, judge.label(opinion), opinion=opinion)
    store(rows)
    note(rows, befores, ToneEntry.Act.NEW_JUDGE, now)
    rescore(brand, {row.page_id for row in rows if row.tone != befores[row.pk].tone})
    return len(rows)
