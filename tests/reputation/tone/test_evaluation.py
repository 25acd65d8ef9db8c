"""The counting behind `manage.py evaluate_tone`: F1, intervals, categories and the worst errors."""

from __future__ import annotations

import json

import pytest

from reputation.tone import BrandNames, Category, Text, Tone, Verdict
from reputation.tone.evaluation import Judged, figures_of, part_of, worst
from reputation.tone.evaluation_text import as_text
from reputation.tone.lines import Labelled, RefusedLine, Row, labelled_of

NEGATIVE, NEUTRAL, POSITIVE = Tone.values


def judged(
    truth: str,
    said: str,
    *,
    category: str = "",
    said_category: Category = Category.NONE,
    language: str = "en",
    confidence: float = 0.5,
) -> Judged:
    row = Row("r", BrandNames(("Halden",)), Text("Halden"))
    verdict = Verdict(Tone(said), 0.0, said_category, language, confidence, ())
    return Judged(Labelled(row, Tone(truth), category), verdict)


def line(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def test_figures_are_those_counted_by_hand() -> None:
    pairs = [(NEGATIVE, NEGATIVE)] * 3 + [(NEGATIVE, NEUTRAL)] + [(NEUTRAL, NEGATIVE)] * 2
    pairs += [(NEUTRAL, NEUTRAL)] * 4 + [(POSITIVE, POSITIVE)] * 2
    part = part_of(pairs)
    negative = part.tones[NEGATIVE]

    assert (negative.rows, negative.judged) == (4, 5)
    assert (negative.precision, negative.recall) == (0.6, 0.75)
    assert negative.f1 is not None
    assert negative.f1.value == pytest.approx(2 / 3, abs=1e-4)
    assert part.macro_f1.value == pytest.approx((2 / 3 + 8 / 11 + 1) / 3, abs=1e-4)
    assert part.missing == ()


def test_tone_that_no_row_has_is_named_and_left_out_of_the_mean() -> None:
    part = part_of([(NEGATIVE, NEGATIVE)] * 3 + [(NEUTRAL, NEUTRAL), (NEUTRAL, POSITIVE)])

    assert part.missing == (POSITIVE,)
    assert part.macro_f1.value == pytest.approx((1 + 2 / 3) / 2, abs=1e-4)
    assert part.tones[POSITIVE].f1 is None
    assert (part.tones[POSITIVE].recall, part.tones[POSITIVE].precision) == (None, 0.0)


def test_interval_is_the_same_each_time_and_narrows_with_rows() -> None:
    pairs = [(NEGATIVE, NEGATIVE), (NEGATIVE, NEUTRAL), (NEUTRAL, NEUTRAL), (POSITIVE, POSITIVE)]
    few, many = part_of(pairs * 5).macro_f1, part_of(pairs * 500).macro_f1

    assert few == part_of(pairs * 5).macro_f1
    assert few.low < few.value < few.high
    assert many.high - many.low < (few.high - few.low) / 5
    perfect = part_of([(tone, tone) for tone in Tone.values] * 20).macro_f1
    assert (perfect.low, perfect.value, perfect.high) == (1.0, 1.0, 1.0)


def test_always_neutral_is_counted_beside_the_judge() -> None:
    rows = [judged(NEUTRAL, NEUTRAL)] * 4 + [judged(NEGATIVE, NEGATIVE)]
    figures = figures_of(rows)

    assert figures.whole.macro_f1.value == 1.0
    assert figures.always_neutral.macro_f1.value == pytest.approx((8 / 9) / 2, abs=1e-4)
    assert figures.confusion[NEGATIVE] == {NEGATIVE: 1, NEUTRAL: 0, POSITIVE: 0}


def test_languages_and_categories_are_counted_apart() -> None:
    rows = [
        judged(NEGATIVE, NEGATIVE, category="fraud", said_category=Category.FRAUD),
        judged(NEGATIVE, NEGATIVE, category="fraud", said_category=Category.CRIME),
        judged(NEGATIVE, NEUTRAL, category="fraud"),
        judged(NEGATIVE, NEGATIVE, category="ethics_scandal", language="de"),
        judged(NEUTRAL, NEUTRAL, category="other_entity", language="de"),
    ]
    figures = figures_of(rows)
    fraud = figures.categories["fraud"]

    assert (fraud.rows, fraud.found, fraud.right) == (3, 2, 1)
    assert list(figures.categories) == ["fraud"]
    assert figures.other_categories == {"ethics_scandal": 1}
    assert {name: part.rows for name, part in figures.languages.items()} == {"de": 2, "en": 3}


def test_opposite_tone_is_the_worst_error_then_the_surest() -> None:
    sure = judged(NEUTRAL, NEGATIVE, confidence=0.9)
    unsure = judged(NEUTRAL, NEGATIVE, confidence=0.5)
    opposite = judged(POSITIVE, NEGATIVE, confidence=0.4)
    rows = [unsure, judged(NEUTRAL, NEUTRAL, confidence=1.0), sure, opposite]

    assert worst(rows, 10) == [opposite, sure, unsure]
    assert worst(rows, 1) == [opposite]
    assert worst(rows, 0) == []


def test_report_says_which_tones_the_mean_is_over() -> None:
    rows = [judged(NEGATIVE, NEGATIVE, category="x"), judged(NEUTRAL, NEGATIVE)]
    report = "\n".join(as_text(figures_of(rows), worst(rows, 5)))

    assert "the mean over negative, neutral (2 rows; none is positive)" in report
    assert "Not ours, so not compared: x (1)." in report
    assert "no evidence found" in report


def test_rows_of_data_sets_are_read_by_their_own_names() -> None:
    found = labelled_of(line(text="Halden fined", target="Halden", label="none"), "set:3")
    assert found == Labelled(
        Row("set:3", BrandNames(("Halden",)), Text("", "Halden fined")), Tone.NEUTRAL, ""
    )
    nameless = labelled_of(line(text="what a day", target=None, label="positive"), "set:4")
    assert nameless.row.names == BrandNames(())


def test_rows_of_our_own_are_read_with_their_truth() -> None:
    row = line(
        id=7, brand="Halden", title="T", snippet="S", url="", tone="Negative", category="none"
    )
    found = labelled_of(row, "file:1")

    assert found.row == Row(7, BrandNames(("Halden",)), Text("T", "S"))
    assert (found.tone, found.category) == (Tone.NEGATIVE, "")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"brand": "H", "title": "T", "tone": "mixed"}, '"mixed" is none of negative, neutral'),
        ({"text": "T", "target": "H", "label": "not_negative"}, '"not_negative"'),
        ({"brand": "H", "title": "T"}, "it has no tone"),
        ({"brand": "H", "title": "T", "tone": 1}, '"tone" is not text'),
        ({"title": "T", "tone": "neutral"}, '"brand" is missing'),
        ({"brand": "H", "title": " ", "tone": "neutral"}, "nothing to judge"),
        ({"text": "T", "target": 5, "label": "neutral"}, '"target" is not text'),
    ],
)
def test_row_that_cannot_be_counted_says_why(fields: dict[str, object], words: str) -> None:
    with pytest.raises(RefusedLine, match=words):
        labelled_of(line(**fields), "file:1")
