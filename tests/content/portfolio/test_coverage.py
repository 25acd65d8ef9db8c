"""How page one is weighed, what comes first, and what is to be done."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from content.models import Cluster, Piece
from content.portfolio.coverage import Side, hold_of, side_of, weigh
from content.portfolio.fortress import NONE, Filters, fortress
from reputation.models import Mark
from serp.ctr import Curve
from serp.curves import curve_of
from serp.models import Brand, Check, Keyword
from tests.cast import NOW, MakeSnapshot


@pytest.fixture
def curve(brand: Brand) -> Curve:
    return curve_of(brand)


@pytest.mark.parametrize(
    ("tone", "ownership", "side"),
    [
        ("negative", "owned", Side.NEGATIVE),
        ("negative", "third", Side.NEGATIVE),
        ("neutral", "owned", Side.OWN),
        ("positive", "influenced", Side.INFLUENCED),
        ("positive", "third", Side.FRIENDLY),
        ("positive", "hostile", Side.NEUTRAL),
        ("neutral", "third", Side.NEUTRAL),
    ],
)
def test_a_result_stands_on_one_side(tone: str, ownership: str, side: Side) -> None:
    assert side_of(tone, ownership) is side


def test_strength_is_the_share_of_clicks_with_friendly_pages_by_half(curve: Curve) -> None:
    whole = sum(curve.share(n) for n in range(1, 11))
    sides = [Side.OWN, Side.FRIENDLY, *[Side.NEUTRAL] * 8]
    hold = hold_of(sides, depth=20, is_partial=False, curve=curve)
    assert hold.strength == pytest.approx((curve.share(1) + curve.share(2) / 2) / whole)
    assert hold.exposure == pytest.approx(1 - (hold.strength or 0))


def test_only_ours_is_full_strength_and_only_others_none(curve: Curve) -> None:
    for side, strength in (
        (Side.OWN, 1),
        (Side.INFLUENCED, 1),
        (Side.NEUTRAL, 0),
        (Side.NEGATIVE, 0),
    ):
        assert hold_of([side] * 10, depth=10, is_partial=False, curve=curve).strength == strength


def test_what_was_not_read_counts_for_nobody_and_is_shown(curve: Curve) -> None:
    hold = hold_of([Side.OWN, Side.UNREAD], depth=2, is_partial=True, curve=curve)
    assert hold.strength == 1
    assert hold.count(Side.UNREAD) == 9
    assert hold_of([], depth=0, is_partial=True, curve=curve).strength is None


def test_unknown_searches_count_as_the_middle_of_the_known(curve: Curve) -> None:
    weak = hold_of([Side.NEUTRAL] * 10, depth=10, is_partial=False, curve=curve)
    found = weigh([(100, weak), (None, weak), (300, weak)])
    assert [(one.urgency, one.is_guessed) for one in found] == [
        (100, False), (200, True), (300, False),
    ]  # fmt: skip
    assert [one.urgency for one in weigh([(None, weak)])] == [1]


@pytest.fixture
def bare(keyword: Keyword) -> None:
    """No keyword but those that a test adds; `make_snapshot` brings one along."""
    keyword.delete()


def add(brand: Brand, phrase: str, **fields: Any) -> Keyword:
    return Keyword.objects.create(brand=brand, phrase=phrase, country="no", **fields)


@pytest.mark.usefixtures("bare")
def test_the_weakest_comes_first_by_searches_and_exposure(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    big, small, held = (
        add(brand, name, volume=n) for name, n in (("big", 900), ("small", 90), ("held", 1000))
    )
    unread = add(brand, "unread", volume=99999)
    for one in (big, small):
        make_snapshot(*["neutral"] * 10, of=one)
    make_snapshot("own", "own", "own", of=held)
    found = fortress(brand, Filters())
    assert [line.keyword for line in found.lines] == [big, small, held, unread]
    assert [line.keyword for line in found.without_own] == [big, small]
    assert [line.todo for line in found.lines] == ["make", "make", "hold", "read"]
    assert found.lines[-1].gap == "not read yet"


def test_a_negative_leads_to_its_plan_and_a_piece_in_work_to_itself(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    bad, busy = add(brand, "bad"), add(brand, "busy")
    make_snapshot("neutral", "negative:recall", of=bad)
    make_snapshot("neutral", of=busy)
    piece = Piece.objects.create(brand=brand, title="Answer", keyword=busy)
    lines = {line.keyword: line for line in fortress(brand, Filters()).lines}
    assert lines[bad].todo == "plan"
    assert lines[bad].worst == Mark.objects.get(page__host="recall.example").page_id
    assert (lines[busy].todo, lines[busy].piece) == ("work", piece)


def test_a_wrong_spelling_gets_no_page_and_a_cluster_no_second_one(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    right, mate = add(brand, "right"), add(brand, "mate")
    wrong = add(brand, "wrogn", kind=Keyword.Kind.MISSPELLING)
    Cluster.objects.create(brand=brand, name="one").keywords.set([right, mate])
    make_snapshot("own", of=right)
    make_snapshot("neutral", of=mate)
    make_snapshot("neutral", of=wrong)
    lines = {line.keyword: line for line in fortress(brand, Filters()).lines}
    assert (lines[mate].todo, lines[mate].mate) == ("lift", right)
    assert lines[wrong].todo == "spell"


@pytest.mark.usefixtures("bare")
def test_filters_leave_what_fits(brand: Brand, make_snapshot: MakeSnapshot) -> None:
    one, two = add(brand, "one", kind="product"), add(brand, "two", device="mobile")
    cluster = Cluster.objects.create(brand=brand, name="c")
    cluster.keywords.add(one)
    make_snapshot("own", of=one)
    make_snapshot("neutral", of=two)

    def shown(**filters: Any) -> list[str]:
        return [line.keyword.phrase for line in fortress(brand, Filters(**filters)).lines]

    assert shown(kind="product") == ["one"]
    assert shown(market="google/no/en/mobile") == ["two"]
    assert shown(cluster=str(cluster.pk)) == ["one"]
    assert shown(cluster=NONE) == ["two"]
    assert shown(without_own=True) == ["two"]
    assert shown(cluster="999") == []


def test_a_failed_check_since_the_reading_is_told(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("own")
    keyword.last_check = Check.objects.create(
        keyword=keyword,
        period=NOW,
        not_before=NOW,
        state=Check.State.FAILED,
        error_kind="timeout",
        finished_at=NOW + timedelta(hours=1),
    )
    keyword.save()
    (line,) = fortress(brand, Filters()).lines
    assert line.gap.startswith("the last check brought nothing")


@pytest.mark.usefixtures("bare")
def test_clusters_are_summed_and_the_rest_stands_last(
    brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    one, two, alone = (add(brand, name) for name in ("one", "two", "alone"))
    Cluster.objects.create(brand=brand, name="pair").keywords.set([one, two])
    make_snapshot("own", of=one)
    make_snapshot("neutral", "negative", of=alone)
    pair, rest = fortress(brand, Filters()).clusters
    assert (pair.keywords, pair.read, pair.without_own, pair.strength) == (2, 1, 0, 1)
    assert (rest.cluster, rest.keywords, rest.negatives) == (None, 1, 1)


@pytest.fixture
def page(client: Client, viewer: User) -> Client:
    client.force_login(viewer)
    return client


def test_the_page_speaks_before_any_crisis(
    page: Client, brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral", "neutral")
    text = page.get(reverse("fortress", args=[brand.slug])).content.decode()
    assert '<b class="strong">1 of 1</b>' in text
    assert "No negative on page one: this is the time to build." in text


def test_a_brand_without_keywords_is_told_what_to_do(page: Client, brand: Brand) -> None:
    text = page.get(reverse("fortress", args=[brand.slug])).content.decode()
    assert "No keyword is watched for Hallway Coffee." in text


def test_the_number_of_queries_does_not_grow_with_keywords(
    page: Client,
    brand: Brand,
    keyword: Keyword,
    make_snapshot: MakeSnapshot,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    address = reverse("fortress", args=[brand.slug])
    make_snapshot("own", "negative")
    with django_assert_max_num_queries(40) as few:
        page.get(address)
    for n in range(12):
        more = add(brand, f"more {n}")
        Cluster.objects.create(brand=brand, name=f"c{n}").keywords.add(more)
        make_snapshot("neutral", "negative", of=more)
    with django_assert_num_queries(len(few.captured_queries)):
        page.get(address)


@pytest.mark.usefixtures("bare")
def test_the_export_holds_every_line_and_no_formula(
    page: Client, brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("own", "negative", "neutral", of=add(brand, "=cmd()", volume=50))
    add(brand, "unread")
    answer = page.get(reverse("fortress-csv", args=[brand.slug]))
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["keyword"] for row in rows] == ["'=cmd()", "unread"]
    assert (rows[0]["own on page one"], rows[0]["negative on page one"]) == ("1", "1")
    assert rows[0]["no page of ours"] == "no"
    assert rows[1]["strength %"] == ""
    assert rows[1]["note"] == "not read yet"
