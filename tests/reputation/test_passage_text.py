"""A text of an engine's is cut at its sentences about the brand, whatever the stored offsets say."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reputation.passage_text import GAP, parts_of, shortened

TEXT = "Hallway was fined. Rain fell. It also won an award."
FINED: dict[str, Any] = {"start": 0, "end": 18, "tone": "negative"}
AWARD: dict[str, Any] = {"start": 30, "end": 51, "tone": "positive"}
WORD = {"field": "text", "start": 12, "end": 17, "weight": -0.6}


def tones(sentences: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(part.text, part.tone) for part in parts_of(TEXT, sentences, [])]


def test_sentences_about_the_brand_stand_apart_from_the_rest() -> None:
    assert tones([AWARD, FINED]) == [
        ("Hallway was fined.", "negative"),
        (" Rain fell. ", ""),
        ("It also won an award.", "positive"),
    ]


def test_evidence_is_cut_out_inside_its_sentence() -> None:
    (first, *_) = parts_of(TEXT, [FINED], [WORD])
    assert [(piece.text, piece.kind) for piece in first.pieces] == [
        ("Hallway was ", ""),
        ("fined", "neg"),
        (".", ""),
    ]


def test_sentences_that_lie_outside_or_overlap_are_left_out() -> None:
    odd: list[dict[str, Any]] = [
        {"start": 99, "end": 120, "tone": "negative"},
        {"start": None, "end": 3},
        {"tone": "?"},
    ]
    assert tones(odd) == [(TEXT, "")]
    assert tones([FINED, {"start": 4, "end": 40, "tone": "neutral"}])[0] == (
        "Hallway was fined.",
        "negative",
    )


def test_a_long_text_is_shown_by_its_sentences_about_the_brand() -> None:
    long = "Rain fell. " * 90 + TEXT
    shift = 11 * 90
    sentences = [{"start": shift, "end": shift + 18, "tone": "negative"}]
    short = shortened(parts_of(long, sentences, []))
    assert [part.text for part in short] == [GAP.text, "Hallway was fined.", GAP.text]
    assert shortened(parts_of(TEXT, [FINED], [])) == parts_of(TEXT, [FINED], [])


def test_a_long_text_without_the_brand_is_cut_off() -> None:
    (part,) = shortened(parts_of("Rain fell. " * 90, [], []), 20)
    assert part.text == "Rain fell. Rain fell…"


offsets = st.one_of(st.integers(-50, 80), st.none(), st.text(max_size=2))
tone_words = st.sampled_from(["negative", "neutral", "positive", "", "odd"])


@given(
    text=st.text(max_size=60),
    sentences=st.lists(
        st.fixed_dictionaries({"start": offsets, "end": offsets, "tone": tone_words}), max_size=5
    ),
    evidence=st.lists(
        st.fixed_dictionaries(
            {"field": st.just("text"), "start": offsets, "end": offsets, "weight": st.floats()}
        ),
        max_size=5,
    ),
)
def test_the_parts_joined_are_the_text_again(
    text: str, sentences: list[dict[str, Any]], evidence: list[dict[str, Any]]
) -> None:
    assert "".join(part.text for part in parts_of(text, sentences, evidence)) == text
