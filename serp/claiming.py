"""Gives each open check to one worker: with a lease, a permit of its account, and its money set aside."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from serp import breaker, money
from serp.breaker import OUTAGES
from serp.models import Check, Keyword, LedgerEntry, ProviderAccount
from serp.models.secret import WRONG_KEY, Unreadable
from serp.permits import LEASE as PERMIT_LEASE
from serp.permits import Limits, Permit
from serp.providers import registry
from serp.providers.dataforseo import LIVE, TASK, DataForSEO
from serp.unmade import close_lost_tries, close_unmade, quarantine, skip

LEASE = timedelta(seconds=PERMIT_LEASE)
"""A worker renews it while it lives: only the dead lose a claim, and soon."""
MAX_TRIES = 2
"""How often a provider is asked for one keyword and period; an unknown outcome counts."""
MAX_ATTEMPTS = 3
"""How often a check is claimed before its keyword is put into quarantine."""
NO_ACCOUNT = "no provider account is set for this keyword or its brand"
LOST = "Its worker was lost; a second reading is not tried again."

State = Check.State


@dataclass(slots=True)
class Ticket:
    """A claimed check that may be made now: who pays, how much was set aside for it in US dollars, and
    the permit to ask. Its intent is committed, as the ledger entry with the id `entry`."""

    check: Check
    account: ProviderAccount
    permit: Permit | None
    reserved: Decimal
    noted_at: datetime
    entry: int = 0
    has_other: bool = False
    """Its keyword names a second account that can be asked where this one fails."""
    is_suspect: bool = False
    """A worker was lost with it before."""

    @property
    def keyword(self) -> Keyword:
        return self.check.keyword


@dataclass(slots=True)
class Claimed:
    """What a worker got: checks to make, how many were closed unmade by their state, and the accounts
    that have more open checks than they let through at the moment."""

    tickets: list[Ticket] = field(default_factory=list)
    closed: Counter[str] = field(default_factory=Counter)
    full: dict[int, float] = field(default_factory=dict)
    """By account, its requests a second."""


@dataclass(slots=True)
class Payers:
    """The accounts as they are at a moment, and what each could take."""

    rows: Mapping[int, ProviderAccount]
    now: datetime
    mode: str
    broke: Collection[int] = ()
    """Accounts whose budget pays for no further request."""

    def is_resting(self, account: ProviderAccount) -> bool:
        return breaker.in_flight(account, self.now) == 0

    def hindrance(self, account: ProviderAccount | None) -> str:
        """Why this account cannot pay at all, in words; empty when it can, now or after its rest."""
        if account is None:
            return NO_ACCOUNT
        if account.is_paused:
            return f"the account “{account}” is paused"
        return WRONG_KEY if isinstance(account.key, Unreadable) else ""

    def choose(self, check: Check) -> ProviderAccount | None:
        """The account to ask for a check: the first one, or the keyword's second where the first is
        hindered, rests, has no money left, or failed at the first try."""
        keyword = check.keyword
        first = self.rows.get(keyword.account_id or keyword.brand.account_id or 0)
        second = self.second(check)
        if second is None or second == first:
            return first
        failed = check.tries > 0 and check.error_kind in OUTAGES and check.account_id != second.pk
        if first is None or self.hindrance(first) or self.is_resting(first) or failed:
            return second
        return second if first.pk in self.broke else first

    def second(self, check: Check) -> ProviderAccount | None:
        """The second account of a check's keyword, where it can be asked now."""
        second = self.rows.get(check.keyword.second_account_id or 0)
        if second is None or self.hindrance(second) or self.is_resting(second):
            return None
        return None if second.pk in self.broke else second


def most_tries(check: Check) -> int:
    """How often a provider may be asked for this check: a second reading has one try, since the first
    one has had its own."""
    return 1 if check.purpose == Check.Purpose.CONFIRMATION else MAX_TRIES


def mode_of(account: ProviderAccount) -> str:
    """How the account is asked: at once, or by tasks that its provider works off."""
    has_queue = account.provider == DataForSEO.name
    return TASK if has_queue and account.options.get("mode") == TASK else LIVE


