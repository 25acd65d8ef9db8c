"""Terms that tell the top from the rest: the published formula, its limits, and the rows of a brief."""

import math

import pytest

from content.brief.distinct import TELLING, telling, z_of
from content.brief.term_rows import Body, is_telling, row_of, rows_of, usual_range


def test_the_z_value_is_that_of_the_formula_worked_by_hand() -> None:
    # y1 = 10 of 100, y2 = 2 of 100, a = 6, a0 = 100.
    delta = math.log(16 / 184) - math.log(8 / 192)
    expected = delta / math.sqrt(1 / 16 + 1 / 8)
    assert z_of((10, 100), (2, 100), prior=(6, 100)) == pytest.approx(expected)


def test_a_word_of_the_top_is_telling_and_a_word_of_both_is_not() -> None:
    top = [{"burr": 5, "coffee": 5} for _ in range(10)]
    rest = [{"recipe": 5, "coffee": 5} for _ in range(10)]
    z = telling(top, rest)
    assert z is not None
    assert z["burr"] > TELLING
    assert abs(z["coffee"]) < 0.01


def test_a_rare_word_is_not_telling_however_uneven() -> None:
    top = [{"burr": 1}] + [{"coffee": 9}] * 9
    z = telling(top, [{"coffee": 9}] * 10)
    assert z is not None
    assert 0 < z["burr"] < TELLING


@pytest.mark.parametrize(("top", "rest"), [(4, 10), (10, 4), (10, 0), (0, 0)])
def test_too_few_texts_are_not_enough_data(top: int, rest: int) -> None:
    assert telling([{"a": 1}] * top, [{"b": 1}] * rest) is None


def test_texts_without_terms_are_not_enough_data() -> None:
    assert telling([{}] * 10, [{"a": 1}] * 10) is None


def test_rows_hold_share_range_and_comparison() -> None:
    top = [Body({"burr": 10}, 1000)] * 4 + [Body({"burr": 40}, 1000)] * 4 + [Body({}, 500)] * 2
    rest = [Body({"recipe": 20}, 1000)] * 10
    (row,) = rows_of(top, rest, usual=["burr"])
    assert (row["results"], row["of"], row["rest"], row["rest_of"]) == (8, 10, 0, 10)
    assert (row["low"], row["high"], row["base"]) == (10.0, 40.0, "pages")
    assert is_telling(row)


def test_without_a_comparison_a_row_claims_none() -> None:
    row = row_of("burr", [Body({"burr": 2})] * 3, [], None)
    assert "z" not in row
    assert not is_telling(row)
    assert row["base"] == "snippets"


def test_a_telling_term_joins_the_usual_ones() -> None:
    top = [Body({"coffee": 5, "burr": 5})] * 8
    rest = [Body({"coffee": 5, "tea": 5})] * 8
    assert [row["term"] for row in rows_of(top, rest, usual=["coffee"])] == ["coffee", "burr"]


def test_the_usual_range_is_the_middle_half() -> None:
    assert usual_range([1, 2, 3, 100]) == (1.8, 27.2)
    assert usual_range([3, 1]) == (1, 3)
    assert usual_range([]) == (0, 0)
