"""What works for a brand: its published pieces counted by type, place, host and length. Pure counting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from content.outcome.account import Account
from content.outcome.telling import Verdict

FEW = 5
"""Below so many pieces a line says that it is too few to tell."""
LENGTHS = ((600, "under 600 words"), (1500, "600 to 1,499 words"), (10**9, "1,500 words or more"))


@dataclass(frozen=True, slots=True)
class Lesson:
    """Of `tried` pieces so many reached page one of their keyword and so many passed a negative there
    and stayed above it; `days` is the median time to page one, None where none reached it."""

    name: str
    tried: int
    reached: int
    worked: int
    days: int | None

    @property
    def is_few(self) -> bool:
        return self.tried < FEW


def lessons(told: Sequence[Account], words: Mapping[int, int]) -> list[tuple[str, list[Lesson]]]:
    """The counts by type, place, host and length, over pieces that were out for four weeks and read
    since. `words` are lengths by piece id, where they are known."""
    old = [
        one
        for one in told
        if one.verdict not in (Verdict.UNREAD, Verdict.EARLY) and one.way.readings
    ]
    ways: Sequence[tuple[str, Callable[[Account], str]]] = (
        ("Type", lambda one: str(one.piece.get_kind_display())),
        ("Place", lambda one: one.piece.placement.name if one.piece.placement else ""),
        ("Host", host_of),
        ("Length", lambda one: length_of(words.get(one.piece.pk))),
    )
    return [(title, rows) for title, of in ways if (rows := counted(old, of))]


def host_of(one: Account) -> str:
    """The host on which the piece stands, or that of the page that it lifted."""
    page = one.piece.page or one.piece.lifts
    return page.host if page else ""


def length_of(words: int | None) -> str:
    return "" if not words else next(name for most, name in LENGTHS if words < most)


def counted(told: Sequence[Account], of: Callable[[Account], str]) -> list[Lesson]:
    """A lesson for each name that `of` gives, those with most pieces first."""
    groups: dict[str, list[Account]] = defaultdict(list)
    for one in told:
        if name := of(one):
            groups[name].append(one)
    rows = [lesson(name, group) for name, group in groups.items()]
    return sorted(rows, key=lambda row: (-row.tried, -row.reached, row.name))


def lesson(name: str, group: Sequence[Account]) -> Lesson:
    days = [
        (one.way.first_on_page_one - one.out).days
        for one in group
        if one.way.first_on_page_one is not None
    ]
    return Lesson(
        name=name,
        tried=len(group),
        reached=len(days),
        worked=sum(one.verdict == Verdict.WORKED for one in group),
        days=round(median(days)) if days else None,
    )
