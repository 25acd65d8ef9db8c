"""What an older judge judged is judged anew, once, wherever the judge changed; people's marks stand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reputation import rejudging
from reputation.judge_versions import make_live, take_down
from reputation.judges import judge_for
from reputation.models import JudgeVersion, Mark, ToneEntry
from reputation.rejudging import rejudge_outdated
from reputation.tone import VERSION
from reputation.training import train
from serp.models import Brand
from tests.cast import NOW
from tests.reputation.marked_results import even, mark_results

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def waiting(brand: Brand) -> list[Mark]:
    """Marks by the machine, of the rules' making, on results that people would call otherwise."""
    made = mark_results(brand, even(40), start=5000, source=Mark.Source.MACHINE)
    Mark.objects.filter(source="machine").update(judge=VERSION, tone="neutral", shade="neutral")
    return made


@pytest.fixture
def trained(brand: Brand) -> JudgeVersion:
    mark_results(brand, even(160))
    version = train(brand, NOW)
    assert version is not None
    assert version.is_live
    return version


def test_a_promotion_has_the_machines_marks_judged_anew_and_each_says_by_whom(
    brand: Brand, waiting: list[Mark], trained: JudgeVersion
) -> None:
    people = dict(Mark.objects.filter(source="person").values_list("pk", "judge"))
    assert rejudge_outdated(LATER, limit=1000) == 40
    machine = Mark.objects.filter(source="machine")
    assert set(machine.values_list("judge", flat=True)) == {trained.label}
    assert set(machine.values_list("tone", flat=True)) == {"negative", "neutral", "positive"}
    assert dict(Mark.objects.filter(source="person").values_list("pk", "judge")) == people
    turned = machine.exclude(tone="neutral")
    entries = ToneEntry.objects.filter(act=ToneEntry.Act.NEW_JUDGE)
    assert set(entries.values_list("mark", "judge")) == {
        (mark.pk, trained.label) for mark in turned
    }
    assert "people here marked" in entries[0].why


def test_what_was_judged_anew_is_left_alone_until_the_judge_changes_again(
    brand: Brand, waiting: list[Mark], trained: JudgeVersion
) -> None:
    assert [rejudge_outdated(LATER, limit=1000) for _ in range(3)] == [40, 0, 0]
    take_down(trained, LATER)
    assert [rejudge_outdated(LATER, limit=1000) for _ in range(2)] == [40, 0]
    machine = Mark.objects.filter(source="machine")
    assert set(machine.values_list("judge", "tone")) == {(VERSION, "neutral")}
    make_live(trained, LATER)
    assert [rejudge_outdated(LATER, limit=1000) for _ in range(2)] == [40, 0]


def test_a_mark_whose_text_is_gone_is_no_work_without_end(
    brand: Brand, waiting: list[Mark], trained: JudgeVersion
) -> None:
    Mark.objects.filter(pk__in=[mark.pk for mark in waiting[:30]]).update(listing=None)
    assert [rejudge_outdated(LATER, limit=20) for _ in range(2)] == [10, 0]


def test_a_small_limit_is_worked_off_over_several_ticks(
    brand: Brand, waiting: list[Mark], trained: JudgeVersion
) -> None:
    assert [rejudge_outdated(LATER, limit=15) for _ in range(4)] == [15, 15, 10, 0]


def test_a_brand_that_breaks_the_judge_holds_up_no_other(
    brand: Brand, other_brand: Brand, waiting: list[Mark], monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    mark_results(other_brand, even(8), source=Mark.Source.MACHINE)
    Mark.objects.update(judge="rules-0")
    alone = judge_for

    def broken(asked: Brand) -> Any:
        if asked == brand:
            raise ValueError("broken")
        return alone(asked)

    monkeypatch.setattr(rejudging, "judge_for", broken)
    assert rejudge_outdated(LATER, limit=1000) == 8
    assert "What an older judge said of Hallway Coffee cannot be judged anew" in caplog.text
