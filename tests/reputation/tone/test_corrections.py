"""Corrections over the rules: no marks change nothing, marks turn what they speak of, and say why."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation.tone import BrandNames, Category, Text, Tone, Verdict, judge_texts
from reputation.tone.corrections import (
    BORDERS,
    SCALE,
    TONES,
    Corrections,
    key_of,
    log_odds,
    score_of,
)
from reputation.tone.features import parts_of
from reputation.tone.judge import NEGATIVE_AT, POSITIVE_AT
from reputation.tone.learning import Lesson, learn
from reputation.tone.lexicon import DATA
from reputation.tone.verdict import Evidence

ACME = BrandNames(("Acme Dental",), ("acme.example",))


def rules(text: Text, names: BrandNames = ACME) -> Verdict:
    return next(judge_texts([text], names))


def verdict(score: float, *, evidence: tuple[Evidence, ...] = ()) -> Verdict:
    tone = Tone.NEGATIVE if score <= NEGATIVE_AT else Tone.NEUTRAL
    tone = Tone.POSITIVE if score >= POSITIVE_AT else tone
    return Verdict(tone, score, Category.NONE, "en", 0.7, evidence)


def lesson(text: Text, tone: Tone, *, owner: int = 0, names: BrandNames = ACME) -> Lesson:
    judged = rules(text, names)
    return Lesson(parts_of(text, judged, names), judged, tone, owner)


def lessons(number: int, word: str, tone: Tone) -> list[Lesson]:
    """Results that differ in all but one word, beside as many without it that stay neutral."""
    found = []
    for at in range(number):
        filler = f"{chr(97 + at % 26) * 3}{chr(97 + at // 26) * 3}"
        url = f"https://{filler}.example/{at}"
        found.append(lesson(Text(f"Acme Dental {word} {filler}", "", url), tone))
        found.append(lesson(Text(f"Acme Dental other {filler}", "", url), Tone.NEUTRAL))
    return found


TAUGHT = learn(lessons(60, "walnut", Tone.NEGATIVE))
WALNUT = Text("Walnut at Acme Dental", "A page about it.", "https://www.paper.example/walnut")


@given(
    score=st.floats(-1, 1).map(lambda x: round(x, 3)),
    title=st.text(max_size=60),
    url=st.sampled_from(["", "https://www.trustpilot.com/review/acme", "no address"]),
)
@settings(max_examples=150, deadline=None)
def test_without_marks_every_verdict_stays_as_it_is(score: float, title: str, url: str) -> None:
    before = verdict(score)
    assert learn([]).correct(Text(title, "", url), before, ACME) is before
    assert Corrections.none().correct(Text(title, "", url), before, ACME) is before


@given(score=st.floats(-1, 1).map(lambda x: round(x, 3)))
def test_the_log_odds_lead_to_the_same_tone_and_score_and_back(score: float) -> None:
    before = verdict(score)
    odds = log_odds(before)
    assert TONES[odds.index(max(odds))] == before.tone
    assert score_of(odds, before.tone) == pytest.approx(score, abs=0.001)


@given(
    score=st.floats(-1, 1).map(lambda x: round(x, 3)),
    push=st.tuples(*[st.floats(-9, 9)] * 3),
)
@settings(max_examples=300)
def test_a_corrected_score_lies_on_its_tones_side_of_the_borders(
    score: float, push: tuple[float, float, float]
) -> None:
    corrections = Corrections(np.zeros(0, np.uint32), np.zeros((0, 3), np.float32), push)
    after = corrections.correct(Text("Page"), verdict(score), ACME)
    assert (after.score <= NEGATIVE_AT) == (after.tone == Tone.NEGATIVE)
    assert (after.score >= POSITIVE_AT) == (after.tone == Tone.POSITIVE)
    assert -1 <= after.score <= 1
    assert 0 <= after.confidence <= 1
    assert after.category == Category.NONE


def test_the_borders_of_the_tones_meet_and_leave_no_gap() -> None:
    negative, neutral, positive = (BORDERS[tone] for tone in TONES)
    assert negative[1] <= NEGATIVE_AT < neutral[0] == pytest.approx(negative[1] + 0.001)
    assert neutral[1] < POSITIVE_AT == positive[0] == pytest.approx(neutral[1] + 0.001)


def test_marks_turn_the_verdict_on_a_text_that_nobody_marked() -> None:
    before = rules(WALNUT)
    after = TAUGHT.correct(WALNUT, before, ACME)
    assert (before.tone, after.tone) == (Tone.NEUTRAL, Tone.NEGATIVE)
    other = Text("Acme Dental and a chestnut", "A page about it.", "https://www.paper.example/x")
    assert TAUGHT.correct(other, rules(other), ACME).tone == Tone.NEUTRAL


def test_a_turned_verdict_tells_which_word_people_marked_and_where_it_stands() -> None:
    after = TAUGHT.correct(WALNUT, rules(WALNUT), ACME)
    piece = next(piece for piece in after.evidence if "people here" in piece.reason)
    assert piece.reason == "“Walnut”: people here marked results with this word negative"
    assert (piece.field, piece.start, piece.end, piece.words) == ("title", 0, 6, "Walnut")
    assert piece.weight < 0


def test_at_most_three_reasons_are_given_and_none_where_nothing_moved() -> None:
    rows = []
    for at in range(80):
        filler = f"{chr(97 + at % 26) * 3}{chr(97 + at // 26) * 3}"
        url = f"https://shared.example/{at}"
        text = Text(f"one walnut hazel almond pecan {filler}", "", url)
        rows += [lesson(text, Tone.POSITIVE), lesson(Text(filler), Tone.NEUTRAL)]
    taught = learn(rows)
    text = Text("pecan almond hazel walnut", "", "https://shared.example/new")
    reasons = [piece.reason for piece in taught.correct(text, rules(text), ACME).evidence]
    assert 1 <= sum("people here" in reason for reason in reasons) <= 3
    calm = Text("Nothing known", "", "https://else.example/")
    assert taught.correct(calm, rules(calm), ACME).evidence == rules(calm).evidence


def test_a_site_is_a_reason_by_its_domain() -> None:
    rows = [
        lesson(Text(f"page {chr(97 + at % 26) * 3} {chr(97 + at // 26) * 4}", "", url), tone)
        for at in range(60)
        for url, tone in (
            (f"https://www.grumble.example/{at}", Tone.NEGATIVE),
            (f"https://site{at}.example/{at}", Tone.NEUTRAL),
        )
    ]
    text = Text("something new", "", "https://forum.grumble.example/threads/1")
    after = learn(rows).correct(text, rules(text), ACME)
    (piece,) = (piece for piece in after.evidence if "this site" in piece.reason)
    assert piece.reason == "“grumble.example”: people here marked results from this site negative"
    assert text.url[piece.start : piece.end] == "grumble.example"


def test_a_verdict_that_turns_negative_takes_the_category_of_its_heaviest_reason() -> None:
    fine = Evidence("fined", "title", 0, 5, -0.2, "regulator", "“fined”: a fine")
    slow = Evidence("slow", "title", 6, 10, -0.1, "service", "“slow”: bad service")
    corrections = Corrections(np.zeros(0, np.uint32), np.zeros((0, 3), np.float32), (9.0, 0, 0))
    before = verdict(-0.2, evidence=(slow, fine))
    assert corrections.correct(Text("fined slow"), before, ACME).category == Category.REGULATOR
    away = Corrections(np.zeros(0, np.uint32), np.zeros((0, 3), np.float32), (0, 9.0, 0))
    after = away.correct(Text("fined slow"), verdict(-0.5, evidence=(fine,)), ACME)
    assert (after.tone, after.category) == (Tone.NEUTRAL, Category.NONE)


def test_the_brands_name_is_no_feature_and_other_words_are() -> None:
    text = Text("Acme Dental's walnut in 2024", "See acme dental", "https://acme.example/a")
    features = parts_of(text, rules(text), ACME).features()
    assert "word:walnut" in features
    assert "host:acme.example" in features
    assert "kind:own" in features
    assert not any("acme" in name or "dental" in name for name in features if name[0] in "wp")
    assert not any("2024" in name for name in features)


def test_chinese_words_are_found_and_shown_as_pairs_of_characters() -> None:
    names = BrandNames(("晨星",))
    rows = []
    for at in range(60):
        page = f"https://p{at}.example/"
        rows.append(
            lesson(Text(f"晨星 核桃 {chr(0x5000 + at) * 2}", "", page), Tone.NEGATIVE, names=names)
        )
        rows.append(
            lesson(Text(f"晨星 {chr(0x5000 + at) * 2}", "", page), Tone.NEUTRAL, names=names)
        )
    text = Text("买核桃吃", "", "https://new.example/")
    after = learn(rows).correct(text, rules(text, names), names)
    assert any(piece.words == "核桃" and piece.start == 1 for piece in after.evidence)


def test_what_only_one_owner_marked_is_not_learned_for_all() -> None:
    own = [
        lesson(Text(f"walnut {at}", "", f"https://a{at}.example"), Tone.NEGATIVE, owner=1)
        for at in range(9)
    ]
    both = [
        lesson(Text(f"hazel {at}", "", f"https://b{at}.example"), Tone.NEGATIVE, owner=at % 2)
        for at in range(9)
    ]
    shared = learn([*own, *both], least_owners=2).rows
    assert key_of("word:hazel") in shared
    assert key_of("word:walnut") not in shared
    assert key_of("word:walnut") in learn([*own, *both]).rows


def test_a_word_that_was_marked_once_is_not_learned() -> None:
    found = learn([lesson(Text("walnut tree"), Tone.NEGATIVE), lesson(Text("tree"), Tone.NEUTRAL)])
    assert key_of("word:tree") in found.rows
    assert key_of("word:walnut") not in found.rows


def test_the_same_marks_teach_the_same() -> None:
    assert (
        learn(lessons(20, "walnut", Tone.POSITIVE)).to_bytes()
        == learn(lessons(20, "walnut", Tone.POSITIVE)).to_bytes()
    )


def test_a_word_pulls_towards_the_tone_it_was_marked_with_and_away_from_the_others() -> None:
    rows = lessons(30, "walnut", Tone.NEGATIVE)
    found = learn(rows)
    walnut = found.rows[key_of("word:walnut")]
    assert walnut[0] > 0.2 > walnut[2]
    assert sum(walnut) == pytest.approx(0, abs=1e-3)


def test_a_key_is_the_same_in_every_process() -> None:
    program = "from zlib import crc32; print(crc32('word:nøtt'.encode()))"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert int(done.stdout) == key_of("word:nøtt") == key_of("nøtt", key_of("word:"))


def test_stored_corrections_come_back_and_broken_ones_are_refused() -> None:
    stored = TAUGHT.to_bytes()
    again = Corrections.from_bytes(stored)
    assert (again.rows, again.bias) == (TAUGHT.rows, TAUGHT.bias)
    pickled = np.lib.format.MAGIC_PREFIX + b"\x01\x00"
    for broken in (b"", b"nonsense", stored[: len(stored) // 2], pickled):
        with pytest.raises(ValueError, match="no stored corrections"):
            Corrections.from_bytes(broken)


@pytest.mark.parametrize(("offsets", "bias"), [((2, 2), (3,)), ((1, 3), (3,)), ((2, 3), (2,))])
def test_arrays_that_do_not_fit_together_are_refused(
    offsets: Sequence[int], bias: Sequence[int]
) -> None:
    odd = Corrections(
        np.zeros(2, np.uint32), np.zeros(tuple(offsets), np.float32), tuple([0.0] * bias[0])
    )  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="do not fit"):
        Corrections.from_bytes(odd.to_bytes())


def test_a_number_that_is_none_is_refused() -> None:
    odd = Corrections(np.zeros(1, np.uint32), np.full((1, 3), np.nan, np.float32))
    with pytest.raises(ValueError, match="a number is missing"):
        Corrections.from_bytes(odd.to_bytes())


def test_hostile_text_is_corrected_too() -> None:
    for title in ("\ud800 walnut", "İ" * 500 + " walnut", "walnut " * 5000, "\x00\ue000"):
        text = Text(title, title, "http://[broken")
        after = TAUGHT.correct(text, rules(text), ACME)
        for piece in after.evidence:
            assert getattr(text, piece.field)[piece.start : piece.end] == piece.words


def test_the_gate_set_holds_every_language_and_tone_evenly() -> None:
    rows = [json.loads(line) for line in (DATA / "gate.jsonl").read_text().splitlines()]
    assert len(rows) >= 190
    assert len({row["id"] for row in rows}) == len(rows)
    languages = Counter(row["language"] for row in rows)
    assert set(languages) == {"de", "en", "es", "fr", "lv", "no", "ru", "zh"}
    assert max(languages.values()) - min(languages.values()) <= 2
    for language in languages:
        tones = Counter(row["tone"] for row in rows if row["language"] == language)
        assert min(tones[tone] for tone in Tone.values) >= 5


@pytest.mark.parametrize("name", ["gate", "reminders"])
def test_rows_to_learn_from_are_not_those_to_measure_on(name: str) -> None:
    other = {"gate": "reminders", "reminders": "gate"}[name]
    rows, others = (
        [json.loads(line) for line in (DATA / f"{each}.jsonl").read_text().splitlines()]
        for each in (name, other)
    )
    assert not {row["title"] for row in rows} & {row["title"] for row in others}
    assert {row["tone"] for row in rows} == set(Tone.values)


def test_weakened_corrections_push_by_their_share() -> None:
    half = TAUGHT.weakened(0.5)
    key = key_of("word:walnut")
    assert half.rows[key][0] == pytest.approx(TAUGHT.rows[key][0] / 2)
    assert half.bias == pytest.approx([each / 2 for each in TAUGHT.bias])


def test_a_point_of_score_is_worth_its_log_odds() -> None:
    assert log_odds(verdict(0.0)) == pytest.approx((SCALE * NEGATIVE_AT, 0, -SCALE * POSITIVE_AT))
