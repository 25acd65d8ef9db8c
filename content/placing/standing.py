"""Whether the brand stands at each place: what was said, published or seen, and since when. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from content.liftable import is_about, is_entry
from content.models import Piece, Placement, Presence
from content.placing.ranking import OURS, Finder, Record, Shown
from reputation.models import Mark
from serp.models import Brand


class State(StrEnum):
    """Whether the brand is at a place. UNCLEAR: a page about it stands there, and nobody has said
    whether that is its place."""

    THERE = "there"
    UNCLEAR = "unclear"
    MISSING = "missing"
    NOT_FOR_US = "not_for_us"

    @property
    def words(self) -> str:
        return {"there": "is there", "unclear": "to confirm", "missing": "missing"}.get(
            self.value, "not for us"
        )


KEPT_BY_OTHERS = frozenset(
    {
        Placement.Kind.ENCYCLOPAEDIA,
        Placement.Kind.REGISTER,
        Placement.Kind.PROFILE,
        Placement.Kind.REVIEW,
        Placement.Kind.EMPLOYER,
        Placement.Kind.MARKETPLACE,
    }
)
"""Kinds where a page about a brand stands whether the brand made it or not."""

WITH_ACCOUNTS = frozenset(
    {
        Placement.Kind.SOCIAL,
        Placement.Kind.VIDEO,
        Placement.Kind.PODCAST,
        Placement.Kind.APP_STORE,
    }
)
"""Kinds where a page in the brand's name is an account that somebody opened."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Whether the brand is at one place. `why` says what that rests on; `url` is its page there, or
    the one to confirm; `since` when it was said, published or first seen; `position` its best one on
    page one now. `said` is a person's word, if there is one."""

    state: State
    why: str = ""
    url: str = ""
    since: datetime | None = None
    position: int | None = None
    said: Presence | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of ours at a place."""

    url: str
    since: datetime | None
    why: str


def stand_of(
    place: Placement,
    *,
    said: Presence | None,
    published: Found | None,
    listed: Found | None,
    seen: Found | None,
    record: Record,
    names: Collection[str],
) -> Stand:
    """Decide for one place. A person's word outdoes everything; then a published piece, what the
    brand's settings list, and pages that are marked as ours. Pure."""
    position = record.ours[0] if record.ours else None
    if said is not None:
        url = said.url or (record.ours[1].url if record.ours else "")
        return Stand(State(said.state), "said", url, said.said_at, position, said)
    # The site as a whole is its domain, not the first piece that came out on it.
    known = (listed, published) if place.kind == Placement.Kind.OWN_SITE else (published, listed)
    for found in (*known, seen):
        if found is not None:
            return Stand(State.THERE, found.why, found.url, found.since, position)
    if record.others is not None and may_be_ours(place.kind, record.others[1], names):
        position, shown = record.others
        why = "a page about you that is not marked as yours"
        return Stand(State.UNCLEAR, why, shown.url, None, position)
    return Stand(State.MISSING)


def may_be_ours(kind: str, shown: Shown, names: Collection[str]) -> bool:
    """Whether a page there may be the brand's place: one about it where others keep such pages, or
    an account in its name where people open those themselves. A thread or an article is none."""
    if kind in KEPT_BY_OTHERS:
        title = shown.title.casefold()
        return is_about(shown.url, names) or any(
            name and name.casefold() in title for name in names
        )
    return kind in WITH_ACCOUNTS and is_entry(shown.url, names)


def published_at(pieces: Iterable[Piece], finder: Finder) -> dict[int, Found]:
    """By placement the piece that was published there first."""
    live = [piece for piece in pieces if piece.is_live and piece.published_at]
    found: dict[int, Found] = {}
    for piece in sorted(live, key=lambda piece: (str(piece.published_at), piece.pk)):
        for pk in (*finder.of(piece.url), piece.placement_id or 0):
            found.setdefault(pk, Found(piece.url, piece.published_at, f"published: {piece}"))
    return found


def listed_at(brand: Brand, finder: Finder) -> dict[int, Found]:
    """By placement what the brand's settings name: its domains and its profiles."""
    found: dict[int, Found] = {}
    for address in (*brand.domains, *brand.profiles):
        url = address if "//" in address else f"https://{address}"
        for pk in finder.of(url):
            found.setdefault(pk, Found(url, None, "in the brand’s settings"))
    return found


def seen_at(brand: Brand, finder: Finder) -> tuple[dict[int, Found], set[int]]:
    """By placement the page marked as ours that was seen there first; and the ids of all such pages."""
    rows = (
        Mark.objects.filter(brand=brand, ownership__in=OURS)
        .order_by("first_seen_at", "pk")
        .values_list("page_id", "page__url", "first_seen_at")
    )
    found: dict[int, Found] = {}
    pages: set[int] = set()
    for page, url, first_seen in rows:
        pages.add(page)
        for pk in finder.of(url):
            found.setdefault(pk, Found(url, first_seen, "seen in results"))
    return found, pages


def said_of(brand: Brand) -> Mapping[int, Presence]:
    """What persons said, by placement."""
    rows = Presence.objects.filter(brand=brand).select_related("said_by")
    return {row.placement_id: row for row in rows}
