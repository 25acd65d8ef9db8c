"""Reads kept answers again with today's adapters, at no call, and mends what they now tell better."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import F, Max

from serp.addresses import BadAddress, canonical_url
from serp.asking import query_of
from serp.models import Check, Confirmation, Listing, RawAnswer, Sighting, Snapshot
from serp.providers import registry
from serp.providers.base import Access, Answer, ErrorKind, Item, ProviderError, Request, Serp
from serp.raw import HIDDEN, NotKept, unpack
from serp.recording import Reading, feature_data, record

BATCH = 100
"""Checks whose answers are held in memory at a time."""
ASIDE = datetime(1970, 1, 1, tzinfo=UTC)
"""Where an old snapshot waits, within one transaction, while the new one takes its moment."""
_NOWHERE = "https://kept.invalid"
State = Check.State
logger = logging.getLogger(__name__)


class Finding(StrEnum):
    """What a second look at the answers of one check comes to."""

    SAME = "the same"
    CHANGED = "read differently"
    READABLE = "readable now, not before"
    EMPTY = "known to be empty now, failed before"
    REFUSED = "still refused"
    LOST = "refused now, readable before: the reading stands"
    INCOMPLETE = "left alone: the answer or the reading is no longer whole"


MENDED = (Finding.CHANGED, Finding.READABLE, Finding.EMPTY)


@dataclass(frozen=True, slots=True)
class Second:
    """The second look at one check: what it comes to, the page as read now, and what is different or
    wrong, in words. `at` is when the answer came; `serp` is None where none could be read."""

    check: Check
    finding: Finding
    at: datetime
    provider: str
    serp: Serp | None = None
    words: str = ""


class Clash(Exception):
    """Another reading or another worker has the check's place: nothing is written."""


def kept_checks(
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    provider: str = "",
    keyword: int | None = None,
) -> list[int]:
    """Ids of the finished checks whose answers are kept, oldest first. `since` is included and `until`
    is not; both are aware. Only the claim whose outcome stands counts."""
    rows = RawAnswer.objects.filter(
        fence=F("check_row__fence"),
        check_row__state__in=(*Check.READ, State.EMPTY, State.FAILED),
    )
    if since:
        rows = rows.filter(at__gte=since)
    if until:
        rows = rows.filter(at__lt=until)
    if provider:
        rows = rows.filter(provider=provider)
    if keyword is not None:
        rows = rows.filter(check_row__keyword=keyword)
    found = rows.values("check_row").annotate(last=Max("at")).order_by("last", "check_row")
    return list(found.values_list("check_row", flat=True))


def look_again(checks: Sequence[int]) -> Iterator[Second]:
    """Read the kept answers of these checks again; writes nothing."""
    for start in range(0, len(checks), BATCH):
        batch = checks[start : start + BATCH]
        rows = defaultdict(list)
        for row in (
            RawAnswer.objects.filter(check_row__in=batch, fence=F("check_row__fence"))
            .select_related("check_row__keyword__brand", "check_row__account")
            .order_by("page")
        ):
            rows[row.check_row_id].append(row)
        for check in batch:
            if rows[check]:
                yield second_look(rows[check])


def second_look(rows: Sequence[RawAnswer]) -> Second:
    """Read the answers of one try again. `rows` are in the order of their pages."""
    check, provider = rows[0].check_row, rows[0].provider
    before = Snapshot.objects.filter(check_row=check).first()
    at = rows[-1].at

    def told(finding: Finding, words: str = "", serp: Serp | None = None) -> Second:
        return Second(check, finding, at, provider, serp, words)

    if before is None and check.state in Check.READ:
        return told(Finding.INCOMPLETE, "Its reading has been deleted since.")
    try:
        serp = replay(rows, depth=before.asked if before else check.keyword.depth)
    except NotKept as error:
        return told(Finding.INCOMPLETE, str(error))
    except ProviderError as error:
        return told(Finding.LOST if before else Finding.REFUSED, str(error))
    if any(HIDDEN in text for item in serp.items for text in (item.url, item.title, item.snippet)):
        return told(Finding.INCOMPLETE, "A result holds the account's key, which is not kept.")
    if before:
        if not serp.items:
            return told(Finding.LOST, "It says now that the engine has nothing.")
        words = difference(before, serp)
        return told(Finding.CHANGED if words else Finding.SAME, words, serp)
    if not serp.items:
        return told(Finding.SAME if check.state == State.EMPTY else Finding.EMPTY, "", serp)
    return told(
        Finding.READABLE, f"{len(serp.items)} results, was: {check.get_state_display()}", serp
    )


