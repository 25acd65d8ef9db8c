"""Scores a brand's days out of the judgements of its keywords."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Min

from reputation.models import BrandScore, Judgement
from reputation.scoring import TOP, Score, mean_score
from serp.cadence import Cadence, next_period, period_of
from serp.curves import curve_of
from serp.models import Brand, Keyword, Sighting, Snapshot


@dataclass(frozen=True, slots=True)
class Span:
    """A keyword's cadence, and the time in which a reading of it is awaited; `until` None: still."""

    cadence: Cadence
    since: datetime
    until: datetime | None

    def touches(self, begin: datetime, end: datetime) -> bool:
        """Whether a reading was awaited at some time from `begin` to before `end`."""
        return self.since < end and (self.until is None or self.until >= begin)


def score_days(brand: Brand, days: Iterable[date]) -> None:
    """Store the brand's score of these days of its own time zone.

    A watched keyword counts from its first reading on, a paused one from its first to its last: an
    imported history has its scores, and a keyword put to rest lowers no coverage afterwards.
    """
    spans = spans_of(brand)
    longest = max((span.cadence.length for span in spans.values()), default=timedelta(1))
    for spell in spells(sorted(set(days)), longest):
        score_spell(brand, spell, spans=spans, longest=longest)


def spells(days: Sequence[date], gap: timedelta) -> Iterator[list[date]]:
    """Days in runs without a wide gap, so that two far ones do not load all that lies between."""
    run: list[date] = []
    for day in days:
        if run and day - run[-1] > gap:
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def spans_of(brand: Brand) -> dict[int, Span]:
    """When each keyword of a brand is awaited; paused ones that were never read are left out. A first
    reading may be older than the keyword itself: an import."""
    first = dict(
        Sighting.objects.filter(keyword__brand=brand)
        .values_list("keyword")
        .annotate(Min("first_seen_at"))
        .order_by()
    )
    spans = {}
    for keyword in brand.keywords.select_related("latest").defer(
        "latest__results", "latest__features"
    ):
        since = first.get(keyword.pk, keyword.created_at)
        if not keyword.is_paused:
            spans[keyword.pk] = Span(Cadence(keyword.cadence), since, None)
        elif keyword.latest is not None:
            spans[keyword.pk] = Span(Cadence(keyword.cadence), since, keyword.latest.taken_at)
    return spans


def score_spell(
    brand: Brand, days: Sequence[date], *, spans: dict[int, Span], longest: timedelta
) -> None:
    """Store the scores of one run of days, oldest first."""
    rows = list(
        Judgement.objects.filter(
            snapshot__keyword__in=spans,
            snapshot__taken_at__gte=at_midnight(days[0], brand) - longest - timedelta(days=2),
            snapshot__taken_at__lt=at_midnight(days[-1] + timedelta(days=1), brand),
        )
        .select_related("snapshot")
        .defer("snapshot__results", "snapshot__features")
        .order_by("snapshot__taken_at")
    )
    curve = curve_of(brand)
    scores = []
    for day in days:
        begin, end = at_midnight(day, brand), at_midnight(day + timedelta(days=1), brand)
        awaited = {pk: span for pk, span in spans.items() if span.touches(begin, end)}
        slots = {c: period_of(c, brand.zone, begin) for c in {s.cadence for s in awaited.values()}}
        newest = {
            row.snapshot.keyword_id: row
            for row in rows
            if row.snapshot.keyword_id in awaited
            and slots[awaited[row.snapshot.keyword_id].cadence] <= row.snapshot.taken_at < end
        }
        held = [score_of(row) for row in newest.values()]
        providers = Counter(row.snapshot.provider for row in newest.values())
        scores.append(
            BrandScore(
                brand=brand,
                day=day,
                keywords=len(awaited),
                measured=sum(1 for score in held if score.value is not None),
                with_negative=sum(1 for score in held if score.negatives),
                with_negative_top=sum(1 for s in held if s.worst is not None and s.worst <= TOP),
                provider=max(sorted(providers), key=providers.__getitem__, default=""),
                **parts(mean_score(held, keywords=len(awaited)), curve.name, curve.version),
            )
        )
    BrandScore.objects.bulk_create(
        scores,
        update_conflicts=True,
        unique_fields=["brand", "day"],
        update_fields=[
            "keywords", "measured", "with_negative", "with_negative_top", "score", "negative",
            "neutral", "positive", "own", "coverage", "curve", "curve_version",
            "provider",
        ],
    )  # fmt: skip


def days_of(brand: Brand, snapshots: Iterable[Snapshot]) -> set[date]:
    """The days whose score these snapshots bear on: those on which they were taken, and of the rest
    of their cadence slots, on which they stand as well, the days that have a score."""
    taken: set[date] = set()
    slots: set[tuple[date, date]] = set()
    ends: dict[tuple[str, date], date] = {}
    for snapshot in snapshots:
        keyword: Keyword = snapshot.keyword
        day = snapshot.taken_at.astimezone(brand.zone).date()
        taken.add(day)
        if (key := (keyword.cadence, day)) not in ends:
            after = next_period(keyword.cadence, brand.zone, snapshot.taken_at)
            ends[key] = (after - timedelta(microseconds=1)).astimezone(brand.zone).date()
        slots.add((day, ends[key]))
    if not taken:
        return taken
    last = max(end for _, end in slots)
    scored = brand.scores.filter(day__gt=min(taken), day__lte=last).values_list("day", flat=True)
    return taken | {day for day in scored if any(start < day <= end for start, end in slots)}


def at_midnight(day: date, brand: Brand) -> datetime:
    """The moment at which a day of the brand's time zone begins, aware."""
    return datetime.combine(day, time(), tzinfo=brand.zone)


def score_of(row: Judgement) -> Score:
    """A stored judgement as the pure score it came from."""
    return Score(
        row.score, row.negative, row.neutral, row.positive, row.own, row.coverage,
        row.negatives, row.worst, row.rank,
    )  # fmt: skip


def parts(score: Score, curve: str, version: str) -> dict[str, object]:
    """The columns that every stored score has."""
    return {
        "score": score.value,
        "negative": score.negative,
        "neutral": score.neutral,
        "positive": score.positive,
        "own": score.own,
        "coverage": score.coverage,
        "curve": curve,
        "curve_version": version,
    }
