"""On real result pages, labelled by hand, the judge stays above its floor and above the control."""

from __future__ import annotations

from pathlib import Path

import pytest

from reputation.tone import BrandNames, judge_texts
from reputation.tone.evaluation import part_of
from tests.reputation.tone.figures import gold


@pytest.mark.shared_data
def test_judge_stays_above_its_floor_on_real_pages(shared_data: Path) -> None:
    rows = gold(shared_data)
    judged = [next(judge_texts([row.text], BrandNames((row.brand,)))).tone.value for row in rows]
    part = part_of(zip((row.tone for row in rows), judged, strict=True))
    negative = part.tones["negative"].f1

    assert part.rows == 261
    assert part.macro_f1.value >= 0.82
    assert negative is not None
    assert negative.value >= 0.88
    assert part_of((row.tone, "neutral") for row in rows).macro_f1.value < 0.31
