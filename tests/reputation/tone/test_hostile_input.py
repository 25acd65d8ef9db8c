"""Texts and names of any size and content are judged without a crash, in linear time."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation.tone import BrandNames, Text, Verdict, judge_texts
from reputation.tone import reading as reading_module
from reputation.tone.lexicon import LANGUAGES
from reputation.tone.reading import Reader, reader
from tests.reputation.tone.test_language import ROWS

MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    "unit", ["a", "(", "fraud ", "Ab-", "投诉", "😀", "\x00", "5/", "'s", "http://a.b/", "★", "ā"]
)
def test_a_megabyte_of_anything_is_judged_in_seconds(unit: str) -> None:
    text = (unit * MEGABYTE)[:MEGABYTE]
    started = time.monotonic()
    verdict = next(judge_texts([Text(text, text, text)], BrandNames(("Ab", unit, text))))

    assert time.monotonic() - started < 10
    assert -1 <= verdict.score <= 1


@settings(max_examples=150, deadline=None)
@given(
    title=st.text(st.characters(), max_size=80),
    snippet=st.lists(
        st.sampled_from(["fraud", "not", "投诉", "svindel", "?", "\n", "\x00", "5/5", "sues", "X"])
    ).map(" ".join),
    url=st.one_of(
        st.text(max_size=40), st.just("http://[::1"), st.just("https://x.example/a-b-c-d")
    ),
    name=st.text(max_size=20),
    language=st.sampled_from(["", *LANGUAGES, "de", "??"]),
)
def test_any_text_gets_a_verdict_with_true_offsets(
    title: str, snippet: str, url: str, name: str, language: str
) -> None:
    text = Text(title, snippet, url, language)
    verdict = next(judge_texts([text], BrandNames((name, "X"))))

    assert -1 <= verdict.score <= 1
    assert 0 <= verdict.confidence <= 1
    for each in verdict.evidence:
        found = getattr(text, each.field)[each.start : each.end]
        assert found.casefold() == each.words.casefold()


def test_half_a_surrogate_pair_does_no_harm() -> None:
    verdict = next(judge_texts([Text("\ud800 fraud at X \udfff")], BrandNames(("X",))))

    assert [each.words for each in verdict.evidence] == ["fraud"]


def test_vocabulary_stops_growing_so_that_memory_stays_flat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading_module, "MOST_STRINGS", 500)
    reader = Reader("lv")
    limit = reader.limit
    for number in range(3_000):
        assert reader.read(f"krāpšana vārds{number}") is not None

    assert len(reader.nlp.vocab.strings) <= limit + 10


def test_texts_without_our_words_are_passed_over_without_a_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def verdicts() -> list[Verdict]:
        texts = [(Text(row["title"], row["snippet"], row["url"]), row["brand"]) for row in ROWS]
        return [next(judge_texts([text], BrandNames((brand,)))) for text, brand in texts]

    screened = verdicts()
    monkeypatch.setattr(Reader, "_may_hit", lambda reader, text: True)

    assert screened == verdicts()


def test_screen_passes_some_texts_over() -> None:
    assert reader("en").read("Opening hours and directions") is None
    assert reader("en").read("Opening hours after the _scam_ and directions") is not None


def test_judging_keeps_nothing() -> None:
    texts = (Text(f"Brand fined {number}", "fraud") for number in range(400))
    brand = BrandNames(("Brand",))
    list(judge_texts([Text("Brand fined")], brand))
    tracemalloc.start()
    for _ in judge_texts(texts, brand):
        pass
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # Keeping the 400 documents takes 2.4 MB; spaCy's table of strings may grow by a step meanwhile.
    assert kept < 1_500_000
