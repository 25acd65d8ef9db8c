"""Judges what engines themselves say about a brand: AI overviews, answers, people-also-ask texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q

from reputation.judges import Judge, judge_for
from reputation.models import Mark, Passage, ToneEntry
from reputation.rescoring import hold
from reputation.tone.passages import PassageVerdict, judge_passage
from reputation.tone.verdict import Shade, Tone, shade_of
from reputation.tone_history import Before, entry, note
from serp.models import Brand, Snapshot
from serp.models.snapshot import digest

Kind = Passage.Kind
KINDS = {
    "ai_overview": Kind.AI_OVERVIEW,
    "answer_box": Kind.ANSWER,
    "people_also_ask": Kind.QUESTION,
    "knowledge_panel": Kind.PANEL,
}
BATCH = 200


@dataclass(frozen=True, slots=True)
class Told:
    """A text as an engine showed it."""

    kind: Passage.Kind
    question: str
    text: str
    url: str

    @property
    def key(self) -> str:
        return digest(self.question, self.text)


def told_in(features: Iterable[Mapping[str, Any]]) -> Iterator[Told]:
    """The texts in the stored features of one result page that may speak of a brand."""
    for feature in features:
        kind = KINDS.get(feature.get("kind", ""))
        if kind is None:
            continue
        links = feature.get("links", [])
        if kind == Kind.QUESTION:
            for link in links:
                if link["title"] or link["text"]:
                    yield Told(kind, link["title"], link["text"], link["url"])
        elif feature["text"]:
            url = links[0]["url"] if links else ""
            yield Told(kind, feature["title"], feature["text"], url)


def judge_passages(brand: Brand, snapshots: Sequence[Snapshot]) -> int:
    """Store and judge the texts in these snapshots of one brand; returns how many were new. To be
    called inside the transaction that judges the snapshots; `features` must be loaded."""
    shown: dict[tuple[str, str], tuple[Told, list[Snapshot]]] = {}
    for snapshot in sorted(snapshots, key=lambda row: row.taken_at):
        for told in told_in(snapshot.features):
            shown.setdefault((told.kind, told.key), (told, []))[1].append(snapshot)
    if not shown:
        return 0
    known = {
        (row.kind, row.key): row
        for row in Passage.objects.filter(brand=brand, key__in={key for _, key in shown})
    }
    judge = judge_for(brand)
    new, seen = [], []
    for key, (told, rows) in shown.items():
        passage = known.get(key)
        if passage is None:
            passage = Passage(brand=brand, kind=told.kind, key=told.key, question=told.question)
            passage.text, passage.source_url = told.text, told.url
            passage.first_seen_at = rows[0].taken_at
            judge_one(passage, judge, rows[-1].taken_at)
            new.append(passage)
        elif passage.last_seen_at >= rows[-1].taken_at:
            continue
        else:
            seen.append(passage)
        passage.last_seen_at, passage.last_keyword = rows[-1].taken_at, rows[-1].keyword
    Passage.objects.bulk_create(new, ignore_conflicts=True)
    Passage.objects.bulk_update(seen, ["last_seen_at", "last_keyword"])
    return len(new)


def judge_one(passage: Passage, judge: Judge, now: datetime) -> None:
    """Write the machine's verdict into a passage; not stored."""
    found: PassageVerdict = judge_passage(
        passage.question, passage.text, judge.names, judge.verdicts
    )
    verdict = found.verdict
    passage.tone, passage.category = verdict.tone, verdict.category
    passage.machine_tone, passage.shade = verdict.tone, shade_of(verdict.tone, verdict.score)
    passage.score, passage.confidence = verdict.score, verdict.confidence
    passage.language, passage.judge = verdict.language, judge.version
    passage.evidence = [asdict(piece) for piece in verdict.evidence]
    passage.sentences = [asdict(sentence) for sentence in found.sentences]
    passage.marked_at = now


@transaction.atomic
def rejudge_passages(brand: Brand, now: datetime) -> int:
    """Judge up to a batch of passages that another version of the judge judged; returns how many."""
    judge = judge_for(brand)
    other = Q(judge__lt=judge.version) | Q(judge__gt=judge.version)
    machine = Passage.objects.filter(brand=brand, source=Mark.Source.MACHINE)
    if not machine.filter(other).exists():
        return 0
    hold(brand)
    rows = list(machine.filter(other)[:BATCH])
    befores = {row.pk: Before.of(row) for row in rows}
    for row in rows:
        judge_one(row, judge, now)
    Passage.objects.bulk_update(
        rows,
        [
            "tone", "shade", "category", "score", "confidence", "machine_tone", "language",
            "evidence", "sentences", "judge", "marked_at",
        ],
    )  # fmt: skip
    note(rows, befores, ToneEntry.Act.NEW_JUDGE, now)
    return len(rows)


@transaction.atomic
def mark_passage(
    passage: Passage, shade: str, *, by: AbstractBaseUser, now: datetime, why: str = ""
) -> None:
    """Let a person's word on a passage stand; `shade` may be one of three or of five."""
    hold(passage.brand)
    before = Before.of(Passage.objects.get(pk=passage.pk))
    passage.machine_tone = before.machine_tone
    passage.shade = Shade(shade)
    passage.tone = passage.shade.tone
    passage.source, passage.marked_by, passage.marked_at = Mark.Source.PERSON, by, now  # type: ignore[assignment]
    if passage.tone != Tone.NEGATIVE:
        passage.category = ""
    passage.save(
        update_fields=[
            "tone", "shade", "machine_tone", "category", "source", "marked_by", "marked_at",
        ]
    )  # fmt: skip
    entry(passage, before, ToneEntry.Act.MARKED, now, by=by, why=why).save()


@transaction.atomic
def unmark_passage(passage: Passage, *, by: AbstractBaseUser, now: datetime) -> None:
    """Take a person's word on a passage back: the machine judges it anew."""
    hold(passage.brand)
    before = Before.of(passage)
    judge_one(passage, judge_for(passage.brand), now)
    passage.source, passage.marked_by = Mark.Source.MACHINE, None
    passage.save()
    entry(passage, before, ToneEntry.Act.TAKEN_BACK, now, by=by).save()
