"""Calendar and board as pages: who sees them, what they show, and what they cost."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.models import Cluster, Piece, Placement
from content.planner import MOST_IN_A_LANE, MOST_UNSCHEDULED, lanes, planner_of
from content.scheduling.choice import Choice
from serp.models import Brand, Keyword

PAGES = [
    "/b/hallway/calendar/",
    "/b/hallway/calendar/2026/11/",
    "/b/hallway/calendar/week/",
    "/b/hallway/calendar/week/2026/47/",
    "/b/hallway/calendar/list/",
    "/b/hallway/board/",
]
NOVEMBER = {page: page for page in PAGES} | {
    "/b/hallway/calendar/": "/b/hallway/calendar/2026/11/",
    "/b/hallway/calendar/week/": "/b/hallway/calendar/week/2026/47/",
}


def make(brand: Brand, title: str = "A piece", **fields: Any) -> Piece:
    if fields.get("status") in Piece.LIVE:
        fields = {"url": "https://a.example/x", "published_at": timezone.now()} | fields
    return Piece.objects.create(brand=brand, title=title, **fields)


def today_of(brand: Brand) -> date:
    return timezone.now().astimezone(brand.zone).date()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("viewer", 200), ("editor", 200), ("manager", 200)]
)
def test_members_see_the_page_and_strangers_do_not(
    request: pytest.FixtureRequest, client: Client, brand: Brand, page: str, who: str, status: int
) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get(page).status_code == status


@pytest.mark.parametrize("page", PAGES)
def test_one_must_sign_in(client: Client, brand: Brand, page: str) -> None:
    assert client.get(page)["Location"].startswith("/login/")


@pytest.mark.parametrize("page", PAGES)
def test_a_viewer_finds_no_handle(client: Client, brand: Brand, viewer: User, page: str) -> None:
    make(brand, publish_on=date(2026, 11, 20))
    client.force_login(viewer)
    text = client.get(NOVEMBER[page]).content.decode()
    assert "A piece" in text
    assert all(sign not in text for sign in ("data-movable", "data-grip", "data-move", "<form id"))
    assert 'id="bulk"' not in text


@pytest.mark.parametrize("page", PAGES)
def test_the_other_brands_pieces_are_not_shown(
    client: Client, editor: User, brand: Brand, other_brand: Brand, page: str
) -> None:
    make(other_brand, "Kettle secret", publish_on=date(2026, 11, 20))
    make(other_brand, "Kettle secret", publish_on=None)
    client.force_login(editor)
    assert "Kettle secret" not in client.get(page).content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_more_pieces_cost_no_more_queries(
    client: Client, editor: User, brand: Brand, keyword: Keyword, page: str
) -> None:
    client.force_login(editor)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(page).status_code == 200
        return len(found)

    def fill(count: int) -> None:
        for n in range(count):
            for status in Piece.Status.values:
                day = None if status == "idea" else date(2026, 11, 1 + n % 30)
                make(brand, status=status, owner=editor, keyword=keyword, publish_on=day)

    fill(1)
    first = cost()
    fill(12)
    assert cost() == first


@pytest.mark.parametrize("page", ["calendar/2026/13/", "calendar/1999/12/", "calendar/9999/12/"])
def test_months_beyond_the_calendar_are_not_there(
    client: Client, editor: User, brand: Brand, page: str
) -> None:
    client.force_login(editor)
    assert client.get(f"/b/hallway/{page}").status_code == 404


def test_the_month_is_that_of_the_brands_zone(client: Client, editor: User, brand: Brand) -> None:
    client.force_login(editor)
    late_evening = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # December in Oslo
    with patch("django.utils.timezone.now", return_value=late_evening):
        text = client.get("/b/hallway/calendar/").content.decode()
    assert '<h2 class="month">December 2026</h2>' in text
    assert 'datetime="2026-12-01" aria-current="date"' in text


def test_lateness_is_told_in_words(client: Client, editor: User, brand: Brand) -> None:
    make(brand, "Which serials?", publish_on=today_of(brand) - timedelta(2), owner=editor)
    client.force_login(editor)
    for page in ("calendar", "board"):
        text = client.get(f"/b/hallway/{page}/").content.decode()
        assert "1 piece is late." in text
        assert "2 days late" in text


def test_titles_are_escaped(client: Client, editor: User, brand: Brand) -> None:
    make(brand, '"><script>alert(1)</script>', publish_on=date(2026, 11, 20))
    client.force_login(editor)
    for page in PAGES:
        assert "<script>alert" not in client.get(page).content.decode()


@pytest.mark.parametrize("page", [page for page in PAGES if "week" not in page])
def test_an_empty_page_says_what_to_do(
    client: Client, editor: User, brand: Brand, page: str
) -> None:
    client.force_login(editor)
    assert "Choose an opportunity" in client.get(page).content.decode()


def test_filters_pick_and_stay_in_the_links(client: Client, editor: User, brand: Brand) -> None:
    day = date(2026, 11, 20)
    make(brand, "Mine", owner=editor, kind="video", status="draft", publish_on=day)
    make(brand, "Ownerless", kind="faq", publish_on=day)
    client.force_login(editor)
    for query, shown in [
        (f"owner={editor.pk}", "Mine"),
        ("owner=none", "Ownerless"),
        ("kind=video", "Mine"),
        ("status=idea", "Ownerless"),
    ]:
        text = client.get(f"/b/hallway/calendar/2026/11/?{query}").content.decode()
        assert [title for title in ("Mine", "Ownerless") if f"</svg>{title}</a>" in text] == [shown]
        assert f"/b/hallway/calendar/2026/12/?{query}" in text


@pytest.mark.parametrize(
    "page", ["calendar/2026/11", "calendar/week/2026/47", "calendar/list", "board"]
)
def test_cluster_and_placement_pick_on_each_view(
    client: Client, editor: User, brand: Brand, keyword: Keyword, page: str
) -> None:
    cluster = Cluster.objects.create(brand=brand, name="Recall")
    cluster.keywords.add(keyword)
    place = Placement.objects.create(brand=brand, slug="own-blog", name="Our blog", kind="blog")
    day = date(2026, 11, 20)
    make(brand, "Of the cluster", keyword=keyword, publish_on=day)
    make(brand, "At the place", placement=place, publish_on=day)
    client.force_login(editor)
    titles = ("Of the cluster", "At the place")
    for query, shown in [
        (f"cluster={cluster.pk}", "Of the cluster"),
        (f"place={place.pk}", "At the place"),
    ]:
        text = client.get(f"/b/hallway/{page}/?{query}").content.decode()
        assert [title for title in titles if f"Select “{title}”" in text] == [shown]
        assert '<details class="morefilters" open>' in text
        assert f'value="{query.partition("=")[2]}" selected' in text


def test_the_cluster_of_another_brand_finds_nothing(
    client: Client, editor: User, brand: Brand, other_brand: Brand
) -> None:
    theirs = Cluster.objects.create(brand=other_brand, name="Their secret plan")
    make(brand, publish_on=date(2026, 11, 20))
    client.force_login(editor)
    text = client.get(f"/b/hallway/calendar/2026/11/?cluster={theirs.pk}").content.decode()
    assert "No piece in November 2026 fits this filter." in text
    assert "Their secret plan" not in text


def test_the_list_begins_with_what_is_still_to_go_out(
    client: Client, editor: User, brand: Brand
) -> None:
    make(brand, "Out in June", status="measured", publish_on=date(2026, 6, 19))
    make(brand, "No day yet")
    make(brand, "Next week", publish_on=date(2026, 11, 27))
    make(brand, "Late", publish_on=date(2026, 11, 2))
    client.force_login(editor)

    def order(query: str) -> list[str]:
        text = client.get(f"/b/hallway/calendar/list/{query}").content.decode()
        text = text[text.index("<tbody>") :]
        titles = ["Out in June", "No day yet", "Next week", "Late"]
        return sorted(titles, key=lambda title: text.index(f">{title}</a>"))

    assert order("") == order("?sort=x") == ["Late", "Next week", "No day yet", "Out in June"]
    assert order("?sort=day") == ["Out in June", "Late", "Next week", "No day yet"]
    assert order("?sort=-day") == ["Next week", "Late", "Out in June", "No day yet"]


def test_many_conflicts_of_a_kind_are_folded_and_all_there(
    client: Client, editor: User, brand: Brand
) -> None:
    day = today_of(brand) + timedelta(1)
    pieces = [make(brand, f"Nobody's {n}", status="approved", publish_on=day) for n in range(8)]
    client.force_login(editor)
    text = client.get("/b/hallway/calendar/conflicts/").content.decode()
    assert "3 more</summary>" in text
    assert all(f"/pieces/{piece.pk}/" in text for piece in pieces)


@pytest.mark.parametrize(
    "bad", ["owner=x", "owner=99999999999999999999", "kind=x", "status=%00", "owner=²"]
)
def test_a_senseless_filter_is_dropped(
    client: Client, editor: User, brand: Brand, bad: str
) -> None:
    make(brand, publish_on=date(2026, 11, 20))
    client.force_login(editor)
    text = client.get(f"/b/hallway/calendar/2026/11/?{bad}").content.decode()
    assert "A piece" in text


def test_a_full_side_list_says_how_many_there_are(
    client: Client, editor: User, brand: Brand
) -> None:
    for _ in range(MOST_UNSCHEDULED + 2):
        make(brand)
    client.force_login(editor)
    text = client.get("/b/hallway/calendar/").content.decode()
    assert f"The newest {MOST_UNSCHEDULED} of {MOST_UNSCHEDULED + 2}." in text


def test_a_long_lane_is_cut_in_the_database_but_counted_whole(brand: Brand) -> None:
    today = date(2026, 11, 18)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for n in range(MOST_IN_A_LANE + 3):
        make(brand, f"Out {n}", status="published", published_at=moment + timedelta(n))
    make(brand, "Later", publish_on=today + timedelta(9))
    make(brand, "No day")
    make(brand, "Late", publish_on=today - timedelta(1))
    found = {lane.status.value: lane for lane in lanes(planner_of(brand, Choice(), today))}
    assert [card.piece.title for card in found["idea"].cards] == ["Late", "Later", "No day"]
    out = found["published"]
    assert (out.count, len(out.cards), out.hidden) == (MOST_IN_A_LANE + 3, MOST_IN_A_LANE, 3)
    assert out.cards[0].piece.title == f"Out {MOST_IN_A_LANE + 2}"
    assert (found["idea"].late, out.late) == (1, 0)


def test_the_board_offers_only_allowed_moves(client: Client, editor: User, brand: Brand) -> None:
    make(brand, status="review")
    client.force_login(editor)
    text = client.get("/b/hallway/board/").content.decode()
    offered = {value for value in Piece.Status.values if f'name="status" value="{value}"' in text}
    assert offered == {"idea", "briefed", "draft", "approved"}


def test_publishing_is_a_link_to_the_piece(client: Client, editor: User, brand: Brand) -> None:
    piece = make(brand, status="approved")
    client.force_login(editor)
    text = client.get("/b/hallway/board/").content.decode()
    assert f'href="/b/hallway/pieces/{piece.pk}/">Published: write its address…</a>' in text
    assert 'name="status" value="published"' not in text


@pytest.mark.parametrize(
    ("query", "picked"), [("", "draft"), ("?lane=review", "review"), ("?lane=x", "draft")]
)
def test_a_narrow_screen_shows_one_lane(
    client: Client, editor: User, brand: Brand, query: str, picked: str
) -> None:
    make(brand, status="draft")
    client.force_login(editor)
    text = client.get(f"/b/hallway/board/{query}").content.decode()
    assert text.count("lane picked") == 1
    assert f'<section class="lane picked" data-slot="{picked}"' in text
