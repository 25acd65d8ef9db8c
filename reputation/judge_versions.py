"""The trained versions of the judge: written down, put to work, taken down, one a scope at a time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2b

from django.db import transaction
from django.db.models import QuerySet

from reputation.judges import live_version
from reputation.models import JudgeVersion
from reputation.proving import Figures, verdict_on
from reputation.tone import VERSION
from reputation.tone.corrections import Corrections
from serp.models import Brand, Heartbeat

KEPT = 20
"""So many versions a scope keep their weights, to go back to; older ones keep their figures."""
LEARNING = "learning"
"""The row that is held by whoever changes which version lives."""
LONGEST_VERDICT = 300


class RefusedVersion(ValueError):
    """A version that cannot judge, and why."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A candidate and what it showed, not stored yet."""

    corrections: Corrections
    figures: Figures
    learned: int
    held: int
    cut: float


def retire_outdated(now: datetime) -> int:
    """Take down versions that correct other rules than today's: they were never measured on these."""
    outdated = JudgeVersion.objects.filter(is_live=True).exclude(base=VERSION)
    return outdated.update(is_live=False, retired_at=now)


def versions_of(brand: Brand | None) -> QuerySet[JudgeVersion]:
    """The versions of one scope, newest first."""
    scope = JudgeVersion.objects.filter(brand=brand) if brand else JudgeVersion.objects.filter(brand__isnull=True)  # fmt: skip
    return scope.order_by("-pk")


@transaction.atomic
def store(
    brand: Brand | None,
    trained: Trained,
    now: datetime,
    *,
    newest: JudgeVersion | None,
    live: JudgeVersion | None,
    digest: str,
) -> JudgeVersion | None:
    """Write a version down and let it live if it may; None if another worker or a person changed the
    versions since it was measured (`newest` and `live` are what stood then)."""
    hold_versions(now)
    rows = versions_of(brand)
    if rows.values_list("pk", flat=True).first() != (newest.pk if newest else None):
        return None
    if live_version(brand) != live:
        return None
    is_better, verdict = verdict_on(trained.figures)
    if is_better:
        rows.filter(is_live=True).update(is_live=False, retired_at=now)
    weights = trained.corrections.to_bytes()
    measured = {key: round(value, 4) for key, value in asdict(trained.figures).items()}
    version = JudgeVersion.objects.create(
        brand=brand,
        label=next_label(),
        base=VERSION,
        weights=weights,
        trained_at=now,
        marks=trained.learned,
        held=trained.held,
        figures={**measured, "cut": trained.cut, "marks": digest, "weights": digest_of(weights)},
        verdict=verdict[:LONGEST_VERDICT],
        is_live=is_better,
        promoted_at=now if is_better else None,
    )
    old = rows.filter(is_live=False).exclude(weights=b"").values_list("pk", flat=True)[KEPT:]
    JudgeVersion.objects.filter(pk__in=list(old)).update(weights=b"")
    return version


def hold_versions(now: datetime) -> None:
    """Whoever changes which version lives takes turns, to the end of the transaction."""
    Heartbeat.objects.select_for_update().get_or_create(name=LEARNING, defaults={"at": now})


def next_label() -> str:
    """The name of the next version of these rules: "rules-2+7"."""
    last = JudgeVersion.objects.order_by("-pk").values_list("label", flat=True).first()
    number = last.rpartition("+")[2] if last else ""
    return f"{VERSION}+{int(number) + 1 if number.isdecimal() else 1}"


def digest_of(content: bytes) -> str:
    return blake2b(content, digest_size=12).hexdigest()


@transaction.atomic
def make_live(version: JudgeVersion, now: datetime) -> None:
    """Let a person's choice judge: an older version, or one that was not promoted."""
    if version.base != VERSION:
        raise RefusedVersion(f"{version} was trained on other rules than today's {VERSION}.")
    if not version.weights:
        raise RefusedVersion(f"{version} is too old: only its figures are kept.")
    hold_versions(now)
    rows = versions_of(version.brand)
    rows.filter(is_live=True).exclude(pk=version.pk).update(is_live=False, retired_at=now)
    rows.filter(pk=version.pk).update(is_live=True, promoted_at=now, retired_at=None)


@transaction.atomic
def take_down(version: JudgeVersion, now: datetime) -> bool:
    """Let this version judge no longer; False if it did not."""
    hold_versions(now)
    live = JudgeVersion.objects.filter(pk=version.pk, is_live=True)
    return bool(live.update(is_live=False, retired_at=now))
