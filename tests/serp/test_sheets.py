"""Nothing in an exported table runs as a formula."""

import pytest

from serp.sheets import cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-cmd", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1"])
def test_a_text_that_looks_like_a_formula_is_made_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "written"),
    [("Hallway – coffee", "Hallway – coffee"), (-0.5, "-0.5"), (7, "7"), (None, ""), ("", "")],
)
def test_other_values_stay_as_they_are(value: object, written: str) -> None:
    assert cell(value) == written
