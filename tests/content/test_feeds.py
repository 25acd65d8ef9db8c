"""Feeds: made once, kept as a hash, checked at every use, ended for good."""

import re
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content import feeding
from content.models import Approval, CalendarFeed, Piece
from serp.models import Brand, Membership

PAGE = "/b/hallway/calendar/feeds/"


@pytest.fixture
def today(brand: Brand) -> date:
    return timezone.now().astimezone(brand.zone).date()


SITE = "https://pushdown.example"


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.SITE_URL = SITE


def make_feed(client: Client, user: User) -> str:
    """Make a feed as this person and return its path, as the page shows it once."""
    client.force_login(user)
    answer = client.post(PAGE)
    assert answer.status_code == 200
    found = re.search(rf"{re.escape(SITE)}(/feeds/([\w-]+)\.ics)", answer.content.decode())
    assert found
    assert len(found[2]) == 43  # 32 bytes
    client.logout()
    return found[1]


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("viewer", 200), ("editor", 200), ("manager", 200)]
)
def test_every_member_makes_feeds_and_strangers_do_not(
    request: pytest.FixtureRequest, client: Client, brand: Brand, who: str, status: int
) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == status
    assert client.post(PAGE).status_code == status
    assert CalendarFeed.objects.count() == (1 if status == 200 else 0)


def test_the_token_is_shown_once_and_kept_as_a_hash(client: Client, viewer: User) -> None:
    path = make_feed(client, viewer)
    token = path.removeprefix("/feeds/").removesuffix(".ics")
    client.force_login(viewer)
    again = client.get(PAGE)
    assert token not in again.content.decode()
    assert "no-store" in again["Cache-Control"]
    kept = CalendarFeed.objects.get()
    assert kept.token_hash == feeding.token_hash(token)
    assert token not in str(CalendarFeed.objects.values().get())


def test_a_calendar_program_reads_the_same_days(
    client: Client, viewer: User, brand: Brand, other_brand: Brand, today: date
) -> None:
    planned = Piece.objects.create(
        brand=brand, title="Planned", publish_on=today + timedelta(9), due_on=today
    )
    Piece.objects.create(brand=brand, title="Long ago", publish_on=today - timedelta(366))
    Piece.objects.create(brand=brand, title="No day")
    Piece.objects.create(brand=other_brand, title="Foreign", publish_on=today)
    answer = Client().get(make_feed(client, viewer))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    assert "Cookie" not in answer.get("Vary", "")
    read = icalendar.Calendar.from_ical(answer.content)
    days = {str(event["SUMMARY"]): event.decoded("DTSTART") for event in read.walk("VEVENT")}
    assert days == {"Planned": today + timedelta(9), "Draft due: Planned": today}
    addresses = {str(event["URL"]) for event in read.walk("VEVENT")}
    assert addresses == {f"{SITE}/b/hallway/pieces/{planned.pk}/"}


def test_a_revoked_feed_is_not_there(client: Client, viewer: User) -> None:
    path = make_feed(client, viewer)
    assert client.get(path).status_code == 200
    client.force_login(viewer)
    feed = CalendarFeed.objects.get()
    answer = client.post(f"{PAGE}{feed.pk}/revoke/", follow=True)
    assert "The feed is revoked." in answer.content.decode()
    assert client.get(path).status_code == 404
    ended = CalendarFeed.objects.get().revoked_at
    client.post(f"{PAGE}{feed.pk}/revoke/")
    assert CalendarFeed.objects.get().revoked_at == ended


def test_another_persons_feed_cannot_be_revoked(
    client: Client, viewer: User, manager: User, stranger: User
) -> None:
    path = make_feed(client, viewer)
    feed = CalendarFeed.objects.get()
    for person in (manager, stranger):
        client.force_login(person)
        assert client.post(f"{PAGE}{feed.pk}/revoke/").status_code == 404
    assert client.get(path).status_code == 200


def test_revoking_needs_a_form(client: Client, viewer: User) -> None:
    make_feed(client, viewer)
    client.force_login(viewer)
    assert client.get(f"{PAGE}{CalendarFeed.objects.get().pk}/revoke/").status_code == 405


