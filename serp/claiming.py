"""Gives each open check to one worker, with a lease, and no account more than its limits let through."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from serp.limits import CHECK_SECONDS, PATIENCE, room_of
from serp.models import Check, ProviderAccount

LEASE = timedelta(seconds=CHECK_SECONDS + 2 * PATIENCE + settings.PROVIDER_DEADLINE)
"""Longer than any check takes, with its waiting and its last page, so that only the dead lose a claim."""

State = Check.State


def claim(
    now: datetime,
    limit: int,
    *,
    only: Sequence[int] | None = None,
    held: Mapping[int, int] | None = None,
) -> list[Check]:
    """Claim up to `limit` open checks with a lease; `only` narrows them to these ids.

    Of several workers each check goes to one. `held` counts, by account, the checks that this worker
    has in hand: no account gets more than its limits let through in time.
    """
    held = Counter(held or {})
    rows = Check.objects.open_at(now)
    if only is not None:
        rows = rows.filter(pk__in=only)
    with transaction.atomic():
        rooms = {
            account.pk: room_of(account) - held[account.pk]
            for account in ProviderAccount.objects.defer("key")
        }
        full = [pk for pk, room in rooms.items() if room <= 0]
        # What another worker is claiming at this moment is passed over, not waited for.
        found = (
            rows.annotate(payer=Coalesce("keyword__account", "keyword__brand__account"))
            .filter(Q(payer=None) | ~Q(payer__in=full))
            .select_for_update(of=("self",), skip_locked=True)
            .only("pk")
            .order_by("not_before", "pk")
        )
        ids = []
        for row in found[:limit]:
            payer: int | None = row.payer
            if payer is None or rooms[payer] > 0:
                ids.append(row.pk)
            if payer is not None:
                rooms[payer] -= 1
        token = uuid.uuid4()
        Check.objects.open_at(now).filter(pk__in=ids).update(
            state=State.CLAIMED,
            claim=token,
            lease_until=now + LEASE,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
        )
    return list(
        Check.objects.filter(claim=token, state=State.CLAIMED).select_related(
            "keyword__brand__account", "keyword__account"
        )
    )
