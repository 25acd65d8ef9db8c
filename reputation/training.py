"""Trains corrections from people's marks, and lets them judge where they prove better."""

from __future__ import annotations

import json
import logging
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from django.db import InterfaceError, OperationalError
from django.db.models import Count, QuerySet

from reputation.judge_versions import Trained, digest_of, retire_outdated, store, versions_of
from reputation.judges import Judge, brand_names, corrections_of, live_version
from reputation.judging import text_of
from reputation.kept_out import place_of, split
from reputation.models import JudgeVersion, Mark
from reputation.proving import MOST_GATE_LOST, macro_f1, measure
from reputation.tone import VERSION, BrandNames, Text, Tone, Verdict
from reputation.tone.corrections import Corrections
from reputation.tone.features import domain_of, parts_of
from reputation.tone.learning import Lesson, learn
from reputation.tone.lexicon import DATA
from serp.models import Brand

FEWEST = 50
"""From so many marks by people on, there is something to learn."""
MOST = 10_000
"""The newest marks of a scope; more would not fit into one task."""
FORCES = (1.0, 0.85, 0.7, 0.55, 0.4, 0.25)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Marked:
    """A text that a person marked, with the verdict that corrections would be laid over."""

    text: Text
    names: BrandNames
    verdict: Verdict
    tone: Tone
    owner: int

    def by(self, corrections: Corrections | None) -> Tone:
        """The tone with these corrections; without any, the rules'."""
        if corrections is None:
            return self.verdict.tone
        return corrections.correct(self.text, self.verdict, self.names).tone


@dataclass(frozen=True, slots=True)
class Living:
    """What judges now, and up to which place of groups it kept marks out when it learned."""

    corrections: Corrections
    cut: float


def train_due(now: datetime, *, seconds: float | None = None) -> list[JudgeVersion]:
    """Train every scope once a day (UTC) if people marked more since; returns the new versions.

    Work is found, not pushed: a worker that ends in between costs nothing, the next pass finds the
    scope again. After `seconds` no further scope is begun.
    """
    until = None if seconds is None else time.monotonic() + seconds
    retire_outdated(now)
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    today = JudgeVersion.objects.filter(base=VERSION, trained_at__gte=midnight)
    done = set(today.values_list("brand_id", flat=True))
    found = []
    for brand in scopes():
        if (brand.pk if brand else None) in done:
            continue
        if until is not None and time.monotonic() > until:
            break
        try:
            version = train(brand, now)
        except (OperationalError, InterfaceError):
            raise  # The database is away or busy: that says nothing about a scope.
        except Exception:
            logger.exception("Nothing could be learned for %s", brand or "the installation")
        else:
            found += [version] if version else []
    return found


def scopes() -> list[Brand | None]:
    """Where there are marks enough: the installation as a whole (None), and brands by themselves."""
    counts = dict(marked(None).values_list("brand").annotate(Count("pk")).order_by())
    enough = [brand for brand, number in counts.items() if number >= FEWEST]
    brands: list[Brand | None] = [*Brand.objects.filter(pk__in=enough).order_by("pk")]
    return [None, *brands] if sum(counts.values()) >= FEWEST else []


def marked(brand: Brand | None) -> QuerySet[Mark]:
    """The latest words of people on results whose text is known, of a brand or of all."""
    rows = Mark.objects.filter(source=Mark.Source.PERSON, listing__isnull=False)
    return rows if brand is None else rows.filter(brand=brand)


def train(brand: Brand | None, now: datetime, *, again: bool = False) -> JudgeVersion | None:
    """Learn from the marks of a brand (None: of the whole installation) and store a new version with
    its figures; it judges from now on if it proved better than the one that lives.

    None where there are too few marks, where nothing is new since the last training (unless
    `again`), or where another worker was faster. Nothing is written before all is known.
    """
    newest = versions_of(brand).defer("weights").first()
    rows = (
        marked(brand).order_by("-marked_at", "-pk").values_list("pk", "tone", "listing_id")[:MOST]
    )
    known = sorted(rows)
    if len(known) < FEWEST:
        return None
    digest = digest_of(json.dumps([VERSION, known]).encode())
    if newest and newest.figures.get("marks") == digest and not again:
        return None
    live = live_version(brand)
    lives = Living(corrections_of(live), float(live.figures.get("cut", 1.0))) if live else None
    taught = list(read([pk for pk, _, _ in known]))
    trained = try_out(taught, lives, is_shared=brand is None and Brand.objects.count() > 1)
    return store(brand, trained, now, newest=newest, live=live, digest=digest)