def claim(
    now: datetime,
    limit: int,
    *,
    gate: Limits,
    only: Sequence[int] | None = None,
    mode: str = LIVE,
    full: Collection[int] = (),
    suspects: bool = True,
) -> Claimed:
    """Claim up to `limit` open checks; `only` narrows them to these ids, `full` leaves accounts out. Of
    several workers each check goes to one.

    What may not be made at all (no account, no money) is closed as skipped, and what broke its
    worker again and again goes into quarantine; the rest of what was found stays due. Brands take
    turns. A check with which a worker was lost is a suspect: it comes after all others, and alone, so
    that one which breaks its worker holds up nobody and takes no other suspect with it; without
    `suspects` none is claimed. Raises LimitsDown when the shared limits cannot be asked: then
    nothing is claimed.
    """
    accounts = {row.pk: row for row in ProviderAccount.objects.all()}
    payers = Payers(accounts, now, mode, money.broke(accounts.values(), now))
    permits: list[Permit] = []
    try:
        with transaction.atomic():
            rows = choose(now, only=only, payers=payers, full=full)
            found = lock(rows.filter(state=State.DUE), limit)
            if not found and suspects:
                found = lock(rows.exclude(state=State.DUE), 1)
            return take(found, payers=payers, gate=gate, permits=permits, now=now)
    except BaseException:
        # What was promised to checks that are not claimed after all.
        give_back(gate, permits)
        raise


def choose(
    now: datetime, *, only: Sequence[int] | None, payers: Payers, full: Collection[int]
) -> QuerySet[Check]:
    """Open checks that an account could be asked for: as `Payers.choose` says, or those that can be
    taken would stand behind those that cannot."""
    resting = {pk for pk, row in payers.rows.items() if payers.is_resting(row)}
    out = {pk for pk, row in payers.rows.items() if mode_of(row) != payers.mode}
    out |= resting | set(full)
    aside = resting | {pk for pk, row in payers.rows.items() if payers.hindrance(row)}
    aside |= set(payers.broke)
    rows = Check.objects.open_at(now)
    if only is not None:
        rows = rows.filter(pk__in=only)
    payer = Coalesce("keyword__account", "keyword__brand__account")
    second = Q(keyword__second_account__isnull=False) & ~Q(keyword__second_account__in=out)
    failed = Q(tries__gt=0, error_kind__in=OUTAGES) & ~Q(account=F("keyword__second_account"))
    return rows.annotate(payer=payer).filter(
        Q(payer=None) | ~Q(payer__in=out) | (second & (Q(payer__in=aside) | failed))
    )


def lock(rows: QuerySet[Check], limit: int) -> list[Check]:
    """The first of these checks in the order of their turns, held until the transaction ends. What
    another worker is claiming at this moment is passed over, not waited for."""
    held = rows.select_for_update(of=("self",), skip_locked=True).select_related("keyword__brand")
    return list(held.order_by("attempts", "turn", "not_before", "pk")[:limit])


def take(
    found: Sequence[Check], *, payers: Payers, gate: Limits, permits: list[Permit], now: datetime
) -> Claimed:
    """Claim those of the locked checks that may be made; `permits` collects what the gate gave."""
    close_lost_tries(found, now)
    groups: dict[int, list[Check]] = defaultdict(list)
    skipped: dict[str, list[Check]] = defaultdict(list)
    broken: list[Check] = []
    lost: list[Check] = []
    for check in found:
        if check.purpose == Check.Purpose.CONFIRMATION and check.tries >= most_tries(check):
            lost.append(check)
            continue
        if check.attempts >= MAX_ATTEMPTS or check.tries >= MAX_TRIES:
            broken.append(check)
            continue
        account = payers.choose(check)
        if reason := payers.hindrance(account):
            skipped[reason].append(check)
        elif account is not None and mode_of(account) == payers.mode:
            groups[account.pk].append(check)
    uses = money.lock_uses(
        purse
        for pk, checks in groups.items()
        for check in checks
        for payer in {pk, check.keyword.second_account_id or pk} & payers.rows.keys()
        if money.price_of(payers.rows[payer])
        for purse in money.purses_of(payer, check.keyword.brand_id, money.day_of(now))
    )
    claimed = Claimed()
    waiting = list(groups.items())
    for pk, checks in waiting:
        account = payers.rows[pk]
        given = permits_for(account, len(checks), gate=gate, now=now)
        permits += filter(None, given)
        if len(given) < len(checks):
            claimed.full[pk] = account.per_second
        paid, unpaid = pay(checks[: len(given)], account, uses=uses, now=now)
        for reason, refused in unpaid.items():
            for check in refused:
                other = payers.second(check)
                if other is None or other.pk == pk or mode_of(other) != payers.mode:
                    skipped[reason].append(check)
                else:
                    waiting.append((other.pk, [check]))
        give_back(gate, list(filter(None, given[len(paid) :])))
        claimed.tickets += [
            Ticket(
                check,
                account,
                permit,
                reserved,
                now,
                has_other=payers.second(check) not in (None, account),
                is_suspect=check.state != State.DUE,
            )
            for (check, reserved), permit in zip(paid, given, strict=False)
        ]
    send(claimed.tickets, now)
    for reason, refused in skipped.items():
        skip(refused, reason, now)
        claimed.closed[State.SKIPPED] += len(refused)
    quarantine(broken, now)
    claimed.closed[State.QUARANTINED] += len(broken)
    if lost:
        close_unmade(lost, now, state=State.FAILED, kind="crash", message=LOST)
        claimed.closed[State.FAILED] += len(lost)
    return claimed


