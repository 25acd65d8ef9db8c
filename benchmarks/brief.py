"""How long it takes from an opportunity to a piece with its brief and day, beside opening its plan.

    python -m benchmarks.brief

It needs a data folder with a brand that has an opportunity (the demo has), makes each piece inside a
transaction, and takes it back. It prints seconds, and how many plans could be opened in the same time.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

import django

ROUNDS = 7


def seconds(work: Callable[[], object]) -> float:
    """The median of some rounds, after one that warms up."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reputation.settings")
    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from content.briefing import make_piece
    from content.opportunities import opportunity_at, plan_of
    from serp.models import Brand

    now = timezone.now()
    brand, one = next(
        (brand, one)
        for brand in Brand.objects.all()
        for one in plan_of(brand, now).opportunities
        if one.suggestions
    )

    def open_plan() -> None:
        opportunity_at(brand, keyword=one.keyword, page=one.page.pk, now=now)

    def make() -> None:
        with transaction.atomic():
            make_piece(brand, one, kind=one.suggestions[0].kind, by=None, now=now)
            transaction.set_rollback(True)

    plan, piece = seconds(open_plan), seconds(make)
    print(f"opening the plan           {plan * 1000:7.1f} ms")
    print(f"a piece with its brief     {piece * 1000:7.1f} ms   {piece / plan:.1f} plans")


if __name__ == "__main__":
    main()
