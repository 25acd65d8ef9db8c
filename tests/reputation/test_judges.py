"""Who judges a brand: its own trained version, else the installation's, else the rules alone."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from reputation.judge_versions import digest_of, make_live, take_down
from reputation.judges import Judge, judge_for, live_version
from reputation.models import JudgeVersion
from reputation.tone import VERSION, BrandNames, Text, Tone, judge_texts
from reputation.tone.corrections import Corrections
from serp.models import Brand
from tests.cast import NOW

pytestmark = pytest.mark.django_db
DARK = Corrections(np.zeros(0, np.uint32), np.zeros((0, 3), np.float32), (9.0, 0.0, 0.0))
PAGE = Text("A page about nothing much", "", "https://paper.example/")


def version(
    brand: Brand | None, label: str, *, weights: bytes = b"", **fields: Any
) -> JudgeVersion:
    stored = weights or DARK.to_bytes()
    values = {
        "is_live": True,
        "base": VERSION,
        "trained_at": NOW,
        "marks": 60,
        "held": 20,
        "verdict": "Promoted.",
    } | fields
    return JudgeVersion.objects.create(
        brand=brand, label=label, weights=stored, figures={"weights": digest_of(stored)},
        **values,
    )  # fmt: skip


def test_without_a_trained_version_the_rules_judge(brand: Brand) -> None:
    judge = judge_for(brand)
    assert judge.version == VERSION
    assert list(judge.verdicts([PAGE])) == list(judge_texts([PAGE], judge.names))


def test_a_brands_own_version_goes_before_the_installations(
    brand: Brand, other_brand: Brand
) -> None:
    version(None, "all")
    assert judge_for(brand).version == judge_for(other_brand).version == "all"
    version(brand, "own")
    assert (judge_for(brand).version, judge_for(other_brand).version) == ("own", "all")
    live = live_version(None)
    assert live is not None
    assert live.label == "all"


def test_a_version_for_other_rules_or_one_that_does_not_live_judges_nothing(brand: Brand) -> None:
    version(brand, "old", base="rules-0")
    version(brand, "idle", is_live=False)
    assert judge_for(brand).version == VERSION


def test_a_trained_version_corrects_the_verdicts_of_the_rules(brand: Brand) -> None:
    version(brand, "dark")
    judge = judge_for(brand)
    (corrected,), (base,) = judge.verdicts([PAGE]), judge.base_verdicts([PAGE])
    assert (corrected.tone, base.tone) == (Tone.NEGATIVE, Tone.NEUTRAL)


def test_a_promotion_and_a_roll_back_count_at_once(brand: Brand) -> None:
    first, second = version(brand, "one", is_live=False), version(brand, "two", is_live=False)
    for wanted in (first, second, first):
        make_live(wanted, NOW)
        assert judge_for(brand).version == wanted.label
    take_down(first, NOW)
    assert judge_for(brand).version == VERSION


def test_new_weights_under_an_old_key_are_read_anew(brand: Brand) -> None:
    row = version(brand, "one")
    assert next(judge_for(brand).verdicts([PAGE])).tone == Tone.NEGATIVE
    stored = Corrections.none().to_bytes()
    row.weights, row.figures = stored, {"weights": digest_of(stored)}
    row.save()
    assert next(judge_for(brand).verdicts([PAGE])).tone == Tone.NEUTRAL


def test_asking_for_a_judge_costs_one_query_once_its_corrections_are_read(
    brand: Brand, django_assert_num_queries: Any
) -> None:
    version(brand, "one")
    judge_for(brand)
    with django_assert_num_queries(1):
        judge_for(brand)


def test_broken_weights_leave_the_rules_to_judge(
    brand: Brand, caplog: pytest.LogCaptureFixture
) -> None:
    version(brand, "broken", weights=b"not weights")
    assert judge_for(brand).version == VERSION
    assert "Version broken of the judge cannot be read" in caplog.text


def test_texts_are_corrected_as_they_come_and_none_is_kept() -> None:
    judge = Judge(BrandNames(("Acme",)), "dark", DARK)
    taken = 0

    def texts() -> Iterator[Text]:
        nonlocal taken
        for number in range(20_000):
            taken += 1
            yield Text(f"Page {number} " + "x" * 500)

    verdicts = judge.verdicts(texts())
    next(verdicts)
    assert taken <= 2
    tracemalloc.start()
    rest = sum(1 for _ in zip(range(3_000), verdicts, strict=False))
    assert rest == 3_000
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()
