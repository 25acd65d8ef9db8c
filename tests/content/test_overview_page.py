"""The overview page: score, tasks, changes and the state of the data, for those who may see it."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.charts.drawing import spoken_day, spoken_span
from content.models import Piece
from reputation.models import BrandScore, Incident, Mark
from serp.models import Brand, Check, Keyword, Snapshot
from tests.cast import MakeSnapshot

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
NOW = timezone.now().replace(microsecond=0)
TEN = [f"neutral:p{n}" for n in range(10)]


def page(client: Client, brand: Brand) -> str:
    answer = client.get(reverse("overview", args=[brand.slug]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def read(make_snapshot: MakeSnapshot) -> None:
    """A week ago all was well; now a negative leads and our own page stands on 11."""
    make_snapshot("own:shop", *TEN[:9], "neutral:p9", at=NOW - WEEK, depth=20)
    make_snapshot("negative:recall", *TEN[:9], "own:shop", at=NOW, depth=20)


def test_the_score_stands_first_with_its_change_and_formula(
    client: Client, viewer: User, brand: Brand, read: None
) -> None:
    client.force_login(viewer)
    text = page(client, brand)
    assert "A negative stands on page one for <b" in text
    assert ">1 of 1</b> keyword, in the first 3 for" in text
    assert "0 positive + 0 own − 32 negative" in text
    assert "CTR curve Sistrix" in text
    assert "▼" in text


def test_what_entered_left_and_moved_is_listed(
    client: Client, viewer: User, brand: Brand, read: None
) -> None:
    client.force_login(viewer)
    text = page(client, brand)
    assert "Entered page one" in text
    assert "new at 1" in text
    assert "1 → 11" in text
    assert "Title of recall" in text


def test_own_pages_just_below_page_one_are_to_be_lifted(
    client: Client, viewer: User, brand: Brand, read: None
) -> None:
    client.force_login(viewer)
    assert "Lift “Title of shop” from 11" in page(client, brand)


def test_another_provider_is_marked_on_the_chart_of_the_score(
    client: Client, viewer: User, brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    client.force_login(viewer)
    make_snapshot(*TEN, at=NOW - WEEK)
    make_snapshot(*TEN, at=NOW - DAY)
    assert "another provider" not in page(client, brand), "the control: one provider throughout"
    yesterday = BrandScore.objects.order_by("day").last()
    assert yesterday is not None
    assert yesterday.provider == "sample"
    BrandScore.objects.filter(pk=yesterday.pk).update(provider="serper")
    text = page(client, brand)
    assert "another provider" in text
    assert "Sample world → Serper" in text


def test_a_failed_check_is_told_and_moves_no_number(
    client: Client, viewer: User, brand: Brand, keyword: Keyword, read: None
) -> None:
    client.force_login(viewer)
    before = page(client, brand)
    check = Check.objects.create(
        keyword=keyword, period=NOW, not_before=NOW, finished_at=NOW + timedelta(seconds=5),
        state="failed", error_kind="timeout",
    )  # fmt: skip
    Keyword.objects.filter(pk=keyword.pk).update(last_check=check, next_check_at=NOW + DAY)
    after = page(client, brand)
    assert "1 keyword: the provider did not answer in time" in after
    assert "next try" in after
    assert "See why “hallway coffee” is not measured" in after
    card = slice_of(before, "Reputation score", "To do today")
    assert card == slice_of(after, "Reputation score", "To do today")
    assert slice_of(before, "Entered page one", "State of the data") == slice_of(
        after, "Entered page one", "State of the data"
    )
    assert Snapshot.objects.count() == 2


def slice_of(text: str, start: str, end: str) -> str:
    return text[text.index(start) : text.index(end)]


def test_under_80_percent_coverage_no_change_is_claimed(
    client: Client, viewer: User, brand: Brand, read: None
) -> None:
    BrandScore.objects.update(coverage=0.5, keywords=2)
    client.force_login(viewer)
    text = page(client, brand)
    assert "below 80 % no change is claimed" in text
    assert 'class="delta ' not in text
    assert "lastweek" not in text


def test_tasks_name_owner_clock_and_page(
    client: Client, viewer: User, editor: User, brand: Brand, keyword: Keyword, read: None
) -> None:
    now = timezone.now()  # the suite may have begun long ago, and the page speaks in minutes
    incident = Incident.objects.create(
        brand=brand, title="Recall", opened_at=now, due_at=now - timedelta(hours=2), owner=editor
    )
    piece = Piece.objects.create(
        brand=brand, title="Serial numbers", status="draft", due_on=now.date() - 3 * DAY
    )
    client.force_login(viewer)
    text = page(client, brand)
    assert reverse("incidents-one", args=[brand.slug, incident.pk]) in text
    assert reverse("board-piece", args=[brand.slug, piece.pk]) in text
    assert "2 h late" in text
    assert "Finish “Serial numbers”" in text
    assert text.index("Finish “Serial numbers”") < text.index("Mark ")


def test_marked_results_are_no_task(client: Client, viewer: User, brand: Brand, read: None) -> None:
    client.force_login(viewer)
    assert "stand on page one and count in the score" in page(client, brand)
    Mark.objects.update(source=Mark.Source.PERSON)
    assert "stand on page one and count in the score" not in page(client, brand)


def test_a_brand_without_keywords_says_how_to_begin(
    client: Client, manager: User, viewer: User, brand: Brand
) -> None:
    client.force_login(manager)
    assert reverse("checks-keyword-new", args=[brand.slug]) in page(client, brand)
    client.force_login(viewer)
    assert "A manager of Hallway Coffee can add one." in page(client, brand)


def test_a_brand_without_readings_says_when_the_first_is_due(
    client: Client, editor: User, brand: Brand, keyword: Keyword
) -> None:
    Keyword.objects.filter(pk=keyword.pk).update(next_check_at=NOW + DAY)
    client.force_login(editor)
    text = page(client, brand)
    assert "Nothing is measured yet" in text
    assert "The first check is due" in text
    assert "1 keyword never read" in text


def test_paused_keywords_without_a_score_are_told(
    client: Client, viewer: User, brand: Brand, keyword: Keyword, read: None
) -> None:
    Keyword.objects.update(is_paused=True)
    BrandScore.objects.all().delete()
    client.force_login(viewer)
    text = page(client, brand)
    assert "The only keyword is paused" in text
    assert "new at 1" in text


@pytest.fixture
def imported(keyword: Keyword, make_snapshot: MakeSnapshot) -> datetime:
    """A paused keyword whose readings ended 91 days ago, after a week in which a negative broke in."""
    Keyword.objects.filter(pk=keyword.pk).update(is_paused=True)
    keyword.refresh_from_db()
    last = NOW - 91 * DAY
    make_snapshot("own:shop", *TEN[:9], at=last - WEEK)
    make_snapshot("negative:recall", *TEN[:9], at=last)
    return last


def test_an_imported_brand_shows_its_last_scored_day_with_its_age(
    client: Client, viewer: User, manager: User, brand: Brand, imported: datetime
) -> None:
    client.force_login(manager)
    text = page(client, brand)
    day = imported.astimezone(brand.zone).date()
    before = day - WEEK
    assert f"Last measured {day:%a} {day.day} {day:%b} {day.year}, 91 days ago" in text
    assert "the only keyword is paused." in text
    assert "Resume it to go on" in text
    assert "No score for the last 26 weeks" not in text
    assert f"since {before:%a} {before.day} {before:%b}" in text
    assert f"Changed from {spoken_span(before, day)}" in text
    assert "no keyword is checked now" in text
    chart = slice_of(text, 'class="chart only-wide"', "State of the data")
    assert spoken_span(before - DAY, day) in text
    assert 'class="f-hatch"' in chart
    assert f"to {spoken_day(NOW.date())}" not in text
    client.force_login(viewer)
    assert "A manager of Hallway Coffee can resume it." in page(client, brand)


def test_a_watched_keyword_ends_the_chart_today(
    client: Client, viewer: User, brand: Brand, imported: datetime
) -> None:
    Keyword.objects.update(is_paused=False)
    client.force_login(viewer)
    text = page(client, brand)
    assert "Last measured" not in text
    assert f"to {spoken_day(NOW.astimezone(brand.zone).date())}" in text


def test_check_now_is_offered_to_editors_only(
    client: Client, viewer: User, editor: User, brand: Brand, keyword: Keyword
) -> None:
    path = f'action="{reverse("checks-now", args=[brand.slug])}"'
    client.force_login(viewer)
    assert path not in page(client, brand)
    client.force_login(editor)
    assert path in page(client, brand)


def test_strangers_see_nothing(client: Client, stranger: User, brand: Brand) -> None:
    path = reverse("overview", args=[brand.slug])
    assert client.get(path).status_code == 302
    client.force_login(stranger)
    assert client.get(path).status_code == 404


def test_nothing_of_another_brand_is_shown(
    client: Client, viewer: User, brand: Brand, other_brand: Brand, read: None
) -> None:
    Incident.objects.create(brand=other_brand, title="Their secret", opened_at=NOW, due_at=NOW)
    Piece.objects.create(brand=other_brand, title="Their plan", due_on=NOW.date())
    client.force_login(viewer)
    text = page(client, brand)
    assert "Their" not in text


def test_reading_the_overview_writes_nothing(
    client: Client, viewer: User, brand: Brand, read: None
) -> None:
    client.force_login(viewer)
    with CaptureQueriesContext(connection) as queries:
        page(client, brand)
    assert not [q for q in queries if q["sql"].split()[0] not in ("SELECT", "PRAGMA")]


def test_queries_do_not_grow_with_keywords_incidents_pieces_or_days(
    client: Client, viewer: User, brand: Brand, read: None, make_snapshot: MakeSnapshot
) -> None:
    def busy(n: int) -> None:
        keyword = Keyword.objects.create(brand=brand, phrase=f"hallway {n}", country="no")
        make_snapshot("own", *TEN, at=NOW - WEEK, of=keyword, depth=20)
        make_snapshot("negative", *TEN, at=NOW - n * timedelta(minutes=1), of=keyword, depth=20)
        check = Check.objects.create(
            keyword=keyword, period=NOW, not_before=NOW, finished_at=NOW + DAY / 24,
            state="failed", error_kind="timeout", account=brand.account,
        )  # fmt: skip
        Keyword.objects.filter(pk=keyword.pk).update(last_check=check)
        owner = viewer
        Incident.objects.create(
            brand=brand, title=f"I{n}", opened_at=NOW, due_at=NOW, owner=owner, keyword=keyword
        )
        Piece.objects.create(
            brand=brand, title=f"P{n}", due_on=NOW.date(), owner=owner, keyword=keyword
        )

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, brand)
        return len(queries)

    client.force_login(viewer)
    busy(0)
    few = count()
    for n in range(1, 9):
        busy(n)
    assert count() == few
    assert few <= 25  # 10 of them are the frame's: person, brand, side bar