def read(keys: Sequence[int]) -> Iterator[Marked]:
    """The marks with these keys as texts with the verdict that corrections are laid over."""
    by_brand: dict[Brand, list[Mark]] = defaultdict(list)
    for start in range(0, len(keys), 500):
        rows = Mark.objects.filter(pk__in=keys[start : start + 500], listing__isnull=False)
        for row in rows.select_related("brand", "listing__page").order_by("pk"):
            by_brand[row.brand].append(row)
    for brand, rows_of_brand in sorted(by_brand.items(), key=lambda pair: pair[0].pk):
        judge = Judge(brand_names(brand), VERSION)
        texts = [text_of(row.listing) for row in rows_of_brand if row.listing]
        verdicts = judge.base_verdicts(texts)
        for row, text, verdict in zip(rows_of_brand, texts, verdicts, strict=True):
            yield Marked(text, judge.names, verdict, Tone(row.tone), brand.pk)


def try_out(taught: Sequence[Marked], lives: Living | None, *, is_shared: bool = False) -> Trained:
    """Learn from the part that is not kept out, and measure beside the judge that lives on the rest.

    With `is_shared`, what only one brand's marks tell is not learned: reasons shown to one client
    must not tell what another one marked.
    """
    parts = [parts_of(each.text, each.verdict, each.names) for each in taught]
    texts = [
        " ".join(word for line in part.words for word in line) or each.text.url
        for part, each in zip(parts, taught, strict=True)
    ]
    domains = [domain_of(each.text.url) or text for each, text in zip(taught, texts, strict=True)]
    parted = split(domains, texts)
    lessons = [
        Lesson(parts[at], taught[at].verdict, taught[at].tone, taught[at].owner)
        for at in parted.learned
    ]
    candidate = tame(learn(lessons, reminders(), least_owners=2 if is_shared else 1))
    # What the living one may have learned from would flatter it.
    unseen = lives.cut if lives else 1.0
    judged = [at for at in parted.held if place_of(parted.groups[at]) <= unseen]
    living = lives.corrections if lives else None
    gate = gate_set()
    figures = measure(
        [taught[at].tone for at in judged],
        [taught[at].by(living) for at in judged],
        [taught[at].by(candidate) for at in judged],
        [parted.groups[at] for at in judged],
        gate=(
            [each.tone for each in gate],
            [each.verdict.tone for each in gate],
            [each.by(candidate) for each in gate],
        ),
    )
    return Trained(candidate, figures, len(parted.learned), len(parted.held), parted.cut)


def tame(candidate: Corrections) -> Corrections:
    """The candidate with as much of its force as the gate set bears; if it bears none, the weakest."""
    gate = gate_set()
    truth = [row.tone for row in gate]
    least = macro_f1(truth, [row.verdict.tone for row in gate]) - MOST_GATE_LOST
    weaker = [candidate.weakened(share) for share in FORCES]
    bears = (each for each in weaker if macro_f1(truth, [row.by(each) for row in gate]) >= least)
    return next(bears, weaker[-1])


@cache
def gate_set() -> tuple[Marked, ...]:
    """The rows that ship with the judge to measure on, with the rules' verdicts: whoever learns may
    not unlearn these."""
    return tuple(shipped("gate"))


@cache
def reminders() -> tuple[Lesson, ...]:
    """Other rows that ship with the judge, learned from beside the marks: of all languages and tones,
    so that marks of one kind do not bend the judgement on all others."""
    return tuple(
        Lesson(parts_of(row.text, row.verdict, row.names), row.verdict, row.tone)
        for row in shipped("reminders")
    )


def shipped(name: str) -> Iterator[Marked]:
    """The rows of a data file beside the lexicons."""
    for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        judge = Judge(BrandNames((row["brand"],)), VERSION)
        text = Text(row["title"], row["snippet"], row["url"])
        (verdict,) = judge.base_verdicts([text])
        yield Marked(text, judge.names, verdict, Tone(row["tone"]), 0)
