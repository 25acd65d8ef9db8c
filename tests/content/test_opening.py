"""Which history opens first: the one where negatives take the most clicks."""

import pytest

from content.opening import Candidate, most_clicks, worst_keyword
from serp.models import Brand, Keyword
from tests.cast import NOW, MakeSnapshot


def row(pk: int, volume: int | None, negative: float | None, worst: int | None = None) -> Candidate:
    return Candidate(pk, volume, negative, worst)


@pytest.mark.parametrize(
    ("rows", "pk"),
    [
        ([row(1, 100, 0.5, 1), row(2, 9000, 0.1, 4)], 2),
        ([row(1, 100, 0.3, 2), row(2, None, 0.5, 1), row(3, 300, 0.1, 5)], 2),
        ([row(1, None, 0.1, 4), row(2, None, 0.3, 2)], 2),
        ([row(1, 100, 0.0, 18), row(2, 100, 0.0, 12), row(3, 900, 0.0)], 2),
        ([row(1, 100, None), row(2, None, None)], 1),
        ([], None),
    ],
)
def test_volume_times_share_decides_then_the_place(rows: list[Candidate], pk: int | None) -> None:
    assert most_clicks(rows) == pk


def test_the_keyword_with_the_most_clicks_on_negatives_opens(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    assert worst_keyword(brand) == keyword.pk
    Keyword.objects.filter(pk=keyword.pk).update(volume=100)
    many = Keyword.objects.create(brand=brand, phrase="zz", volume=9000)
    make_snapshot("negative", "neutral", at=NOW)
    make_snapshot("neutral", "neutral", "negative", at=NOW, of=many)
    assert worst_keyword(brand) == many.pk


def test_paused_keywords_open_only_where_all_are_paused(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("negative", at=NOW)
    Keyword.objects.filter(pk=keyword.pk).update(is_paused=True)
    assert worst_keyword(brand) == keyword.pk
    watched = Keyword.objects.create(brand=brand, phrase="zz")
    assert worst_keyword(brand) == watched.pk


def test_a_brand_without_keywords_has_none(brand: Brand) -> None:
    assert worst_keyword(brand) is None
