"""`make test`: the whole suite on SQLite, then what touches the database again on a real PostgreSQL."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from xml.etree import ElementTree

from tests.services import ServiceError, start_postgres, start_redis

NOTHING_COLLECTED = 5
SETTINGS_FILE = Path(__file__).resolve().parent.parent / "reputation" / "settings.py"


def main(arguments: list[str]) -> int:
    """Run both halves with pytest's `arguments`; 0 when all is well. The last line counts both."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pushdown-test-")))
        environment = {**without_settings(os.environ), "DATA_DIR": str(scratch / "data")}
        postgres = None
        try:
            # Settings are read before any fixture runs: the servers must be there before pytest is.
            postgres = stack.enter_context(start_postgres()).url
            environment["TEST_POSTGRES_URL"] = postgres
            environment["TEST_REDIS_URL"] = stack.enter_context(start_redis()).url
        except ServiceError as error:
            print(f"Some tests will be skipped: {error}")
            if os.environ.get("REQUIRE_SERVICES") == "1":
                return 1

        reports = [scratch / "sqlite.xml"]
        print("== The whole suite, on SQLite", flush=True)
        is_fine = run(arguments, environment, report=reports[0]) == 0
        if postgres:
            reports.append(scratch / "postgres.xml")
            print("\n== What touches the database, on PostgreSQL", flush=True)
            on_postgres = {**environment, "DATABASE_URL": postgres}
            code = run([*arguments, "--database-only"], on_postgres, report=reports[1])
            is_fine &= code in (0, NOTHING_COLLECTED)
        print(f"\n{closing_line(reports)}", flush=True)
    return 0 if is_fine else 1


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment less what Pushdown reads: a developer's own settings must not steer the tests."""
    ours = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS_FILE.read_text(encoding="utf-8")))
    return {name: value for name, value in environment.items() if name not in ours}


def run(arguments: list[str], environment: dict[str, str], *, report: Path) -> int:
    return subprocess.call(
        [sys.executable, "-m", "pytest", "-n", "2", f"--junitxml={report}", *arguments],
        env=environment,
    )


def closing_line(reports: list[Path]) -> str:
    """The sums of all halves, read from pytest's reports."""
    total = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for report in filter(Path.is_file, reports):
        for suite in ElementTree.parse(report).iter("testsuite"):
            for name in total:
                total[name] += int(suite.get(name, 0))
    failed = total["failures"] + total["errors"]
    passed = total["tests"] - failed - total["skipped"]
    return f"tests: {passed} passed, {failed} failed, {total['skipped']} skipped"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
