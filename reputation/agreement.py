"""Counts how often people confirm the machine's tone: by week, language and category, with honest intervals. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt
from zoneinfo import ZoneInfo

WEEKS = 26
LEAST = 10
"""With fewer marks a share says next to nothing: only the counts are shown."""
Z = 1.959964
"""Two-sided 95 % of the normal distribution."""
MARKED, SECOND, BACK = "marked", "second", "back"
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said about a result or a text (`row`): `before` is the tone that stood until
    then, `machine` the machine's at that moment, `judge` the version that gave it."""

    row: Hashable
    at: datetime
    act: str
    by: int | None
    before: str
    tone: str
    machine: str
    judge: str
    language: str
    category: str


@dataclass(frozen=True, slots=True)
class Share:
    """`agreed` of `of` marks."""

    agreed: int
    of: int

    @property
    def is_enough(self) -> bool:
        return self.of >= LEAST

    @property
    def rate(self) -> float:
        return self.agreed / self.of if self.of else 0.0

    @property
    def bounds(self) -> tuple[float, float]:
        """Where the true rate lies with 95 % confidence."""
        return wilson(self.agreed, self.of)

    @property
    def counts(self) -> str:
        return f"{self.agreed} of {self.of}"

    @property
    def spread(self) -> str:
        """Where there are marks enough: "82 %, between 69 and 90"."""
        low, high = self.bounds
        spread = f"{100 * self.rate:.0f}\u00a0%, between {100 * low:.0f} and {100 * high:.0f}"
        return spread if self.is_enough else ""

    @property
    def words(self) -> str:
        """The counts with the spread, as in "41 of 50, 82 %, between 69 and 90"."""
        return ", ".join(filter(None, (self.counts, self.spread)))


@dataclass(frozen=True, slots=True)
class Week:
    """A week from its Monday, and the versions of the judge whose verdicts were first marked in it."""

    monday: date
    share: Share
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """All that the page tells. `confusion` is by what the machine said and what people said;
    `second` is how often a second person gave the tone of the first."""

    total: Share
    weeks: tuple[Week, ...]
    languages: tuple[tuple[str, Share], ...]
    categories: tuple[tuple[str, Share], ...]
    confusion: dict[tuple[str, str], int]
    second: Share


def wilson(agreed: int, of: int) -> tuple[float, float]:
    """The score interval of a share at 95 %: E. B. Wilson, "Probable inference, the law of
    succession, and statistical inference", JASA 22 (1927), 209-212. It stays between 0 and 1 and
    holds for small numbers too."""
    if not of:
        return 0.0, 1.0
    share, square = agreed / of, Z * Z
    middle = share + square / (2 * of)
    reach = Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    whole = 1 + square / of
    return max((middle - reach) / whole, 0.0), min((middle + reach) / whole, 1.0)


def monday_of(at: datetime, zone: ZoneInfo) -> date:
    """The Monday of the week in which a moment lies, where the brand is at home."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def first_monday(now: datetime, zone: ZoneInfo) -> date:
    """The Monday on which the weeks shown begin; the last of them is this week."""
    return monday_of(now, zone) - (WEEKS - 1) * WEEK


def standing(words: Iterable[Word]) -> list[Word]:
    """The words that were not taken back, oldest first. Taking back also takes the same word of the
    same person right before: giving it twice was one mark."""
    held: dict[Hashable, list[Word]] = defaultdict(list)
    for word in sorted(words, key=lambda word: word.at):
        said = held[word.row]
        if word.act != BACK:
            said.append(word)
            continue
        gone = said.pop() if said else None
        while said and gone and (said[-1].tone, said[-1].by) == (gone.tone, gone.by):
            said.pop()
    return sorted((word for said in held.values() for word in said), key=lambda word: word.at)


def agreement_of(words: Iterable[Word], *, now: datetime, zone: ZoneInfo) -> Agreement:
    """Count the words of the weeks up to `now`: of each result the latest in a week. Second looks
    are counted against the first person only."""
    start = first_monday(now, zone)
    said = [word for word in standing(words) if monday_of(word.at, zone) >= start]
    latest: dict[tuple[date, Hashable], Word] = {}
    for word in said:
        if word.act == MARKED:
            latest[monday_of(word.at, zone), word.row] = word
    counted = list(latest.values())
    first_of: dict[str, date] = {}
    for word in said:
        if word.judge:
            first_of.setdefault(word.judge, monday_of(word.at, zone))
    weeks = []
    for number in range(WEEKS):
        monday = start + number * WEEK
        rows = [word for (week, _), word in latest.items() if week == monday]
        versions = tuple(label for label, first in first_of.items() if first == monday)
        weeks.append(Week(monday, confirmed(rows), versions))
    about = [word for word in counted if word.category]
    seconds = [word for word in said if word.act == SECOND]
    return Agreement(
        total=confirmed(counted),
        weeks=tuple(weeks),
        languages=grouped(counted, lambda word: word.language),
        categories=grouped(about, lambda word: word.category),
        confusion=dict(Counter((word.machine, word.tone) for word in counted)),
        second=Share(sum(word.before == word.tone for word in seconds), len(seconds)),
    )


def confirmed(words: Sequence[Word]) -> Share:
    """In how many of these a person gave the machine's tone."""
    return Share(sum(word.tone == word.machine for word in words), len(words))


def grouped(words: Sequence[Word], key: Callable[[Word], str]) -> tuple[tuple[str, Share], ...]:
    """The share of each group, the largest group first."""
    groups: dict[str, list[Word]] = defaultdict(list)
    for word in words:
        groups[key(word)].append(word)
    shares = [(name, confirmed(rows)) for name, rows in groups.items()]
    return tuple(sorted(shares, key=lambda pair: (-pair[1].of, pair[0])))