def replay(rows: Sequence[RawAnswer], *, depth: int) -> Serp:
    """Let today's adapter read a try that has been answered, page by page, as when it was sent.

    Raises NotKept when a page cannot be had back, and ProviderError as a fetch does. Where the try
    went no further than the kept pages, the adapter meets the error that ended it.
    """
    check, pages = rows[0].check_row, {row.page: row for row in rows}
    asked = 0

    def send(request: Request) -> Answer:
        nonlocal asked
        asked += 1
        if asked not in pages:
            kind = ErrorKind(check.error_kind) if check.error_kind else ErrorKind.MALFORMED
            raise ProviderError(f"There is no answer to request {asked}.", kind=kind)
        return unpack(pages[asked])

    account = check.account
    options = account.options if account and account.provider == rows[0].provider else {}
    adapter = registry.make(rows[0].provider, Access(base_url=_NOWHERE, options=options), send)
    query = replace(query_of(check.keyword, rows[0].at, ()), depth=depth)
    try:
        return adapter.fetch(query)
    except (NotKept, ProviderError):
        raise
    except Exception as error:
        logger.exception("An adapter broke off on a kept answer of check %s", check.pk)
        raise ProviderError(f"{type(error).__name__}: {error}", kind=ErrorKind.CRASH) from error


def difference(before: Snapshot, serp: Serp) -> str:
    """The first difference between a stored reading and the page as read now; "" when there is none."""
    stored = Listing.objects.select_related("page").in_bulk(
        {listing for listing in before.results if listing is not None}
    )
    old = [
        (stored[listing].page.url, stored[listing].title, stored[listing].snippet)
        if listing in stored
        else None
        for listing in before.results
    ]
    new = [_as_stored(item) for item in serp.items]
    for position in range(1, max(len(old), len(new)) + 1):
        was = old[position - 1] if position <= len(old) else ()
        now = new[position - 1] if position <= len(new) else ()
        if was != now:
            return f"position {position}: {_named(was)}, now {_named(now)}"
    if [feature_data(feature) for feature in serp.features] != before.features:
        return "other SERP features"
    if before.is_partial != (serp.shortfall is not None):
        return "partly read before, whole now" if before.is_partial else "only partly read"
    return ""


def _as_stored(item: Item) -> tuple[str, str, str] | None:
    try:
        return canonical_url(item.url), item.title, item.snippet
    except BadAddress:
        return None


def _named(result: tuple[str, ...] | None) -> str:
    if not result:
        return "nothing" if result == () else "an address that cannot be stored"
    return f"{result[0]} “{result[1][:60]}”"


@transaction.atomic
def mend(second: Second, now: datetime) -> Snapshot | None:
    """Write what the second look found; returns the new snapshot, None where nothing is to be written.

    A reading is dated by its answer, not by `now`, which is aware. One that was read differently is
    replaced: the old judgement goes with it and the new reading waits to be judged; confirmations
    and the keyword's pointer follow. Raises Clash when the check has moved on since the look.
    """
    if second.finding not in MENDED or second.serp is None:
        return None
    serp, check = second.serp, second.check
    held = Check.objects.select_for_update(no_key=True).filter(
        pk=check.pk, fence=check.fence, state=check.state
    )
    if not held.exists():
        raise Clash(f"Check {check.pk} has moved on.")
    state = State.EMPTY
    if serp.items:
        state = State.PARTIAL if serp.shortfall else State.MEASURED
    Check.objects.filter(pk=check.pk).update(
        state=state,
        depth=serp.depth,
        error_kind=serp.shortfall.kind if serp.shortfall else "",
        message=f"Read again on {now.astimezone(UTC):%Y-%m-%d} from the kept answer.",
    )
    if not serp.items:
        return None
    old = Snapshot.objects.filter(check_row=check).first()
    reading = Reading.of(check, serp, provider=second.provider, taken_at=second.at)
    if old is None:
        return _recorded(reading)
    moment = old.taken_at
    Snapshot.objects.filter(pk=old.pk).update(taken_at=ASIDE, check_row=None)
    new = _recorded(replace(reading, taken_at=moment, asked=old.asked))
    Confirmation.objects.filter(snapshot=old).update(snapshot=new)
    Snapshot.objects.filter(pk=old.pk).delete()
    _amend_sightings(new)
    return new


def _recorded(reading: Reading) -> Snapshot:
    written = record([reading])
    if not written:
        raise Clash(
            f"“{reading.keyword}” has another reading of {reading.taken_at:%Y-%m-%d %H:%M}."
        )
    return written[0]


def _amend_sightings(new: Snapshot) -> None:
    """Correct "first seen" where the replaced reading had set it: the page may have come later, at
    another position, or never."""
    doubtful = {
        row.page_id: row
        for row in Sighting.objects.filter(keyword=new.keyword_id, first_seen_at=new.taken_at)
    }
    later = Snapshot.objects.filter(keyword=new.keyword_id, taken_at__gte=new.taken_at)
    for at, results in later.order_by("taken_at").values_list("taken_at", "results"):
        if not doubtful:
            return
        pages = dict(
            Listing.objects.filter(
                pk__in=[listing for listing in results if listing is not None], page__in=doubtful
            ).values_list("pk", "page_id")
        )
        for position, listing in enumerate(results, start=1):
            row = doubtful.pop(pages.get(listing, 0), None)
            if row is not None:
                row.first_seen_at, row.first_position = at, position
                row.save(update_fields=["first_seen_at", "first_position"])
    Sighting.objects.filter(pk__in=[row.pk for row in doubtful.values()]).delete()