def permits_for(
    account: ProviderAccount, wanted: int, *, gate: Limits, now: datetime
) -> Sequence[Permit | None]:
    """As many permits as the account lets through, up to `wanted`; None stands for one that a provider
    which calls nobody does not need."""
    if registry.PROVIDERS[account.provider].is_local:
        return [None] * wanted
    return gate.acquire(
        account.pk,
        wanted=wanted,
        per_second=account.per_second,
        in_flight=breaker.in_flight(account, now),
    )


def pay(
    checks: Sequence[Check],
    account: ProviderAccount,
    *,
    uses: Mapping[money.Purse, money.BudgetUse],
    now: datetime,
) -> tuple[list[tuple[Check, Decimal]], dict[str, list[Check]]]:
    """Set the money of these checks aside; returns those that are paid, in their order, with their
    cost, and those that are not, by the reason."""
    alike: dict[tuple[int, Decimal], list[Check]] = defaultdict(list)
    for check in checks:
        cost = money.likely_cost(check.keyword, account)
        alike[check.keyword.brand_id, cost].append(check)
    paid: list[tuple[Check, Decimal]] = []
    unpaid: dict[str, list[Check]] = defaultdict(list)
    for (_, cost), rows in alike.items():
        brand = rows[0].keyword.brand
        reserved = money.reserve(uses, account, brand, each=cost, wanted=len(rows), now=now)
        paid += [(check, cost) for check in rows[: reserved.number]]
        if reserved.reason:
            unpaid[reserved.reason] += rows[reserved.number :]
    return paid, unpaid


def send(tickets: Sequence[Ticket], now: datetime) -> None:
    """Write the intents, and move the checks on: what is committed here may have been asked."""
    token = uuid.uuid4()
    by_account: dict[int, list[int]] = defaultdict(list)
    for ticket in tickets:
        by_account[ticket.account.pk].append(ticket.check.pk)
    for account_id, ids in by_account.items():
        Check.objects.filter(pk__in=ids).update(
            state=State.SENT,
            claim=token,
            lease_until=now + LEASE,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
            tries=F("tries") + 1,
            account=account_id,
            sent_at=now,
        )
    for ticket in tickets:
        check = ticket.check
        check.fence += 1
        check.attempts += 1
        check.tries += 1
        check.account = ticket.account
        check.claim = token
    entries = LedgerEntry.objects.bulk_create(
        LedgerEntry(
            brand_id=ticket.keyword.brand_id,
            check_row=ticket.check,
            fence=ticket.check.fence,
            keyword=ticket.keyword,
            account=ticket.account,
            provider=ticket.account.provider,
            at=now,
            reserved_calls=money.calls_of(ticket.keyword, ticket.account),
            reserved=ticket.reserved,
        )
        for ticket in tickets
    )
    for ticket, entry in zip(tickets, entries, strict=True):
        ticket.entry = entry.pk


def renew(tokens: Collection[uuid.UUID], now: datetime) -> None:
    """Keep the claims that a living worker has in hand."""
    Check.objects.filter(claim__in=tokens, state=State.SENT, lease_until__isnull=False).update(
        lease_until=now + LEASE
    )


def give_back(gate: Limits, permits: Sequence[Permit]) -> None:
    """Return permits that were not used."""
    for account in {permit.account for permit in permits}:
        gate.unused(permit for permit in permits if permit.account == account)
