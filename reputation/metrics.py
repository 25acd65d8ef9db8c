"""The installation's numbers in the text form that Prometheus reads, asked of the database when it asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Count
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from reputation.models import Judgement
from serp.models import Brand, Notice, ProviderAccount, Snapshot
from serp.status import STATE_WORDS, Purse, Status, outcomes_today, status

Family = GaugeMetricFamily


def exposition(now: datetime) -> bytes:
    """All metrics at `now`, as text. A registry of its own, so that nothing else gets in."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Numbers(now))
    return generate_latest(registry)


class Numbers(Collector):
    """Asks the database once a scrape."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def describe(self) -> Iterable[Family]:
        """Nothing: registering must not ask the database."""
        return ()

    def collect(self) -> Iterator[Family]:
        brands = Brand.objects.all()
        state = status(brands, ProviderAccount.objects.all(), self.now)
        yield from machinery(state)
        yield from keywords(state)
        yield from accounts(state)
        yield from money(state)
        yield family(
            "pushdown_checks_ended_today",
            "Checks that ended since midnight UTC, by outcome.",
            "outcome",
            outcomes_today(brands, self.now),
        )
        yield family(
            "pushdown_notices_open",
            "Open notices by kind.",
            "kind",
            dict.fromkeys(Notice.Kind.values, 0) | open_notices(),
        )
        yield plain(
            "pushdown_snapshots_waiting",
            "Stored result pages that wait to be judged, or to be judged again.",
            waiting_snapshots(),
        )


def machinery(state: Status) -> Iterator[Family]:
    if state.silence is not None:
        yield plain(
            "pushdown_beat_age_seconds",
            "Since the worker's last sign of life; absent when none was ever seen.",
            state.silence.total_seconds(),
        )
    yield plain(
        "pushdown_paused", "1 while the whole installation is paused.", state.pause is not None
    )
    yield plain(
        "pushdown_queue_age_seconds",
        "For how long the oldest check that nobody has taken up has been due.",
        state.queue_age.total_seconds(),
    )
    yield plain("pushdown_checks_open", "Checks that wait or are under way.", state.load.open)
    yield plain(
        "pushdown_checks_overdue",
        "Checks due for more than 10 minutes without an outcome.",
        state.load.overdue,
    )


def keywords(state: Status) -> Iterator[Family]:
    """Per brand: coverage is covered ÷ watched."""
    for name, words in (
        ("watched", "Keywords that are watched."),
        ("covered", "Watched keywords read in the cadence slot that runs now."),
        ("failing", "Watched keywords whose last check brought nothing."),
        ("quarantined", "Watched keywords that wait for a person."),
    ):
        values = {one.brand.slug: getattr(one.load, name) for one in state.brands}
        yield family(f"pushdown_keywords_{name}", words, "brand", values)


def accounts(state: Status) -> Iterator[Family]:
    counts = dict.fromkeys(STATE_WORDS, 0)
    for one in state.accounts:
        counts[one.state] += 1
    yield family("pushdown_accounts", "Provider accounts by state.", "state", counts)
    held = Family(
        "pushdown_account_held",
        "1 while an account is not asked because it failed, or its key cannot be read.",
        labels=["account", "name"],
    )
    for one in state.accounts:
        stands = one.state in ("held", "unreadable")
        held.add_metric([str(one.account.pk), one.account.name], float(stands))
    yield held


def money(state: Status) -> Iterator[Family]:
    """US dollars, days and months in UTC; `left` only where there is a budget."""
    purses: list[tuple[str, str, Purse]] = [
        *(("account", str(one.account.pk), one.purse) for one in state.accounts),
        *(("brand", one.brand.slug, one.purse) for one in state.brands),
    ]
    labels = ["owner", "id", "span"]
    spent = Family("pushdown_spent_dollars", "Spent or reserved, US dollars (UTC).", labels=labels)
    left = Family("pushdown_left_dollars", "Left of the budget, US dollars (UTC).", labels=labels)
    for owner, key, purse in purses:
        for span, amount in (("day", purse.day), ("month", purse.month)):
            spent.add_metric([owner, key, span], float(amount.used))
            if amount.left is not None:
                left.add_metric([owner, key, span], float(amount.left))
    yield spent
    yield left


def open_notices() -> dict[str, int]:
    return dict(Notice.objects.open().order_by().values_list("kind").annotate(Count("pk")))


def waiting_snapshots() -> int:
    """Each judgement is of one snapshot, so two counts do instead of a search through all of them."""
    stale = Judgement.objects.filter(is_stale=True).count()
    return Snapshot.objects.count() - Judgement.objects.count() + stale


def plain(name: str, words: str, value: float) -> Family:
    return Family(name, words, value=float(value))


def family(name: str, words: str, label: str, values: dict[str, int]) -> Family:
    """One gauge with a value for each label."""
    made = Family(name, words, labels=[label])
    for key, value in values.items():
        made.add_metric([key], float(value))
    return made
