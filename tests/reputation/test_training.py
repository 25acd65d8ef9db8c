"""The nightly training: what is kept out, what a candidate must prove, and who judges afterwards."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, transaction

from reputation import judge_versions, tasks, training
from reputation.judge_versions import KEPT, RefusedVersion, make_live, take_down
from reputation.judges import judge_for, live_version
from reputation.kept_out import HELD_SHARE, hanging_together, place_of, split
from reputation.models import JudgeVersion, Mark
from reputation.proving import (
    FEWEST_HELD,
    FEWEST_NEGATIVE,
    Figures,
    better_share,
    macro_f1,
    measure,
    objections,
    recall,
    verdict_on,
)
from reputation.tone import VERSION, Text, Tone
from reputation.tone.corrections import Corrections
from reputation.training import FEWEST, gate_set, read, train, train_due, try_out
from serp.models import Brand
from tests.cast import NOW
from tests.reputation.marked_results import WORDS, even, mark_results

NEGATIVE, NEUTRAL, POSITIVE = Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE
DAY = timedelta(days=1)
GOOD = Figures(
    held=40, held_negative=9, before=61.0, after=72.0, better=0.98, recall_before=70.0,
    recall_after=80.0, gate=206, gate_before=85.0, gate_after=84.5,
)  # fmt: skip


def noise(number: int) -> list[Tone]:
    """Tones by chance: nothing can be learned from them."""
    return random.Random(4).choices(list(Tone), k=number)


def say_the_same(brand: Brand, number: int, *, start: int = 0) -> None:
    mark_results(brand, noise(number), words=dict.fromkeys(Tone, "walnut"), start=start)


# What is kept out


def test_no_domain_and_no_text_stands_on_both_sides() -> None:
    rng = random.Random(1)
    domains = [f"d{rng.randrange(60)}.example" for _ in range(300)]
    texts = [f"t{rng.randrange(280)}" for _ in range(300)]
    parted = split(domains, texts)
    for values in (domains, texts):
        sides = [{values[at] for at in side} for side in (parted.learned, parted.held)]
        assert not sides[0] & sides[1]
    assert sorted((*parted.learned, *parted.held)) == list(range(300))


def test_a_split_by_chance_would_not_keep_domains_apart() -> None:
    """The control: what the test above would see if marks were dealt out one by one."""
    domains = [f"d{at % 60}.example" for at in range(300)]
    dealt = set(random.Random(1).sample(range(300), 90))
    sides = [{domains[at] for at in range(300) if (at in dealt) == held} for held in (True, False)]
    assert sides[0] & sides[1]


@pytest.mark.parametrize("number", [50, 200, 1000])
def test_about_three_in_ten_marks_are_kept_out(number: int) -> None:
    parted = split(
        [f"d{at // 2}.example" for at in range(number)], [str(at) for at in range(number)]
    )
    assert HELD_SHARE - 0.05 <= len(parted.held) / number <= HELD_SHARE + 0.02


def test_the_same_domains_are_kept_out_on_the_next_night() -> None:
    domains = [f"d{at}.example" for at in range(500)]
    first = split(domains[:400], domains[:400])
    second = split(domains, domains)
    assert {place_of(first.groups[at]) <= first.cut for at in first.held} == {True}
    moved = {domains[at] for at in second.held} & {domains[at] for at in first.learned}
    assert len(moved) <= 25


def test_a_domain_with_many_marks_is_learned_from() -> None:
    domains = ["large.example"] * 40 + [f"d{at}.example" for at in range(60)]
    parted = split(domains, [str(at) for at in range(100)])
    assert set(range(40)) <= set(parted.learned)
    assert len(parted.held) >= 25


def test_texts_in_common_tie_domains_together_over_several_steps() -> None:
    groups = hanging_together(
        ["b.example", "a.example", "c.example", "d.example"], ["1", "1", "2", "3"]
    )
    assert groups == ["a.example", "a.example", "c.example", "d.example"]
    chain = hanging_together(["c", "b", "b", "a"], ["1", "1", "2", "2"])
    assert set(chain) == {"a"}


# What it must prove


def test_macro_f1_and_recall_are_those_of_the_textbook() -> None:
    truth = [NEGATIVE, NEGATIVE, NEUTRAL, NEUTRAL, POSITIVE]
    judged = [NEGATIVE, NEUTRAL, NEUTRAL, NEUTRAL, NEGATIVE]
    assert macro_f1(truth, judged) == pytest.approx((50 + 80 + 0) / 3)
    assert macro_f1(truth[:4], judged[:4]) == pytest.approx((200 / 3 + 80) / 2)
    assert recall(truth, judged, NEGATIVE) == 50
    assert recall([NEUTRAL], [NEUTRAL], NEGATIVE) == macro_f1([], []) == 0


def test_the_bootstrap_knows_better_from_equal_and_worse() -> None:
    truth = [NEGATIVE, NEUTRAL] * 30
    wrong = [NEUTRAL, NEUTRAL] * 30
    groups = [str(at) for at in range(60)]
    assert better_share(truth, wrong, truth, groups) > 0.99
    assert better_share(truth, truth, wrong, groups) == 0
    assert better_share(truth, wrong, wrong, groups) == 0
    assert better_share(truth, wrong, truth, groups) == better_share(truth, wrong, truth, groups)


def test_one_domain_is_one_witness_however_many_marks_it_has() -> None:
    truth = [NEGATIVE] * 20 + [NEUTRAL] * 40
    before = [NEUTRAL] * 60
    after = [NEGATIVE] * 20 + [NEUTRAL] * 40
    many = [str(at) for at in range(60)]
    one = ["one.example"] * 20 + many[20:]
    assert better_share(truth, before, after, many) >= 0.99
    assert better_share(truth, before, after, one) < 0.95


def test_good_figures_promote_and_say_so() -> None:
    assert objections(GOOD) == []
    assert verdict_on(GOOD) == (
        True,
        "Promoted: macro-F1 on 40 marks kept out 61 → 72, better in 98% of resamples.",
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"better": 0.949}, "better in 94.9% of resamples, 95% are needed"),
        ({"recall_after": 67.9}, "of the negative ones it finds 68 in a hundred, not 70"),
        ({"gate_after": 83.9}, "the gate set falls from 85.0 to 83.9"),
        ({"held": FEWEST_HELD - 1}, "only 9 marks could be kept out"),
        ({"held_negative": FEWEST_NEGATIVE - 1}, "only 2 of the marks kept out are negative"),
    ],
)
def test_each_gate_refuses_alone_and_says_why(change: dict[str, Any], words: str) -> None:
    may, verdict = verdict_on(replace(GOOD, **change))
    assert not may
    assert verdict.startswith("Not promoted: macro-F1 on ")
    assert words in verdict
    assert len(objections(replace(GOOD, **change))) == 1


@pytest.mark.parametrize("change", [{"better": 0.95}, {"recall_after": 68.0}, {"gate_after": 84.0}])
def test_each_gate_lets_pass_what_lies_on_its_border(change: dict[str, Any]) -> None:
    assert objections(replace(GOOD, **change)) == []


def test_a_candidate_that_unlearns_the_negative_ones_is_refused() -> None:
    truth = [NEGATIVE] * 10 + [NEUTRAL] * 60 + [POSITIVE] * 30
    before = [NEGATIVE] * 10 + [NEUTRAL] * 90
    after = [NEGATIVE] * 8 + [NEUTRAL] * 62 + [POSITIVE] * 30
    gate = (truth, before, before)
    figures = measure(truth, before, after, [str(at) for at in range(100)], gate=gate)
    assert figures.better > 0.99
    assert objections(figures) == ["of the negative ones it finds 80 in a hundred, not 100"]


# The whole of it


@pytest.mark.django_db
def test_marks_that_teach_something_promote_a_version_that_judges(brand: Brand) -> None:
    mark_results(brand, even(160))
    version = train(brand, NOW)
    assert version is not None
    assert version.is_live, version.verdict
    assert version.verdict.startswith("Promoted: ")
    assert (version.label, version.base) == (f"{VERSION}+1", VERSION)
    assert version.marks + version.held == 160
    assert version.figures["after"] > version.figures["before"] + 20
    (verdict,) = judge_for(brand).verdicts([Text("Walnut seen by us", "", "https://new.example/")])
    assert verdict.tone == NEGATIVE
    assert "people here marked" in verdict.evidence[0].reason


@pytest.mark.django_db
def test_fifty_marks_by_chance_are_not_promoted(brand: Brand) -> None:
    say_the_same(brand, FEWEST)
    version = train(brand, NOW)
    assert version is not None
    assert not version.is_live
    assert version.verdict.startswith("Not promoted: ")
    assert judge_for(brand).version == VERSION


@pytest.mark.django_db
def test_under_fifty_marks_nothing_is_trained(brand: Brand) -> None:
    mark_results(brand, even(FEWEST - 1))
    mark_results(brand, even(20), start=100, source=Mark.Source.MACHINE)
    (without,) = mark_results(brand, [NEGATIVE], start=200)
    Mark.objects.filter(pk=without.pk).update(listing=None)
    assert train(brand, NOW) is None
    assert train_due(NOW) == []
    mark_results(brand, [NEGATIVE], start=300)
    assert [row.brand for row in train_due(NOW)] == [None, brand]


@pytest.mark.django_db
def test_without_new_marks_there_is_no_new_version(brand: Brand) -> None:
    mark_results(brand, even(60))
    assert len(train_due(NOW)) == 2
    assert train_due(NOW + DAY) == []
    assert train(brand, NOW + DAY) is None
    assert train(brand, NOW + DAY, again=True) is not None


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["mark", "turn", "take back"])
def test_what_people_say_anew_is_learned_in_the_next_night(brand: Brand, change: str) -> None:
    made = mark_results(brand, even(60))
    train_due(NOW)
    if change == "mark":
        mark_results(brand, [NEGATIVE], start=100)
    else:
        values = (
            {"tone": "positive", "shade": "positive"} if change == "turn" else {"source": "machine"}
        )
        Mark.objects.filter(pk=made[0].pk).update(**values)
    assert train_due(NOW + timedelta(hours=1)) == []
    assert len(train_due(NOW + DAY)) == 2


@pytest.mark.django_db
def test_new_rules_take_the_old_versions_down_and_are_learned_for_at_once(
    brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_results(brand, even(160))
    (old, _) = train_due(NOW)
    for module in (training, judge_versions, judge_for.__globals__):
        if isinstance(module, dict):
            monkeypatch.setitem(module, "VERSION", "rules-99")
        else:
            monkeypatch.setattr(module, "VERSION", "rules-99")
    assert judge_for(brand).version == "rules-99"
    new = train_due(NOW + timedelta(hours=1))
    old.refresh_from_db()
    assert (old.is_live, old.retired_at) == (False, NOW + timedelta(hours=1))
    assert [row.label for row in new] == ["rules-99+3", "rules-99+4"]
    assert judge_for(brand).version == "rules-99+3"
    with pytest.raises(RefusedVersion, match="other rules"):
        make_live(old, NOW)


@pytest.mark.django_db
def test_the_next_candidate_is_compared_with_the_one_that_lives(brand: Brand) -> None:
    mark_results(brand, even(160))
    first = train(brand, NOW)
    mark_results(brand, even(4), start=500)
    second = train(brand, NOW + DAY)
    assert first is not None
    assert second is not None
    assert second.figures["before"] == pytest.approx(first.figures["after"], abs=12)
    assert second.figures["before"] > first.figures["before"] + 20
    assert not second.is_live
    assert live_version(brand) == first


@pytest.mark.django_db
def test_a_better_candidate_takes_over_from_the_one_that_lives(brand: Brand) -> None:
    mark_results(brand, even(160))
    first = train(brand, NOW)
    assert first is not None
    words = {NEGATIVE: "pecan", NEUTRAL: "cashew", POSITIVE: "pistachio"}
    mark_results(brand, even(400), words=words, start=1000)
    second = train(brand, NOW + DAY)
    assert second is not None
    assert second.is_live, second.verdict
    first.refresh_from_db()
    assert (first.is_live, first.retired_at) == (False, NOW + DAY)


@pytest.mark.django_db
def test_marks_that_the_living_one_learned_from_are_no_test_of_it(brand: Brand) -> None:
    mark_results(brand, even(160))
    taught = list(read(list(Mark.objects.values_list("pk", flat=True))))
    whole = try_out(taught, None)
    part = try_out(taught, training.Living(whole.corrections, whole.cut / 2))
    assert whole.figures.held == whole.held == part.held
    assert 0 < part.figures.held < part.held


@pytest.mark.django_db
def test_a_version_for_all_brands_learns_nothing_that_one_alone_marked(
    brand: Brand, other_brand: Brand
) -> None:
    mark_results(brand, even(160))
    version = train(None, NOW)
    assert version is not None
    assert not version.is_live
    weights = Corrections.from_bytes(version.weights)
    text = Text("Walnut", "", "https://new.example/")
    (verdict,) = judge_for(other_brand).base_verdicts([text])
    assert not list(weights._found(training.parts_of(text, verdict, judge_for(brand).names)))[:-4]
    mark_results(other_brand, even(40))
    shared = train(None, NOW + DAY)
    assert shared is not None
    assert shared.is_live, shared.verdict
    assert judge_for(other_brand).version == shared.label


@pytest.mark.django_db
def test_a_faster_worker_wins_and_one_version_lives(
    brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_results(brand, even(160))
    alone, faster = training.try_out, []

    def slow(*args: Any, **options: Any) -> Any:
        trained = alone(*args, **options)
        if not faster:
            faster.append(None)
            faster[0] = train(brand, NOW)
        return trained

    monkeypatch.setattr(training, "try_out", slow)
    assert train(brand, NOW) is None
    assert list(JudgeVersion.objects.filter(is_live=True)) == faster
    assert JudgeVersion.objects.count() == 1


@pytest.mark.django_db
def test_a_choice_by_hand_during_a_training_stands(
    brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_results(brand, even(160))
    first = train(brand, NOW)
    assert first is not None
    alone = training.try_out

    def slow(*args: Any, **options: Any) -> Any:
        trained = alone(*args, **options)
        take_down(first, NOW)
        return trained

    monkeypatch.setattr(training, "try_out", slow)
    assert train(brand, NOW + DAY, again=True) is None
    assert judge_for(brand).version == VERSION


@pytest.mark.django_db
@pytest.mark.parametrize("is_own", [True, False])
def test_the_database_refuses_two_that_live(brand: Brand, is_own: bool) -> None:
    def live(label: str) -> JudgeVersion:
        return JudgeVersion.objects.create(
            brand=brand if is_own else None, label=label, base=VERSION, weights=b"", is_live=True,
            trained_at=NOW, marks=1, held=1, verdict="x",
        )  # fmt: skip

    live("a")
    with pytest.raises(IntegrityError), transaction.atomic():
        live("b")


@pytest.mark.django_db
def test_a_worker_that_ends_in_the_middle_costs_nothing(
    brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_results(brand, even(160))
    alone = training.try_out
    monkeypatch.setattr(training, "try_out", lambda *_, **__: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        train_due(NOW)
    assert not JudgeVersion.objects.exists()
    monkeypatch.setattr(training, "try_out", alone)
    assert len(train_due(NOW)) == 2


@pytest.mark.django_db
def test_a_scope_that_cannot_be_learned_from_holds_up_no_other(
    brand: Brand, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mark_results(brand, even(60))
    alone = training.train

    def broken(scope: Brand | None, now: datetime) -> Any:
        if scope is None:
            raise ValueError("broken")
        return alone(scope, now)

    monkeypatch.setattr(training, "train", broken)
    assert [row.brand for row in train_due(NOW)] == [brand]
    assert "Nothing could be learned for the installation" in caplog.text


@pytest.mark.django_db
def test_a_database_that_is_away_is_no_fault_of_a_scope(
    brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_results(brand, even(60))
    monkeypatch.setattr(
        training, "train", lambda *_: (_ for _ in ()).throw(OperationalError("away"))
    )
    with pytest.raises(OperationalError):
        train_due(NOW)


@pytest.mark.django_db
def test_when_its_time_is_up_a_tick_leaves_the_rest_to_the_next_one(brand: Brand) -> None:
    mark_results(brand, even(60))
    assert train_due(NOW, seconds=-1) == []
    tasks.learn_from_people()
    assert JudgeVersion.objects.count() == 2


@pytest.mark.django_db
def test_old_versions_keep_their_figures_and_lose_their_weights(
    brand: Brand, other_brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    say_the_same(brand, 60)
    monkeypatch.setattr(judge_versions, "KEPT", 2)
    foreign = JudgeVersion.objects.create(
        brand=other_brand, label="z", base=VERSION, weights=b"w", trained_at=NOW, marks=1, held=1,
        verdict="x",
    )  # fmt: skip
    live = JudgeVersion.objects.create(
        brand=brand, label="y", base="rules-0", weights=b"w", is_live=True, trained_at=NOW, marks=1,
        held=1, verdict="x",
    )  # fmt: skip
    rows = [train(brand, NOW + at * DAY, again=True) for at in range(4)]
    kept = [
        bool(JudgeVersion.objects.get(pk=row.pk).weights) for row in (foreign, live, *rows) if row
    ]
    assert kept == [True, True, False, False, True, True]
    assert KEPT >= 20
    assert rows[0] is not None
    rows[0].refresh_from_db()
    assert rows[0].figures["before"] > 0
    with pytest.raises(RefusedVersion, match="only its figures are kept"):
        make_live(rows[0], NOW)


@pytest.mark.django_db
def test_the_gate_set_ships_with_the_judge_and_has_its_verdicts() -> None:
    rows = gate_set()
    assert {row.tone for row in rows} == set(Tone)
    judged = macro_f1([row.tone for row in rows], [row.by(None) for row in rows])
    assert judged > macro_f1([row.tone for row in rows], [NEUTRAL] * len(rows))


@pytest.mark.django_db
def test_a_name_of_a_version_fits_into_a_mark() -> None:
    JudgeVersion.objects.create(
        label=f"{VERSION}+99999999", base=VERSION, weights=b"", trained_at=NOW, marks=1, held=1,
        verdict="x",
    )  # fmt: skip
    label = judge_versions.next_label()
    assert label == f"{VERSION}+100000000"
    assert len(label) <= Mark._meta.get_field("judge").max_length


# By hand


@pytest.mark.django_db
def test_the_command_trains_all_scopes_and_tells_what_came_of_it(brand: Brand) -> None:
    mark_results(brand, even(160))
    out = StringIO()
    call_command("train_judge", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0].startswith(f"The installation: {VERSION}+1, from 1")
    assert lines[1].startswith(f"Hallway Coffee: {VERSION}+2, from 1")
    assert "Promoted: " in lines[0]
    out = StringIO()
    call_command("train_judge", brand="hallway", stdout=out)
    assert f"nothing new since {VERSION}+2: " in out.getvalue()
    call_command("train_judge", brand="hallway", again=True, stdout=out)
    assert f"{VERSION}+3" in out.getvalue()


@pytest.mark.django_db
def test_the_command_says_what_is_missing(brand: Brand) -> None:
    mark_results(brand, [NEGATIVE] * 3)
    out = StringIO()
    call_command("train_judge", stdout=out)
    call_command("train_judge", brand="hallway", stdout=out)
    assert out.getvalue().count("3 marks by people; from 50 on there is something to learn.") == 2
    with pytest.raises(CommandError, match="no brand “nobody”"):
        call_command("train_judge", brand="nobody")


def test_every_tone_of_the_made_results_has_a_word() -> None:
    assert set(WORDS) == set(Tone)
