"""On real result pages, labelled by hand, the judge stays above its floor and above the control."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reputation.tone.test_devset import f1, judged_tone, macro_f1


@pytest.mark.shared_data
def test_judge_stays_above_its_floor_on_real_pages(shared_data: Path) -> None:
    folder = shared_data / "labelled" / "serp-gold"
    keys, data = folder / "serp_gold_shared.csv", shared_data / "longitudinal"
    command = [sys.executable, str(folder / "join.py"), str(keys), str(data)]
    joined = subprocess.run(command, capture_output=True, check=True, text=True)
    rows = [json.loads(line) for line in joined.stdout.splitlines()]
    truth = [row["tone"] for row in rows]
    judged = [judged_tone(row, "") for row in rows]

    assert len(rows) == 261
    assert macro_f1(truth, judged) >= 0.82
    assert f1(truth, judged, "negative") >= 0.88
    assert macro_f1(truth, ["neutral"] * len(rows)) < 0.31
