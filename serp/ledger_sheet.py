"""A brand's ledger: every paid call with its cost and outcome, filtered, added up, and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from serp.models import Brand, Check, LedgerEntry, ProviderAccount
from serp.providers.base import ERROR_TEXT, ErrorKind
from serp.providers.registry import title_of
from serp.sheets import cell

State = LedgerEntry.State
STATES = {
    State.OPEN.value: "under way: reserved",
    State.SETTLED.value: "settled",
    State.UNKNOWN.value: "outcome unknown: counted as spent",
}
GONE = "0"
"""Stands for the accounts that are deleted."""
BATCH = 1000
HEADERS = (
    "noted at (UTC)", "settled at (UTC)", "keyword", "market", "account", "provider",
    "requests reserved", "requests made", "reserved (USD)", "cost (USD)", "counted as spent (USD)",
    "state", "outcome",
)  # fmt: skip

COUNTED = Coalesce("cost", "reserved")
"""What an entry counts as: its real cost, or until that is known what was set aside for it."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which entries are wanted. `month` is its first day (UTC); None and empty texts: all."""

    month: date | None = None
    account: str = ""
    state: str = ""
    words: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filters:
        """What a query string asks for; what makes no sense is left out."""
        account, state = query.get("account", ""), query.get("state", "")
        return cls(
            month=month_of(query.get("month", "")),
            account=account
            if account.isascii() and account.isdecimal() and len(account) < 19
            else "",
            state=state if state in STATES else "",
            words=query.get("q", "").replace("\0", "").strip()[:200],
        )

    @property
    def month_name(self) -> str:
        """The month as it stands in the address, such as 2026-11; empty: all."""
        return f"{self.month:%Y-%m}" if self.month else ""


def month_of(text: str) -> date | None:
    """The first day of a month written as 2026-11; None when it is none."""
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None


def following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def entries(brand: Brand, filters: Filters) -> QuerySet[LedgerEntry]:
    """The brand's entries that the filters leave, newest first, with what a row shows."""
    rows = LedgerEntry.objects.filter(brand=brand)
    if filters.month and filters.month.year < 9999:
        rows = rows.filter(
            at__gte=midnight(filters.month), at__lt=midnight(following(filters.month))
        )
    if filters.account:
        rows = rows.filter(account=None if filters.account == GONE else int(filters.account))
    if filters.state:
        rows = rows.filter(state=filters.state)
    for word in filters.words.split():
        rows = rows.filter(keyword__phrase__icontains=word)
    return rows.select_related("keyword", "account").defer("account__key")


@dataclass(frozen=True, slots=True)
class Sums:
    """US dollars of one account, or of all: settled or of unknown outcome today and this month (UTC),
    of which unknown this month, and what is reserved for calls under way."""

    name: str
    provider: str
    today: Decimal
    month: Decimal
    unknown: Decimal
    reserved: Decimal
    calls: int


def sums(brand: Brand, now: datetime) -> tuple[Sums, list[Sums]]:
    """What the brand has spent today and this month (UTC), all together and by account, in one query
    for the numbers and one for the names."""
    today = midnight(now.astimezone(UTC).date())
    this_month = LedgerEntry.objects.filter(brand=brand, at__gte=today.replace(day=1))
    reserved = LedgerEntry.objects.filter(brand=brand, state=State.OPEN)
    rows = (
        (this_month | reserved)
        .values("account", "provider")
        .annotate(
            today=Sum(COUNTED, filter=~Q(state=State.OPEN) & Q(at__gte=today)),
            month=Sum(COUNTED, filter=~Q(state=State.OPEN)),
            unknown=Sum(COUNTED, filter=Q(state=State.UNKNOWN)),
            reserved=Sum("reserved", filter=Q(state=State.OPEN)),
            calls=Sum("calls"),
        )
        .order_by()
    )
    names = dict(ProviderAccount.objects.usable_by(brand).values_list("pk", "name"))
    found = [
        Sums(
            name=names.get(row["account"], "deleted account"),
            provider=title_of(row["provider"]),
            calls=row["calls"] or 0,
            **{name: row[name] or Decimal(0) for name in ("today", "month", "unknown", "reserved")},
        )
        for row in rows
    ]
    found.sort(key=lambda one: (-one.month, one.name))
    return total(found), found


def total(found: Iterable[Sums]) -> Sums:
    rows = list(found)
    return Sums(
        name="all accounts",
        provider="",
        today=sum((row.today for row in rows), Decimal(0)),
        month=sum((row.month for row in rows), Decimal(0)),
        unknown=sum((row.unknown for row in rows), Decimal(0)),
        reserved=sum((row.reserved for row in rows), Decimal(0)),
        calls=sum(row.calls for row in rows),
    )


def counted(rows: QuerySet[LedgerEntry]) -> tuple[int, Decimal]:
    """How many entries these are, and the US dollars that they count as."""
    found = rows.order_by().aggregate(count=Count("pk"), dollars=Sum(COUNTED))
    return found["count"], found["dollars"] or Decimal(0)


def months(brand: Brand) -> list[date]:
    """The months (UTC) that the ledger spans, newest first."""
    span = LedgerEntry.objects.filter(brand=brand).aggregate(first=Min("at"), last=Max("at"))
    if span["first"] is None:
        return []
    month, last = span["first"].astimezone(UTC).date().replace(day=1), span["last"].astimezone(UTC)
    found = []
    while month <= last.date():
        found.append(month)
        month = following(month)
    return found[::-1]


def account_choices(brand: Brand) -> list[tuple[str, str]]:
    """The accounts that stand in the ledger or may be used, for the choice list."""
    rows = ProviderAccount.objects.usable_by(brand).order_by("name").values_list("pk", "name")
    return [*((str(pk), name) for pk, name in rows), (GONE, "deleted accounts")]


def outcome_words(entry: LedgerEntry) -> str:
    """What came of the call, in words."""
    if entry.outcome in {kind.value for kind in ErrorKind}:
        return ERROR_TEXT[ErrorKind(entry.outcome)]
    if entry.outcome in Check.State.values:
        return str(Check.State(entry.outcome).label)
    return entry.outcome or ("not known yet" if entry.state == State.OPEN else "never learnt")


def sheet(rows: QuerySet[LedgerEntry]) -> Iterator[str]:
    """The entries as the text of a CSV file in parts, however many: times are in UTC, amounts in US
    dollars; the byte order mark lets spreadsheets read it as UTF-8."""
    yield "\ufeff" + written([HEADERS])
    part: list[list[object]] = []
    for entry in rows.iterator(chunk_size=BATCH):
        part.append(cells_of(entry))
        if len(part) == BATCH:
            yield written(part)
            part = []
    if part:
        yield written(part)


def cells_of(entry: LedgerEntry) -> list[object]:
    keyword = entry.keyword
    return [
        moment(entry.at),
        moment(entry.settled_at),
        keyword.phrase if keyword else "deleted keyword",
        keyword.market if keyword else None,
        entry.account.name if entry.account else "deleted account",
        title_of(entry.provider),
        entry.reserved_calls,
        entry.calls,
        entry.reserved,
        entry.cost,
        entry.reserved if entry.cost is None else entry.cost,
        STATES[entry.state],
        outcome_words(entry),
    ]


def moment(at: datetime | None) -> str | None:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if at else None


def written(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV text, each cell made safe for spreadsheets."""
    text = StringIO()
    csv.writer(text).writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()