def test_who_leaves_the_brand_loses_the_feed(client: Client, viewer: User) -> None:
    path = make_feed(client, viewer)
    Membership.objects.filter(user=viewer).delete()
    assert client.get(path).status_code == 404


def test_who_is_switched_off_loses_the_feed(client: Client, viewer: User) -> None:
    path = make_feed(client, viewer)
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 43, "a" * 4000, "%00", "é"])
def test_a_guessed_token_finds_nothing(client: Client, viewer: User, token: str) -> None:
    make_feed(client, viewer)
    assert client.get(f"/feeds/{token}.ics").status_code == 404


def test_the_hash_is_no_token(client: Client, viewer: User) -> None:
    make_feed(client, viewer)
    assert client.get(f"/feeds/{CalendarFeed.objects.get().token_hash}.ics").status_code == 404


def test_reading_the_feed_writes_nothing_and_costs_the_same_for_more_pieces(
    client: Client, viewer: User, brand: Brand, keyword: object, today: date
) -> None:
    path = make_feed(client, viewer)
    counts = []
    for _ in range(2):
        for n in range(8):
            Piece.objects.create(
                brand=brand, title=f"P{n}", publish_on=today, owner=viewer, keyword=keyword
            )
        with CaptureQueriesContext(connection) as found:
            assert client.get(path).status_code == 200
        assert all(query["sql"].startswith("SELECT") for query in found)
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_the_feed_is_only_read(client: Client, viewer: User) -> None:
    assert client.post(make_feed(client, viewer)).status_code == 405


def test_feeds_have_a_cap(client: Client, viewer: User) -> None:
    for _ in range(feeding.MOST_FEEDS):
        make_feed(client, viewer)
    client.force_login(viewer)
    answer = client.post(PAGE, follow=True)
    assert "Revoke one first." in answer.content.decode()
    assert CalendarFeed.objects.count() == feeding.MOST_FEEDS


def own_feed(client: Client, user: User) -> str:
    """Make a feed of this person's own work, from the page of a brand."""
    client.force_login(user)
    page = client.post(PAGE, {"own": "1"}).content.decode()
    found = re.search(rf"{re.escape(SITE)}(/feeds/([\w-]+)\.ics)", page)
    assert found
    client.logout()
    return found[1]


def summaries(client: Client, path: str) -> set[str]:
    read = icalendar.Calendar.from_ical(client.get(path).content)
    return {str(event["SUMMARY"]) for event in read.walk("VEVENT")}


def test_a_personal_feed_holds_own_work_of_all_ones_brands_and_nothing_else(
    client: Client, editor: User, viewer: User, brand: Brand, other_brand: Brand, today: date
) -> None:
    Piece.objects.create(brand=brand, title="Mine", publish_on=today, owner=editor)
    Piece.objects.create(brand=brand, title="Another's", publish_on=today, owner=viewer)
    foreign = Piece.objects.create(
        brand=other_brand, title="Elsewhere", publish_on=today, owner=editor
    )
    reviewed = Piece.objects.create(brand=brand, title="To read", status="review")
    waiting = Approval.objects.create(piece=reviewed, name="Legal", reviewer=editor, due_on=today)
    path = own_feed(client, editor)
    assert summaries(client, path) == {
        "Hallway Coffee: Mine",
        "Hallway Coffee: Review due: To read",
    }
    Membership.objects.create(brand=foreign.brand, user=editor, role="editor")
    Approval.objects.filter(pk=waiting.pk).update(state="approved", decided_at=timezone.now())
    assert summaries(client, path) == {
        "Hallway Coffee: Mine",
        f"{other_brand}: Elsewhere",
    }
    Membership.objects.filter(user=editor).delete()
    assert summaries(client, path) == set()


def test_a_personal_feed_is_revoked_from_any_of_ones_brands(client: Client, viewer: User) -> None:
    path = own_feed(client, viewer)
    client.force_login(viewer)
    feed = CalendarFeed.objects.get()
    assert feed.brand is None
    assert "My own pieces and reviews" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}{feed.pk}/revoke/")
    assert client.get(path).status_code == 404
