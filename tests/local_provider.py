"""The local stand-in for SERP providers, as a process of its own that answers over real HTTP."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from tests.services import die_with_parent


class LocalProvider:
    """A running stand-in; `url` is its base address on loopback."""

    def __init__(self, program: Path, **options: Any) -> None:
        """Start it on a free port. Options are its own, with _ for -: error_rate=0.1, gzip=True."""
        arguments = ["--port", "0", "--latency-ms", "0"]
        for name, value in options.items():
            flag = "--" + name.replace("_", "-")
            arguments += [flag] if value is True else [flag, str(value)]
        self.process = subprocess.Popen(
            [sys.executable, program, *arguments],
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: die_with_parent(signal.SIGKILL),
        )
        assert self.process.stdout is not None
        first_line = self.process.stdout.readline()
        if " on http://" not in first_line:
            self.stop()
            raise RuntimeError(f"the local provider did not start: {first_line!r}")
        self.url = first_line.split(" on ")[1].strip()

    def stats(self) -> dict[str, Any]:
        """Its counters: requests, outcomes, max_inflight, requests_per_query."""
        return self._ask("/__stats")

    def configure(self, **options: Any) -> None:
        """Change options while it runs."""
        query = "&".join(f"{name}={value}" for name, value in options.items())
        self._ask(f"/__config?{query}", method="POST")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _ask(self, path: str, method: str = "GET") -> dict[str, Any]:
        request = urllib.request.Request(self.url + path, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return dict(json.load(answer))
