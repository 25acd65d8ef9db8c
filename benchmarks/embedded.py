"""One process of an embedded installation, on call: `benchmarks.refresh` tells it by lines what to do.

It reads "check" or "judge", does it, and answers with one line of JSON: seconds, seconds of CPU, and
the most memory that it has held so far in MB.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable

import django


def measured(work: Callable[[], object]) -> dict[str, float]:
    """Do it once; returns what it took."""
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return {
        "seconds": time.perf_counter() - start,
        "cpu": time.process_time() - cpu,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reputation.settings")
    django.setup()
    from reputation.tasks import judge_new_snapshots
    from serp.models import Check
    from serp.tracking import check_due

    def check() -> None:
        """Until nothing is open: what hung is asked again a second later."""
        check_due()
        while Check.objects.filter(state__in=Check.OPEN).exists():
            time.sleep(0.1)
            check_due()

    work: dict[str, Callable[[], object]] = {"check": check, "judge": judge_new_snapshots}
    for line in sys.stdin:
        print(json.dumps(measured(work[line.strip()])), flush=True)


if __name__ == "__main__":
    main()
