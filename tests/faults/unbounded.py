"""The control of hostile answers: `requests` as one uses it, with a time-out and no bounds; prints what it met."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import requests

TIMEOUT = 2.0
"""As the manual advises; it is a time-out between two bytes."""


def main(base: str) -> None:
    """Read a gzip bomb, then an answer of one byte a second: megabytes taken, seconds held."""
    before = peak()
    body = requests.get(f"{base}/gzip-bomb/serpapi/search.json", timeout=TIMEOUT).text
    print("megabytes", peak() - before, len(body), flush=True)
    begun = time.monotonic()
    with requests.get(f"{base}/drip/serpapi/search.json", timeout=TIMEOUT, stream=True) as answer:
        for _ in answer.iter_content(1):
            if time.monotonic() - begun > 4 * TIMEOUT:
                break
    print("seconds", round(time.monotonic() - begun), flush=True)


def peak() -> int:
    # The peak of getrusage() begins with that of the process that started us.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


if __name__ == "__main__":
    main(sys.argv[1])
