"""The SERP grid shows what was read, says what was not, and opens to nobody else."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reputation.models import Mark
from serp.models import Brand, Check, Keyword, Listing
from serp.providers.base import Feature, ResultKind
from tests.cast import NOW, MakeSnapshot
from tests.reputation.views.conftest import SignedIn

DAY = timedelta(days=1)
HOSTILE = '<script>alert("x")</script>=SUM(1)'


def text_of(answer: Any) -> str:
    return answer.content.decode().replace("\u00a0", " ")


@pytest.fixture
def page(brand: Brand) -> str:
    return reverse("grid", args=[brand.slug])


def another(brand: Brand, phrase: str, **fields: Any) -> Keyword:
    return Keyword.objects.create(brand=brand, phrase=phrase, country="no", **fields)


def addresses(brand: Brand, snapshot: int) -> list[str]:
    return [
        reverse("grid", args=[brand.slug]),
        reverse("grid-csv", args=[brand.slug]),
        reverse("grid-card", args=[brand.slug, snapshot, 1]),
    ]


def test_members_read_and_strangers_find_nothing(
    brand: Brand, make_snapshot: MakeSnapshot, viewer: User, stranger: User, signed_in: SignedIn
) -> None:
    for address in addresses(brand, make_snapshot("negative", "own").pk):
        assert signed_in(viewer).get(address).status_code == 200
        assert signed_in(stranger).get(address).status_code == 404
        assert Client().get(address).status_code == 302


def test_the_grid_only_reads(
    brand: Brand, make_snapshot: MakeSnapshot, editor: User, viewer: User, signed_in: SignedIn
) -> None:
    for address in addresses(brand, make_snapshot("negative").pk):
        assert signed_in(editor).post(address).status_code == 405
        assert signed_in(viewer).post(address).status_code == 403


def test_a_card_of_another_brand_does_not_exist(
    brand: Brand, other_brand: Brand, make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    theirs = make_snapshot("negative", of=another(other_brand, "kettle"))
    address = reverse("grid-card", args=[brand.slug, theirs.pk, 1])
    assert signed_in(editor).get(address).status_code == 404


def test_positions_that_were_not_read_have_no_card(
    brand: Brand, make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    snapshot = make_snapshot("negative")
    for position in (0, 2, 999):
        address = reverse("grid-card", args=[brand.slug, snapshot.pk, position])
        assert signed_in(editor).get(address).status_code == 404


def test_the_answer_comes_first(
    page: str, make_snapshot: MakeSnapshot, viewer: User, signed_in: SignedIn
) -> None:
    make_snapshot("own", "neutral", "negative:recall", at=NOW)
    body = text_of(signed_in(viewer).get(page))
    assert '<b class="strong">1 of 1</b> measured keyword shows a negative on page one' in body
    assert "hallway coffee, position 3: recall.example, negative, third party" in body
    assert '<td class="r strong own-ink">1</td>' in body


def test_movement_is_told_since_the_reading_before(
    page: str, make_snapshot: MakeSnapshot, viewer: User, signed_in: SignedIn
) -> None:
    make_snapshot("own", "neutral:a", "negative:recall", at=NOW - DAY)
    make_snapshot("negative:recall", "own", "neutral:b", at=NOW)
    body = text_of(signed_in(viewer).get(page))
    assert "position 1: recall.example, negative, third party, up 2" in body
    assert "position 3: b.example, neutral, third party, new, was not in first 3" in body


def test_a_failed_check_is_a_gap_with_its_reason_and_a_way_to_check_again(
    page: str,
    brand: Brand,
    keyword: Keyword,
    make_snapshot: MakeSnapshot,
    editor: User,
    viewer: User,
    signed_in: SignedIn,
) -> None:
    make_snapshot("negative", at=NOW - DAY)
    control = text_of(signed_in(editor).get(page))
    assert 'class="cell neg' in control
    Check.objects.create(
        keyword=keyword,
        period=NOW,
        not_before=NOW,
        state="failed",
        error_kind="timeout",
        finished_at=NOW,
    )
    body = text_of(signed_in(editor).get(page))
    assert "failed: the provider did not answer in time, today 07:00 CET" in body
    assert "last measured Tue 17 Nov, 07:00 CET" in body
    assert 'class="cell' not in body
    again = reverse("checks-one", args=[brand.slug, keyword.pk])
    assert f'action="{again}"' in body
    assert f'action="{again}"' not in text_of(signed_in(viewer).get(page))


def test_a_keyword_never_measured_says_so(
    page: str, keyword: Keyword, viewer: User, signed_in: SignedIn
) -> None:
    keyword.next_check_at = NOW + DAY
    keyword.save()
    body = text_of(signed_in(viewer).get(page))
    assert "not measured yet" in body
    assert "first check Thu 19 Nov, 07:00 CET" in body


def test_a_past_day_shows_what_was_read_by_its_end(
    page: str, make_snapshot: MakeSnapshot, viewer: User, signed_in: SignedIn
) -> None:
    make_snapshot("negative:old", at=NOW - 2 * DAY)
    make_snapshot("neutral:fresh", at=NOW)
    client = signed_in(viewer)
    then = text_of(client.get(page, {"day": "2026-11-16"}))
    assert "old.example" in then
    assert "fresh.example" not in then
    between = text_of(client.get(page, {"day": "2026-11-17"}))
    assert "no check on this day" in between
    before = text_of(client.get(page, {"day": "2026-11-01"}))
    assert "not measured by this day" in before


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "", "2999-01-01", "2026-02-30"])
def test_a_day_that_is_none_is_today(
    page: str, make_snapshot: MakeSnapshot, viewer: User, signed_in: SignedIn, day: str
) -> None:
    make_snapshot("negative:fresh", at=NOW)
    body = text_of(signed_in(viewer).get(page, {"day": day}))
    assert "Wed 18 Nov 2026, up to now" in body
    assert "fresh.example" in body


def phrases(body: str) -> list[str]:
    return [
        part.split("</a>")[0].rpartition(">")[2] for part in body.split('<th scope="row"><a')[1:]
    ]


def test_most_clicks_on_negatives_come_first(
    page: str, brand: Brand, make_snapshot: MakeSnapshot, viewer: User, signed_in: SignedIn
) -> None:
    make_snapshot("neutral", "neutral", of=another(brand, "calm", volume=90_000))
    make_snapshot("neutral", "negative", of=another(brand, "often searched", volume=9_000))
    make_snapshot("negative", "neutral", of=another(brand, "seldom searched", volume=90))
    assert phrases(text_of(signed_in(viewer).get(page))) == [
        "often searched",
        "seldom searched",
        "calm",
        "hallway coffee",
    ]


def test_filters_narrow_the_grid(
    page: str, brand: Brand, make_snapshot: MakeSnapshot, viewer: User, signed_in: SignedIn
) -> None:
    make_snapshot("neutral:quiet", of=another(brand, "calm", kind="person", device="mobile"))
    make_snapshot("negative:recall", of=another(brand, "bad", kind="product"))
    client = signed_in(viewer)

    def found(**asked: str) -> list[str]:
        return phrases(text_of(client.get(page, asked)))

    assert found() == ["bad", "calm", "hallway coffee"]
    assert found(negatives="on") == ["bad"]
    assert found(kind="person") == ["calm"]
    assert found(market="google/no/en/mobile") == ["calm"]
    assert found(market="nonsense") == []
    assert found(q="CALM") == ["calm"]
    assert found(q="recall.exam") == ["bad"]
    assert "No keyword fits" in text_of(client.get(page, {"q": "nothing"}))


def test_fifty_keywords_make_a_page(
    page: str, brand: Brand, viewer: User, signed_in: SignedIn
) -> None:
    for number in range(51):
        another(brand, f"phrase {number:02}")
    client = signed_in(viewer)
    assert len(phrases(text_of(client.get(page)))) == 50
    second = text_of(client.get(page, {"page": "2"}))
    assert phrases(second) == ["phrase 50"]
    assert "51 to 51 of 51 keywords" in second


def test_positions_11_to_20_are_counted_and_drawn_when_unfolded(
    page: str, keyword: Keyword, make_snapshot: MakeSnapshot, viewer: User, signed_in: SignedIn
) -> None:
    make_snapshot(*["neutral"] * 11, "negative:low", *["neutral"] * 3)
    client = signed_in(viewer)
    folded = text_of(client.get(page))
    assert "11 to 20: 1 negative, 4 other" in folded
    assert "low.example" not in folded
    for asked in (str(keyword.pk), "all"):
        assert "position 12: low.example, negative" in text_of(client.get(page, {"open": asked}))
    assert "low.example" not in text_of(client.get(page, {"open": "x,²,-1"}))


def test_features_are_marked_in_small(
    page: str, make_snapshot: MakeSnapshot, viewer: User, signed_in: SignedIn
) -> None:
    kinds = (ResultKind.AI_OVERVIEW, ResultKind.TOP_STORIES, ResultKind.TOP_STORIES)
    make_snapshot("neutral", features=tuple(Feature(kind) for kind in kinds))
    body = text_of(signed_in(viewer).get(page))
    assert body.count('title="With AI overview"') == body.count('title="With top stories"') == 1
    assert "people also ask" not in body


def test_a_brand_without_keywords_is_told_what_to_do(
    page: str, manager: User, viewer: User, signed_in: SignedIn
) -> None:
    new = reverse("checks-keyword-new", args=["hallway"])
    manages = text_of(signed_in(manager).get(page))
    assert "No keyword is watched for Hallway Coffee" in manages
    assert new in manages
    assert new not in text_of(signed_in(viewer).get(page))


def test_more_keywords_take_no_more_queries(
    page: str,
    brand: Brand,
    make_snapshot: MakeSnapshot,
    viewer: User,
    signed_in: SignedIn,
    django_assert_max_num_queries: Any,
) -> None:
    client = signed_in(viewer)

    def add(number: int) -> None:
        for at in (NOW - DAY, NOW):
            make_snapshot("negative", "own", of=another(brand, f"k{number}{at}"), at=at)

    add(1)
    client.get(page)
    with django_assert_max_num_queries(40) as few:
        client.get(page, {"open": "all"})
    for number in range(2, 12):
        add(number)
    with django_assert_max_num_queries(len(few)):
        client.get(page, {"open": "all"})


def spoil(title: str) -> Listing:
    """Let the newest result carry a hostile title."""
    listing = Listing.objects.latest("pk")
    Listing.objects.filter(pk=listing.pk).update(title=title, snippet=title)
    return listing


def test_a_hostile_title_is_only_text_in_the_card(
    brand: Brand, make_snapshot: MakeSnapshot, viewer: User, signed_in: SignedIn
) -> None:
    snapshot = make_snapshot("negative")
    spoil(HOSTILE)
    Mark.objects.update(
        evidence=[{"field": "title", "start": 0, "end": 8, "weight": -1, "reason": HOSTILE}]
    )
    for asked in ({}, {"part": "1"}):
        address = reverse("grid-card", args=[brand.slug, snapshot.pk, 1])
        body = text_of(signed_in(viewer).get(address, asked))
        assert '<mark class="neg">&lt;script&gt;<sup' in body
        assert "<script>alert" not in body


def test_an_address_that_no_browser_should_open_is_no_link(
    brand: Brand, make_snapshot: MakeSnapshot, viewer: User, signed_in: SignedIn
) -> None:
    snapshot = make_snapshot("negative")
    page = spoil("plain").page
    page.seen_url = "javascript:alert(1)"
    page.save()
    body = text_of(signed_in(viewer).get(reverse("grid-card", args=[brand.slug, snapshot.pk, 1])))
    assert "javascript:" not in body


def table(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text_of(answer).removeprefix("\ufeff"))))


def test_the_export_holds_every_result_and_every_gap(
    brand: Brand, make_snapshot: MakeSnapshot, viewer: User, signed_in: SignedIn
) -> None:
    make_snapshot("own", *["neutral"] * 10, "negative:low", of=another(brand, "read"))
    another(brand, "unread")
    answer = signed_in(viewer).get(reverse("grid-csv", args=[brand.slug]))
    assert "hallway-serp-2026-11-18.csv" in answer["Content-Disposition"]
    rows = table(answer)
    read = [row for row in rows if row["keyword"] == "read"]
    assert [row["position"] for row in read] == [str(n) for n in range(1, 13)]
    assert (read[0]["ownership"], read[0]["tone"], read[0]["share of clicks"]) == (
        "own page",
        "neutral",
        "0.285",
    )
    assert (read[11]["host"], read[11]["tone"], read[11]["marked by"]) == (
        "low.example",
        "negative",
        "machine",
    )
    (unread,) = [row for row in rows if row["keyword"] == "unread"]
    assert (unread["position"], unread["state"]) == ("", "waiting: not measured yet")


def test_the_export_runs_no_formula(
    brand: Brand, make_snapshot: MakeSnapshot, viewer: User, signed_in: SignedIn
) -> None:
    make_snapshot("negative", of=another(brand, "=cmd|' /C calc'!A0"))
    spoil('@SUM(1),"\r=2')
    row, *_ = table(signed_in(viewer).get(reverse("grid-csv", args=[brand.slug])))
    assert row["keyword"].startswith("'=cmd")
    assert row["title"].startswith("'@SUM")


def test_more_exported_keywords_take_no_more_queries(
    brand: Brand,
    make_snapshot: MakeSnapshot,
    viewer: User,
    signed_in: SignedIn,
    django_assert_num_queries: Any,
) -> None:
    address = reverse("grid-csv", args=[brand.slug])
    client = signed_in(viewer)
    make_snapshot("negative", of=another(brand, "k"))
    with CaptureQueriesContext(connection) as few:
        table(client.get(address))
    for number in range(8):
        make_snapshot("negative", "own", of=another(brand, f"k{number}"))
    with django_assert_num_queries(len(few)):
        table(client.get(address))


def test_an_imported_history_opens_on_its_newest_day(
    client: Client, viewer: User, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("negative:old", at=NOW - timedelta(days=40))
    Keyword.objects.filter(pk=keyword.pk).update(is_paused=True)
    client.force_login(viewer)
    page = client.get(reverse("grid", args=[keyword.brand.slug]))
    assert page.context["day"] == (NOW - timedelta(days=40)).date()
    assert "old.example" in page.content.decode()


def test_a_card_says_why_and_how_grave_and_by_which_judge(
    brand: Brand, make_snapshot: MakeSnapshot, viewer: User, signed_in: SignedIn
) -> None:
    snapshot = make_snapshot("negative", "neutral")
    Mark.objects.filter(tone="negative").update(
        category="regulator",
        judge="rules-9",
        evidence=[{"words": "fined", "weight": -0.6, "reason": "“fined”: a fine or sanction"}],
    )
    bad, plain = (
        text_of(
            signed_in(viewer).get(
                reverse("grid-card", args=[brand.slug, snapshot.pk, position]), {"part": "1"}
            )
        )
        for position in (1, 2)
    )
    assert "Negative because: “fined” – a fine or sanction." in bad
    assert "regulator or fine; position 1, in the first three" in bad
    assert "judge rules-9" in bad
    assert "Severity" not in plain
    assert 'name="tone"' not in bad, "a viewer may not mark"


def test_a_card_is_put_right_with_one_click_and_leads_back_to_the_grid(
    brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot, editor: User, signed_in: SignedIn
) -> None:
    snapshot, client = make_snapshot("negative:recall"), signed_in(editor)
    card = reverse("grid-card", args=[brand.slug, snapshot.pk, 1])
    body = text_of(client.get(card))
    mark = Mark.objects.get()
    form = body[body.index('class="cardmarks"') :]
    assert f'action="{reverse("marking-one", args=[brand.slug, mark.pk])}"' in form
    back = f"{reverse('grid', args=[brand.slug])}?day=2026-11-18#k{keyword.pk}"
    assert f'name="next" value="{back}"' in form
    answer = client.post(
        reverse("marking-one", args=[brand.slug, mark.pk]),
        {"tone": "neutral", "seen": "machine//negative", "next": back},
    )
    assert answer["Location"] == back
    assert Mark.objects.get().tone == "neutral"
    assert "editor marked it neutral; the machine had said negative." in text_of(client.get(card))
