"""Asks the optional model about marks that it has not read, and judges these anew with its opinion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Exists, OuterRef

from reputation.judges import judge_for
from reputation.judging import store, take, text_of
from reputation.models import Mark, TextOpinion, ToneEntry
from reputation.rescoring import hold, rescore
from reputation.standing import seen_now
from reputation.tone import BrandNames, Text
from reputation.tone.model import TextModel, model
from reputation.tone_history import Before, note
from reputation.worth import Waiting, by_worth
from serp.models import Brand, Heartbeat
from serp.models.snapshot import digest

BATCH = 50
TURN = "model"
"""The row that says when a worker last took its turn with the model."""
REST = timedelta(seconds=55)
"""A turn lasts less than this, so that one process at a time asks, and others get the cores too."""


def ask_model(now: datetime, *, limit: int, seconds: float) -> int:
    """Ask about up to `limit` marks, for about so many seconds: what stands on page one first, brand
    by brand; returns how many were judged with the model's opinion. Safe to repeat: what is left
    waits, and no text is asked twice."""
    asked = model()
    if asked is None or not take_turn(now):
        return 0
    end = monotonic() + seconds
    done = 0
    for is_page_one in (True, False):
        for brand in Brand.objects.order_by("pk"):
            ids = waiting(brand, asked.name, is_page_one=is_page_one)
            while ids and done < limit and monotonic() < end:
                size = min(BATCH, limit - done)
                batch, ids = ids[:size], ids[size:]
                done += ask_about(brand, asked, batch, now)
    return done


def take_turn(now: datetime) -> bool:
    """Whether it is this worker's turn; of several that ask at once one is told so."""
    Heartbeat.objects.get_or_create(name=TURN, defaults={"at": now - REST})
    return bool(Heartbeat.objects.filter(name=TURN, at__lte=now - REST).update(at=now))


def waiting(brand: Brand, name: str, *, is_page_one: bool) -> list[int]:
    """The ids of the machine's marks without an opinion of the model of this `name`, the worthiest
    first: those that page one of a keyword shows now, or the others."""
    read = TextOpinion.objects.filter(pk=OuterRef("opinion"), model=name)
    unread = Mark.objects.filter(~Exists(read), brand=brand, source=Mark.Source.MACHINE)
    rows = [
        Waiting(pk, page, confidence, first_seen_at)
        for pk, page, confidence, first_seen_at in unread.filter(listing__isnull=False).values_list(
            "pk", "page_id", "confidence", "first_seen_at"
        )
    ]
    seen = seen_now(brand).pages if rows else {}
    return by_worth((row for row in rows if (row.page in seen) == is_page_one), seen)


def ask_about(brand: Brand, asked: TextModel, ids: Sequence[int], now: datetime) -> int:
    """Ask about these marks of one brand and judge them anew; returns how many were judged. The
    opinions are kept before any mark is touched: a worker that is killed costs one batch of them."""
    marks = Mark.objects.filter(pk__in=ids).select_related("listing__page")
    names = judge_for(brand).names
    texts = {row.listing_id: text_of(row.listing) for row in marks if row.listing}
    opinions = dict(zip(texts, opinions_on(list(texts.values()), names, asked, now), strict=True))
    return _judge_with(brand, opinions, ids, now)


def opinions_on(
    texts: Sequence[Text], names: BrandNames, asked: TextModel, now: datetime
) -> list[TextOpinion]:
    """The model's opinion on each text; those that it gave before are not asked again."""
    keys = [
        digest(asked.name, *names.names, "", "page" if text.url else "", text.title, text.snippet)
        for text in texts
    ]
    known = set(TextOpinion.objects.filter(key__in=keys).values_list("key", flat=True))
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    given = asked.opinions(list(new.values()), names) if new else []
    TextOpinion.objects.bulk_create(
        [
            TextOpinion(
                key=key,
                model=asked.name,
                negative=opinion.negative,
                neutral=opinion.neutral,
                positive=opinion.positive,
                made_at=now,
            )
            for key, opinion in zip(new, given, strict=True)
        ],
        ignore_conflicts=True,
    )
    stored = {row.key: row for row in TextOpinion.objects.filter(key__in=keys)}
    return [stored[key] for key in keys]


@transaction.atomic
def _judge_with(
    brand: Brand, opinions: dict[int | None, TextOpinion], ids: Sequence[int], now: datetime
) -> int:
    """Judge those of these marks anew that still are the machine's and still have the text that was
    asked about."""
    hold(brand)
    machine = Mark.objects.filter(pk__in=ids, source=Mark.Source.MACHINE, listing__in=opinions)
    rows = list(machine.select_related("listing__page"))
    befores = {row.pk: Before.of(row) for row in rows}
    judge = judge_for(brand)
    said = [opinions[row.listing_id] for row in rows]
    verdicts = judge.verdicts(
        (text_of(row.listing) for row in rows if row.listing), [opinion.said for opinion in said]
    )
    for row, verdict, opinion in zip(rows, verdicts, said, strict=True):
        take(row, verdict, judge.label(opinion), opinion=opinion)
    store(rows)
    note(rows, befores, ToneEntry.Act.NEW_OPINION, now)
    rescore(brand, {row.page_id for row in rows if row.tone != befores[row.pk].tone})
    return len(rows)
