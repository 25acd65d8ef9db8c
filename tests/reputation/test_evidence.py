"""Evidence is highlighted where it stands, whatever the stored offsets say."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reputation.evidence import reasons, stretches


def piece(
    start: Any, end: Any, weight: Any = -0.5, field: str = "title", **more: Any
) -> dict[str, Any]:
    return {"start": start, "end": end, "weight": weight, "field": field, **more}


def shown(text: str, *pieces: dict[str, Any], field: str = "title") -> list[tuple[str, str]]:
    return [(part.text, part.kind) for part in stretches(text, pieces, field)]


def test_words_are_cut_out_with_the_way_they_pull() -> None:
    assert shown("no refund, nice people", piece(3, 9), piece(11, 15, 0.3)) == [
        ("no ", ""),
        ("refund", "neg"),
        (", ", ""),
        ("nice", "pos"),
        (" people", ""),
    ]


def test_words_that_were_left_out_are_shown_as_such() -> None:
    assert shown("scam", piece(0, 4, 0)) == [("scam", "off")]


def test_evidence_of_another_field_is_not_shown() -> None:
    assert shown("scam", piece(0, 4, field="snippet")) == [("scam", "")]


def test_of_overlapping_pieces_the_heavier_one_is_shown() -> None:
    assert shown("not a great scam", piece(0, 11, 0.2), piece(6, 16, -0.9)) == [
        ("not a ", ""),
        ("great scam", "neg"),
    ]


def test_of_equal_weights_the_longer_piece_is_shown() -> None:
    assert shown("still no refund", piece(9, 15), piece(0, 15)) == [("still no refund", "neg")]


def test_offsets_outside_the_text_are_cut_or_left_out() -> None:
    assert shown("scam", piece(-5, 2), piece(2, 99), piece(50, 60), piece(3, 1)) == [
        ("sc", "neg"),
        ("am", "neg"),
    ]


def test_broken_pieces_do_no_harm() -> None:
    broken = [{}, piece("0", 4), piece(None, None), piece(0.0, 4.0), piece(True, 4)]
    assert shown("scam", *broken) == [("scam", "")]
    assert shown("scam", piece(0, 4, "heavy")) == [("scam", "off")]


@given(
    st.text(max_size=40),
    st.lists(
        st.builds(
            piece, st.integers(-5, 50), st.integers(-5, 50), st.floats(-1, 1, allow_nan=False)
        ),
        max_size=8,
    ),
)
def test_the_pieces_are_always_the_text_again(text: str, pieces: list[dict[str, Any]]) -> None:
    assert "".join(part.text for part in stretches(text, pieces, "title")) == text


def test_reasons_come_heaviest_first_and_once() -> None:
    found = reasons(
        [
            piece(0, 1, 0.1, reason="praise"),
            piece(0, 1, -0.3, reason="fraud"),
            piece(5, 6, -0.7, reason="Fraud"),
        ]
    )
    assert [(why.reason, why.weight, why.kind) for why in found] == [
        ("Fraud", -0.7, "neg"),
        ("praise", 0.1, "pos"),
    ]
