"""Tells a run to be doubted from a good one: when 30 % of an account's checks fail or come back empty at
once, the run is flagged, and alerts about results are held until one is whole again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from serp.models import Brand, Check, Notice, ProviderAccount, Snapshot
from serp.notices import close_notice, open_notice
from serp.providers.base import ERROR_TEXT, ErrorKind
from serp.providers.registry import title_of

RUN = timedelta(minutes=30)
"""Checks of one account that ended within this time make a run: several workers share the work, and a
large run of theirs is a matter of minutes."""
LEAST = 10
"""A share of fewer checks says nothing. Where fewer ended within `RUN`, the newest ten of `LONGEST` are
the run: a small installation spreads a day's checks over six hours (serp.cadence.MOST_JITTER)."""
LONGEST = timedelta(hours=24)
MOST = 2000
"""Checks looked at in one run: the newest ones."""
FLAGGED = 0.3
CLEARED = 0.15
"""A flag goes up at the one share of fruitless checks and comes down under the other, so that it does
not flutter."""
ON_THE_WAY = timedelta(hours=25)
"""The longest from asking to an answer: a provider's task queue has a day."""

State = Check.State
CHANGED_FORM = frozenset({ErrorKind.MALFORMED, ErrorKind.TOO_LARGE})
NO_SIGN = frozenset({ErrorKind.UNSUPPORTED, ErrorKind.ADDRESS, ErrorKind.LIMITS})
"""Failures that tell of a setting of ours, not of the run."""


@dataclass(frozen=True, slots=True)
class Run:
    """What came of the newest checks of an account. `empty` counts those for which the engine had
    nothing though it had something before; `used` the checks of keywords that had results before."""

    finished: int
    empty: int
    used: int
    failed: Counter[str]

    @property
    def fruitless(self) -> int:
        return self.empty + self.failed.total()

    @property
    def share(self) -> float:
        return self.fruitless / self.finished if self.finished else 0.0

    @property
    def is_enough(self) -> bool:
        return self.finished >= LEAST

    @property
    def is_doubtful(self) -> bool:
        return self.is_enough and self.share >= FLAGGED

    @property
    def is_whole(self) -> bool:
        return self.is_enough and self.share < CLEARED


def key_of(account_id: int) -> str:
    """The key of the notice that flags an account's runs."""
    return f"drift:{account_id}"


def watch(now: datetime) -> None:
    """Flag each account whose newest run is to be doubted, and clear those whose run is whole again.
    Safe to repeat and to run twice at once."""
    flags = {row.account_id: row for row in Notice.objects.open().filter(kind=Notice.Kind.DRIFT)}
    busy = Check.objects.filter(sent_at__gt=now - RUN - ON_THE_WAY, account__isnull=False)
    seen = busy.order_by().values_list("account", flat=True).distinct()
    ids = {pk for pk in (*flags, *seen) if pk is not None}
    for account in ProviderAccount.objects.filter(pk__in=ids).select_related("brand").defer("key"):
        flag = flags.get(account.pk)
        run = run_of(account, now, since=flag.opened_at if flag else None)
        if flag is None and run.is_doubtful:
            open_notice(
                Notice.Kind.DRIFT,
                key_of(account.pk),
                words(run, account),
                now,
                brand=account.brand,
                account=account,
            )
        elif flag is not None and run.is_whole:
            close_notice(
                key_of(account.pk),
                now,
                ending=f"The readings with the account “{account}” are whole again: of the last "
                f"{run.finished} checks {run.finished - run.fruitless} brought what they should. "
                "Alerts about results are no longer held.",
            )


def run_of(account: ProviderAccount, now: datetime, *, since: datetime | None = None) -> Run:
    """The newest run of an account. `since`: when it was flagged, if it is; what the engine had before
    then is what it should have, so that a fault of several days does not become the rule."""
    rows = Check.objects.filter(
        account=account, state__in=(*Check.READ, State.EMPTY, State.FAILED), finished_at__lte=now
    ).exclude(state=State.FAILED, error_kind__in=NO_SIGN)
    recent = rows.filter(sent_at__gt=now - RUN - ON_THE_WAY, finished_at__gt=now - RUN)
    found = newest(recent, MOST)
    if len(found) < LEAST:
        longer = rows.filter(sent_at__gt=now - LONGEST - ON_THE_WAY, finished_at__gt=now - LONGEST)
        found = newest(longer, LEAST)
    empty = [row for row in found if row.state == State.EMPTY]
    had = had_results(empty, before=None if since is None else since - LONGEST)
    return Run(
        finished=len(found),
        empty=len(had),
        used=len(found) - (len(empty) - len(had)),
        failed=Counter(row.error_kind for row in found if row.state == State.FAILED),
    )


