"""How grave a negative is: by what it is about, how far its host reaches, and where it stands. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from reputation.tone.verdict import Category
from serp.providers.base import PAGE_ONE

GRAVITY = {
    Category.RECALL: 3,
    Category.CRIME: 3,
    Category.FRAUD: 3,
    Category.BREACH: 3,
    Category.LAWSUIT: 2,
    Category.REGULATOR: 2,
    Category.ETHICS: 2,
    Category.FINANCES: 2,
    Category.LABOUR: 2,
    Category.SERVICE: 1,
    Category.QUALITY: 1,
    Category.PRICE: 1,
    Category.NONE: 1,
}
"""Points for what it is about. Our own judgement: danger to people, money or trust in the brand's word
weighs 3, trouble with courts, authorities, staff or accounts 2, trouble with single buys 1."""

TOP = 3
WIDE, MANY = 0.25, 3
LEVELS = ("low", "medium", "high", "critical")


@dataclass(frozen=True, slots=True)
class Severity:
    """A level from `low` to `critical`, and what it was counted from, in words."""

    level: str
    points: int
    reasons: tuple[str, ...]


def severity_of(
    category: str, *, position: int | None, host_keywords: int, keywords: int
) -> Severity:
    """How grave a negative is.

    `position` is its best one now, None where it stands nowhere; `host_keywords` of the brand's
    `keywords` have its host on page one. Points are added: 1 to 3 for the category (GRAVITY), 3 for
    a place in the first three, 2 on page one, 0 beyond, and up to 2 for the host's reach (a quarter
    of the keywords: 2; three keywords: 1). Up to 2 points are low, to 4 medium, to 6 high, else
    critical. What stands nowhere is low.
    """
    about = Category(category)
    if position is None:
        return Severity(LEVELS[0], 0, ("it stands for no keyword now",))
    points = GRAVITY[about]
    reasons = [about.label if about else "no category"]
    if position <= TOP:
        points += 3
        reasons.append(f"position {position}, in the first three")
    elif position <= PAGE_ONE:
        points += 2
        reasons.append(f"position {position}, on page one")
    else:
        reasons.append(f"position {position}, beyond page one")
    if host_keywords >= max(WIDE * keywords, 2):
        points += 2
    elif host_keywords >= MANY:
        points += 1
    if host_keywords > 1:
        reasons.append(f"its host is on page one of {host_keywords} of {keywords} keywords")
    return Severity(_level(points), points, tuple(reasons))


def _level(points: int) -> str:
    for level, most in zip(LEVELS, (2, 4, 6), strict=False):
        if points <= most:
            return level
    return LEVELS[-1]
