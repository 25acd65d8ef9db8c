"""Evidence is highlighted where it stands, whatever the stored offsets say."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reputation.evidence import headline, persons_headline, reasons, stretches


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


def found(words: str, weight: float, reason: str) -> dict[str, Any]:
    return piece(0, 4, weight, words=words, reason=f"“{words}”: {reason}")


FINED = found("fined", -0.6, "a fine or sanction")


def test_the_headline_names_the_heaviest_evidence_that_pulls_the_verdicts_way() -> None:
    pieces = [found("best", 0.9, "praise"), found("slow", -0.2, "a complaint"), FINED]
    assert headline("negative", "regulator", pieces, "Hallway") == (
        "Negative because: “fined” – a fine or sanction."
    )
    assert headline("positive", "", pieces, "Hallway") == "Positive because: “best” – praise."


def test_of_about_equal_evidence_the_headline_takes_the_plain_word() -> None:
    turned = found("recommend", -0.61, "praise – denied, so it is no praise")
    assert "“fined”" in headline("negative", "", [turned, FINED], "Hallway")
    heavy = {**turned, "weight": -0.9}
    assert headline("negative", "", [heavy, FINED], "Hallway") == (
        "Negative because: “recommend” – praise, denied, so it is no praise."
    )


def test_a_verdict_without_evidence_of_its_way_says_what_else_it_knows() -> None:
    assert headline("negative", "recall", [], "Hallway") == (
        "Negative because it is about: recall or safety."
    )
    assert "no single word decides" in headline("positive", "", [FINED], "Hallway")


def test_neutral_is_explained_by_what_was_left_out_too_light_or_not_there() -> None:
    left = found("fraud", 0, "fraud – only asked, not claimed")
    nice = found("nice", 0.2, "liking")
    assert headline("neutral", "", [], "Hallway") == (
        "Neutral: no words with a tone about Hallway."
    )
    assert headline("neutral", "", [left], "Hallway") == (
        "Neutral: words were weighed and left out: “fraud” – fraud, only asked, not claimed."
    )
    assert headline("neutral", "", [nice], "Hallway").startswith("Neutral: too little to decide: ")
    assert "balance" in headline("neutral", "", [nice, FINED], "Hallway")


def test_a_persons_word_is_told_with_the_machines() -> None:
    assert persons_headline("Ann", "neutral", "negative") == (
        "Ann marked it neutral; the machine had said negative."
    )
    assert persons_headline("Ann", "neutral", "neutral").endswith("the machine agreed.")
    assert persons_headline("Ann", "neutral", "") == "Ann marked it neutral."


odd = st.one_of(st.none(), st.integers(), st.text(max_size=90), st.floats(allow_nan=False))


@given(
    tone=st.sampled_from(["negative", "neutral", "positive"]),
    pieces=st.lists(
        st.dictionaries(st.sampled_from(["words", "reason", "weight", "start"]), odd), max_size=4
    ),
)
def test_a_headline_is_one_short_line_whatever_is_stored(
    tone: str, pieces: list[dict[str, Any]]
) -> None:
    line = headline(tone, "", pieces, "Hallway")
    assert line.startswith(tone.capitalize())
    assert "\n" not in line
    assert len(line) < 450
