"""What an import of a rank history did: rows and result pages by fate, and what is odd about the days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from statistics import median

THIN = 0.9
"""A day with fewer rows than this share of the usual number is named in the report."""


@dataclass
class Report:
    """What an import did: rows by fate, result pages by fate, and what is odd about the days."""

    rows: int = 0
    stored: int = 0
    present: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    new_pages: int = 0
    unread_pages: int = 0
    single: int = 0
    keywords: set[str] = field(default_factory=set)
    new_keywords: int = 0
    rows_a_day: Counter[date] = field(default_factory=Counter)
    rows_a_query_and_day: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))

    def missing_days(self) -> int:
        """Days between a query's first and last reading on which it has none, over all queries."""
        return sum(
            (max(days) - min(days)).days + 1 - len(days)
            for days in self.rows_a_query_and_day.values()
        )

    def thin_days(self) -> list[tuple[date, int, int]]:
        """Days with clearly fewer rows than the week around them: (day, rows, usual rows)."""
        days = sorted(self.rows_a_day)
        thin = []
        for index, day in enumerate(days):
            around = [self.rows_a_day[d] for d in days[max(0, index - 4) : index + 5] if d != day]
            if len(around) >= 4 and self.rows_a_day[day] < THIN * (usual := int(median(around))):
                thin.append((day, self.rows_a_day[day], usual))
        return thin

    def drops(self) -> list[tuple[date, int, int]]:
        """Days from which on the file holds clearly fewer rows: (day, usual rows before, after)."""
        days = sorted(self.rows_a_day)
        counts = [self.rows_a_day[day] for day in days]
        found: list[tuple[float, int, int, int]] = []
        for index in range(5, len(days) - 4):
            before = int(median(counts[max(0, index - 7) : index]))
            after = int(median(counts[index : index + 7]))
            if after < THIN * before and counts[index] < (before + after) / 2 < counts[index - 1]:
                found.append((after / before, index, before, after))
        kept: list[tuple[float, int, int, int]] = []
        for drop in sorted(found):
            if all(abs(drop[1] - other[1]) > 7 for other in kept):
                kept.append(drop)
        return [
            (days[index], before, after)
            for _, index, before, after in sorted(kept, key=lambda d: d[1])
        ]

    def lines(self) -> Iterator[str]:
        """The report in words, a line each."""
        yield (
            f"{self.rows:,} rows read: {self.stored:,} stored, {self.present:,} stored before, "
            f"{self.refused.total():,} refused"
        )
        for reason, number in self.refused.most_common():
            yield f"  {number:,} refused: {reason}"
        yield (
            f"{self.pages:,} result pages in the file: {self.new_pages:,} stored, "
            f"{self.pages - self.new_pages - self.unread_pages:,} stored before, "
            f"{self.unread_pages:,} without one usable row (left as gaps)"
        )
        yield f"{len(self.keywords):,} keywords, {self.new_keywords:,} of them new and paused"
        if self.single:
            yield f"{self.single:,} result pages hold position 1 only: stored as partly read"
        if missing := self.missing_days():
            yield f"{missing:,} keyword days are missing between first and last: left as gaps"
        for day, before, after in self.drops():
            yield f"from {day} on about {after} rows a day instead of {before}: the source read less"
        thin = self.thin_days()
        if thin:
            shown = ", ".join(f"{day} ({rows} of about {usual})" for day, rows, usual in thin[:8])
            more = f" and {len(thin) - 8} more" if len(thin) > 8 else ""
            yield f"{len(thin):,} days have fewer rows than usual: {shown}{more}"
