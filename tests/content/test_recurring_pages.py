"""The form of a series: what it keeps, which pieces it makes, and what it refuses."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from content.models import Piece, Recurrence
from serp.models import Brand, Keyword

PAGES = "/b/hallway/calendar/recurring/"


def today_of(brand: Brand) -> date:
    return timezone.now().astimezone(brand.zone).date()


def typed(brand: Brand, **fields: Any) -> dict[str, Any]:
    return {
        "title": "Answers of week {week}",
        "kind": "faq",
        "every": 2,
        "unit": "weeks",
        "next_on": today_of(brand) + timedelta(1),
        "draft_days": 3,
    } | fields


def test_a_new_series_makes_the_pieces_of_its_eight_weeks(
    client: Client, brand: Brand, editor: User, keyword: Keyword
) -> None:
    client.force_login(editor)
    first = today_of(brand) + timedelta(5)
    fields = typed(
        brand, next_on=first, keyword=keyword.pk, owner=editor.pk, hours="2.5", publish_time="09:30"
    )
    answer = client.post(f"{PAGES}new/", fields, follow=True)
    (series,) = Recurrence.objects.filter(brand=brand)
    pieces = list(Piece.objects.filter(recurrence=series).order_by("publish_on"))
    assert [piece.publish_on for piece in pieces] == [first + timedelta(14 * n) for n in range(4)]
    assert pieces[0].title == f"Answers of week {first.isocalendar().week}"
    assert {(piece.keyword, piece.owner, piece.hours) for piece in pieces} == {
        (keyword, editor, 2.5)
    }
    assert pieces[0].due_on == first - timedelta(3)
    assert "Saved. 4 pieces are made." in answer.content.decode()
    assert f"every 2 weeks on {first:%A}s" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("title", "   ", "This field is required"),
        ("next_on", "2020-01-01", "This day has passed"),
        ("next_on", "2999-01-01", "more than five years away"),
        ("draft_days", "91", "At most 90 days"),
        ("ends_on", "2020-01-01", "The last day is before the next one"),
        ("every", "0", "1"),
        ("month_day", "32", "31"),
    ],
)
def test_a_slip_is_told_and_nothing_is_lost(
    client: Client, brand: Brand, editor: User, field: str, value: str, told: str
) -> None:
    client.force_login(editor)
    answer = client.post(
        f"{PAGES}new/", typed(brand, title="Kept as typed", unit="months") | {field: value}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in text
    assert told in text
    assert field == "title" or 'value="Kept as typed"' in text
    assert not Recurrence.objects.exists()
    assert not Piece.objects.exists()


def test_a_keyword_or_owner_of_another_brand_is_refused(
    client: Client, brand: Brand, other_brand: Brand, editor: User, stranger: User
) -> None:
    theirs = Keyword.objects.create(brand=other_brand, phrase="kettle", country="no")
    client.force_login(editor)
    answer = client.post(
        f"{PAGES}new/", typed(brand, keyword=theirs.pk, owner=stranger.pk)
    ).content.decode()
    assert answer.count('aria-invalid="true"') == 2
    assert "Choose somebody who may edit" in answer
    assert not Recurrence.objects.exists()


def test_a_change_leaves_the_pieces_that_are_made(
    client: Client, brand: Brand, editor: User
) -> None:
    client.force_login(editor)
    client.post(f"{PAGES}new/", typed(brand, title="Old name"))
    (series,) = Recurrence.objects.filter(brand=brand)
    answer = client.post(
        f"{PAGES}{series.pk}/",
        typed(brand, title="New name", next_on=series.next_on),
        follow=True,
    )
    series.refresh_from_db()
    assert series.title == "New name"
    assert "Saved. No further piece is due in its eight weeks." in answer.content.decode()
    assert set(Piece.objects.values_list("title", flat=True)) == {"Old name"}


def test_a_series_stops_and_goes_on(client: Client, brand: Brand, editor: User) -> None:
    client.force_login(editor)
    client.post(f"{PAGES}new/", typed(brand))
    (series,) = Recurrence.objects.filter(brand=brand)
    client.post(f"{PAGES}{series.pk}/stop/")
    series.refresh_from_db()
    assert not series.is_active
    assert "Go on" in client.get(PAGES).content.decode()
    client.post(f"{PAGES}{series.pk}/stop/", {"on": "1"})
    series.refresh_from_db()
    assert series.is_active
    assert Piece.objects.count() == 4


@pytest.mark.parametrize("page", ["", "stop/"])
def test_a_series_of_another_brand_is_not_there(
    client: Client, brand: Brand, other_brand: Brand, editor: User, page: str
) -> None:
    theirs = Recurrence.objects.create(
        brand=other_brand, title="Theirs", next_on=today_of(brand), unit="weeks"
    )
    client.force_login(editor)
    assert client.post(f"{PAGES}{theirs.pk}/{page}", typed(brand)).status_code == 404
    theirs.refresh_from_db()
    assert (theirs.title, theirs.is_active) == ("Theirs", True)


def test_a_viewer_sees_the_series_and_no_way_to_change_them(
    client: Client, brand: Brand, viewer: User
) -> None:
    Recurrence.objects.create(brand=brand, title="Monthly report", next_on=today_of(brand))
    client.force_login(viewer)
    text = client.get(PAGES).content.decode()
    assert "Monthly report" in text
    assert "Stop" not in text
    assert "Begin a series" not in text
