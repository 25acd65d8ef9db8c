"""Whether a brand's numbers may be relied on now: how old they are, and what keeps them from being newer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Subquery

from serp.models import Brand, Heartbeat, Keyword, Notice, Pause, ProviderAccount
from serp.models.notice import NoticeQuerySet
from serp.pulse import FAILING, WORKER_SILENCE
from serp.timeliness import KNOWN, read_in_time

DOUBTFUL = (Notice.Kind.MONITORING, Notice.Kind.DRIFT, Notice.Kind.ACCOUNT)
"""Notices that every page of the brand must tell, whatever the age of its numbers."""
GRAVE = (Notice.Kind.MONITORING, Notice.Kind.DRIFT)
"""Those of them that are told first: they say that numbers are missing or to be doubted."""
MOSTLY = 0.3
"""From this share of the watched keywords on, old numbers and checks that brought nothing spoil the
whole, and such checks are told on every page."""
SHOWN = 3


@dataclass(frozen=True)
class Soundness:
    """What a reader of a brand's numbers must know. Times are aware, UTC; counts are of the brand's
    watched keywords. `late` have a reading that is older than their cadence allows, the oldest of
    them from `oldest`; the last check of `failing` brought nothing."""

    newest: datetime | None
    provider: str
    beat: datetime | None
    is_silent: bool
    paused_because: str
    paused_since: datetime | None
    watched: int
    late: int
    oldest: datetime | None
    failing: int
    notices: tuple[Notice, ...]

    @property
    def is_paused(self) -> bool:
        return self.paused_since is not None

    @property
    def is_mostly_failing(self) -> bool:
        return bool(self.failing) and self.failing >= MOSTLY * self.watched

    @cached_property
    def told(self) -> list[Notice]:
        """Notices that bear on the numbers, the gravest first; that a budget is used up only when that
        shows in them."""
        wanted: set[str] = set(DOUBTFUL)
        if self.late or self.failing:
            wanted.add(Notice.Kind.BUDGET_OUT)
        found = [notice for notice in self.notices if notice.kind in wanted]
        return sorted(found, key=lambda notice: notice.kind not in GRAVE)

    @property
    def shown(self) -> list[Notice]:
        """Those that every page tells in full; none where a standstill explains them."""
        return [] if self.is_paused or self.is_silent else self.told[:SHOWN]

    @property
    def further(self) -> int:
        return len(self.told) - len(self.shown)

    @property
    def is_broken(self) -> bool:
        """Nothing is checked, or nobody can tell whether it is."""
        return (
            self.is_paused
            or self.is_silent
            or any(notice.kind == Notice.Kind.MONITORING for notice in self.told)
        )

    @property
    def is_doubtful(self) -> bool:
        return self.is_broken or bool(self.late or self.told) or self.is_mostly_failing

    @property
    def is_unexplained(self) -> bool:
        """Numbers are old and nothing above says why."""
        return not (self.is_broken or self.told or self.failing)


def soundness(brand: Brand, now: datetime) -> Soundness:
    """The soundness of a brand's numbers at `now`, in three queries; in two while nobody has
    an open notice."""
    newest = Keyword.objects.filter(brand=OuterRef("pk"), latest__isnull=False)
    newest = newest.order_by("-latest__taken_at")
    accounts = ProviderAccount.objects.order_by("-stretch")
    facts = (
        Brand.objects.filter(pk=brand.pk)
        .annotate(
            provider=Subquery(newest.values("latest__provider")[:1]),
            beat=Subquery(Heartbeat.objects.filter(name="worker").values("at")[:1]),
            paused_because=Subquery(Pause.objects.values("reason")[:1]),
            paused_since=Subquery(Pause.objects.values("since")[:1]),
            is_told=Exists(Notice.objects.open()),
            longest=Subquery(accounts.values("stretch")[:1]),
        )
        .values(
            *("provider", "beat", "paused_because", "paused_since"),
            *("stretch", "account__stretch", "longest", "is_told"),
        )
        .get()
    )
    stretches = (facts["stretch"], facts["account__stretch"] or 1, facts["longest"] or 1)
    keywords = read_in_time(brand.keywords.all(), now, stretches=stretches)
    late = Q(is_paused=False, latest__isnull=False) & ~KNOWN
    numbers = keywords.aggregate(
        newest=Max("latest__taken_at"),
        watched=Count("pk", filter=Q(is_paused=False)),
        late=Count("pk", filter=late),
        oldest=Min("latest__taken_at", filter=late),
        failing=Count("pk", filter=FAILING),
    )
    beat = facts["beat"]
    return Soundness(
        provider=facts["provider"] or "",
        beat=beat,
        is_silent=bool(numbers["watched"]) and (beat is None or now - beat > WORKER_SILENCE),
        paused_because=facts["paused_because"] or "",
        paused_since=facts["paused_since"],
        notices=tuple(notices_about(brand).open().order_by("-opened_at", "-pk"))
        if facts["is_told"]
        else (),
        **numbers,
    )


def notices_about(brand: Brand) -> NoticeQuerySet:
    """Notices about the brand, an account that it is read through, or the whole installation."""
    through = Q(account__brand=brand) | Q(account=brand.account_id)
    for name in ("account", "second_account"):
        used = brand.keywords.filter(**{f"{name}__isnull": False}).values(name)
        through |= Q(account__in=used)
    return Notice.objects.filter(
        Q(brand=brand) | Q(brand__isnull=True) & (Q(account__isnull=True) | through)
    )
