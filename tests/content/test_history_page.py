"""The ranking history page: what it tells, to whom, in how many queries, and the CSV."""

import csv
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.models import Piece
from reputation.models import Incident
from serp.models import Brand, Check, Keyword, Listing, Page, Snapshot
from tests.cast import MakeSnapshot

DAY = timedelta(days=1)
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def read(make_snapshot: MakeSnapshot) -> MakeSnapshot:
    """Three daily readings in which a negative climbs."""
    make_snapshot("own:shop", "neutral:guide", "negative:recall", at=NOW - 2 * DAY, depth=20)
    make_snapshot("own:shop", "negative:recall", "neutral:guide", at=NOW - DAY, depth=20)
    make_snapshot("negative:recall", "own:shop", "neutral:guide", at=NOW, depth=20)
    return make_snapshot


def page(client: Client, keyword: Keyword, **query: str) -> str:
    answer = client.get(reverse("history-keyword", args=[keyword.brand.slug, keyword.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def failed(keyword: Keyword, days_ago: float) -> None:
    at = NOW - days_ago * DAY
    Check.objects.create(
        keyword=keyword, period=at, not_before=at, finished_at=at, state="failed",
        error_kind="timeout",
    )  # fmt: skip


def part(text: str, start: str, end: str) -> str:
    begin = text.index(start)
    return text[begin : text.index(end, begin)]


def drawn_heights(text: str) -> set[str]:
    """The heights at which lines and dots are drawn in the wide chart: the positions."""
    chart = part(text, 'class="chart only-wide', "</svg>")
    paths = " ".join(re.findall(r'class="ln [^"]*" d="([^"]*)"', chart))
    circles = re.findall(r'cy="([^"]*)"', chart)
    return {*re.findall(r"[ML][\d.]+ ([\d.]+)", paths), *circles}


def rows_of(client: Client, keyword: Keyword, **query: str) -> list[dict[str, str]]:
    answer = client.get(reverse("history-csv", args=[keyword.brand.slug, keyword.pk]), query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]
    return list(csv.DictReader(text.splitlines()))


def test_the_heading_says_what_happened(
    client: Client, viewer: User, keyword: Keyword, read: MakeSnapshot
) -> None:
    client.force_login(viewer)
    text = page(client, keyword)
    assert "The highest negative stands at 1; it stood at 2 on" in text
    assert "Plan against position 1" in text
    assert text.count('class="ln neg"') == 2 + 1  # wide, narrow, and the key beneath


def test_a_failed_check_changes_no_line_and_stands_as_a_gap(
    client: Client, viewer: User, keyword: Keyword, read: MakeSnapshot
) -> None:
    client.force_login(viewer)
    before = page(client, keyword)
    failed(keyword, 1.5)
    after = page(client, keyword)
    assert "the provider did not answer in time. Nothing is drawn." in after
    assert "the provider did not answer in time" not in before
    for start, end in (('id="h-story"', "</h2>"), ("<tbody>", "</tbody>")):
        assert part(before, start, end) == part(after, start, end)
    assert drawn_heights(before) == drawn_heights(after)
    assert Snapshot.objects.count() == 3


def test_a_failed_check_that_was_made_up_for_is_no_gap(
    client: Client, viewer: User, keyword: Keyword, read: MakeSnapshot
) -> None:
    client.force_login(viewer)
    failed(keyword, 1.5)
    Check.objects.create(
        keyword=keyword, period=NOW - 1.5 * DAY, sequence=1, not_before=NOW,
        finished_at=NOW - 1.4 * DAY, state="measured",
    )  # fmt: skip
    assert "the provider did not answer in time" not in page(client, keyword)


def test_incidents_and_published_pieces_are_marked(
    client: Client, viewer: User, brand: Brand, keyword: Keyword, read: MakeSnapshot
) -> None:
    recall = Page.objects.get(url="https://recall.example/recall")
    Incident.objects.create(
        brand=brand, title="Recall announced", page=recall, opened_at=NOW - DAY, due_at=NOW
    )
    Piece.objects.create(
        brand=brand, title="Serial numbers", status="published", keyword=keyword,
        url="https://hallwaycoffee.example/serial", published_at=NOW - DAY,
    )  # fmt: skip
    client.force_login(viewer)
    text = page(client, keyword)
    assert "Recall announced" in text
    assert "Serial numbers" in text


def test_many_events_are_folded_with_incidents_first(
    client: Client, viewer: User, brand: Brand, keyword: Keyword, read: MakeSnapshot
) -> None:
    for n in range(8):
        Piece.objects.create(
            brand=brand, title=f"Piece {n}", status="published", keyword=keyword,
            url=f"https://hallwaycoffee.example/{n}", published_at=NOW - n * DAY / 8,
        )  # fmt: skip
    Incident.objects.create(
        brand=brand, title="Recall announced", keyword=keyword, opened_at=NOW - DAY, due_at=NOW
    )
    client.force_login(viewer)
    listed = part(page(client, keyword), 'class="marksbox', "</details>")
    assert "and 3 more" in listed
    shown, folded = listed.split("<details>")
    assert shown.index("Recall announced") < shown.index("Piece 0") < shown.index("Piece 4")
    assert "Piece 5" in folded
    assert "Piece 5" not in shown


def test_a_daily_half_year_is_drawn_weekly_and_said_so(
    client: Client, viewer: User, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    first = make_snapshot("negative:recall", *["neutral"] * 9, at=NOW - 190 * DAY)
    Snapshot.objects.bulk_create(
        Snapshot(
            keyword=keyword, taken_at=NOW - n * DAY, depth=10, asked=10, provider="sample",
            results=first.results,
        )
        for n in range(182)
    )  # fmt: skip
    client.force_login(viewer)
    assert "182 readings; the lines are drawn at one a week" in page(client, keyword)
    assert "the lines are drawn at one a week" not in page(client, keyword, span="13")
    assert len(rows_of(client, keyword)) == 1820


def test_pages_left_out_are_counted_and_drawn_on_request(
    client: Client, viewer: User, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot(*[f"neutral:p{n}" for n in range(20)], at=NOW, depth=20)
    make_snapshot(*[f"neutral:p{n}" for n in range(20)], at=NOW - DAY, depth=20)
    client.force_login(viewer)
    text = page(client, keyword)
    assert "10 of 20 pages are drawn" in text
    assert "6 of 20 pages are drawn" in text
    assert "Draw all 20" in text
    assert len(drawn_heights(text)) == 10
    everything = page(client, keyword, all="1")
    assert "20 of 20 pages are drawn" in everything
    assert len(drawn_heights(everything)) == 20


def test_a_piece_of_ours_on_another_site_is_drawn_as_ours(
    client: Client, viewer: User, brand: Brand, keyword: Keyword, read: MakeSnapshot
) -> None:
    guide = Page.objects.get(url="https://guide.example/guide")
    Piece.objects.create(
        brand=brand, title="Guide", status="published", page=guide, url=guide.url,
        published_at=NOW - DAY,
    )  # fmt: skip
    client.force_login(viewer)
    assert "our piece, neutral" in page(client, keyword)


def test_without_an_address_the_worst_keyword_opens(
    client: Client, viewer: User, brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    worse = Keyword.objects.create(brand=brand, phrase="zz hallway recall", country="no")
    Keyword.objects.create(brand=brand, phrase="aa never read", country="no")
    make_snapshot("neutral", "neutral", "negative", at=NOW)
    make_snapshot("neutral", "negative", at=NOW, of=worse)
    client.force_login(viewer)
    answer = client.get(reverse("history", args=[brand.slug]))
    assert answer.url == reverse("history-keyword", args=[brand.slug, worse.pk])  # type: ignore[attr-defined]


def test_the_picked_keyword_opens_with_its_span(
    client: Client, viewer: User, brand: Brand, keyword: Keyword
) -> None:
    client.force_login(viewer)
    answer = client.get(
        reverse("history", args=[brand.slug]), {"keyword": keyword.pk, "span": "52"}
    )
    assert answer.url.endswith(f"/{keyword.pk}/?span=52")  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", ["²", "-1", "x", "1" * 40])
def test_a_keyword_that_is_none_does_no_harm(
    client: Client, viewer: User, brand: Brand, keyword: Keyword, value: str
) -> None:
    client.force_login(viewer)
    answer = client.get(reverse("history", args=[brand.slug]), {"keyword": value})
    assert answer.status_code in (302, 404)


def test_a_keyword_of_another_brand_does_not_exist(
    client: Client, viewer: User, brand: Brand, other_brand: Brand
) -> None:
    theirs = Keyword.objects.create(brand=other_brand, phrase="kettle works")
    client.force_login(viewer)
    for path in (
        reverse("history-keyword", args=[brand.slug, theirs.pk]),
        reverse("history-csv", args=[brand.slug, theirs.pk]),
        reverse("history", args=[brand.slug]) + f"?keyword={theirs.pk}",
    ):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["history", "history-keyword", "history-csv"])
def test_strangers_see_nothing_and_the_unknown_are_sent_to_sign_in(
    client: Client, stranger: User, brand: Brand, keyword: Keyword, name: str
) -> None:
    args = [brand.slug] if name == "history" else [brand.slug, keyword.pk]
    path = reverse(name, args=args)
    assert client.get(path).status_code == 302
    assert "login" in client.get(path)["Location"]
    client.force_login(stranger)
    assert client.get(path).status_code == 404


def test_reading_the_history_writes_nothing(
    client: Client, viewer: User, keyword: Keyword, read: MakeSnapshot
) -> None:
    client.force_login(viewer)
    with CaptureQueriesContext(connection) as queries:
        page(client, keyword)
        rows_of(client, keyword)
    assert not [q for q in queries if q["sql"].split()[0] not in ("SELECT", "PRAGMA")]


def test_queries_do_not_grow_with_readings_pages_or_keywords(
    client: Client, viewer: User, brand: Brand, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("negative:recall", "own:shop", at=NOW)
    client.force_login(viewer)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, keyword)
        return len(queries)

    few = count()
    for n in range(12):
        make_snapshot(*["neutral"] * 8, "negative:recall", at=NOW - (n + 1) * DAY)
        Keyword.objects.create(brand=brand, phrase=f"hallway {n}", country="no")
        failed(keyword, n + 0.5)
    assert count() == few
    assert few <= 25  # half of them are the frame's: person, brand, side bar


def test_a_keyword_that_was_never_read_says_what_comes_next(
    client: Client, editor: User, keyword: Keyword
) -> None:
    keyword.next_check_at = NOW + DAY
    keyword.save()
    failed(keyword, 1)
    client.force_login(editor)
    text = page(client, keyword)
    assert "Never read so far" in text
    assert "The next check is due" in text
    assert "the provider did not answer in time" in text
    assert "Check now" in text


def test_a_viewer_is_offered_no_check(client: Client, viewer: User, keyword: Keyword) -> None:
    client.force_login(viewer)
    assert "Check now" not in page(client, keyword)


def test_a_brand_without_keywords_says_how_to_begin(
    client: Client, manager: User, brand: Brand
) -> None:
    client.force_login(manager)
    text = client.get(reverse("history", args=[brand.slug])).content.decode()
    assert "No keyword is watched yet" in text
    assert reverse("checks-keyword-new", args=[brand.slug]) in text


def test_a_day_that_is_none_is_said_and_the_usual_span_shown(
    client: Client, viewer: User, keyword: Keyword, read: MakeSnapshot
) -> None:
    client.force_login(viewer)
    assert "“soon” is not a day" in page(client, keyword, **{"from": "soon"})
    path = reverse("history-csv", args=[keyword.brand.slug, keyword.pk])
    assert client.get(path, {"from": "soon"}).status_code == 400


def test_given_days_narrow_the_story(
    client: Client, viewer: User, keyword: Keyword, read: MakeSnapshot, brand: Brand
) -> None:
    client.force_login(viewer)
    day = (NOW - 2 * DAY).astimezone(brand.zone).date().isoformat()
    text = page(client, keyword, **{"from": day, "to": day})
    assert "The highest negative stands at 3" in text


def test_half_hourly_readings_are_summed_up_by_the_last_of_each_day(
    client: Client, viewer: User, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    first = make_snapshot("negative:recall", at=NOW - 30 * DAY)
    Snapshot.objects.bulk_create(
        Snapshot(
            keyword=keyword, taken_at=NOW - n * DAY / 20, depth=10, asked=10, provider="sample",
            results=first.results,
        )
        for n in range(500)
    )  # fmt: skip
    client.force_login(viewer)
    text = page(client, keyword)
    assert "501 readings; the last one of each day is shown" in text


def test_another_provider_is_marked(
    client: Client, viewer: User, keyword: Keyword, read: MakeSnapshot
) -> None:
    Snapshot.objects.filter(taken_at=NOW).update(provider="serper")
    client.force_login(viewer)
    assert "Sample world → Serper" in page(client, keyword)


def test_the_table_tells_unread_from_not_found(
    client: Client, viewer: User, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("negative:recall", "neutral:a", depth=20, at=NOW - DAY)
    make_snapshot("neutral:a", depth=20, at=NOW)
    make_snapshot("neutral:a", depth=4, is_partial=True, at=NOW + timedelta(seconds=1))
    client.force_login(viewer)
    text = page(client, keyword)
    assert "not in the first 20" in text
    assert "not in the first 4, deeper was not read" in text


def test_the_csv_holds_every_result_and_every_gap(
    client: Client, viewer: User, keyword: Keyword, read: MakeSnapshot
) -> None:
    failed(keyword, 0.5)
    client.force_login(viewer)
    rows = rows_of(client, keyword)
    assert len(rows) == 10
    assert [row["position"] for row in rows] == ["1", "2", "3"] * 3 + [""]
    assert rows[0]["tone"] == "own page, neutral"
    assert rows[-1]["reading"] == "no reading: the provider did not answer in time"


def test_no_cell_of_the_csv_runs_as_a_formula(
    client: Client, viewer: User, keyword: Keyword, read: MakeSnapshot
) -> None:
    Keyword.objects.filter(pk=keyword.pk).update(phrase="=cmd|' /C calc'!A0")
    client.force_login(viewer)
    assert {row["keyword"][0] for row in rows_of(client, keyword)} == {"'"}


def test_hostile_titles_reach_the_page_as_text(
    client: Client, viewer: User, keyword: Keyword, read: MakeSnapshot
) -> None:
    Listing.objects.update(title="</script><script>alert(1)</script>")
    Page.objects.update(seen_url="javascript:alert(1)")
    client.force_login(viewer)
    text = page(client, keyword)
    assert "<script>alert" not in text
    assert 'href="javascript' not in text