def newest(rows: QuerySet[Check], count: int) -> list[Check]:
    fields = ("keyword", "state", "error_kind", "finished_at")
    return list(rows.order_by("-finished_at", "-pk").only(*fields)[:count])


def had_results(empty: Sequence[Check], *, before: datetime | None) -> set[int]:
    """The ids of those empty checks whose keyword had results in the reading before them (or before a
    moment): for it the engine does not usually have nothing."""
    until = OuterRef("finished_at") if before is None else before
    read = Check.objects.filter(
        keyword=OuterRef("keyword"), state__in=(*Check.READ, State.EMPTY), finished_at__lt=until
    )
    imported = Snapshot.objects.filter(
        keyword=OuterRef("keyword"), check_row__isnull=True, taken_at__lt=until
    ).exclude(results=[])
    rows = Check.objects.filter(pk__in=[row.pk for row in empty]).annotate(
        last=Subquery(read.order_by("-finished_at").values("state")[:1]), had=Exists(imported)
    )
    found = rows.values_list("pk", "last", "had") if empty else ()
    return {pk for pk, last, had in found if last in Check.READ or (last is None and had)}


def words(run: Run, account: ProviderAccount) -> str:
    """What the notice of a flagged run says: figures, what they mean, what to do."""
    title = title_of(account.provider)
    changed = sum(run.failed[kind] for kind in CHANGED_FORM)
    others = [(kind, n) for kind, n in run.failed.most_common() if kind not in CHANGED_FORM]
    lines = [
        f"{run.fruitless} of the last {run.finished} checks with the account “{account}” ({title}) "
        f"brought nothing: {100 * run.share:.0f} %."
    ]
    if changed:
        lines.append(
            f"{changed} answer{'s were' if changed > 1 else ' was'} not in the form that {title} "
            "documents: the provider has changed it, or ours is wrong. The raw answers are kept "
            "for some days and can be read again at no cost once that is mended."
        )
    if run.empty:
        lines.append(
            f"The engine had nothing for {run.empty} of {run.used} keywords that had results "
            "before. That is more likely a fault than the truth."
        )
    if others:
        parts = ", ".join(
            f"{ERROR_TEXT[ErrorKind(kind)] if kind in set(ErrorKind) else kind or 'unknown'} ({n})"
            for kind, n in others
        )
        lines.append(f"{sum(n for _, n in others)} failed: {parts}.")
    lines.append(
        "No score, position or chart line has changed for it. Alerts about results are held until "
        "a run is whole again."
    )
    return " ".join(lines)


def flagged_accounts(at: datetime | None = None) -> set[int]:
    """The ids of the accounts whose runs are to be doubted now, or were at a moment."""
    rows = Notice.objects.filter(kind=Notice.Kind.DRIFT, account__isnull=False)
    if at is None:
        rows = rows.open()
    else:
        rows = rows.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=at), opened_at__lte=at)
    return {pk for pk in rows.values_list("account", flat=True) if pk is not None}


def is_flagged(row: Check | Snapshot) -> bool:
    """Whether a check, or the reading that it brought, belongs to a run that is or was flagged.
    Imported readings never do."""
    check = row.check_row if isinstance(row, Snapshot) else row
    at = check.finished_at if check is not None else None
    if check is None or at is None or check.account_id is None:
        return False
    flags = Notice.objects.filter(
        kind=Notice.Kind.DRIFT, account=check.account_id, opened_at__lte=at + RUN
    )
    return flags.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=at)).exists()


def accounts_of(brand: Brand) -> set[int]:
    """The ids of the accounts that the brand's watched keywords are read with."""
    pairs = brand.keywords.watched().values_list("account", "second_account").distinct().order_by()
    return {pk for pair in pairs for pk in (pair[0] or brand.account_id, pair[1]) if pk is not None}


def holds(brand: Brand, now: datetime) -> bool:
    """Whether alerts about this brand's results are held at `now`, because a run of an account that it
    is read with is to be doubted."""
    flagged = flagged_accounts(now)
    return bool(flagged) and not accounts_of(brand).isdisjoint(flagged)
